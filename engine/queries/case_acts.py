"""What a person may do with a case beside its tasks, and the form of each such act."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.cases import live, policy
from engine.cases.beside import ACTS
from engine.cases.beside.act import none_closed
from engine.cases.forms import Closed
from engine.definitions.act_forms import act_form
from engine.facade import ReadContext
from engine.queries.case import Case
from engine.queries.courier import courier_known
from engine.queries.seen_case import SeenCase, seen_case
from engine.queries.variables import Schema


@dataclass(frozen=True)
class ActForm:
    """The form of one act, as the version of the case has it; `values` are what is known already, `closed` the choices
    that the door would not take now.
    """

    no: str
    title: str
    schema: Schema
    values: Mapping[str, Any]
    closed: Closed


def acts_offered(ctx: ReadContext, opened: live.Live, told: Case) -> tuple[str, ...]:
    """The acts that make sense now and are this person's to do."""
    return tuple(_offered(ctx, opened, told))


def _offered(ctx: ReadContext, opened: live.Live, told: Case) -> Iterator[str]:
    if opened.run.waits_for("withdraw") and policy.holds(ctx.actor, policy.WITHDRAW):
        yield "withdraw"
    for name, act in ACTS.items():
        sensible = told.phase == "feedback" if name == "courier" else act.not_now(opened) is None
        if sensible and act.may(ctx.actor, opened):
            yield name
    if policy.acts_on(ctx.actor, (task.groups for task in told.open_tasks)):
        yield "attachment"
    if told.applicant.masked and policy.may_see_clear(ctx.actor):
        yield "unmask"


def act_form_of(ctx: ReadContext, no: str, act: str) -> ActForm:
    """The form of an act; raises NotFound for a case this person may not know of. May they, is for the door to say."""
    found = seen_case(ctx, no)
    schema = act_form(ctx.versions.get(ctx.conn, found.row["bundle_id"]).definition, act)
    known = courier_known(ctx, found) if act == "courier" else {}
    return ActForm(no, found.row["title"], schema, known, _closed(ctx, found, act))


def _closed(ctx: ReadContext, found: SeenCase, act: str) -> Closed:
    wanted = ACTS.get(act)
    return {} if wanted is None or wanted.closed is none_closed else wanted.closed(_opened(ctx, found))


def _opened(ctx: ReadContext, found: SeenCase) -> live.Live:
    version = ctx.versions.get(ctx.conn, found.row["bundle_id"])
    return live.load(found.row, version, ctx.now, ctx.actor, ctx.worktime, ctx.directory)
