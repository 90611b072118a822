"""What became of timers: struck, armed, disarmed, failed.

The trail has a line for what struck, and for what was armed or disarmed when a case moved to another version. Of one
case, asked for by its instance or number, it is told as well when each timer began to wait and when it went with its
step, by leading the case again; and where one could not strike, by its incident.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, false, func, select

from engine.facade import ReadContext
from engine.queries.case_lines import CaseLine, count_lines, lines, of_line
from engine.queries.narrowing import equal
from engine.queries.paging import MOST, Page, part
from engine.queries.processes import definition_id
from engine.queries.timer_lives import timer_turns
from engine.queries.visibility import visible
from engine.storage.models import audit, cases, incidents

ARMED, STRUCK, DISARMED, FAILED = "armed", "timer_fired", "disarmed", "failed"


@dataclass(frozen=True)
class JobLine(CaseLine):
    """What became of a timer at a line of the trail, or after it. `timer` where it is known; `kind`: of the element
    drawn; `cause`: why it failed."""

    action: str
    element: str
    kind: str | None
    timer: str | None
    due: datetime | None
    cause: str | None = None


@dataclass(frozen=True)
class JobLineFilter:
    """Every value given narrows the list; flags narrow it when true. `failed`: told of one case alone."""

    uid: str | None = None
    no: str | None = None
    key: str | None = None
    elements: tuple[str, ...] | None = None
    armed: bool = False
    struck: bool = False
    disarmed: bool = False
    failed: bool = False


_SAID = tuple(audit.c[name] for name in ("action", "element", "before", "after"))


def job_lines(ctx: ReadContext, wanted: JobLineFilter, page: Page) -> list[JobLine]:
    """The lines the filter lets through, case by case in their order unless sorted otherwise."""
    if _of_one_case(wanted):
        return part(_of_case(ctx, wanted), page)
    return [_line(ctx, row) for row in lines(ctx, _SAID, _asked(wanted), page)]


def count_job_lines(ctx: ReadContext, wanted: JobLineFilter) -> int:
    """How many `job_lines` would give without limits."""
    return len(_of_case(ctx, wanted)) if _of_one_case(wanted) else count_lines(ctx, _asked(wanted))


# ------------------------------------------------------------------ of one case, led again
def _of_one_case(wanted: JobLineFilter) -> bool:
    return wanted.uid is not None or wanted.no is not None


def _of_case(ctx: ReadContext, wanted: JobLineFilter) -> list[JobLine]:
    same = equal({cases.c.uid: wanted.uid, cases.c.no: wanted.no, cases.c.key: wanted.key})
    row = ctx.conn.execute(select(cases).where(visible(ctx.actor), *same)).mappings().one_or_none()
    if row is None:
        return []
    found = sorted([*_lived(ctx, dict(row)), *_failed(ctx, dict(row))], key=attrgetter("at", "seq"))
    return [each for each in found if _fits(each, wanted)]


def _lived(ctx: ReadContext, row: Mapping[str, Any]) -> Iterator[JobLine]:
    """Turns as far as the case can be led again, what struck to the end, and from there on what else the trail says."""
    turns, known_to = timer_turns(ctx, row)
    of = _case_of(ctx, row)
    for turn in turns:
        action = ARMED if turn.armed else DISARMED
        yield of(turn.seq, turn.at, action, turn.element, turn.timer, turn.due)
    every = Page(most=MOST)
    for line in lines(ctx, _SAID, _asked(JobLineFilter(uid=row["uid"])), every):
        if line["action"] == STRUCK or line["seq"] > known_to:
            yield _line(ctx, line)


def _failed(ctx: ReadContext, row: Mapping[str, Any]) -> Iterator[JobLine]:
    """One for each incident of a timer; `seq`: the last line before it."""
    of_timer = (incidents.c.case_id == row["id"], incidents.c.timer_id.is_not(None))
    of = _case_of(ctx, row)
    before = select(func.coalesce(func.max(audit.c.seq), 0))
    before = before.where(audit.c.case_id == row["id"], audit.c.at <= incidents.c.opened_at)
    query = select(incidents, before.scalar_subquery().label("seq")).where(*of_timer).order_by(incidents.c.id)
    for each in ctx.conn.execute(query).mappings():
        line = of(each["seq"], each["opened_at"], FAILED, each["element"] or "", each["timer_id"], None)
        yield replace(line, cause=each["cause"])


def _case_of(ctx: ReadContext, row: Mapping[str, Any]) -> Callable[..., JobLine]:
    version = ctx.versions.get(ctx.conn, row["bundle_id"])
    kinds = {element.id: element.kind for element in version.definition.elements.values()}
    id = definition_id(row["key"], version.version, version.definition.hash)

    def line(seq: int, at: datetime, action: str, element: str, timer: str, due: datetime | None) -> JobLine:
        named = (row["uid"], row["no"], row["key"], id, seq, at)
        return JobLine(*named, action, element, kinds.get(element), timer, due)

    return line


def _fits(each: JobLine, wanted: JobLineFilter) -> bool:
    flags = ((wanted.armed, ARMED), (wanted.struck, STRUCK), (wanted.disarmed, DISARMED), (wanted.failed, FAILED))
    asked = {action for flag, action in flags if flag}
    return asked <= {each.action} and (wanted.elements is None or each.element in wanted.elements)


# ------------------------------------------------------------------ of many, by the trail
def _asked(wanted: JobLineFilter) -> Iterator[ColumnElement[bool]]:
    yield audit.c.action.in_((ARMED, STRUCK, DISARMED))
    yield from equal({cases.c.uid: wanted.uid, cases.c.no: wanted.no, cases.c.key: wanted.key})
    if wanted.elements is not None:
        yield audit.c.element.in_(wanted.elements)
    for asked, action in ((wanted.armed, ARMED), (wanted.struck, STRUCK), (wanted.disarmed, DISARMED)):
        if asked:
            yield audit.c.action == action
    if wanted.failed:
        yield false()


def _line(ctx: ReadContext, row: Mapping[Any, Any]) -> JobLine:
    said = json.loads(row["after"] or row["before"] or "{}")
    drawn = ctx.versions.get(ctx.conn, row["bundle_id"]).definition.elements.values()
    return JobLine(
        **of_line(row),
        action=row["action"],
        element=row["element"],
        kind=next((each.kind for each in drawn if each.id == row["element"]), None),
        timer=said.get("timer"),
        due=datetime.fromisoformat(said["due"]) if said.get("due") else None,
    )
