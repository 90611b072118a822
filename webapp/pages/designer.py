"""流程: the published versions, and what a case meets otherwise by one than by another."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for

from engine.cases import policy
from engine.definitions.difference import Difference
from engine.facade import ReadContext
from engine.queries.versions import PublishedVersion, compared, published_versions
from webapp.guard import actor, engine, guarded

blueprint = Blueprint("designer", __name__)

DIAGRAMS, TABLES, FORMS = "流程图", "决策表", "表单"
_BEGINS = {TABLES: ("table", "column", "row"), FORMS: ("form", "field", "check")}


@blueprint.get("/designer")
@guarded(*policy.DESIGNING)
def show() -> str:
    """Every version, the newest first; with `before` and `after` their differences."""
    versions = engine().read_as(actor(), published_versions)
    known = [each.version for each in versions]
    before, after = (_number(request.args.get(name, ""), known) for name in ("before", "after"))
    return render_template(
        "designer.html",
        action=url_for("designer.show"),
        ladder_href=url_for("ladder.show"),
        versions=[_version(each, known) for each in versions],
        choices=[(str(number), f"第 {number} 版") for number in known],
        before=str(before or (known[1] if len(known) > 1 else known[0])),
        after=str(after or known[0]),
        compared=None if before is None or after is None else _compared(before, after),
    )


def _number(text: str, known: list[int]) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 7 and int(text) in known else None


def _version(found: PublishedVersion, known: list[int]) -> dict[str, Any]:
    earlier = next((number for number in known if number < found.version), None)
    compare = None if earlier is None else url_for("designer.show", before=earlier, after=found.version)
    return {
        "version": found.version,
        "running": found.running,
        "published_at": found.published_at,
        "author": found.author,
        "hash": found.hash[:12],
        "open_cases": found.open_cases,
        "compare": {"href": compare, "earlier": earlier} if compare else None,
        "ladder_href": url_for("ladder.show", version=found.version),
        "impact_href": url_for("migrations.show", to=found.version),
    }


def _compared(before: int, after: int) -> dict[str, Any]:
    return {"before": before, "after": after, "parts": engine().read_as(actor(), _parts, before, after)}


def _parts(ctx: ReadContext, before: int, after: int) -> list[dict[str, Any]]:
    """The sentences, those of diagrams, of tables and of forms apart."""
    found = compared(ctx, before, after)
    parts = [(title, [each.sentence for each in found if _part(each) == title]) for title in (DIAGRAMS, TABLES, FORMS)]
    return [{"title": title, "sentences": sentences} for title, sentences in parts if sentences]


def _part(found: Difference) -> str:
    begins = found.change.kind.partition("_")[0]
    return next((title for title, kinds in _BEGINS.items() if begins in kinds), DIAGRAMS)
