"""保存与清除: what is past its time, what is preserved, what waits for a second person, what was erased."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, case, exists, literal, or_, select

from engine.definitions.shipped import CASE_PROCESS
from engine.erasure.retention import Retention, due_at, years_later
from engine.facade import ReadContext
from engine.queries.people import displays
from engine.queries.seen_case import seen_case
from engine.queries.visibility import visible
from engine.storage.models import Instant, cases, erasures, preservations

MOST = 200
_STANDS = preservations.c.lifted_at.is_(None)
_ASKED, _DONE = erasures.c.state == "asked", erasures.c.state == "done"


@dataclass(frozen=True)
class Due:
    """A case past its time, since `due`; the oldest first."""

    no: str
    title: str
    outcome: str | None
    ended_at: datetime
    due: datetime


@dataclass(frozen=True)
class Preserved:
    """A preservation; `by` and `lifted_by` as on screens, `put_by` the sign-in name."""

    no: str
    ground: str
    note: str
    put_by: str
    by: str
    at: datetime
    lifted_by: str | None
    lifted_at: datetime | None
    lifted_note: str | None


@dataclass(frozen=True)
class Erasure:
    """A request or what came of it; names as on screens, `asker` the sign-in name."""

    id: int
    no: str
    ground: str
    note: str
    state: str
    asker: str
    asked_by: str
    asked_at: datetime
    decided_by: str | None
    decided_at: datetime | None


@dataclass(frozen=True)
class Kept:
    """How one case stands: what is over it, and when its time is up; None while it is open."""

    due: datetime | None
    preserved: Preserved | None
    asked: Erasure | None
    done: Erasure | None


@dataclass(frozen=True)
class Keeping:
    """The lists of the house, as far as the actor may know of the cases."""

    retention: Retention
    due: tuple[Due, ...]
    preserved: tuple[Preserved, ...]
    asked: tuple[Erasure, ...]
    done: tuple[Erasure, ...]


def keeping(ctx: ReadContext, most: int | None = MOST) -> Keeping:
    """All lists; of each the first two hundred, `most` None: what was erased, whole."""
    seen = visible(ctx.actor)
    return Keeping(
        ctx.retention,
        tuple(due_cases(ctx.conn, ctx.retention, ctx.now, seen)),
        _preserved(ctx, _of(preservations, _STANDS, seen).order_by(preservations.c.put_at)),
        _erasures(ctx, _of(erasures, _ASKED, seen).order_by(erasures.c.asked_at)),
        _erasures(ctx, _of(erasures, _DONE, seen).order_by(erasures.c.decided_at.desc()).limit(most)),
    )


def kept(ctx: ReadContext, no: str) -> Kept:
    """One case; raises NotFound for a case this person may not know of."""
    row = seen_case(ctx, no).row
    this = cases.c.id == row["id"]
    preserved = _preserved(ctx, _of(preservations, _STANDS, this))
    asked, done = (_erasures(ctx, _of(erasures, state, this)) for state in (_ASKED, _DONE))
    return Kept(
        None if row["erased_at"] is not None else due_at(row, ctx.retention),
        preserved[0] if preserved else None,
        asked[0] if asked else None,
        done[0] if done else None,
    )


def due_cases(
    conn: Connection,
    retention: Retention,
    now: datetime,
    seen: ColumnElement[bool],
    most: int = MOST,
    unasked: bool = False,
) -> list[Due]:
    """Ended cases past their time that nobody has erased and nothing keeps, the longest ended first.

    `unasked`: without those of which somebody has asked for it.
    """
    columns = (cases.c.no, cases.c.title, cases.c.outcome, cases.c.channel, cases.c.ended_at)
    query = select(*columns).where(
        *(cases.c.erased_at.is_(None), cases.c.ended_at.is_not(None), cases.c.key == CASE_PROCESS, seen),
        cases.c.ended_at <= _ended_by(retention, now),
        ~exists().where(preservations.c.case_id == cases.c.id, _STANDS),
    )
    if unasked:
        query = query.where(~exists().where(erasures.c.case_id == cases.c.id, _ASKED))
    rows = conn.execute(query.order_by(cases.c.ended_at, cases.c.id).limit(most)).mappings().all()
    return [_due(row, retention) for row in rows]


def _ended_by(retention: Retention, now: datetime) -> ColumnElement[Any]:
    """By when a case must have ended to be past its time: the longest number that applies comes first."""
    longest = sorted(set(retention.others.values()), reverse=True)
    whens = [(_kept_for(retention, years), _years_ago(now, years)) for years in longest]
    most = _years_ago(now, retention.years)
    return case(*whens, else_=most) if whens else most


def _kept_for(retention: Retention, years: int) -> ColumnElement[bool]:
    codes = [code for code, number in retention.others.items() if number == years]
    return or_(cases.c.outcome.in_(codes), cases.c.channel.in_(codes))


def _years_ago(now: datetime, years: int) -> ColumnElement[Any]:
    return literal(years_later(now, -years), Instant())


def _due(row: Mapping[Any, Any], retention: Retention) -> Due:
    due = due_at(dict(row), retention)
    assert due is not None
    return Due(row["no"], row["title"] or "", row["outcome"], row["ended_at"], due)


# ------------------------------------------------------------------ rows
def _of(table: Any, *wanted: ColumnElement[bool]) -> Select[Any]:
    return select(table, cases.c.no).join(cases, cases.c.id == table.c.case_id).where(*wanted).limit(MOST)


def _preserved(ctx: ReadContext, query: Select[Any]) -> tuple[Preserved, ...]:
    rows = ctx.conn.execute(query).mappings().all()
    names = displays(ctx.conn, {name for row in rows for name in (row["put_by"], row["lifted_by"]) if name})
    same = ("no", "ground", "note", "put_by", "lifted_at", "lifted_note")
    return tuple(
        Preserved(
            **{name: row[name] for name in same},
            by=names[row["put_by"]],
            at=row["put_at"],
            lifted_by=names.get(row["lifted_by"]),
        )
        for row in rows
    )


def _erasures(ctx: ReadContext, query: Select[Any]) -> tuple[Erasure, ...]:
    rows = ctx.conn.execute(query).mappings().all()
    names = displays(ctx.conn, {name for row in rows for name in (row["asked_by"], row["decided_by"]) if name})
    same = ("id", "no", "ground", "note", "state", "asked_at", "decided_at")
    return tuple(
        Erasure(
            **{name: row[name] for name in same},
            asker=row["asked_by"],
            asked_by=names[row["asked_by"]],
            decided_by=names.get(row["decided_by"]),
        )
        for row in rows
    )
