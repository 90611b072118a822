"""领导一页: what one who signs has to know in a minute, on one sheet of paper."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, render_template, url_for

from engine.cases import policy
from engine.queries.director import DirectorPage, director_page
from engine.queries.inbox import InboxItem
from engine.queries.statistics import Statistics
from engine.vocabulary import RATE, label
from webapp.guard import actor, engine, guarded
from webapp.pages import words
from webapp.pages.statistics import per_cent
from webapp.pages.supervision import tier_words

blueprint = Blueprint("director", __name__)

_MOST_UNITS = 8


@blueprint.get("/director")
@guarded(*policy.DIRECTING)
def show() -> str:
    """How many are late now, whose, at which tier; what waits for a signature; the rates of two months."""
    found = engine().read_as(actor(), director_page, current_app.extensions["settings"].rate_weights)
    return render_template(
        "director.html",
        totals=_totals(found),
        tiers=[(tier_words(tier), number) for tier, number in found.tiers.items()],
        units=_units(found),
        waiting=[_waiting(item) for item in found.waiting],
        waiting_text=f"{found.waiting_count}{'+' if found.more_waiting else ''} 件",
        inbox_href=url_for("inbox.show"),
        rates=[_rate(name, found.month, found.before) for name in RATE],
        printed_at=engine().clock.now(),
    )


def _totals(found: DirectorPage) -> list[dict[str, Any]]:
    counted = (("late", found.late), ("soon", found.soon), ("pending", found.pending))
    return [
        {"label": label("watch", key), "count": number, "href": url_for("supervision.show", watch=key), "key": key}
        for key, number in counted
    ]


def _units(found: DirectorPage) -> list[tuple[str, int]]:
    """Those with the most, and all others in one line: the page stays one sheet of paper."""
    every = list(found.units.items())
    first, others = every[:_MOST_UNITS], every[_MOST_UNITS:]
    return [*first, (f"其余 {len(others)} 个单位", sum(number for _, number in others))] if others else first


def _waiting(item: InboxItem) -> dict[str, Any]:
    return {
        "href": url_for("task.show", task_id=item.task_id),
        "step": item.name,
        "title": item.title or item.name,
        "no": item.no,
        "holder": None if item.mine else item.holder,
        "due": words.due(item.due),
    }


def _rate(name: str, month: Statistics, before: Statistics) -> dict[str, str]:
    now, then = getattr(month, name), getattr(before, name)
    return {
        "label": label("rate", name),
        "month": per_cent(now.value),
        "fraction": f"{now.numerator} ÷ {now.denominator}",
        "before": per_cent(then.value),
        "before_fraction": f"{then.numerator} ÷ {then.denominator}",
    }
