"""统计: the rates of a period with what they are made of, and counts as charts with their tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, current_app, render_template, request, url_for

from engine.cases import policy
from engine.clock import local
from engine.facade import ReadContext
from engine.queries.people import group_name
from engine.queries.statistics import Counts, Period, Rate, Statistics, statistics
from engine.vocabulary import label
from webapp.charts import bars
from webapp.form_values import day_or_none
from webapp.guard import actor, engine, guarded

blueprint = Blueprint("statistics", __name__)

NOTHING = "—"
_SAID = {  # of what a rate is made: above, below
    "in_time": ("按期办结", "已办结或已超期"),
    "responded": ("在期限内联系过本人", "有效回访"),
    "solved": ("本人认为已解决", "有效回访"),
    "satisfied": ("基本满意及以上", "已评价"),
}
_TITLES = {"unit": "主办单位", "cause": "原因", "channel": "渠道", "grade": "等级", "outcome": "结果"}


@blueprint.get("/statistics")
@guarded(*policy.STATISTICS)
def show() -> str:
    """The figures of a period, the present month unless another is asked for."""
    today = local(engine().clock.now()).date()
    period, wrong = _period(request.args.get("from", "").strip(), request.args.get("to", "").strip(), today)
    weights = current_app.extensions["settings"].rate_weights
    found, units = engine().read_as(actor(), _find, period, weights)
    return render_template(
        "statistics.html",
        action=url_for("statistics.show"),
        since=_iso(period.since),
        until=_iso(period.until),
        choices=_choices(today),
        rates=[_rate(name, getattr(found, name)) for name in _SAID],
        composite=_composite(found),
        totals=_totals(found.counts),
        charts=[_chart(name, title, getattr(found.counts, name), units) for name, title in _TITLES.items()],
        printed_at=engine().clock.now(),
        notices=[{"kind": "warn", "text": wrong}] if wrong else [],
    )


def _find(ctx: ReadContext, period: Period, weights: tuple[int, int, int]) -> tuple[Statistics, dict[str, str]]:
    units = {unit.code: group_name(ctx.directory, f"unit:{unit.code}") for unit in ctx.directory.desks()}
    return statistics(ctx, period, weights), units


# ------------------------------------------------------------------ the period
def _period(since: str, until: str, today: date) -> tuple[Period, str]:
    """The period asked for, and what could not be taken of it."""
    if not since and not until:
        return Period(today.replace(day=1), today), ""
    first, last = day_or_none(since), day_or_none(until)
    if (since and first is None) or (until and last is None):
        return Period(first, last), "日期没有看懂，请写成 2026-10-08。"
    if first is not None and last is not None and last < first:
        return Period(first, last), "截止日期早于起始日期，这段时间里没有件。"
    return Period(first, last), ""


def _iso(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _choices(today: date) -> list[dict[str, str]]:
    """Periods people ask for: this month, the last, this year."""
    month = today.replace(day=1)
    before = (month - timedelta(days=1)).replace(day=1)
    asked = (
        ("本月", month, today),
        ("上月", before, month - timedelta(days=1)),
        ("今年", today.replace(month=1, day=1), today),
    )
    return [
        {"label": word, "href": f"{url_for('statistics.show')}?from={first.isoformat()}&to={last.isoformat()}"}
        for word, first, last in asked
    ]


# ------------------------------------------------------------------ figures
def per_cent(value: float | None) -> str:
    """A fraction as it stands on pages, — for none."""
    return NOTHING if value is None else f"{value:.1%}"


def _rate(name: str, found: Rate) -> dict[str, Any]:
    above, below = _SAID[name]
    return {
        "label": label("rate", name),
        "value": per_cent(found.value),
        "fraction": f"{above} {found.numerator} 件 ÷ {below} {found.denominator} 件",
        "excluded": [f"{label('uncounted', reason)} {number} 件" for reason, number in found.excluded.items()],
    }


def _composite(found: Statistics) -> dict[str, str]:
    weights = "，".join(f"{label('rate', name)} {weight}%" for name, weight in found.composite.weights.items())
    return {"label": "综合", "value": per_cent(found.composite.value), "weights": weights}


def _totals(counts: Counts) -> list[dict[str, Any]]:
    said = (
        ("本期收到", counts.received),
        ("本期办结", counts.completed),
        ("其中按期", counts.in_time),
        ("其中超期办结", counts.late),
        ("超期未办结", counts.overdue),
        ("不计入（不予受理、转出、咨询、并单、撤回）", counts.excluded),
    )
    return [{"label": word, "text": f"{number} 件", "href": None, "whole": False} for word, number in said]


def _chart(name: str, title: str, counts: Mapping[str, int], units: Mapping[str, str]) -> dict[str, Any]:
    words = {code: units.get(code, code) if name == "unit" else label(name, code) for code in counts}
    rows = [(words[code] or "未定", number) for code, number in counts.items()]
    return {"title": f"按{title}", "column": title, "rows": rows, "svg": bars(f"按{title}", rows)}
