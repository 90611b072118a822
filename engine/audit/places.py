"""Places outside the house that keep the checkpoints: folders of another disk or machine, and addresses.

In a folder they stand one per line in `checkpoints.jsonl`, which is only ever appended to: the file may be set
append-only by the system (`chattr +a`). An address is sent each by POST and is believed when it answers 2xx; it cannot
be read back from here.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any, Protocol
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

import orjson

FILE = "checkpoints.jsonl"
_SECONDS = 5  # an address has to answer in
_LAST_BYTES = 1 << 16


class NotTaken(Exception):
    """A place did not take a checkpoint, in words for whoever looks after it."""


@dataclass(frozen=True)
class Told:
    """A checkpoint that leaves the house."""

    number: int
    text: str


class Place(Protocol):
    """Somewhere outside."""

    @property
    def name(self) -> str:
        """As the settings say it."""
        ...

    def take(self, told: Sequence[Told], after: int) -> None:
        """Keep these, which follow number `after`, the last it took; what it has already it keeps once.

        Raises NotTaken.
        """
        ...


def places_of(named: Sequence[str]) -> tuple[Place, ...]:
    """The places of the settings."""
    return tuple(Address(name) if "://" in name else Folder(name) for name in named)


def folders(places: Sequence[Place]) -> list[Folder]:
    """Those that can be read back."""
    return [place for place in places if isinstance(place, Folder)]


# ------------------------------------------------------------------ folders
@dataclass(frozen=True)
class Folder:
    """A folder; it is made when it is not there."""

    name: str

    @property
    def file(self) -> Path:
        """Where the checkpoints stand."""
        return Path(self.name) / FILE

    def take(self, told: Sequence[Told], after: int) -> None:
        """Append them and wait until the disk has them. Raises NotTaken, also where what was written before is gone."""
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o640)
        except OSError as error:
            raise NotTaken(_said(error)) from error
        with os.fdopen(handle, "r+b", buffering=0) as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX)
                _append(file, told, after)
            except OSError as error:
                raise NotTaken(_said(error)) from error

    def lines(self) -> Iterator[bytes]:
        """What stands there, one checkpoint at a time; nothing where there is no file. Raises OSError."""
        if not self.file.exists():
            return
        with self.file.open("rb") as file:
            for line in file:
                yield line.rstrip(b"\n")


def _append(file: Any, told: Sequence[Told], after: int) -> None:
    """One write per checkpoint: nobody finds half of one unless the power failed, and then the whole one follows."""
    last, whole = _last(file)
    if last is not None and last[0] > after:  # taken before, but nobody lived to note it
        same = [each for each in told if each.number == last[0] and each.text.encode() == last[1]]
        if not same:
            raise NotTaken(f"那里已有第 {last[0]} 个检查点，与本系统的不同")
        told = [each for each in told if each.number > last[0]]
    elif (last[0] if last is not None else 0) < after:
        there = "一个也没有" if last is None else f"只到第 {last[0]} 个"
        raise NotTaken(f"曾经写到第 {after} 个检查点，现在那里{there}：文件被截短或换掉了")
    for each in told:
        os.write(file.fileno(), (b"" if whole else b"\n") + each.text.encode() + b"\n")
        whole = True
    os.fsync(file.fileno())


def _last(file: Any) -> tuple[tuple[int, bytes] | None, bool]:
    """Number and text of the last whole checkpoint, and whether the file ends with a whole line."""
    size = file.seek(0, os.SEEK_END)
    reach, whole = _LAST_BYTES, True
    while True:
        start = file.seek(max(0, size - reach))
        read = file.read()
        whole = not read or read.endswith(b"\n")
        lines = read.split(b"\n")
        for line in reversed(lines if start == 0 else lines[1:]):  # the first may be the rest of one
            number = _number(line)
            if number is not None:
                return (number, line), whole
        if start == 0:
            return None, whole
        reach *= 8


def _number(line: bytes) -> int | None:
    try:
        told = orjson.loads(line)
        return int(told["n"])
    except (ValueError, KeyError, TypeError):
        return None


def _said(error: OSError) -> str:
    return error.strerror or str(error)


# ------------------------------------------------------------------ addresses
@dataclass(frozen=True)
class Address:
    """An address that takes each checkpoint by POST, `application/json`."""

    name: str

    def take(self, told: Sequence[Told], after: int) -> None:
        """Send them in their order; one that is sent again is the same by its number. Raises NotTaken."""
        for each in told:
            sent = Request(self.name, each.text.encode(), {"Content-Type": "application/json"}, method="POST")
            try:
                with build_opener(_Stay).open(sent, timeout=_SECONDS) as answer:
                    answer.read(_LAST_BYTES)
            except HTTPError as error:
                with error:
                    raise NotTaken(f"对方答复 {error.code}") from error
            except (URLError, HTTPException, OSError) as error:
                raise NotTaken(f"连不上：{getattr(error, 'reason', error)}") from error


class _Stay(HTTPRedirectHandler):
    """A place that has moved is for whoever set it to find again."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None
