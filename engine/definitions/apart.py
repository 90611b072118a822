"""Uploads are read and proven in a process apart, with little memory and time: a diagram that would hang or break
the reader hurts nobody, and is told so in a sentence.

The child (`examiner.py`) gets the files and the names of the groups as JSON, and none of the house's secrets.
"""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from engine.bpmn.proof import Verdict, Wrong
from engine.bpmn.proof.trace import Event
from engine.bpmn.xml import MAX_BYTES
from engine.definitions.examining import PLAIN, Examined, Question
from engine.definitions.fitting import too_big
from engine.errors import Finding
from engine.settings import check_seconds

PASSING = frozenset({"TOO_SLOW", "TOO_HEAVY", "CRASH"})  # may be the machine's trouble: another time it may go well

_ROOT = str(Path(__file__).resolve().parents[2])


@dataclass(frozen=True)
class Limits:
    """What the child may use from when it has started: memory, seconds of the processor, and seconds of the clock
    for a machine that is busy with other things.
    """

    megabytes: int = 180  # more than it has when it begins; all in all less than 256
    seconds: int = 4
    patience: int = 60


LIMITS = Limits()


def examined_apart(files: Mapping[str, bytes], question: Question = PLAIN, limits: Limits | None = None) -> Examined:
    """What `examined` finds, in a process apart; what keeps it from its end is a finding too. No `limits`: LIMITS, with
    as many seconds as this machine is given (`BANCHENG_CHECK_SECONDS`).
    """
    limits = limits or replace(LIMITS, seconds=check_seconds(LIMITS.seconds))
    first = next(iter(files), "-")
    if many := list(too_big(files)):
        return Examined(many)
    told = _told(_request(files, question, limits), limits)
    try:
        if "findings" in told:
            verdicts, notes = tuple(map(_verdict, told["verdicts"])), tuple(map(_finding, told["notes"]))
            return Examined([*map(_finding, told["findings"])], verdicts, notes)
        return Examined([Finding(first, *trouble(told["trouble"], limits))])
    except (KeyError, TypeError):
        return Examined([Finding(first, *trouble("crash", limits))])


def trouble(what: str, limits: Limits) -> tuple[str, str, str]:
    """What kept a child from its end, as code, element and sentence of a finding."""
    code, sentence = {
        "memory": ("TOO_HEAVY", f"检查用的内存超过 {limits.megabytes} MB，没有查完，请把图或表拆小后再试"),
        "time": ("TOO_SLOW", f"检查超过 {limits.seconds} 秒还没有查完，请把图或表拆小、把表达式写简单后再试"),
        "outside": ("OUTSIDE", "检查时文件想读取别的文件或连接网络，已经拦下，请删去这些引用"),
        "crash": ("CRASH", "检查时程序中断，没有查完，请用建模工具重新保存后再试"),
    }[what]
    return code, "-", sentence


def _request(files: Mapping[str, bytes], question: Question, limits: Limits) -> dict[str, Any]:
    kept = {name: content[: MAX_BYTES + 1] for name, content in files.items()}
    return {
        "files": {name: base64.b64encode(content).decode() for name, content in kept.items()},
        "law": question.law,
        "held": None if question.held is None else sorted(question.held),
        "one": question.one,
        "megabytes": limits.megabytes,
        "seconds": limits.seconds,
    }


def _told(request: Mapping[str, Any], limits: Limits) -> dict[str, Any]:
    return told_by("engine.definitions.examiner", request, limits)


def told_by(module: str, request: Mapping[str, Any], limits: Limits) -> dict[str, Any]:
    """What the child that runs this module said, or what befell it: `trouble`."""
    command = [sys.executable, "-B", "-m", module]
    environment = {"PYTHONPATH": _ROOT, "PYTHONIOENCODING": "utf-8", "PATH": os.defpath}
    try:
        child = subprocess.run(
            command,
            input=json.dumps(request).encode(),
            capture_output=True,
            timeout=limits.patience,
            env=environment,
            cwd=_ROOT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"trouble": "time"}
    return _understood(child.returncode, child.stdout, child.stderr)


def _understood(code: int, output: bytes, errors: bytes) -> dict[str, Any]:
    """The answer where there is one; else ended for its time, out of memory, or otherwise broken."""
    if code == 0:
        try:
            told = json.loads(output)
        except ValueError:
            told = None
        return told if isinstance(told, dict) else {"trouble": "crash"}
    if code in (-signal.SIGPROF, -signal.SIGXCPU):
        return {"trouble": "time"}
    return {"trouble": "memory" if b"MemoryError" in errors or b"alloc" in errors else "crash"}


# ------------------------------------------------------------------ as the child wrote it (examiner.py)
def _finding(told: Mapping[str, Any]) -> Finding:
    return Finding(**{**told, "run": tuple(told["run"])})


def _verdict(told: Mapping[str, Any]) -> Verdict:
    wrong = tuple(Wrong(_finding(each["finding"]), tuple(Event(**s) for s in each["steps"])) for each in told["wrong"])
    warnings = tuple(map(_finding, told["warnings"]))
    return Verdict(told["entry"], wrong, warnings, told["situations"], told["steps"])
