"""What the lines of one case say of its clock and of who had its tasks in hand. Pure: lines in, a `Course` out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, Protocol

import orjson

from engine.bpmn.definition import Definition

_ACCEPTED, _NEW_ROUND = "accept", frozenset({"start_redo", "start_measure"})  # bc:operation of what moves the anchor
_COMPLETED = frozenset({"complete_case", "complete_pending", "conclude", "withdraw"})
_DEADLINE = frozenset({"deadline_moved", "calendar_changed"})
_TAKEN = frozenset({"claimed", "unclaimed", "handed_on", "delegated", "resolved"})


class Line(Protocol):
    """What is read of a line of the trail."""

    @property
    def at(self) -> datetime: ...

    @property
    def action(self) -> str: ...

    @property
    def element(self) -> str | None: ...

    @property
    def after(self) -> Mapping[str, Any]: ...


class _Stored(NamedTuple):
    at: datetime
    action: str
    element: str | None
    after: Mapping[str, Any]


def stored_lines(rows: Iterable[Mapping[Any, Any]]) -> Iterator[Line]:
    """Rows of `audit` as lines."""
    for row in rows:
        after = orjson.loads(row["after"]) if row["after"] else {}
        yield _Stored(row["at"], row["action"], row["element"], after)


@dataclass(frozen=True)
class Taken:
    """Somebody took a task of `element` in hand, or (`by` None) put it down. `unit` where the line says it."""

    at: datetime
    element: str
    unit: str | None
    by: str | None


@dataclass
class Course:
    """One case by its trail. `begun`: when each round of the promise began; `completed`: when it was kept or void."""

    begun: list[datetime] = field(default_factory=list)
    completed: list[datetime] = field(default_factory=list)
    deadlines: list[tuple[datetime, datetime | None]] = field(default_factory=list)  # from when on, which
    taken: list[Taken] = field(default_factory=list)
    passed: Counter[str] = field(default_factory=Counter)  # process/element → times

    def deadline_at(self, instant: datetime | None) -> datetime | None:
        """The promised deadline in force at this instant, None: at the end of the trail."""
        told = (due for since, due in reversed(self.deadlines) if instant is None or since <= instant)
        return next(told, None)

    def round_at(self, instant: datetime) -> datetime | None:
        """When the round began in which the promise runs at this instant; None: it does not run."""
        anchor = next((at for at in reversed(self.begun) if at <= instant), None)
        if anchor is None or any(anchor <= at <= instant for at in self.completed):
            return None
        return anchor


def course(lines: Iterable[Line], definition: Definition) -> Course:
    """Read the lines of a case in their order."""
    operations = {(each.process, each.id): each.operation for each in definition.elements.values()}
    found = Course()
    for line in lines:
        after = line.after
        if line.action in _DEADLINE:
            due = after.get("deadline")
            found.deadlines.append((line.at, None if due is None else datetime.fromisoformat(due)))
        elif line.action in _TAKEN:
            element = after.get("task") or line.element or ""
            found.taken.append(Taken(line.at, element, after.get("unit"), after.get("assignee")))
        for place in after.get("path", ()):
            found.passed[place] += 1
            process, _, id = place.partition("/")
            _operated(found, operations.get((process, id)), line.at)
    return found


def _operated(found: Course, operation: str | None, at: datetime) -> None:
    if operation in _NEW_ROUND or (operation == _ACCEPTED and not found.begun):
        found.begun.append(at)
    elif operation in _COMPLETED:
        found.completed.append(at)
