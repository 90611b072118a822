"""What stands in a form before anybody writes: nobody types again what the case knows; everything may be changed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from engine.cases.services import served
from engine.directory import Directory
from engine.facade import ReadContext
from engine.queries.sight import sight_of
from engine.queries.variables import OpenedTask, answers_of, rated_before, task_variables
from engine.storage.models import answers, finished_tasks

# Fields that go on from step to step: what was last entered still holds and is offered again.
CARRIED_ON = frozenset({"lead_unit", "co_units", "services"})
_REVIEW, _FEEDBACK, _REPLIES = "review", "give_feedback", "handle"


def prefilled(ctx: ReadContext, opened: OpenedTask) -> dict[str, Any]:
    """Field → value. Only fields of the task's form, none of them null."""
    known = task_variables(ctx, opened)
    proposed = {
        "lead_unit": _routed(ctx.directory, opened, known),
        "services": [{"kind": kind} for kind in served(opened.live.step.record.facts)] or None,
        **{name: known[name] for name in CARRIED_ON if known.get(name) is not None},
        "reply_text": _replied(ctx, opened) if opened.task.element.id == _REVIEW else None,
        "feedback_text": known.get("reply_text") if opened.task.element.id == _FEEDBACK else None,
        **rated_before(opened),
    }
    fields = opened.schema.get("properties", {})
    return {name: value for name, value in sorted(proposed.items()) if name in fields and value is not None}


def _routed(directory: Directory, opened: OpenedTask, known: dict[str, Any]) -> str | None:
    """The unit that the matter is routed to, when it can take a work order."""
    table = opened.live.version.definition.decisions.get("routing")
    if table is None or not known.get("matter_code"):
        return None
    unit = table.evaluate({"matter_code": known["matter_code"]}, {}).get("unit")
    return unit if unit in {desk.code for desk in directory.desks()} else None


def _replied(ctx: ReadContext, opened: OpenedTask) -> str | None:
    """What the lead unit last replied."""
    row, definition = opened.live.row, opened.live.version.definition
    of_lead = finished_tasks.c.unit == row["lead_unit"]
    query = select(answers.c.seq).join(finished_tasks, finished_tasks.c.id == answers.c.task_id)
    own = set(ctx.conn.execute(query.where(answers.c.case_id == row["id"], of_lead)).scalars())
    given = [each for each in answers_of(ctx, row["id"], definition, sight_of(ctx, row)) if each.seq in own]
    replies = [each.values.get("reply_text") for each in given if each.element == _REPLIES]
    return next((text for text in reversed(replies) if text), None)
