"""规则检查: for auditors and supervisors, how all cases of a period stand against the rules, and what is otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for

from engine.audit.rules import RULES
from engine.cases import policy
from engine.clock import local
from engine.facade import ReadContext
from engine.queries.paging import Page
from engine.queries.people import displays
from engine.queries.rules import (
    MANY_LOOKS,
    FoundIn,
    ManyLooks,
    Standing,
    findings,
    many_looks,
    standings,
    still_to_read,
)
from engine.queries.statistics import Period
from engine.vocabulary import label
from webapp.form_values import day_or_none
from webapp.guard import actor, engine, guarded
from webapp.pages import looks, trail

blueprint = Blueprint("rules", __name__)
READERS = ("auditor", "supervisor")

_ROWS = 50
_LAST = 2000
_DATES = {"from": "收到日期从", "to": "到"}


@blueprint.get("/audit/rules")
@guarded(*READERS)
def show() -> str:
    """Every rule with its figures; with `rule` what was found against it."""
    period, wrong = _period(request.args)
    rule = request.args.get("rule") if request.args.get("rule") in RULES else None
    number = _number(request.args.get("page", ""))
    found = engine().read_as(actor(), _look, period, rule, number)
    total = next((each.findings for each in found.standings if each.rule == rule), 0)
    return render_template(
        "rules.html",
        may_verify=policy.holds(actor(), {trail.READERS}),
        action=url_for(".show"),
        dates=[{"name": n, "label": words, "value": request.args.get(n, "")[:20]} for n, words in _DATES.items()],
        rules=[_rule(each) for each in found.standings],
        unread=found.unread,
        chosen=None if rule is None else label("rule", rule),
        findings=[_finding(each) for each in found.findings],
        pages={
            "text": f"共 {total} 处，每页 {_ROWS} 处",
            "first_href": _here(rule=rule or "") if number > 1 else None,
            "next_href": _here(rule=rule or "", page=str(number + 1)) if number * _ROWS < total else None,
        },
        exports=trail.exports(),
        kept=[("rule", rule or ""), *((name, request.args[name]) for name in _DATES if request.args.get(name))],
        most_looks=MANY_LOOKS,
        looks=[_looked(each, found.names[each.person]) for each in found.looks],
        notices=[{"kind": "warn", "text": text} for text in wrong],
    )


@dataclass(frozen=True)
class _Found:
    standings: list[Standing]
    findings: list[FoundIn]
    looks: list[ManyLooks]
    names: Mapping[str, str]
    unread: int


def _look(ctx: ReadContext, period: Period, rule: str | None, number: int) -> _Found:
    page, many = Page((number - 1) * _ROWS, _ROWS), many_looks(ctx, period)
    return _Found(
        standings=standings(ctx, period),
        findings=[] if rule is None else findings(ctx, rule, period, page),
        looks=many,
        names=displays(ctx.conn, {each.person for each in many}),
        unread=still_to_read(ctx),
    )


def _rule(found: Standing) -> dict[str, Any]:
    return {
        "name": label("rule", found.rule),
        "checked": found.checked,
        "cases": found.cases,
        "findings": found.findings,
        "href": f"{_here(rule=found.rule)}#findings" if found.findings else None,
    }


def _looked(many: ManyLooks, by: str) -> dict[str, Any]:
    """Which cases those were is for auditors alone."""
    day = local(many.day).date().isoformat()
    at_them = urlencode({"person": many.person, "from": day, "to": day})
    href = f"{url_for('looks.show')}?{at_them}" if policy.holds(actor(), {looks.READERS}) else None
    return {"by": by, "href": href, "day": many.day, "cases": many.cases}


def _finding(found: FoundIn) -> dict[str, Any]:
    href = url_for("audit_case.show", no=found.no)
    return {"no": found.no, "href": href, "seq": found.seq, "at": found.at, "name": found.name, "text": found.sentence}


def _here(**changes: str) -> str:
    kept = {name: request.args[name] for name in _DATES if request.args.get(name)}
    return f"{url_for('.show')}?{urlencode({**kept, **changes})}"


def _period(args: Mapping[str, str]) -> tuple[Period, list[str]]:
    since, until = (day_or_none(args.get(name, "").strip()) for name in _DATES)
    given = zip(_DATES.items(), (since, until), strict=True)
    wrong = [
        f"“{words}”没有看懂，请写成 2026-10-08。" for (name, words), day in given if args.get(name) and day is None
    ]
    return Period(since, until), wrong


def _number(text: str) -> int:
    return min(max(int(text), 1), _LAST) if text.isascii() and text.isdecimal() and len(text) < 6 else 1
