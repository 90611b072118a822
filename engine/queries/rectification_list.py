"""整改 as the domain API tells it: a list that is filtered and paged by keyset, and one with all that was said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select

from engine.clock import midnight
from engine.errors import NotFound
from engine.facade import ReadContext
from engine.queries.case import CaseTask, open_tasks_of
from engine.queries.paging import behind, mark_of
from engine.queries.papers import PAPER, CaseAttachment, attachments_of
from engine.queries.rectifications import Finding, about, newest, number_of, of_kind, read
from engine.queries.sight import Sight
from engine.queries.variables import Answer, answers_of
from engine.storage.models import cases, rectifications

LIMIT = 50
MOST = 200
_r = rectifications.c


@dataclass(frozen=True)
class RectificationFilter:
    """Every value given narrows the list. `status`: a code, or `late`: asked and overdue; `case_no`: the case they are
    about; `since`, `until`: days they were put on, inclusive.
    """

    status: str | None = None
    unit: str | None = None
    rule: str | None = None
    case_no: str | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class RectificationRow:
    """A finding in a list. `late`: the unit has not answered in time; `element_name`: as drawn; `put_by`: who put it;
    `due`: of what waits now, null when nothing does.
    """

    no: str
    status: str
    late: bool
    case_no: str
    element: str
    element_name: str
    rule: str | None
    unit: str
    put_by: str
    put_at: datetime
    due: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True)
class RectificationList:
    """One page. `next`: the `after` of the next page, null on the last; `total`: how many the filter lets through."""

    items: tuple[RectificationRow, ...]
    next: str | None
    total: int


@dataclass(frozen=True)
class RectificationAnswer:
    """What was entered at one step; the person of the case is masked in it."""

    element: str
    name: str
    by: str
    at: datetime
    variables: Mapping[str, Any]


@dataclass(frozen=True)
class Rectification(RectificationRow):
    """One finding with everything said of it. `text`, `ask`: what was found and what the unit is to do, null once
    erased with the case; `days`: working days it has; `answers`: everything since, oldest first.
    """

    text: str | None
    ask: str | None
    days: int | None
    answers: tuple[RectificationAnswer, ...]
    attachments: tuple[CaseAttachment, ...]
    open_tasks: tuple[CaseTask, ...]
    definition_version: str


def list_rectifications(
    ctx: ReadContext, wanted: RectificationFilter, after: str | None = None, limit: int = LIMIT
) -> RectificationList:
    """The findings this person may know of and the filter lets through, the newest first; raises BadInput for an
    `after` that is none.
    """
    asked = list(_conditions(ctx, wanted))
    found = read(ctx, newest(ctx, *asked, *behind(_r.put_at, _r.case_id, after)).limit(limit + 1))
    items = tuple(RectificationRow(**_row(each)) for each in found[:limit])
    onward = mark_of(found[limit - 1].put_at, found[limit - 1].id) if len(found) > limit else None
    return RectificationList(items, onward, number_of(ctx, *asked))


def rectification(ctx: ReadContext, no: str) -> Rectification:
    """One finding; raises NotFound, also for whoever may not know of it."""
    found = read(ctx, newest(ctx, cases.c.no == no))
    if not found:
        raise NotFound("没有这件整改：可能编号有误，也可能您无权查看。")
    [it] = found
    about_id, bundle = ctx.conn.execute(
        select(_r.about_id, cases.c.bundle_id).join(cases, cases.c.id == _r.case_id).where(_r.case_id == it.id)
    ).one()
    version = ctx.versions.get(ctx.conn, bundle)
    sight = Sight(False, ctx.conn, ctx.keys, about_id)
    begun, *since = answers_of(ctx, it.id, version.definition, sight)
    return Rectification(
        **_row(it),
        text=begun.values.get("text"),
        ask=begun.values.get("ask"),
        days=begun.values.get("days"),
        answers=tuple(_answer(each) for each in since if each.element != PAPER),
        attachments=attachments_of(ctx, it.id, sight),
        open_tasks=open_tasks_of(ctx, it.id),
        definition_version=version.external_id,
    )


def _answer(given: Answer) -> RectificationAnswer:
    name = str(given.schema.get("title") or given.element)
    return RectificationAnswer(given.element, name, given.actor, given.at, given.values)


def _row(found: Finding) -> dict[str, Any]:
    same = ("no", "status", "late", "element", "rule", "put_by", "put_at", "ended_at")
    return {
        **{name: getattr(found, name) for name in same},
        "case_no": found.about,
        "element_name": found.name,
        "unit": found.unit_code,
        "due": found.due.at,
    }


# ------------------------------------------------------------------ filters and pages
def _conditions(ctx: ReadContext, wanted: RectificationFilter) -> Iterator[ColumnElement[bool]]:
    yield from of_kind(ctx, wanted.status)
    if wanted.unit is not None:
        yield _r.unit == wanted.unit
    if wanted.rule is not None:
        yield _r.rule == wanted.rule
    if wanted.case_no is not None:
        yield about(wanted.case_no)
    if wanted.since is not None:
        yield _r.put_at >= midnight(wanted.since)
    if wanted.until is not None:
        yield _r.put_at < midnight(wanted.until) + timedelta(days=1)
