"""常用答复, as the forms offer them and as those see them who keep them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select

from engine.canned import steps_kept
from engine.errors import NotFound, NotYours
from engine.facade import ReadContext
from engine.queries.people import displays
from engine.storage.models import canned_answers

_c = canned_answers.c
_SAID = ("id", "element", "matter_code", "title", "text", "revision")


@dataclass(frozen=True)
class Canned:
    """One that is in use; `text` with its placeholders, `matter_code` None for every matter, `by` as on screens."""

    id: int
    element: str
    matter_code: str | None
    title: str
    text: str
    revision: int
    by: str
    at: datetime


def canned_for(ctx: ReadContext, element: str, matter_code: str | None) -> tuple[Canned, ...]:
    """What is offered at a step: first what is meant for the matter, then what is meant for all."""
    meant = _c.matter_code.is_(None) | (_c.matter_code == matter_code)
    found = tuple(_read(ctx, _c.element == element, meant))
    return tuple(sorted(found, key=lambda each: (each.matter_code is None, each.title, each.id)))


def canned_book(ctx: ReadContext) -> tuple[Canned, ...]:
    """Those the person who asks keeps, by step and title; raises NotYours for who keeps none."""
    steps = steps_kept(ctx.actor)
    if not steps:
        raise NotYours("常用答复由窗口负责人、工作小组、区政务服务局、流程管理员和科室负责人维护。")
    found = _read(ctx, _c.element.in_(steps))
    return tuple(sorted(found, key=lambda each: (steps.index(each.element), each.matter_code or "", each.title)))


def canned_kept(ctx: ReadContext, id: int) -> Canned:
    """One of them; raises NotFound, NotYours."""
    found = next((each for each in canned_book(ctx) if each.id == id), None)
    if found is None:
        raise NotFound("没有这条常用答复：可能已经停用，也可能不由您维护。")
    return found


def _read(ctx: ReadContext, *wanted: ColumnElement[bool]) -> Iterator[Canned]:
    query = select(*(_c[name] for name in (*_SAID, "changed_by", "changed_at"))).where(_c.retired_at.is_(None), *wanted)
    rows = ctx.conn.execute(query).all()
    names = displays(ctx.conn, {row.changed_by for row in rows}) if rows else {}
    for row in rows:
        said = {name: row._mapping[name] for name in _SAID}
        yield Canned(**said, by=names[row.changed_by], at=row.changed_at)
