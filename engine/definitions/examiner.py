"""The examiner: a process of its own that reads what strangers uploaded, and nothing else (see `apart.py`).

It has little memory and time, writes no file, reads none but the program's own, and connects to nobody: whoever made
the check do so would only have reached this process, which ends with its answer.
"""

from __future__ import annotations

import base64
import json
import os
import resource
import signal
import sys
from collections.abc import Mapping
from dataclasses import asdict
from math import ceil
from pathlib import Path
from time import process_time
from typing import Any

from engine.definitions.examining import Question, examined

MEGABYTE = 1 << 20
_AT_ONCE = 0.001  # seconds
_TO_TELL = 0.5  # seconds kept of the time, to say that the proof did not come to its end
_PROGRAM = tuple(str(Path(each).resolve()) for each in (sys.prefix, sys.base_prefix, Path(__file__).parents[2]))
_OUTSIDE = (
    *("socket.", "subprocess.", "os.exec", "os.spawn", "os.posix_spawn", "os.fork", "os.system", "os.startfile"),
    *("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate", "os.chmod", "os.chown"),
    *("os.kill", "os.putenv", "shutil.", "urllib.", "http.", "ftplib.", "smtplib.", "sqlite3.", "ctypes.", "pty."),
)


class ReachedOut(RuntimeError):
    """The check tried to do what no check needs."""


def main() -> None:
    """Read a request from standard input, write the answer to standard output; both JSON."""
    request = json.load(sys.stdin.buffer)
    limit(request["megabytes"], request["seconds"])
    json.dump(answer(request), sys.stdout)


def limit(megabytes: int, seconds: int) -> None:
    """What this process may use more than by now; over it the system ends it, or memory runs out."""
    memory = in_use() + megabytes * MEGABYTE
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    limit_time(seconds)
    for kind in (resource.RLIMIT_FSIZE, resource.RLIMIT_CORE):
        resource.setrlimit(kind, (0, 0))


def limit_time(seconds: int) -> None:
    """Seconds of the processor from now on, by a timer: the system's own limit counts whole ones from the start, so
    that it stands behind it. None at all ends it at once: a timer of nothing would be none.
    """
    last = ceil(process_time()) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (last, last + 1))
    signal.setitimer(signal.ITIMER_PROF, max(seconds, _AT_ONCE))


def in_use() -> int:
    """Bytes of address space."""
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


def answer(request: Mapping[str, Any]) -> dict[str, Any]:
    """`findings`, `verdicts` and `notes` as the dataclasses have them; else `trouble`: what kept it from its end."""
    files = {name: base64.b64decode(content) for name, content in request["files"].items()}
    held = None if request["held"] is None else frozenset(request["held"])
    reached = shut_the_door()
    try:
        found = examined(files, Question(request["law"], held, request["one"], request["seconds"] - _TO_TELL))
        told = {"findings": [*map(asdict, found.findings)], "verdicts": [*map(asdict, found.verdicts)]}
        told["notes"] = [*map(asdict, found.notes)]
    except MemoryError:
        return {"trouble": "memory"}
    return {"trouble": "outside", "what": reached[0]} if reached else told


def shut_the_door() -> list[str]:
    """From now on nothing is opened but the program's own files, for reading; returns what was tried, as it comes."""
    reached: list[str] = []

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event.startswith(_OUTSIDE) or (event == "open" and not _is_own(*arguments)):
            reached.append(event)
            raise ReachedOut(event)

    sys.addaudithook(watch)
    return reached


def _is_own(path: Any, mode: Any, flags: Any) -> bool:
    """Modules read late, and their data."""
    reading = not isinstance(flags, int) or not flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    if not isinstance(path, str | bytes | os.PathLike):
        return False
    real = os.path.realpath(os.fsdecode(path))
    return reading and any(real == own or real.startswith(own + os.sep) for own in _PROGRAM)


if __name__ == "__main__":
    main()
