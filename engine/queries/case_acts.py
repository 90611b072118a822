"""What a person may do with a case beside its tasks: withdraw it for the citizen, note a parcel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.cases import live, policy
from engine.facade import ReadContext
from engine.queries.case import Case
from engine.queries.seen_case import seen_case
from engine.queries.variables import Schema

_POSTS = {"withdraw": policy.WITHDRAW, "courier": policy.COURIER}


@dataclass(frozen=True)
class CaseAct:
    """The form of one act, as the version of the case has it; `values` are what is known already."""

    no: str
    title: str
    schema: Schema
    values: Mapping[str, Any]


def acts_offered(ctx: ReadContext, opened: live.Live, told: Case) -> tuple[str, ...]:
    """The acts that make sense now and are this person's to do."""
    sensible = {"withdraw": opened.run.waits_for("withdraw"), "courier": told.phase == "feedback"}
    return tuple(act for act, posts in _POSTS.items() if sensible[act] and policy.holds(ctx.actor, posts))


def case_act(ctx: ReadContext, no: str, act: str) -> CaseAct:
    """The form of an act; raises NotFound for a case this person may not know of. May they, is for the door to say."""
    found = seen_case(ctx, no)
    schema = ctx.versions.get(ctx.conn, found.row["bundle_id"]).definition.form(act)
    known = found.record.facts.get("courier") if act == "courier" else None
    return CaseAct(no, found.row["title"], schema, known or {})
