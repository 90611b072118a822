"""接待记录本: what was registered on a day or in a week, in its order, for screens and paper."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, render_template, request, url_for

from engine.cases import policy
from engine.clock import local
from engine.queries.reception import last_reception_day, reception_book
from engine.queries.statistics import Period
from webapp.form_values import day_or_none
from webapp.guard import actor, engine, guarded
from webapp.labels import day as day_words

blueprint = Blueprint("reception", __name__)

_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)


@blueprint.get("/reception-book")
@guarded(*policy.RECEPTION)
def show() -> str:
    """The contacts of a day, or with `span=week` of the week it lies in."""
    now = engine().clock.now()
    asked = request.args.get("day", "").strip()
    day = day_or_none(asked) or local(now).date()
    weekly = request.args.get("span") == "week"
    first = day - timedelta(days=day.weekday()) if weekly else day
    last = first + (_WEEK - _DAY if weekly else timedelta())
    found = engine().read_as(actor(), reception_book, Period(first, last))
    earlier = None if found else engine().read_as(actor(), last_reception_day, first)
    wrong = bool(asked) and day_or_none(asked) is None
    return render_template(
        "reception.html",
        entries=found,
        title=day_words(first) + (f" 至 {day_words(last)}" if weekly else ""),
        day=day.isoformat(),
        weekly=weekly,
        action=url_for("reception.show"),
        empty=_empty(earlier, weekly),
        ledger_href=url_for("ledger.show"),
        steps=_steps(first, weekly),
        case_href=lambda no: url_for("case.show", no=no),
        printed_at=now,
        notices=[{"kind": "warn", "text": f"没有“{asked}”这一天，请写成 2026-10-08。"}] if wrong else [],
    )


def _empty(earlier: date | None, weekly: bool) -> dict[str, Any]:
    """What to do when nothing was registered: go to the last day, or its week, that has entries."""
    title = "这几天没有登记" if weekly else "这一天没有登记"
    if earlier is None:
        return {"title": title, "text": "换一天再看。", "href": "", "link": ""}
    href = _page(earlier, weekly)
    return {"title": title, "text": "之前最近一次有登记的：", "href": href, "link": f"看 {day_words(earlier)}"}


def _page(day: date, weekly: bool) -> str:
    return f"{url_for('reception.show')}?day={day.isoformat()}{'&span=week' if weekly else ''}"


def _steps(first: date, weekly: bool) -> list[dict[str, Any]]:
    """Back and forth."""
    by, word = (_WEEK, "周") if weekly else (_DAY, "天")
    moves = (("前", first - by), ("后", first + by))
    return [{"label": f"{way}一{word}", "href": _page(to, weekly)} for way, to in moves]
