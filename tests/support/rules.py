"""Rules over one module's source; each gives the lines that break it, as `path:line what`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.support.source import Module

_CLOCK = {
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "datetime.date.today",
    "time.time",
    "time.time_ns",
    "time.localtime",
    "time.gmtime",
    "time.ctime",
    "time.clock_gettime",
    "sqlalchemy.func.now",
    "sqlalchemy.func.current_timestamp",
    "sqlalchemy.func.current_date",
}
_RUNS_TEXT = {"eval", "exec", "__import__", "builtins.eval", "builtins.exec", "os.system", "os.popen", "yaml.load"}
_RUNS_DATA = {"pickle", "_pickle", "cPickle", "dill", "shelve", "marshal"}


def wall_clock_reads(module: Module) -> Iterator[str]:
    """Anything that tells the present instant but a `Clock`. `time.monotonic` measures, it tells no instant."""
    for line, name in module.names_used():
        if name in _CLOCK:
            yield f"{module.path}:{line} {name}"


def commits(module: Module) -> Iterator[str]:
    """Calls of a `.commit(…)`, and COMMIT sent as SQL text."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit":
            yield f"{module.path}:{node.lineno} .commit("
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_commit(node.value):
            yield f"{module.path}:{node.lineno} {node.value}"


def code_runners(module: Module) -> Iterator[str]:
    """Whatever turns text or stored bytes into running code or into a shell's command."""
    for line, name in module.names_used():
        if name in _RUNS_TEXT or name.partition(".")[0] in _RUNS_DATA:
            yield f"{module.path}:{line} {name}"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and any(_asks_for_shell(word) for word in node.keywords):
            yield f"{module.path}:{node.lineno} shell="


def long_functions(module: Module, most: int) -> Iterator[str]:
    """Functions of more than `most` lines, decorators and docstring included."""
    for function in module.functions():
        lines = (function.end_lineno or function.lineno) - function.lineno + 1
        if lines > most:
            yield f"{module.path}:{function.lineno} {function.name} {lines}"


def _is_commit(text: str) -> bool:
    return text.strip().rstrip(";") in {"COMMIT", "COMMIT TRANSACTION", "END TRANSACTION"}


def _asks_for_shell(word: ast.keyword) -> bool:
    return word.arg == "shell" and not (isinstance(word.value, ast.Constant) and word.value.value is False)
