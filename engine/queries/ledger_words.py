"""What people entered in the steps of a case, as far as the ledger tells it: read for many cases at once.

Of a step done several times the last counts, of the units' answers each. Corrections since are in (更正).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import BigInteger, select, type_coerce

from engine.cases.beside.amendable import AMEND, with_value
from engine.facade import ReadContext
from engine.storage.models import answers, instant_of
from engine.storage.sealed import opener

START, COURIER = "start", "courier"
_REPLY = "reply"
_CORRECTED = {"description": START, "port": START, "external_no": START, "cause_detail": "classify"}  # field → its step
_TOLD = (
    START,
    "accept",
    "classify",
    "handle_on_site",
    "handle",
    "review",
    "approve_pending",
    "review_pending",
    "give_feedback",
    "return_visit",
    "approve_redo",
    "withdraw",
    AMEND,
    COURIER,
)
_AT = type_coerce(answers.c.at, BigInteger)  # an instant is made of the few that are asked for
_KEPT = select(*(answers.c[name] for name in ("case_id", "seq", "element", "actor", "variables")), _AT.label("at"))

Values = Mapping[str, Any]


@dataclass
class Entered:
    """Of one case: by step what was entered there last, and every answer of a unit."""

    steps: dict[str, Values] = field(default_factory=dict)
    replies: list[str] = field(default_factory=list)
    visited_at: datetime | None = None

    def of(self, step: str) -> Values:
        """What was entered in this step; empty when it was not done."""
        return self.steps.get(step, {})

    def text(self, step: str, name: str) -> str:
        """A text entered in this step; empty for none."""
        return self.of(step).get(name) or ""


@dataclass(slots=True)
class Answer:
    """One act: who entered what, in which step."""

    case_id: int
    step: str
    actor: str
    values: Values
    microseconds: int

    @property
    def at(self) -> datetime:
        """When."""
        return instant_of(self.microseconds)


def entered_of(ctx: ReadContext, case_ids: Sequence[int]) -> dict[int, Entered]:
    """What was entered in these cases, by row id."""
    found = {case_id: Entered() for case_id in case_ids}
    for answer in answers_in(ctx, case_ids, _TOLD):
        _take(found[answer.case_id], answer)
    return found


def answers_in(ctx: ReadContext, case_ids: Sequence[int], steps: Sequence[str]) -> Iterator[Answer]:
    """What was entered in these steps, in its order; the one place where the ledger opens what is kept of it."""
    wanted = _KEPT.where(answers.c.case_id.in_(case_ids), answers.c.element.in_(steps))
    opened = opener(ctx.keys, answers.c.variables)
    found: Any = ctx.conn.execute(wanted.order_by(answers.c.case_id, answers.c.seq)).all()
    for case_id, seq, step, actor, sealed, at in found:
        yield Answer(case_id, step, actor, orjson.loads(opened(sealed, f"{case_id}/{seq}")), at)


def _take(entered: Entered, answer: Answer) -> None:
    step, values = answer.step, answer.values
    if step == AMEND:
        corrected = _CORRECTED.get(values["field"])
        if corrected in entered.steps:
            entered.steps[corrected] = with_value(entered.of(corrected), values["field"], values.get("value"))
        return
    if step == COURIER or values.get(COURIER):  # told bit by bit, at the feedback and since
        sent = values if step == COURIER else values[COURIER]
        entered.steps[COURIER] = {**entered.of(COURIER), **sent}
    if step != COURIER:
        entered.steps[step] = values
    if step == "handle" and values.get("action", _REPLY) == _REPLY and values.get("reply_text"):
        entered.replies.append(values["reply_text"])
    if step == "return_visit":
        entered.visited_at = answer.at
