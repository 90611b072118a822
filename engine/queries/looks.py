"""谁看过什么: who looked at which cases, newest first, of everybody or of one person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select, union_all

from engine.accesses import IN_CLEAR
from engine.facade import ReadContext
from engine.queries.paging import apart, behind, mark_of
from engine.queries.people import called, displays
from engine.queries.statistics import Period
from engine.storage.models import accesses, cases

LIMIT = 50
MOST = 200
_a = accesses.c


@dataclass(frozen=True)
class LookFilter:
    """Every value given narrows the list. `person`: a sign-in name or a name on screens; `what`: a key of
    vocabulary.ACCESS; `since`, `until`: days, inclusive."""

    person: str | None = None
    what: str | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Look:
    """Somebody looked at a case; `by` as on screens, `what` a key of vocabulary.ACCESS, `clear`: with personal data.

    `no`: None for a restricted case, which is not named.
    """

    at: datetime
    person: str
    by: str
    no: str | None
    what: str
    clear: bool


@dataclass(frozen=True)
class Looks:
    """One page. `next`: the `after` of the next page, null on the last."""

    items: tuple[Look, ...]
    next: str | None


def looks(ctx: ReadContext, wanted: LookFilter, after: str | None = None, limit: int = LIMIT) -> Looks:
    """The looks the filter lets through, newest first; raises BadInput for an `after` that is none."""
    of_kind = [] if wanted.what is None else [_a.what == wanted.what]
    asked = [*of_kind, Period(wanted.since, wanted.until).holds(_a.at), *behind(_a.at, _a.id, after)]
    each = [head.where(*asked).order_by(_a.at.desc(), _a.id.desc()).limit(limit + 1) for head in _heads(ctx, wanted)]
    merged = union_all(*apart(each)).subquery()
    newest = select(merged, cases.c.no, cases.c.restricted).join(cases, cases.c.id == merged.c.case_id)
    ordered = newest.order_by(merged.c.at.desc(), merged.c.id.desc()).limit(limit + 1)
    found = ctx.conn.execute(ordered).mappings().all()
    items = _told(ctx, found[:limit])
    return Looks(items, mark_of(found[limit - 1]["at"], found[limit - 1]["id"]) if len(found) > limit else None)


def _heads(ctx: ReadContext, wanted: LookFilter) -> Iterator[Select[Any]]:
    rows = select(_a.id, _a.at, _a.person, _a.what, _a.case_id)
    if wanted.person is None:
        yield rows
    else:
        yield from (rows.where(_a.person == name) for name in called(ctx.conn, wanted.person))


def _told(ctx: ReadContext, rows: Sequence[Mapping[Any, Any]]) -> tuple[Look, ...]:
    names = displays(ctx.conn, {row["person"] for row in rows})
    return tuple(
        Look(
            at=row["at"],
            person=row["person"],
            by=names[row["person"]],
            no=None if row["restricted"] else row["no"],
            what=row["what"],
            clear=row["what"] in IN_CLEAR,
        )
        for row in rows
    )
