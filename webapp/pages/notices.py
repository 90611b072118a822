"""通知: what one is told. Each has one link, which leads straight to where it is acted on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.cases import policy
from engine.clock import local
from engine.directory.commands import ReadNotices
from engine.directory.liaison_rounds import KIND as LIAISON_DUE
from engine.queries.notices import COUNTED, NoticeLine, notice, notice_list
from engine.vocabulary import label
from webapp.guard import actor, engine, guarded
from webapp.labels import day
from webapp.pages import words
from webapp.pages.display import FROM_UNIT
from webapp.pages.pinned import instance_href, is_finding

blueprint = Blueprint("notices", __name__, url_prefix="/notices")

_FIRST_CHOICE = {"acknowledge": "sign", "first_contact": "contact"}  # what a notice to a unit asks for
_OF_UNITS = frozenset({*_FIRST_CHOICE, "handle", "await_resume"})
_ALARMS = frozenset(
    {
        *("escalation", "unsigned", "urged", "reminder", "external_warn"),
        *("finding_late", "finding_raised", "finding_silent", "finding_unchecked"),
    }
)
_BIGGEST = 2**62


@blueprint.get("")
@guarded(*policy.TOLD)
def show() -> str:
    """What one is told, what fell together in an hour as one digest."""
    found = engine().read_as(actor(), notice_list, request.args.get("after"))
    return render_template(
        "notices.html",
        digests=[_digest(hour, list(lines)) for hour, lines in groupby(found.lines, _hour)],
        unread=count_text(found.unread),
        read_url=url_for("notices.read_all") if found.unread else None,
        pages=_pages(found.next),
    )


@blueprint.get("/<int:id>")
@guarded(*policy.TOLD)
def follow(id: int) -> Response:
    """Go to where a notice is acted on; it counts as read from then on. Raises NotFound for one of others."""
    line = engine().read_as(actor(), notice, min(id, _BIGGEST))
    if not line.read:
        engine().execute(ReadNotices((line.id,)), actor())
    return redirect(_target(line), 303)


@blueprint.post("/read")
@guarded(*policy.TOLD)
def read_all() -> Response:
    """Everything one is shown counts as read."""
    engine().execute(ReadNotices(), actor())
    return redirect(url_for("notices.show"), 303)


def count_text(unread: int) -> str | None:
    """3, 99+, or nothing for none."""
    if unread > COUNTED:
        return f"{COUNTED}+"
    return str(unread) if unread else None


def _target(line: NoticeLine) -> str:
    if line.todo is not None:
        asked: dict[str, Any] = {"from": FROM_UNIT} if line.todo.element in _OF_UNITS else {}
        if line.todo.element in _FIRST_CHOICE:
            asked["action"] = _FIRST_CHOICE[line.todo.element]
        return url_for("task.show", task_id=line.todo.task_id, **asked)
    if line.kind == LIAISON_DUE:
        return url_for("liaison.edit", unit=line.unit_code)
    return instance_href(line.no) if line.no else url_for("notices.show")


# ------------------------------------------------------------------ the page
def _hour(line: NoticeLine) -> datetime:
    return local(line.at).replace(minute=0, second=0, microsecond=0)


def _digest(hour: datetime, lines: Sequence[NoticeLine]) -> dict[str, Any]:
    span = f"{day(hour)}{hour:%H:%M}—{hour + timedelta(hours=1):%H:%M}"
    return {
        "title": span,
        "lines": [_line(line) for line in lines],
        "unread": sum(line.waits for line in lines),
    }


def _line(line: NoticeLine) -> dict[str, Any]:
    told = label("handle_action", line.action) if line.action else None
    return {
        "text": label("notice", line.kind) if told is None else f"{told}：{label('notice', line.kind)}",
        "no": line.no,
        "title": line.title,
        "unit": line.unit,
        "tier": line.tier,
        "at": line.at,
        "waits": line.waits,
        "over": label("notice_over", line.over) if line.over else None,
        "alarm": line.kind in _ALARMS and line.over is None,
        "on_behalf_of": line.on_behalf_of,
        "href": url_for("notices.follow", id=line.id) if line.no or line.kind == LIAISON_DUE else None,
        "link": _link(line),
    }


def _link(line: NoticeLine) -> str:
    if line.kind == LIAISON_DUE:
        return "去核对"
    if line.todo is None and line.no and is_finding(line.no):
        return "看整改"
    return f"去{line.todo.name}" if line.todo else "看反映件"


def _pages(next: str | None) -> dict[str, Any] | None:
    first = url_for("notices.show") if request.args.get("after") else None
    return words.pager("只列最近 30 天的", first, url_for("notices.show", after=next) if next else None)
