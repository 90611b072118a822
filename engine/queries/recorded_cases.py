"""The cases of a period as their trails tell them, to be replayed (engine/definitions/whatif)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import orjson
from sqlalchemy import select

from engine.audit.replay import Told, lines_of
from engine.cases.commands import SYSTEM
from engine.cases.deeds import BEGUN, DEEDS, MIGRATED, MIGRATION_UNDONE, SAID_ALONE, SAID_ON_THE_WAY, STRUCK
from engine.definitions.whatif.recorded import Act, Came, Recorded, Task, in_order
from engine.facade import ReadContext
from engine.queries.ledger import open_to_all
from engine.queries.statistics import Period
from engine.storage.models import cases, finished_tasks, tasks

BATCH = 50  # cases
_ON_OTHERS = frozenset({MIGRATED, MIGRATION_UNDONE})
_KNOWN = frozenset({BEGUN, STRUCK, *DEEDS, *SAID_ALONE, *SAID_ON_THE_WAY})
_COLUMNS = (
    *("grade", "outcome", "lead_unit", "tier", "deadline", "original_deadline", "accepted_at", "completed_at"),
    *("counted_at", "counted_due", "ended_at"),
)
_ROW = select(
    *(cases.c[name] for name in ("id", "no", "uid", "bundle_id", "merged_into", "facts", *_COLUMNS)),
)


@dataclass(frozen=True)
class Unfit:
    """A case whose trail does not tell all that a replay needs, and why."""

    no: str
    reason: str


@dataclass(frozen=True)
class Drawn:
    """The cases of a period: row ids of those taken, in the order they are to be replayed; and how many there are."""

    ids: tuple[int, ...]
    all: int


def drawn(ctx: ReadContext, period: Period, most: int, seed: int) -> Drawn:
    """The cases received in the period that this person may know of, restricted ones never; of more than `most` a
    random sample, the same for the same seed.
    """
    query = select(cases.c.id).where(*open_to_all(ctx), period.holds(cases.c.received_at)).order_by(cases.c.id)
    ids = list(ctx.conn.scalars(query))
    return Drawn(tuple(Random(seed).sample(ids, min(most, len(ids)))), len(ids))


def recorded_cases(ctx: ReadContext, ids: Sequence[int]) -> Iterator[Recorded | Unfit]:
    """These cases, in the order of their ids in `ids`."""
    for begin in range(0, len(ids), BATCH):
        batch = ids[begin : begin + BATCH]
        found = {row["id"]: row for row in ctx.conn.execute(_ROW.where(cases.c.id.in_(batch))).mappings()}
        lain = _tasks(ctx, batch)
        for case_id in batch:
            yield _recorded(ctx, found[case_id], lain[case_id])


def _recorded(ctx: ReadContext, row: Mapping[Any, Any], lain: Sequence[Task]) -> Recorded | Unfit:
    lines = lines_of(ctx.conn, ctx.keys, row["id"])
    why = _unfit(lines)
    if why is not None:
        return Unfit(row["no"], why)
    acts = tuple(_act(line) for line in lines if line.action == BEGUN or line.action in DEEDS)
    version = ctx.versions.get(ctx.conn, row["bundle_id"]).version
    return Recorded(row["no"], row["uid"], version, acts, _came(row, lines, lain))


def _unfit(lines: Sequence[Told]) -> str | None:
    if not lines or lines[0].action != BEGUN:
        return "留痕的第一行不是登记"
    if any(line.action in _ON_OTHERS for line in lines):
        return "办理中途换过流程的版本"
    strange = next((line.action for line in lines if line.action not in _KNOWN), None)
    if strange is not None:
        return f"留痕里有不能重放的一步（{strange}）"
    if any(line.entered is None and "commitment" in line.after for line in lines):
        return "当时填写的内容已不在，或打不开"
    return None


def _act(line: Told) -> Act:
    return Act(
        seq=line.seq,
        at=line.at,
        actor=line.actor,
        action=line.action,
        element=line.element or "",
        entered=None if line.entered is None else line.answers,
        said=line.said,
        before=line.before,
        task_id=line.task_id,
    )


def _came(row: Mapping[Any, Any], lines: Sequence[Told], lain: Sequence[Task]) -> Came:
    orders = [order for order in orjson.loads(row["facts"])["orders"] if order.get("signed_at")]
    by_clock = sum(1 for order in orders if order["signed_by"] == SYSTEM.name)
    return Came(
        **{name: row[name] for name in _COLUMNS},
        merged=row["merged_into"] is not None,
        signed=len(orders) - by_clock,
        auto_signed=by_clock,
        raised=tuple((line.at, line.after["tier"]) for line in lines if line.action == "escalated"),
        tasks=in_order(lain),
    )


def _tasks(ctx: ReadContext, ids: Sequence[int]) -> Mapping[int, list[Task]]:
    """By case: the tasks that people did, and those still open."""
    found: defaultdict[int, list[Task]] = defaultdict(list)
    same = ("case_id", "element", "unit", "opened_at")
    done = select(*(finished_tasks.c[name] for name in (*same, "ended_at")))
    done = done.where(finished_tasks.c.case_id.in_(ids), finished_tasks.c.how == "completed")
    for case_id, *task in ctx.conn.execute(done):
        found[case_id].append((task[0], task[1], task[2], task[3]))
    still = select(*(tasks.c[name] for name in same)).where(tasks.c.case_id.in_(ids))
    for case_id, *task in ctx.conn.execute(still):
        found[case_id].append((task[0], task[1], task[2], None))
    return found
