"""Replays are made in a process apart, with little memory and time: they take the processor for a while, and a draft
that would hang or break the reader hurts nobody, and is told so in a sentence.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Timer
from typing import IO, Any

import orjson

from engine.definitions.whatif.comparing import Compared
from engine.definitions.whatif.request import Request, compared_from, told
from engine.errors import BadInput, DiagramRefused, Finding

_ROOT = str(Path(__file__).resolve().parents[3])


@dataclass(frozen=True)
class Limits:
    """What the process may use beside what it is told: memory, seconds of the processor; and seconds of the clock, for
    a machine that is busy with other things."""

    megabytes: int = 600
    seconds: int = 900
    patience: int = 1800


LIMITS = Limits()


def compared_apart(
    request: Request, on_case: Callable[[int, int], object] = lambda done, of: None, limits: Limits = LIMITS
) -> Compared:
    """What `compared` finds, in a process apart.

    Raises DiagramRefused with the findings for a draft that cannot be run, BadInput where it took too much.
    """
    said = _asked(request, on_case, limits)
    if "found" in said:
        return compared_from(said["found"])
    if "findings" in said:
        raise DiagramRefused([Finding(**{**each, "run": tuple(each["run"])}) for each in said["findings"]])
    sentence = _TROUBLE.get(str(said.get("trouble")), _TROUBLE["crash"])
    raise BadInput({"version": sentence}, sentence)


_TROUBLE = {
    "memory": "重放用的内存太多，没有做完，请缩短时间段或减少件数后再试。",
    "time": "重放用的时间太多，没有做完，请缩短时间段或减少件数后再试。",
    "outside": "重放时文件想读取别的文件或连接网络，已经拦下，请删去这些引用。",
    "crash": "重放时程序中断，没有做完，请先检查草稿后再试。",
}


def _asked(request: Request, on_case: Callable[[int, int], object], limits: Limits) -> Mapping[str, Any]:
    command = [sys.executable, "-B", "-m", "engine.definitions.whatif.replayer"]
    environment = {"PYTHONPATH": _ROOT, "PYTHONIOENCODING": "utf-8", "PATH": os.defpath}
    pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
    with subprocess.Popen(command, env=environment, cwd=_ROOT, stdin=pipe, stdout=pipe, stderr=nowhere) as child:
        end = Timer(limits.patience, child.kill)
        end.daemon = True
        end.start()
        try:
            assert child.stdin is not None and child.stdout is not None
            _tell(child.stdin, orjson.dumps(asdict(limits)) + b"\n" + told(request))
            said = _heard(child.stdout, on_case)
        finally:
            end.cancel()
            child.kill()
    return said or {"trouble": "time" if child.returncode in (-signal.SIGXCPU, -signal.SIGKILL) else "crash"}


def _tell(child: IO[bytes], text: bytes) -> None:
    """A child that has ended already is told of by what it says, which is nothing."""
    try:
        child.write(text)
        child.close()
    except BrokenPipeError:
        pass


def _heard(child: IO[bytes], on_case: Callable[[int, int], object]) -> Mapping[str, Any] | None:
    """The last line that is no word on how far it is; None when there was none."""
    for line in child:
        said: Mapping[str, Any] = orjson.loads(line)
        if "done" not in said:
            return said
        on_case(said["done"], said["of"])
    return None
