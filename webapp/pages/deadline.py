"""为什么是这一天: the deadline of a case, day by day."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for

from engine.facade import ReadContext
from engine.queries.deadline import Explained, deadline
from engine.queries.seen_case import seen_case
from webapp.guard import actor, engine, guarded

blueprint = Blueprint("deadline", __name__)


@blueprint.get("/cases/<no>/deadline")
@guarded()
def show(no: str) -> str:
    """Every day from acceptance to the due day: which counted, which did not, and by what rule."""
    title, found = engine().read_as(actor(), _explained, no)
    return render_template(
        "deadline.html",
        no=no,
        title=title,
        case_href=url_for("case.show", no=no),
        since=found.from_,
        to=found.to,
        rule=found.rule,
        provisional=found.provisional,
        days=found.days,
    )


def _explained(ctx: ReadContext, no: str) -> tuple[str, Explained]:
    return seen_case(ctx, no).row["title"], deadline(ctx, no)
