"""The file of acknowledged operations: kept outside the database, written before an act is sent and after its answer.

What the house says it has done is compared with what this file says it was asked and what it acknowledged.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import orjson

Kind = Literal["register", "complete", "claim", "courier"]
Event = Literal["sent", "acknowledged", "refused", "wrong"]


@dataclass(frozen=True)
class Operation:
    """One act of one person under one key. `subject` is what the house records of it, unique to this act as far as
    the house tells acts apart: the title of a case, a tracking number, the task and the person."""

    key: str
    kind: Kind
    subject: str
    actor: str
    path: str
    body: dict[str, Any]


@dataclass(frozen=True)
class Entry:
    """A line of the journal. `said` explains what was wrong about an answer."""

    event: Event
    key: str
    kind: Kind
    subject: str
    actor: str
    said: str | None = None


class Journal:
    """Lines appended by many threads, each in the kernel's hands before the next step is made."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("ab", buffering=0)
        self._lock = threading.Lock()

    def write(self, event: Event, act: Operation, said: str | None = None) -> None:
        """Append a line."""
        line = orjson.dumps(Entry(event, act.key, act.kind, act.subject, act.actor, said)) + b"\n"
        with self._lock:
            self._file.write(line)

    def close(self) -> None:
        """No more lines."""
        self._file.close()

    def entries(self) -> Iterator[Entry]:
        """Every line so far."""
        return read_journal(self._path)


def read_journal(path: Path) -> Iterator[Entry]:
    """Every line of a journal, in order."""
    for line in path.read_bytes().splitlines():
        yield Entry(**orjson.loads(line))
