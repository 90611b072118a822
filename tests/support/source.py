"""The project's own source read as syntax trees, for rules that no linter knows."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("engine", "webapp")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One source file: path relative to the project, text and tree."""

    path: str
    text: str

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    def functions(self) -> Iterator[Function]:
        """Every function and method, nested ones too."""
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))

    def strings(self) -> Iterator[str]:
        """Every string constant, docstrings too."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value

    def names_used(self) -> Iterator[tuple[int, str]]:
        """(line, dotted name) of all that the code refers to, imports resolved: `from time import time as t` … `t()`
        gives `time.time`. A name that no import explains is given as written; so is what hangs on a call's result."""
        origins = dict(_imported(self.tree))
        yield from ((line, origin) for line, origin in _import_lines(self.tree))
        for node in ast.walk(self.tree):
            dotted = _dotted(node)
            if dotted:
                first, _, rest = dotted.partition(".")
                yield getattr(node, "lineno", 0), ".".join(filter(None, (origins.get(first, first), rest)))


@cache
def modules(*packages: str) -> tuple[Module, ...]:
    """All modules of these top-level packages, of the product (`engine`, `webapp`) when none is named."""
    folders = [ROOT / package for package in packages or PACKAGES]
    paths = sorted(path for folder in folders for path in folder.rglob("*.py") if "node_modules" not in path.parts)
    return tuple(Module(str(path.relative_to(ROOT)), path.read_text("utf-8")) for path in paths)


def module(path: str) -> Module:
    """The module at `path`, relative to the project."""
    return Module(path, (ROOT / path).read_text("utf-8"))


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """(name here, dotted origin) of every import."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield (
                    name.asname or name.name.partition(".")[0],
                    name.name if name.asname else name.name.partition(".")[0],
                )
        elif isinstance(node, ast.ImportFrom):
            yield from ((name.asname or name.name, f"{node.module}.{name.name}") for name in node.names)


def _import_lines(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{node.module}.{name.name}") for name in node.names)


def _dotted(node: ast.AST) -> str:
    """`a.b.c` of a name or an attribute of one; of `call().b` it is `.b`; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return ""
