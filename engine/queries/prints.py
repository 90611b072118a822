"""What is printed of a case: for the citizen, for the unit, for whoever calls back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.directory.matters import Matter
from engine.directory.units import Window
from engine.facade import ReadContext
from engine.queries.case_page import CasePage, OrderLine, case_page
from engine.queries.deadline import deadline
from engine.queries.entered import Fact
from engine.queries.people import group_name
from engine.queries.seen_case import seen_case

_ANSWERED = ("handle_on_site", "review", "give_feedback")  # steps in which the citizen's answer is written


@dataclass(frozen=True)
class Printed:
    """A case as it is printed. `matter_unit`: who does the matter, by name; `rule`: why the deadline is that day.

    `receipt_code`: for whoever is handling the case or registered it; None for others.
    `answered`: what was entered in the last of each step that answers the citizen, by the name of the step.
    """

    page: CasePage
    receipt_code: str | None
    matter: Matter | None
    matter_unit: str | None
    window: Window | None
    rule: str
    answered: Mapping[str, tuple[Fact, ...]]
    printed_at: datetime


def printed(ctx: ReadContext, no: str) -> Printed:
    """The case for a print; raises NotFound for a case this person may not know of."""
    row, page = seen_case(ctx, no).row, case_page(ctx, no)
    matter = ctx.directory.matters.get(row["matter_code"] or "")
    mine = not page.case.applicant.masked or row["registered_by"] == ctx.actor.name
    return Printed(
        page=page,
        receipt_code=row["receipt_code"] if mine else None,
        matter=matter,
        matter_unit=None if matter is None else group_name(ctx.directory, f"unit:{matter.unit}"),
        window=ctx.directory.windows.get(row["window"] or ""),
        rule=deadline(ctx, no).rule,
        answered={line.name: line.facts for line in page.history if line.element in _ANSWERED and line.facts},
        printed_at=ctx.now,
    )


def orders_to_print(page: CasePage) -> tuple[OrderLine, ...]:
    """The orders that stand: not returned, not withdrawn."""
    return tuple(line for line in page.orders if line.order.status not in ("returned", "withdrawn"))


def was_told(page: CasePage) -> bool:
    """Whether the citizen has been given feedback: before, there is nothing to call back about."""
    return any(line.action == "completed" and line.element == "give_feedback" for line in page.history)
