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


def holders_then(conn: Connection, case_id: int, seq: int, open_then: Sequence[OpenTask]) -> dict[str, str]:
    """Task id → who held it after line `seq`, of those that were then open."""
    held: dict[str, str | None] = {}
    changes = list(_changes(conn, case_id, seq))
    if not changes:
        return {}
    spells = _spells(conn, case_id, open_then)
    for at, element, before, assignee in changes:
        about = _about(spells, held, at, element, before, assignee)
        if about is not None:
            held[about] = assignee
    open_ids = {task.id for task in open_then}
    return {id: name for id, name in held.items() if name is not None and id in open_ids}


def _changes(conn: Connection, case_id: int, seq: int) -> Iterator[tuple[datetime, str, str | None, str | None]]:
    """When, which element, from whom, to whom; oldest first."""
    query = select(audit).where(audit.c.case_id == case_id, audit.c.seq <= seq, audit.c.action.in_(HOLDING))
    for row in conn.execute(query.order_by(audit.c.seq)).mappings():
        before, after = json.loads(row["before"] or "{}"), json.loads(row["after"] or "{}")
        yield row["at"], after.get("task") or row["element"], before.get("assignee"), after.get("assignee")


def _spells(conn: Connection, case_id: int, open_then: Iterable[OpenTask]) -> Mapping[str, _Spell]:
    over = select(finished_tasks).where(finished_tasks.c.case_id == case_id)
    found = {row["id"]: _spell(row, row["ended_at"], row["actor"]) for row in conn.execute(over).mappings()}
    still = select(tasks).where(tasks.c.case_id == case_id)
    found |= {row["id"]: _spell(row, None, row["assignee"]) for row in conn.execute(still).mappings()}
    led = {task.id: _Spell(task.id, task.element.id, task.since, None, None) for task in open_then}
    return {**led, **found}


def _spell(row: Mapping[Any, Any], ended_at: datetime | None, by: str | None) -> _Spell:
    return _Spell(row["id"], row["element"], row["opened_at"], ended_at, by)


def _about(
    spells: Mapping[str, _Spell],
    held: Mapping[str, str | None],
    at: datetime,
    element: str,
    before: str | None,
    assignee: str | None,
) -> str | None:
    """The task a line is about, None where there was none of that name."""
    open_at = [
        spell
        for spell in spells.values()
        if spell.element == element and spell.opened_at <= at and (spell.ended_at is None or at <= spell.ended_at)
    ]
    with_them = [spell for spell in open_at if held.get(spell.id) == before] or open_at
    likely = [spell for spell in with_them if spell.by in (assignee, before) and spell.by is not None] or with_them
    return likely[0].id if likely else None
