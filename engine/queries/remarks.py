"""备注: what people left at the tasks of a case for one another, and the few that are for the citizen too."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine.cases import policy
from engine.definitions.act_forms import act_form
from engine.facade import ReadContext
from engine.queries.case import CaseTask
from engine.queries.people import displays
from engine.queries.seen_case import SeenCase, seen_case
from engine.queries.sight import Sight
from engine.queries.variables import Schema
from engine.storage.models import answers
from engine.storage.sealed import unsealed

REMARK = "comment"  # its form


@dataclass(frozen=True)
class Remark:
    """One of them; `by` as on screens, `public`: the citizen reads it where they look up their case."""

    by: str
    at: datetime
    text: str
    public: bool


@dataclass(frozen=True)
class PublicRemark:
    """What the citizen reads: nobody is named, numbers and their own name are masked."""

    at: datetime
    text: str


def remarks_of(ctx: ReadContext, case_id: int, sight: Sight) -> tuple[Remark, ...]:
    """All of a case, oldest first, as far as `sight` shows them. Whether the actor may see it is for the caller."""
    found = list(_left(ctx, case_id))
    names = displays(ctx.conn, {row["actor"] for row, _ in found}) if found else {}
    return tuple(
        Remark(names[row["actor"]], row["at"], sight.text(said["message"]), _is_public(said)) for row, said in found
    )


def public_remarks(ctx: ReadContext, found: SeenCase) -> tuple[PublicRemark, ...]:
    """Those for the citizen, oldest first; none of a case that is handled in confidence."""
    if found.row["restricted"]:
        return ()
    sight = Sight(False, ctx.conn, ctx.keys, found.row["id"])
    left = _left(ctx, found.row["id"])
    return tuple(PublicRemark(row["at"], sight.text(said["message"])) for row, said in left if _is_public(said))


def remark_form(ctx: ReadContext, no: str) -> Schema:
    """The form of a remark as the version of the case has it; raises NotFound for a case not to be seen."""
    row = seen_case(ctx, no).row
    return act_form(ctx.versions.get(ctx.conn, row["bundle_id"]).definition, REMARK)


def may_remark(ctx: ReadContext, tasks: tuple[CaseTask, ...]) -> tuple[str, ...]:
    """The ids of those of these open tasks at which this person may leave a remark."""
    return tuple(task.id for task in tasks if policy.acts_on(ctx.actor, (task.groups,)))


def _left(ctx: ReadContext, case_id: int) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Every remark: its row, opened, and what was entered."""
    query = select(answers).where(answers.c.case_id == case_id, answers.c.element == REMARK).order_by(answers.c.seq)
    for sealed in ctx.conn.execute(query).mappings():
        row = unsealed(ctx.keys, answers, sealed)
        yield row, json.loads(row["variables"])


def _is_public(said: dict[str, Any]) -> bool:
    return said.get("public") is True
