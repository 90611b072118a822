"""件外留痕: for auditors, the trail that belongs to no case: sign-ins, refusals, exports, erasures, publishing."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, render_template, request, url_for

from engine.facade import ReadContext
from engine.queries.house import HouseFilter, HouseLines, house_lines
from engine.queries.people import displays
from engine.vocabulary import HOUSE_KIND
from webapp.guard import actor, engine, guarded
from webapp.pages import house_words, words
from webapp.pages.who_and_when import narrowed

blueprint = Blueprint("house", __name__)
READERS = "auditor"

_TITLES: Mapping[str, str] = {"kind": "哪一类", "person": "谁（登录名或姓名）"}


@blueprint.get("/audit/house")
@guarded(READERS)
def show() -> str:
    """The lines the filters let through, newest first."""
    asked = narrowed("kind", _TITLES, HOUSE_KIND)
    wanted = HouseFilter(asked.kind, asked.person, asked.since, asked.until)
    found, names = engine().read_as(actor(), _found, wanted, request.args.get("after"))
    return render_template(
        "house.html",
        action=url_for(".show"),
        fields=asked.fields,
        lines=[house_words.told(line, engine().directory, names) for line in found.items],
        pages=words.pager_by_mark("最近的在前", url_for(".show"), asked.given, request.args.get("after"), found.next),
        notices=[{"kind": "warn", "text": text} for text in asked.wrong],
    )


def _found(ctx: ReadContext, wanted: HouseFilter, after: str | None) -> tuple[HouseLines, dict[str, str]]:
    found = house_lines(ctx, wanted, after)
    return found, displays(ctx.conn, {line.element for line in found.items if line.element})
