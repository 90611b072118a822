"""整改: findings put to units: open, late, answered, accepted; and one of them with everything said."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for

from engine.cases import policy
from engine.cases.policy import UNIT_POSTS
from engine.facade import ReadContext
from engine.queries.paging import Page
from engine.queries.rectifications import READERS, WHICH, Said, finding_page, findings_put
from engine.vocabulary import label
from webapp.guard import actor, engine, guarded
from webapp.pages import trail, words
from webapp.pages.pinned import AUDITING, line, picture

blueprint = Blueprint("rectifications", __name__)
_ROWS = 50
_LAST = 2000


@blueprint.get("/audit/rectifications")
@guarded(*sorted(READERS))
def show() -> str:
    """The findings of one kind, the newest first."""
    which = request.args.get("which") if request.args.get("which") in WHICH else None
    number = _number(request.args.get("page", ""))
    page = Page((number - 1) * _ROWS, _ROWS + 1)
    found, counts = engine().read_as(actor(), findings_put, which, page)
    first = url_for(".show", which=which) if number > 1 else None
    onward = url_for(".show", which=which, page=number + 1) if len(found) > _ROWS else None
    return render_template(
        "rectifications.html",
        auditing=policy.holds(actor(), AUDITING),
        may_verify=policy.holds(actor(), {trail.READERS}),
        tabs=[
            {
                "label": label("finding_kind", each),
                "count": counts[each],
                "href": url_for(".show", which=each),
                "here": each == which,
            }
            for each in WHICH
        ],
        all_href=url_for(".show"),
        which=None if which is None else label("finding_kind", which),
        items=[line(each) for each in found[:_ROWS]],
        pages=words.pager(f"每页 {_ROWS} 件", first, onward),
    )


@blueprint.get("/audit/rectifications/<no>")
@guarded(*sorted(READERS), *UNIT_POSTS)
def one(no: str) -> str:
    """One finding; for its unit too, which reads here what became of its answer."""
    found = engine().read_as(actor(), _one, no)
    return render_template("rectification.html", **found)


def _one(ctx: ReadContext, no: str) -> dict[str, Any]:
    found = finding_page(ctx, no)
    return {
        "it": line(found.finding),
        "picture": picture(found.place),
        "said": [_said(each) for each in found.said],
        "waits": found.waits,
        "list_href": url_for("rectifications.show") if policy.holds(ctx.actor, READERS) else None,
    }


def _tab(which: str) -> dict[str, str]:
    return {"label": label("finding_kind", which), "href": url_for(".show", which=which)}


def _said(each: Said) -> dict[str, Any]:
    return {"title": each.title, "by": each.by, "at": each.at, "facts": words.facts(each.facts)}


def _number(text: str) -> int:
    return min(max(int(text), 1), _LAST) if text.isascii() and text.isdecimal() and len(text) < 6 else 1
