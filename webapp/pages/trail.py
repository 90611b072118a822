"""留痕校验: for auditors, whether the trail is as it was written, its checkpoints, and the trail as a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request, url_for
from werkzeug.exceptions import NotFound

from engine.audit.places import Place, places_of
from engine.cases import policy
from engine.clock import local
from engine.exports.event_log import FORMATS, TITLE, stream_events
from engine.facade import ReadContext
from engine.queries.people import group_name
from engine.queries.trail import TrailStands, Verified, trail_stands, verified_for
from engine.queries.trails_chosen import Versions, selected, versions_of
from engine.settings import Settings
from webapp.guard import actor, engine, guarded
from webapp.limits import EXPORT, limited
from webapp.pages import ledger
from webapp.pages.handed_out import handed_out
from webapp.pages.trails_asked import chosen, fields

blueprint = Blueprint("trail", __name__)
READERS = "auditor"

_MEDIA_TYPES = {"xes": "application/xml", "csv": "text/csv; charset=utf-8"}


@blueprint.get("/audit/trail")
@guarded(READERS)
def show() -> str:
    """How the checkpoints stand; looks at no line."""
    return _page(None)


@blueprint.post("/audit/trail/verify")
@guarded(READERS)
@limited(EXPORT)
def verify() -> str:
    """Hold every line against its chain, its mark and the checkpoints, here and outside; changes nothing."""
    return _page(engine().read_as(actor(), verified_for, _places()))


@blueprint.post("/audit/export.<kind>")
@guarded(READERS, recent=True)
@limited(EXPORT)
def export(kind: str) -> Response:
    """The trails of the cases asked for as a file, sent while it is read."""
    if kind not in FORMATS:
        raise NotFound
    selection = engine().read_as(actor(), selected, chosen(request.form))
    name = f"{TITLE}-{local(engine().clock.now()):%Y%m%d-%H%M}.{kind}"
    return handed_out(stream_events(engine(), actor(), selection, kind), _MEDIA_TYPES[kind], name)


def exports() -> list[dict[str, str]] | None:
    """Where forms that say which cases are sent, for macros of audit_macros.html; None for whoever may not."""
    if not policy.holds(actor(), {READERS}):
        return None
    return [{"action": url_for("trail.export", kind=kind), "label": f"导出 {kind}"} for kind in FORMATS]


# ------------------------------------------------------------------ the page
def _places() -> tuple[Place, ...]:
    settings: Settings = current_app.extensions["settings"]
    return places_of(settings.checkpoint_places)


def _page(found: Verified | None) -> str:
    stands, units, versions = engine().read_as(actor(), _stands, _places())
    return render_template(
        "trail.html",
        facts=_facts(stands),
        places=[_place(each, stands) for each in stands.places],
        remarks=stands.remarks if found is None else found.remarks,
        verify_url=url_for("trail.verify"),
        found=found,
        filters=[*ledger.filter_fields({}, units), *fields(versions)],
        exports=exports(),
    )


def _stands(ctx: ReadContext, places: Sequence[Place]) -> tuple[TrailStands, dict[str, str], Versions]:
    units = {unit.code: group_name(ctx.directory, f"unit:{unit.code}") for unit in ctx.directory.desks()}
    return trail_stands(ctx, places), units, versions_of(ctx)


def _facts(stands: TrailStands) -> list[dict[str, Any]]:
    last = stands.last
    taken = f"第 {last.number} 个" if last.number else "还没有"
    said = {
        "最近的检查点": taken,
        "做于": "" if last.at is None else f"{local(last.at):%Y-%m-%d %H:%M:%S}",
        "之后新增的留痕": f"{last.uncovered} 行",
        "签名的密钥": stands.key or "没有",
    }
    return [{"label": label, "text": text, "href": None, "whole": False} for label, text in said.items()]


def _place(place: Any, stands: TrailStands) -> dict[str, Any]:
    behind = stands.last.number - place.sent
    return {
        "name": place.name,
        "kind": "文件夹" if place.readable else "地址（只写）",
        "sent": place.sent,
        "sent_at": place.sent_at,
        "state": place.failure or (f"还缺 {behind} 个" if behind else "齐全"),
        "failed": bool(place.failure),
    }
