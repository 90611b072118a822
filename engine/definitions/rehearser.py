"""The rehearser: a process of its own that plays the golden runs on files on trial (see `rehearsing.py`).

What it plays has passed the lint and the proof. It has little memory and time, a folder of its own for the houses it
throws away, and none of the house's secrets; it connects to nobody.
"""

from __future__ import annotations

import base64
import json
import resource
import sys
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from engine.definitions.examiner import MEGABYTE, in_use, limit_time
from engine.replay.otherwise import otherwise
from engine.replay.scenario import FOLDER

_BIGGEST = 64 * MEGABYTE  # of a file it writes


class ReachedOut(RuntimeError):
    """A run tried to reach somebody outside."""


def main() -> None:
    """Read a request from standard input, write the answer to standard output; both JSON."""
    request = json.load(sys.stdin.buffer)
    limit(request["megabytes"], request["seconds"])
    sys.addaudithook(_stay_inside)
    json.dump(answer(request), sys.stdout)


def limit(megabytes: int, seconds: int) -> None:
    """What this process may use more than by now."""
    memory = in_use() + megabytes * MEGABYTE
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    limit_time(seconds)
    resource.setrlimit(resource.RLIMIT_FSIZE, (_BIGGEST, _BIGGEST))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def answer(request: Mapping[str, Any]) -> dict[str, Any]:
    """`played` and `otherwise` as the dataclasses have them; else `trouble`."""
    trial, before = (_files(request[name]) for name in ("files", "before"))
    try:
        played, found = otherwise(trial, before, [FOLDER / name for name in request["runs"]])
    except MemoryError:
        return {"trouble": "memory"}
    return {"played": played, "otherwise": [*map(asdict, found)]}


def _files(told: Mapping[str, str]) -> dict[str, bytes]:
    return {name: base64.b64decode(content) for name, content in told.items()}


def _stay_inside(event: str, _: tuple[Any, ...]) -> None:
    if event.startswith(("socket.connect", "subprocess.", "os.exec", "os.system", "os.fork", "os.posix_spawn")):
        raise ReachedOut(event)


if __name__ == "__main__":
    main()
