"""抽查: for auditors and supervisors, a sample drawn so that anybody can draw it again; it prints as the worksheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request, url_for

from engine import vocabulary
from engine.audit.rules import RULES
from engine.cases import policy
from engine.clock import local
from engine.facade import ReadContext
from engine.queries.people import group_name
from engine.queries.samples import BY, MOST, RECEIVED, Choice, Sample, Sampled, sample
from engine.queries.statistics import Period
from engine.vocabulary import label
from webapp.form_values import day_or_none
from webapp.guard import actor, engine, guarded
from webapp.pages import trail, words

blueprint = Blueprint("samples", __name__)
READERS = ("auditor", "supervisor")

_SIZE = 20
_LONGEST_SEED = 40
_BY = {"received": "收到", "completed": "办结"}
_TITLES: Mapping[str, str] = {
    "by": "按哪个日期",
    "from": "从",
    "to": "到",
    "unit": "单位",
    "grade": "等级",
    "cause": "原因",
    "rule": "只抽不符这条规则的",
    "n": "抽几件",
    "seed": "种子",
}


@blueprint.get("/audit/samples")
@guarded(*READERS)
def show() -> str:
    """The form; with a seed the sample."""
    given = {name: text for name in _TITLES if (text := _given(name))}
    units = engine().read_as(actor(), _units)
    asked = _asked(given, units)
    seed = given.get("seed")
    found = None if seed is None else engine().read_as(actor(), sample, asked.choice, asked.size, seed)
    now = engine().clock.now()
    return render_template(
        "samples.html",
        action=url_for(".show"),
        fields=_fields({"n": str(_SIZE), "seed": f"抽查 {local(now).date()}", **given}, units),
        seed=seed,
        told=_told(given, units),
        sample=None if found is None else _sample(found, units),
        may_verify=policy.holds(actor(), {trail.READERS}),
        printed_at=now,
        notices=[{"kind": "warn", "text": text} for text in asked.wrong],
    )


def _given(name: str) -> str:
    return request.args.get(name, "").strip().replace("\0", "")[:_LONGEST_SEED]


def _units(ctx: ReadContext) -> dict[str, str]:
    return {unit.code: group_name(ctx.directory, f"unit:{unit.code}") for unit in ctx.directory.desks()}


# ------------------------------------------------------------------ what is asked
@dataclass(frozen=True)
class _Asked:
    choice: Choice
    size: int
    wrong: list[str]


def _asked(given: Mapping[str, str], units: Mapping[str, str]) -> _Asked:
    """What is asked for, and what of it cannot be."""
    known = {"unit": units, "rule": RULES, "grade": vocabulary.GRADE, "cause": vocabulary.CAUSE, "by": BY}
    wrong = [
        f"没有这样的“{_TITLES[name]}”，没有按它抽。"
        for name in known
        if name in given and given[name] not in known[name]
    ]
    codes = {name: given[name] for name in known if given.get(name) in known[name]}
    days = {name: day_or_none(given[name]) for name in ("from", "to") if name in given}
    wrong += [f"“{_TITLES[name]}”没有看懂，请写成 2026-10-08。" for name, day in days.items() if day is None]
    size = _size(given.get("n", str(_SIZE)))
    if size is None:
        wrong.append(f"“{_TITLES['n']}”应是 1 到 {MOST} 的整数，已按 {_SIZE} 件抽。")
    period = Period(days.get("from"), days.get("to"))
    return _Asked(Choice(**{"by": RECEIVED, **codes}, period=period), size or _SIZE, wrong)


def _size(text: str) -> int | None:
    size = int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else 0
    return size if 1 <= size <= MOST else None


# ------------------------------------------------------------------ what is shown
def _fields(given: Mapping[str, str], units: Mapping[str, str]) -> list[dict[str, Any]]:
    every = ("", "全部")
    options = {
        "by": list(_BY.items()),
        "unit": [every, *units.items()],
        "grade": [every, *vocabulary.GRADE.items()],
        "cause": [every, *vocabulary.CAUSE.items()],
        "rule": [("", "不限"), *((name, label("rule", name)) for name in RULES)],
    }
    return [
        {"name": name, "label": title, "value": given.get(name, ""), "options": options.get(name)}
        for name, title in _TITLES.items()
    ]


def _told(given: Mapping[str, str], units: Mapping[str, str]) -> str:
    """The selection in words, for the worksheet."""
    by = _BY.get(given.get("by", RECEIVED), _BY[RECEIVED])
    since, until = given.get("from"), given.get("to")
    period = f"{by}日期 {since or '最早'} 至 {until or '今天'}" if since or until else f"{by}日期不限"
    codes = {"unit": units, "grade": vocabulary.GRADE, "cause": vocabulary.CAUSE, "rule": vocabulary.RULE}
    more = [f"{_TITLES[name]}：{known[given[name]]}" for name, known in codes.items() if given.get(name) in known]
    return "；".join([period, *more])


def _sample(found: Sample, units: Mapping[str, str]) -> dict[str, Any]:
    return {
        "among": found.among,
        "restricted": found.restricted,
        "rows": [_row(place, each, units) for place, each in enumerate(found.cases, start=1)],
    }


def _row(place: int, each: Sampled, units: Mapping[str, str]) -> dict[str, Any]:
    return {
        "place": place,
        "no": each.no,
        "href": url_for("audit_case.show", no=each.no),
        "title": each.title,
        "unit": units.get(each.lead_unit or "", each.lead_unit),
        "status": label("status", each.status),
        "grade": label("grade", each.grade),
        "received_at": each.received_at,
        "counted_at": each.counted_at,
        "due": words.case_due(each.light, each.remaining, each.outcome, each.deadline),
        "rules": [label("rule", rule) for rule in each.rules],
        "lot": each.lot[:8],
        "find_href": url_for("findings.show", no=each.no, rule=each.rules[0] if each.rules else None),
    }
