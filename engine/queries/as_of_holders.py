"""Who held the open tasks of a case after a line of its trail: claims and what was handed on are lines themselves.

Such a line names the element and not the task. Where several tasks of that name were open, units working side by
side, it is about the one that lay with whoever had it before, and then with whoever came to do it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from engine.bpmn.runtime import OpenTask
from engine.storage.models import audit, finished_tasks, tasks

HOLDING = ("claimed", "unclaimed", "handed_on", "delegated", "resolved")


@dataclass(frozen=True)
class _Spell:
    """A task from its opening to its end (None: open still), and who did it, or has it today."""

    id: str
    element: str
    opened_at: datetime
    ended_at: datetime | None
    by: str | None

    def open_at(self, at: datetime) -> bool:
        """Whether it was open at that instant."""
        return self.opened_at <= at and (self.ended_at is None or at <= self.ended_at)


@dataclass(frozen=True)
class Holding:
    """A line by which a task changed hands: `to` None where it went back to its group."""

    seq: int
    at: datetime
    task_id: str
    to: str | None


def holdings(conn: Connection, case_id: int, seq: int, open_then: Sequence[OpenTask]) -> list[Holding]:
    """The lines up to `seq` by which tasks changed hands, each with the task it is about, oldest first."""
    changes = list(_changes(conn, case_id, seq))
    spells = _spells(conn, case_id, open_then) if changes else {}
    held: dict[str, str | None] = {}
    found = []
    for change in changes:
        about = _about(spells, held, change)
        if about is not None:
            held[about] = change.to
            found.append(Holding(change.seq, change.at, about, change.to))
    return found


def holders_then(lines: Iterable[Holding], open_then: Iterable[OpenTask]) -> dict[str, str]:
    """Task id → who held it after these lines, of those that were then open."""
    held = {line.task_id: line.to for line in lines}
    return {task.id: name for task in open_then if (name := held.get(task.id)) is not None}


@dataclass(frozen=True)
class _Change:
    """What such a line says: from whom, to whom, at which element."""

    seq: int
    at: datetime
    element: str
    before: str | None
    to: str | None


def _changes(conn: Connection, case_id: int, seq: int) -> Iterator[_Change]:
    query = select(audit).where(audit.c.case_id == case_id, audit.c.seq <= seq, audit.c.action.in_(HOLDING))
    for row in conn.execute(query.order_by(audit.c.seq)).mappings():
        before, after = json.loads(row["before"] or "{}"), json.loads(row["after"] or "{}")
        element = after.get("task") or row["element"]
        yield _Change(row["seq"], row["at"], element, before.get("assignee"), after.get("assignee"))


def _spells(conn: Connection, case_id: int, open_then: Iterable[OpenTask]) -> Mapping[str, _Spell]:
    over = select(finished_tasks).where(finished_tasks.c.case_id == case_id)
    found = {row["id"]: _spell(row, row["ended_at"], row["actor"]) for row in conn.execute(over).mappings()}
    still = select(tasks).where(tasks.c.case_id == case_id)
    found |= {row["id"]: _spell(row, None, row["assignee"]) for row in conn.execute(still).mappings()}
    led = {task.id: _Spell(task.id, task.element.id, task.since, None, None) for task in open_then}
    return {**led, **found}


def _spell(row: Mapping[Any, Any], ended_at: datetime | None, by: str | None) -> _Spell:
    return _Spell(row["id"], row["element"], row["opened_at"], ended_at, by)


def _about(spells: Mapping[str, _Spell], held: Mapping[str, str | None], change: _Change) -> str | None:
    """The task a line is about, None where there was none of that name."""
    open_at = [spell for spell in spells.values() if spell.element == change.element and spell.open_at(change.at)]
    with_them = [spell for spell in open_at if held.get(spell.id) == change.before] or open_at
    likely = [spell for spell in with_them if spell.by in (change.to, change.before) and spell.by is not None]
    return next((spell.id for spell in likely or with_them), None)
