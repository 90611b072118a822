"""What had been entered in a case up to a line of its trail: each field of each step, who set it, what it was before.

Fields of different steps may have the same name, and several units do the same step: every step of every unit keeps its
own answer. A correction stands with the step whose answer it puts right.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.directory import Directory
from engine.queries.entered import Fact, fact_of
from engine.queries.variables import Answer, sets


@dataclass(frozen=True)
class VariableThen:
    """A field of a step with a value, as this person reads it; `text` and `text_before` in words, the latter null for
    the first. `unit`: whose step it was, null for a step of no unit.

    It was set by line `seq`, an act of `actor` at `element`. `corrected`: that put right what line `seq_before` said;
    else it is the answer of another round of the same step. `element_before`: where what was before was set.
    """

    name: str
    title: str
    value: Any
    text: str
    text_before: str | None
    seq: int
    at: datetime
    actor: str
    element: str
    corrected: bool = False
    seq_before: int | None = None
    element_before: str | None = None
    step: str = ""
    unit: str | None = None


def variables_then(
    entered: Iterable[Answer], seq: int, units: Mapping[int, str], directory: Directory
) -> tuple[VariableThen, ...]:
    """The fields in the order in which they were first set; an empty one is left out unless something was taken back.

    `entered`: what was entered in the case, oldest first, without personal data; `units`: line → the unit it is of.
    """
    found: dict[tuple[_Place, str], _Set] = {}
    answered: dict[str, _Place] = {}  # form → where it was answered last
    for answer in entered:
        if answer.seq > seq:
            break
        place = _Place(answer.element, units.get(answer.seq))
        if answer.amends is None:
            answered[answer.form] = place
        else:
            place = answered.get(answer.form, place)
        for name, value in sets(answer):
            last = found.get((place, name))
            if last is not None and last.value == value:
                continue
            given = _Set(answer, name, value, last)
            if last is not None or given.fact(directory) is not None:
                found[place, name] = given
    return tuple(_told(place, each, directory) for (place, _), each in found.items())


@dataclass(frozen=True)
class _Place:
    """A step, and the unit that does it."""

    step: str
    unit: str | None


@dataclass(frozen=True)
class _Set:
    """That an answer gave a field another value; `before`: how it had got the one it had."""

    answer: Answer
    name: str
    value: Any
    before: _Set | None = None

    def fact(self, directory: Directory) -> Fact | None:
        """Title and value in words; None for one that was emptied."""
        name = self.name if self.answer.amends is None else "value"
        found = fact_of(self.answer.schema, name, self.value, directory)
        return found if found is not None and found.text else None


def _told(place: _Place, each: _Set, directory: Directory) -> VariableThen:
    answer, before, fact = each.answer, each.before, each.fact(directory)
    by = (answer.seq, answer.at, answer.actor, answer.element)
    told = (each.name, _title(each, directory), each.value, "" if fact is None else fact.text)
    if before is None:
        return VariableThen(*told, None, *by, step=place.step, unit=place.unit)
    was = before.fact(directory)
    since = (answer.amends is not None, before.answer.seq, before.answer.element)
    return VariableThen(*told, "" if was is None else was.text, *by, *since, place.step, place.unit)


def _title(each: _Set | None, directory: Directory) -> str:
    """As the last answer with a value called it."""
    while each is not None:
        fact = each.fact(directory)
        if fact is not None:
            return fact.label
        each = each.before
    return ""
