"""The steps of many cases side by side, column by column: what a selection asks is asked of bytes, not of rows. Pure.

A million rows take a database seconds; the same as columns of small numbers are narrowed and counted in a fifth of one.
Of what a selection names, and of kinds, a column holds places in a list of the values there are (`words`).
"""

from __future__ import annotations

import sys
from array import array
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import compress
from typing import Any

import orjson

from engine.clock import local
from engine.heat.lateness import WHY

COMPLETED = "completed"
NARROWED = ("unit", "grade", "cause", "channel")  # what a selection names a value of
_CODED = ("kind", *NARROWED)  # a kind: how a step ended, why it was late, whether the case had been there before
_MINUTES = ("waited", "handled")
_NONE = -1  # no minutes
_FEW, _CODES, _NUMBERS = "B", "H", "i"  # one byte, two (so many days there are), four
_FIRST_DAY = date(1970, 1, 1).toordinal()

Kind = tuple[str | None, str, bool]
Range = tuple[date | None, date | None]


@dataclass(frozen=True)
class Packed:
    """Steps at one element: `words` by column, and as many numbers in each of `columns`.

    `case` says at which place of its block a step's case stands.
    """

    words: Mapping[str, Sequence[Any]]
    columns: Mapping[str, array[int]]


@dataclass
class Tally:
    """What steps add up to: how many of each kind, and how many took so many minutes; of completed ones alone."""

    kinds: Counter[Kind] = field(default_factory=Counter)
    waited: Counter[int] = field(default_factory=Counter)
    handled: Counter[int] = field(default_factory=Counter)

    def number(self, which: Callable[[str | None, str, bool], bool]) -> int:
        """How many there are of the kinds that are asked for."""
        return sum(number for kind, number in self.kinds.items() if which(*kind))

    @property
    def late(self) -> dict[str, int]:
        """How many of those that were left are late, by why."""
        found = dict.fromkeys(WHY, 0)
        for (_, why, _again), number in self.kinds.items():
            if why:
                found[why] += number
        return found


# ------------------------------------------------------------------ rows → columns → bytes
def packed(rows: Sequence[Mapping[Any, Any]], first: int | None = None) -> Packed:
    """Rows of `walked_steps` as columns; `first`: the case its block begins with, None: places are of no matter."""
    given = {
        "kind": [(row["how"], row["late"], row["entry"] > 1) for row in rows],
        **{name: [row[name] for row in rows] for name in NARROWED},
    }
    places = {name: {value: n for n, value in enumerate(dict.fromkeys(values))} for name, values in given.items()}
    words = {name: list(each) for name, each in places.items()}
    coded = {n: array(_type(n, words), map(places[n].__getitem__, values)) for n, values in given.items()}
    days = array(_CODES, (_day(row["received_at"]) for row in rows))
    of_cases = array(_CODES, (0 if first is None else row["case_id"] - first for row in rows))
    minutes = {name: array(_NUMBERS, (_taken(row, name) for row in rows)) for name in _MINUTES}
    return Packed(words, {**coded, "day": days, "case": of_cases, **minutes})


def _type(column: str, words: Mapping[str, Sequence[Any]]) -> str:
    if column in _MINUTES:
        return _NUMBERS
    return _FEW if column in words and len(words[column]) <= 256 else _CODES


def _day(instant: datetime) -> int:
    return local(instant).date().toordinal() - _FIRST_DAY


def _taken(row: Mapping[Any, Any], name: str) -> int:
    minutes = row[name]
    return minutes if row["how"] == COMPLETED and minutes is not None else _NONE


def written(steps: Packed) -> tuple[str, bytes]:
    """As it is stored: the words as JSON, the columns one behind the other."""
    return orjson.dumps(steps.words).decode(), b"".join(_little(steps.columns[name]).tobytes() for name in _ORDER)


def read(words: str, columns: bytes, number: int) -> Packed:
    """Back from what was stored of so many steps."""
    told = {name: [tuple(v) if isinstance(v, list) else v for v in each] for name, each in orjson.loads(words).items()}
    found, at = {}, 0
    for name in _ORDER:
        column = array(_type(name, told))
        size = number * column.itemsize
        column.frombytes(columns[at : at + size])
        found[name], at = _little(column), at + size
    return Packed(told, found)


_ORDER = (*_CODED, "day", "case", *_MINUTES)


def _little(column: array[int]) -> array[int]:
    """The same numbers as a machine that begins with the smallest byte writes them."""
    if sys.byteorder == "big":
        column = column[:]
        column.byteswap()
    return column


# ------------------------------------------------------------------ narrowed and counted
def tally(steps: Packed, asked: Mapping[str, str], days: Range, without: Collection[int], into: Tally) -> None:
    """Count those with the values asked, of cases received between the days (both in), but of cases at these places."""
    let_through = _mask(steps, asked, days, without)
    if let_through is None:
        return
    kinds, waited, handled = (_let(steps.columns[name], let_through) for name in ("kind", *_MINUTES))
    for place, number in Counter(kinds).items():
        into.kinds[steps.words["kind"][place]] += number
    into.waited.update(waited)
    into.handled.update(handled)
    del into.waited[_NONE], into.handled[_NONE]  # a Counter does not mind if there is none


def _let(column: array[int], mask: bytes) -> Iterable[int]:
    return compress(column, mask) if mask else column


def _mask(steps: Packed, asked: Mapping[str, str], days: Range, without: Collection[int]) -> bytes | None:
    """A byte per step, 1 for those let through; none for all of them, None where it is nobody."""
    masks = []
    for name, value in asked.items():
        if value not in steps.words[name]:
            return None
        masks.append(_through(steps.columns[name], bytes(word == value for word in steps.words[name])))
    if days != (None, None):
        masks.append(_through(steps.columns["day"], _between(days)))
    if without:
        masks.append(_through(steps.columns["case"], _but(without)))
    found = masks[0] if masks else b""
    for mask in masks[1:]:
        found = _both(found, mask)
    return found


def _through(column: array[int], fits: bytes) -> bytes:
    """`fits`: a byte per number the column can hold."""
    if column.typecode == _FEW:
        return column.tobytes().translate(fits.ljust(256, b"\0"))
    return bytes(map(fits.__getitem__, column))


def _both(one: bytes, other: bytes) -> bytes:
    """As one long number: one step of the machine for eight of the case, not eight of Python."""
    return (int.from_bytes(one) & int.from_bytes(other)).to_bytes(len(one))


def _between(days: Range) -> bytes:
    first, last = (None if day is None else day.toordinal() - _FIRST_DAY for day in days)
    begin, end = max(first or 0, 0), 0xFFFF if last is None else last
    return bytes(begin) + b"\x01" * (end - begin + 1) + bytes(max(0xFFFF - end, 0))


def _but(places: Collection[int]) -> bytes:
    found = bytearray(b"\x01" * (max(places) + 1))
    for place in places:
        found[place] = 0
    return bytes(found).ljust(0x10000, b"\x01")
