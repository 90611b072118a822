"""流程: the published versions, and what a case meets otherwise by one than by another."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.cases import policy
from engine.definitions.difference.drawings import MarkedDrawing, marked_drawings
from engine.definitions.report import in_words
from engine.definitions.shipped import CASE_PROCESS
from engine.definitions.unpacking import packed
from engine.facade import ReadContext
from engine.queries.definition_drafts import drafts_at_work
from engine.queries.people import displays
from engine.queries.processes import definition_id
from engine.queries.versions import PublishedVersion, published_versions, version_files, version_of
from engine.vocabulary import label
from webapp.files import as_archive
from webapp.guard import actor, engine, guarded
from webapp.pages import sending
from webapp.pages.definition_drafts import by_part
from webapp.pages.marked import marked
from webapp.pages.publishing import waiting_lines

blueprint = Blueprint("designer", __name__)


@blueprint.get("/designer")
@guarded(*policy.DESIGNING)
def show() -> str:
    """Every version, the newest first; with `before` and `after` their differences."""
    versions = engine().read_as(actor(), published_versions)
    names = engine().read(_names, versions)
    known = [each.version for each in versions]
    before, after = (_number(request.args.get(name, ""), known) for name in ("before", "after"))
    return render_template(
        "designer.html",
        action=url_for("designer.show"),
        ladder_href=url_for("ladder.show"),
        versions=[_version(each, known, names) for each in versions],
        drafts=engine().read_as(actor(), _drafts),
        waiting=engine().read_as(actor(), waiting_lines),
        approvals_href=url_for("publishing.show"),
        begin={"action": url_for("definition_drafts.begin"), "hidden": sending.fresh_key()},
        choices=[(str(number), f"第 {number} 版") for number in known],
        before=str(before or (known[1] if len(known) > 1 else known[0])),
        after=str(after or known[0]),
        compared=None if before is None or after is None else _compared(before, after),
    )


def _number(text: str, known: list[int]) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 7 and int(text) in known else None


def _names(ctx: ReadContext, versions: list[PublishedVersion]) -> dict[str, str]:
    """What those who published and approved are called."""
    return displays(ctx.conn, [name for each in versions for name in (each.author, each.approved_by) if name])


def _drafts(ctx: ReadContext) -> list[dict[str, Any]]:
    found = drafts_at_work(ctx)
    names = displays(ctx.conn, [each.changed_by for each in found])
    return [
        {
            "title": each.title,
            "href": url_for("definition_drafts.show", id=each.id),
            "state": label("draft_state", each.state),
            "base": each.base,
            "changed_by": names[each.changed_by],
            "changed_at": each.changed_at,
        }
        for each in found
    ]


def _version(found: PublishedVersion, known: list[int], names: dict[str, str]) -> dict[str, Any]:
    earlier = next((number for number in known if number < found.version), None)
    compare = None if earlier is None else url_for("designer.show", before=earlier, after=found.version)
    return {
        "version": found.version,
        "running": found.running,
        "published_at": found.published_at,
        "author": names[found.author],
        "approved_by": names[found.approved_by] if found.approved_by else None,
        "reason": found.reason,
        "archive_href": url_for("designer.archive", number=found.version),
        "hash": found.hash[:12],
        "open_cases": found.open_cases,
        "compare": {"href": compare, "earlier": earlier} if compare else None,
        "ladder_href": url_for("ladder.show", version=found.version),
        "impact_href": url_for("migrations.show", to=found.version),
    }


def _compared(before: int, after: int) -> dict[str, Any]:
    return {"before": before, "after": after, **engine().read_as(actor(), _differences, before, after)}


def _differences(ctx: ReadContext, before: int, after: int) -> dict[str, Any]:
    """The sentences, those of diagrams, of tables and of forms apart, and the drawings."""
    files = version_files(ctx, before), version_files(ctx, after)

    def where(drawn: MarkedDrawing) -> str:
        version = version_of(ctx, before if drawn.former else after)
        id = definition_id(drawn.process, version.version, version.definition.hash)
        return url_for("diagram.show", definition_id=id, process=drawn.process)

    return {"parts": by_part(in_words(*files)), "drawings": marked(marked_drawings(*files), where)}


@blueprint.get("/designer/versions/<int:number>/archive")
@guarded(*policy.DESIGNING)
def archive(number: int) -> Response:
    """All files of a version as a zip."""
    return as_archive(packed(engine().read_as(actor(), version_files, number)), f"{CASE_PROCESS}-{number}.zip")
