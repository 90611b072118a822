"""Whether somebody has come before with the same matter: a hint while registering, and nothing more is made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select

from engine.cases.case_person import person_row
from engine.cases.marks import of_same_person
from engine.definitions.shipped import CASE_PROCESS
from engine.facade import ReadContext
from engine.queries.case import Applicant, applicant_of
from engine.queries.seen_case import seen_case
from engine.queries.visibility import visible
from engine.storage.models import cases

WITHIN = timedelta(days=30)  # DOMAIN.md, "Duplicate"
_SHOWN = 5


@dataclass(frozen=True)
class LikelyDuplicate:
    """A case of the same person, and of the same matter where one was named; the person masked."""

    no: str
    title: str
    status: str
    received_at: datetime
    matter: str | None
    person: Applicant


@dataclass(frozen=True)
class CameBefore:
    """`likely`: of the last 30 days, newest first; `times`: how often this person ever came with this matter."""

    likely: tuple[LikelyDuplicate, ...]
    times: int


NEVER = CameBefore((), 0)


def came_before(
    ctx: ReadContext, name: str | None, phone: str | None, matter: str | None, but: str | None = None
) -> CameBefore:
    """The cases of whoever has this phone, without one this whole name, that the actor may know of; `but` left out."""
    ids = of_same_person(ctx.conn, ctx.keys, name, phone)
    if not ids:
        return NEVER
    same = [cases.c.id.in_(ids), cases.c.key == CASE_PROCESS, visible(ctx.actor), cases.c.no != (but or "")]
    of_matter = [*same, cases.c.matter_code == matter] if matter else same
    return CameBefore(_likely(ctx, of_matter), _times(ctx, of_matter) if matter else 0)


def came_before_case(ctx: ReadContext, no: str) -> CameBefore:
    """The same for the person of a case just registered; raises NotFound where it may not be seen."""
    row = seen_case(ctx, no).row
    person = person_row(ctx.conn, ctx.keys, row["id"])
    if person["kind"] == "anonymous":
        return NEVER
    return came_before(ctx, person["name"], person["phone"], row["matter_code"], but=no)


def _likely(ctx: ReadContext, asked: list[ColumnElement[bool]]) -> tuple[LikelyDuplicate, ...]:
    recent = select(cases).where(*asked, cases.c.received_at >= ctx.now - WITHIN)
    newest = recent.order_by(cases.c.received_at.desc(), cases.c.id.desc()).limit(_SHOWN)
    return tuple(_duplicate(ctx, row) for row in ctx.conn.execute(newest).mappings())


def _duplicate(ctx: ReadContext, row: Mapping[Any, Any]) -> LikelyDuplicate:
    matter = ctx.directory.matters.get(row["matter_code"] or "")
    return LikelyDuplicate(
        no=row["no"],
        title=row["title"],
        status=row["status"],
        received_at=row["received_at"],
        matter=None if matter is None else matter.name,
        person=applicant_of(ctx, row["id"], clear=False),
    )


def _times(ctx: ReadContext, asked: list[ColumnElement[bool]]) -> int:
    return int(ctx.conn.execute(select(func.count()).select_from(cases).where(*asked)).scalar_one())
