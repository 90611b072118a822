"""What the person who asks has typed and not sent. Nobody else's drafts are ever read."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from engine import drafts as kept
from engine.drafts import REGISTERING, Draft
from engine.facade import ReadContext
from engine.queries.visibility import visible
from engine.storage.models import cases, drafts, finished_tasks, tasks

LATEST = 100


@dataclass(frozen=True)
class DraftLine:
    """One of the own drafts. `step`, `no` and `title` are None where the case may not be seen any more.

    `open`: whether its form can still be sent; `registering`: it belongs to no task.
    """

    draft: Draft
    step: str | None
    no: str | None
    title: str | None
    open: bool
    registering: bool


def with_draft(ctx: ReadContext, task_ids: Collection[str]) -> frozenset[str]:
    """Of these tasks those for which the person who asks has a draft."""
    return frozenset(kept.places(ctx.conn, ctx.actor.name, list(task_ids))) if task_ids else frozenset()


def own_draft(ctx: ReadContext, place: str) -> Draft | None:
    """The own draft at a place: the id of a task, or `register:…`."""
    return kept.draft_of(ctx.conn, ctx.keys, ctx.actor.name, place)


def own_drafts(ctx: ReadContext, registering: bool = False) -> list[DraftLine]:
    """The own drafts, latest first; `registering`: those of registrations alone."""
    query = select(drafts.c.place).where(drafts.c.person == ctx.actor.name)
    if registering:
        query = query.where(drafts.c.place.startswith(REGISTERING))
    places = list(ctx.conn.scalars(query.order_by(drafts.c.at.desc(), drafts.c.place).limit(LATEST)))
    found = (own_draft(ctx, place) for place in places)
    return [_line(ctx, draft) for draft in found if draft is not None]


def _line(ctx: ReadContext, draft: Draft) -> DraftLine:
    if draft.place.startswith(REGISTERING):
        return DraftLine(draft, None, None, None, True, True)
    for table in (tasks, finished_tasks):
        of_case = select(table.c.name, cases.c.no, cases.c.title).join(cases, cases.c.id == table.c.case_id)
        row = ctx.conn.execute(of_case.where(table.c.id == draft.place, visible(ctx.actor))).first()
        if row is not None:
            return DraftLine(draft, row.name, row.no, row.title, table is tasks, False)
    return DraftLine(draft, None, None, None, False, False)
