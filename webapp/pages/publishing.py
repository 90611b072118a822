"""发布审核: what would go live, exactly, and the decision of somebody who has not touched it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.definitions.approval import APPROVE
from engine.definitions.commands import Decide
from engine.errors import BadInput
from engine.facade import ReadContext
from engine.queries.approvals import ApprovalRow, OpenedApproval, approval_rows, opened_approval
from engine.queries.people import displays
from engine.storage.idempotency import StoredAnswer
from engine.vocabulary import label
from webapp.answers import as_json
from webapp.errors import failure_of
from webapp.guard import actor, engine, guarded
from webapp.once import perform
from webapp.pages import sending
from webapp.pages.definition_drafts import by_part

blueprint = Blueprint("publishing", __name__, url_prefix="/designer/approvals")

_READING = (*sorted(APPROVE), "auditor")
_CONFIRM = "这些场景的变化提交人没有确认。看过都是有意的，请勾选确认，并在意见里写明理由。"


@blueprint.get("")
@guarded(*_READING)
def show() -> str:
    """What waits, and what has been decided."""
    rows = engine().read_as(actor(), _lines)
    return render_template(
        "approvals.html",
        waiting=[each for each in rows if each["waits"]],
        decided=[each for each in rows if not each["waits"]],
    )


@blueprint.get("/<int:id>")
@guarded(*_READING)
def one(id: int) -> Response:
    """One request with everything that is to be known before deciding it."""
    return _page(id, {})


@blueprint.post("/<int:id>")
@guarded(*sorted(APPROVE), recent=True)
def decide(id: int) -> Response:
    """Approve, which publishes at once, or give back with a comment."""
    approve, comment = request.form.get("decision") == "approve", request.form.get("comment", "")
    opened = engine().read_as(actor(), opened_approval, id)
    unconfirmed = opened.may and approve and opened.report.otherwise and not opened.report.confirmed
    try:
        if unconfirmed and not (request.form.get("confirmed") == "yes" and comment.strip()):
            raise BadInput({"comment": _CONFIRM})
        perform(Decide(id, approve, comment), _done, sending.sent_key())
    except BadInput as error:
        return _page(id, sending.problems(failure_of(error)), 400)
    return redirect(url_for("publishing.one", id=id), 303)


def _done(ctx: ReadContext, result: object) -> StoredAnswer:
    return StoredAnswer(303, None)


def waiting_lines(ctx: ReadContext) -> list[dict[str, Any]]:
    """What waits, for the page of versions."""
    return _told(ctx, approval_rows(ctx, "waiting"))


def _lines(ctx: ReadContext) -> list[dict[str, Any]]:
    return _told(ctx, approval_rows(ctx))


def _told(ctx: ReadContext, rows: list[ApprovalRow]) -> list[dict[str, Any]]:
    names = displays(ctx.conn, [name for each in rows for name in (each.asked_by, each.decided_by) if name])
    return [
        {
            "title": each.title,
            "href": url_for("publishing.one", id=each.id),
            "state": label("approval_state", each.state),
            "waits": each.state == "waiting",
            "asked_by": names[each.asked_by],
            "asked_at": each.asked_at,
            "reason": each.reason,
            "decided_by": names[each.decided_by] if each.decided_by else None,
            "decided_at": each.decided_at,
            "hash": each.hash[:12],
        }
        for each in rows
    ]


# ------------------------------------------------------------------ one request
def _page(id: int, problems: dict[str, str], status: int = 200) -> Response:
    opened = engine().read_as(actor(), opened_approval, id)
    (line,) = engine().read(_told, [opened.row])
    designs = "supervisor" in actor().groups
    text = render_template(
        "approval.html",
        asked=line,
        hash=opened.row.hash,
        comment=opened.row.comment,
        version=opened.row.version,
        base=opened.report.base,
        against=opened.report.against,
        differences=by_part(opened.report.differences),
        report=_report(opened),
        decision=_decision(id, opened, problems),
        own=opened.own,
        impact_href=_impact(opened.row.version) if designs else None,
        draft_href=url_for("definition_drafts.show", id=opened.draft.id) if designs else None,
        back=url_for("publishing.show"),
    )
    return make_response(text, status)


def _decision(id: int, opened: OpenedApproval, problems: dict[str, str]) -> dict[str, Any] | None:
    if not opened.may:
        return None
    return {
        "action": url_for("publishing.decide", id=id),
        "hidden": sending.fresh_key(),
        "problems": problems,
        "comment": request.form.get("comment", ""),
        "unconfirmed": bool(opened.report.otherwise) and not opened.report.confirmed,
    }


def _report(opened: OpenedApproval) -> dict[str, Any]:
    """What the gate found, as the template takes it."""
    found = opened.report
    return {
        **{name: list(getattr(found, name)) for name in ("laxer", "proof", "notes")},
        **{name: getattr(found, name) for name in ("because", "confirmed", "played")},
        "otherwise": as_json(found.otherwise),
        "ladders": [
            {
                "title": each.title,
                "problem": each.problem,
                "moved": [rung for rung in each.rungs if rung.moved],
                "same": sum(not rung.moved for rung in each.rungs),
            }
            for each in found.ladders
        ],
        "impact": found.impact,
        "over": found.over,
    }


def _impact(version: int | None) -> str | None:
    """Where running cases are brought over, where there is such a page."""
    if version is None or not current_app.url_map.bind("").test("/designer/impact", "GET"):
        return None
    return f"/designer/impact?to={version}"
