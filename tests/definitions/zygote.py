"""The examiner, forked for each request instead of started anew: the same limits, the same shut door, and measured.

A process of its own reads requests as lines of JSON and answers what became of the child, in seconds of the processor
and bytes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

from engine.definitions import apart, examiner
from engine.definitions.apart import Limits

ROOT = Path(apart.__file__).parents[2]


@dataclass(frozen=True)
class Cost:
    """`seconds` of the processor, `clock`: of the wall, `bytes` of memory."""

    seconds: float
    clock: float
    bytes: int


@dataclass
class Zygote:
    """Where `apart` starts a process, this asks the one that forks. `costs`: of every examination, in order."""

    costs: list[Cost] = field(default_factory=list)

    def __enter__(self) -> Zygote:
        environment = {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "PATH": os.defpath}
        command = [sys.executable, "-B", "-m", "tests.definitions.zygote"]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, env=environment, cwd=ROOT)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=30)

    def told(self, request: Mapping[str, Any], limits: Limits) -> dict[str, Any]:
        """As `apart._told`."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request).encode() + b"\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        self.costs.append(Cost(*answer["cost"]))
        output, errors = (answer[name].encode(errors="surrogateescape") for name in ("output", "errors"))
        return apart._understood(answer["code"], output, errors)


def main() -> None:
    for line in sys.stdin.buffer:
        json.dump(_forked(json.loads(line)), sys.stdout)
        sys.stdout.write("\n")
        sys.stdout.flush()


def _forked(request: Mapping[str, Any]) -> Mapping[str, Any]:
    began = monotonic()
    (output, out), (errors, err) = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(out, 1)
        os.dup2(err, 2)
        _examine(request)
    for end in (out, err):
        os.close(end)
    texts = {name: _all_of(end) for name, end in (("output", output), ("errors", errors))}
    _, status, used = os.wait4(child, 0)
    cost = used.ru_utime + used.ru_stime, monotonic() - began, used.ru_maxrss * 1024
    return {**texts, "code": os.waitstatus_to_exitcode(status), "cost": cost}


def _all_of(end: int) -> str:
    with os.fdopen(end, "rb") as stream:
        return stream.read().decode(errors="surrogateescape")


def _examine(request: Mapping[str, Any]) -> None:
    """In the child, which ends with its answer."""
    code = 1
    try:
        examiner.limit(request["megabytes"], request["seconds"])
        answer = json.dumps(examiner.answer(request)).encode()
        while answer:
            answer = answer[os.write(1, answer) :]
        code = 0
    except BaseException as error:  # as an interpreter that ends tells it
        os.write(2, type(error).__name__.encode())
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
