"""件外留痕: for auditors, the trail that belongs to no case: sign-ins, refusals, exports, erasures, publishing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template, request, url_for

from engine.facade import ReadContext
from engine.queries.house import HouseFilter, HouseLines, house_lines
from engine.queries.people import displays
from engine.vocabulary import HOUSE_KIND
from webapp.form_values import day_or_none
from webapp.guard import actor, engine, guarded
from webapp.pages import house_words, words

blueprint = Blueprint("house", __name__)
READERS = "auditor"

_TITLES: Mapping[str, str] = {"kind": "哪一类", "person": "谁（登录名或姓名）", "from": "从哪天", "to": "到哪天"}
_DAYS = ("from", "to")
_LONGEST = 200


@blueprint.get("/audit/house")
@guarded(READERS)
def show() -> str:
    """The lines the filters let through, newest first."""
    given = {name: request.args[name].strip()[:_LONGEST] for name in _TITLES if request.args.get(name, "").strip()}
    wanted, wrong = _filter(given)
    after = request.args.get("after")
    found, names = engine().read_as(actor(), _found, wanted, after)
    return render_template(
        "house.html",
        action=url_for(".show"),
        fields=[_field(name, given) for name in _TITLES],
        lines=[house_words.told(line, engine().directory, names) for line in found.items],
        pages=words.pager_by_mark("最近的在前", url_for(".show"), given, after, found.next),
        notices=[{"kind": "warn", "text": text} for text in wrong],
    )


def _found(ctx: ReadContext, wanted: HouseFilter, after: str | None) -> tuple[HouseLines, dict[str, str]]:
    found = house_lines(ctx, wanted, after)
    return found, displays(ctx.conn, {line.element for line in found.items if line.element})


def _filter(given: Mapping[str, str]) -> tuple[HouseFilter, list[str]]:
    """What is asked for, and what of it cannot be."""
    days = {name: day_or_none(given[name]) for name in _DAYS if name in given}
    wrong = [f"“{_TITLES[name]}”没有看懂，请写成 2026-10-08。" for name, day in days.items() if day is None]
    kind, person = given.get("kind"), given.get("person", "").replace("\0", "")
    known = kind if kind in HOUSE_KIND else None
    return HouseFilter(known, person or None, days.get("from"), days.get("to")), wrong


def _field(name: str, given: Mapping[str, str]) -> dict[str, Any]:
    options = list(HOUSE_KIND.items()) if name == "kind" else None
    hint = {"person": "w1", "from": "2026-10-08", "to": "2026-10-08"}.get(name, "")
    return {"name": name, "label": _TITLES[name], "value": given.get(name, ""), "options": options, "hint": hint}
