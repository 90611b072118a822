"""故障: what could not go on by itself, and what a supervisor does about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.audit import keeping as checkpoints
from engine.cases.commands import OnIncident, RepairCase, ResolveIncident, RetryIncident, TakeIncident
from engine.directory import find_person
from engine.errors import EngineError
from engine.facade import ReadContext
from engine.queries.incidents import Incident, IncidentFilter, incident, open_incidents
from engine.queries.paging import Page
from engine.queries.people import group_name
from engine.vocabulary import GROUP
from webapp.api.incidents import number
from webapp.errors import failure_of
from webapp.guard import actor, engine, guarded
from webapp.once import perform
from webapp.pages import sending
from webapp.pages.acts import done

blueprint = Blueprint("incident_list", __name__)

_MOST = 200  # on one page
_KINDS = {"StateCorrupt": "流程状态损坏", "StepFailed": "流程走不下去", checkpoints.KIND: "检查点写不出去"}
_TITLES = {checkpoints.KIND: "留痕的检查点"}  # of what is about no case
_COMMANDS: Mapping[str, Callable[[int, str], OnIncident]] = {
    "take": lambda id, reason: TakeIncident(id),
    "retry": lambda id, reason: RetryIncident(id),
    "resolve": ResolveIncident,
    "repair": lambda id, reason: RepairCase(id),
}
_SAID = {
    "take": "这个故障现在由您负责。",
    "retry": "再试一次成功了，故障已结束。",
    "resolve": "已记下怎样处理的，故障已结束。",
    "repair": "已按留痕重建，这件可以照常办理。",
}


@blueprint.get("/incidents")
@guarded("supervisor")
def show() -> Response:
    """Open incidents, oldest first, each with what can be done about it."""
    said = _SAID.get(request.args.get("done", ""))
    return _page(notices=[{"text": said, "kind": "info"}] if said else [])


@blueprint.post(f"/incidents/<id>/<any({','.join(_COMMANDS)}):act>")
@guarded("supervisor")
def submit(id: str, act: str) -> Response:
    """Do it, or say beside the incident why not."""
    reason = request.form.get("reason", "")
    try:
        perform(_COMMANDS[act](number(id), reason), done, sending.sent_key())
    except EngineError as error:
        failure = failure_of(error)
        if failure.status in (403, 404):
            raise
        said = next(iter(failure.fields.values()), failure.detail)
        return _page(problem={"id": number(id), "text": said, "reason": reason}, status=failure.status)
    return redirect(url_for("incident_list.show", done=act), 303)


def _page(status: int = 200, problem: Mapping[str, Any] | None = None, **frame: Any) -> Response:
    items = engine().read_as(actor(), _items, problem)
    text = render_template("incidents.html", items=items, most=_MOST, **frame)
    return make_response(text, status)


def _items(ctx: ReadContext, problem: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    found = open_incidents(ctx, IncidentFilter(), Page(most=_MOST))
    wanted = problem["id"] if problem else None
    if wanted is not None and all(each.id != wanted for each in found):
        found = [incident(ctx, wanted), *found]  # dealt with by a colleague meanwhile
    return [_item(ctx, each, problem if each.id == wanted else None) for each in found]


def _item(ctx: ReadContext, found: Incident, problem: Mapping[str, Any] | None) -> dict[str, Any]:
    return {
        "id": found.id,
        "kind": _KINDS.get(found.kind, "程序出错"),
        "title": found.title or ("流程实例" if found.uid else _TITLES.get(found.kind, "登记没有成功")),
        "no": found.no,
        "href": None if found.no is None else url_for("case.show", no=found.no),
        "cause": found.cause,
        "owner": _owner(ctx, found.owner),
        "mine": found.owner == ctx.actor.name and found.owner not in GROUP,
        "retries": found.retries,
        "opened_at": found.opened_at,
        "urls": {act: url_for("incident_list.submit", id=found.id, act=act) for act in found.acts},
        "hidden": sending.fresh_key(),
        "problem": None if problem is None else problem["text"],
        "reason": "" if problem is None else problem["reason"],
    }


def _owner(ctx: ReadContext, owner: str | None) -> str:
    if owner is None or owner in GROUP:
        return group_name(ctx.directory, owner or "supervisor")
    person = find_person(ctx.conn, owner)
    return owner if person is None else person.display
