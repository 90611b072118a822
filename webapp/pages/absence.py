"""外出与代办: who stands in for whom, set before one goes away and ended by itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.clock import ZONE, local
from engine.directory.commands import EndSubstitution, EnterSubstitution
from engine.errors import BadInput, EngineError
from engine.facade import ReadContext
from engine.queries.substitutions import Somebody, SubstitutionRow, absentees, candidates, substitutions_seen
from engine.storage.idempotency import StoredAnswer
from webapp.errors import failure_of
from webapp.form_values import date_text
from webapp.guard import actor, engine, guarded
from webapp.once import perform
from webapp.pages import sending

blueprint = Blueprint("absence", __name__, url_prefix="/absence")

_STATES = {"coming": "未开始", "running": "正在代办", "ended": "已结束"}
_FIELDS = ("absent", "substitute", "from_day", "from_time", "until_day", "until_time", "reason")


@blueprint.get("")
@guarded()
def show() -> Response:
    """What is set, and the form to set it; `absent` in the address: for whom."""
    return _page({"absent": request.args.get("absent", "")}, {})


@blueprint.post("")
@guarded()
def enter() -> Response:
    """Set a substitution, or give back what was entered with what to mend."""
    given = {name: request.form.get(name, "").strip() for name in _FIELDS}
    if "choose" in request.form:  # another absent person: whom they may choose is another list
        return _page(given, {})
    try:
        perform(_command(given), _done, sending.sent_key())
    except EngineError as error:
        failure = failure_of(error)
        return _page(given, sending.problems(failure), failure.status)
    return redirect(url_for("absence.show", absent=given["absent"]), 303)


@blueprint.post("/<int:id>/end")
@guarded()
def end(id: int) -> Response:
    """End one before its time."""
    engine().execute(EndSubstitution(min(id, 2**62)), actor())
    return redirect(url_for("absence.show"), 303)


def _done(ctx: ReadContext, id: Any) -> StoredAnswer:
    return StoredAnswer(303, None)


def _command(given: Mapping[str, str]) -> EnterSubstitution:
    """What the form says; raises BadInput for times that cannot be read."""
    wrong: dict[str, str] = {}
    since = _instant(given, "from", wrong) if given["from_day"] or given["from_time"] else None
    until = _instant(given, "until", wrong)
    if not given["substitute"]:
        wrong["substitute"] = "请选由谁代办。"
    if wrong or until is None:
        raise BadInput(wrong)
    absent = given["absent"] or actor().name
    return EnterSubstitution(absent, given["substitute"], until, since, given["reason"] or None)


def _instant(given: Mapping[str, str], which: str, wrong: dict[str, str]) -> datetime | None:
    text = f"{date_text(given[f'{which}_day'])} {given[f'{which}_time'].replace('：', ':')}"
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=ZONE)
    except ValueError:
        wrong[which] = "请写日期和时间，例如 2026-10-08 和 09:00。"
        return None


# ------------------------------------------------------------------ the page
def _page(given: Mapping[str, str], problems: Mapping[str, str], status: int = 200) -> Response:
    absent = given.get("absent") or actor().name
    rows, people, chosen = engine().read_as(actor(), _found, absent)
    text = render_template(
        "absence.html",
        rows=[_row(row) for row in rows],
        form=_form(absent, given, problems, people, chosen) if people else None,
    )
    return make_response(text, status)


def _found(
    ctx: ReadContext, absent: str
) -> tuple[tuple[SubstitutionRow, ...], tuple[Somebody, ...], tuple[Somebody, ...]]:
    people = absentees(ctx)
    settable = absent in {each.name for each in people}
    return substitutions_seen(ctx), people, candidates(ctx, absent) if settable else ()


def _row(row: SubstitutionRow) -> dict[str, Any]:
    return {
        "absent": row.absent_name,
        "substitute": row.substitute_name,
        "since": row.from_,
        "until": row.ended_at or row.until,
        "reason": row.reason,
        "state": _STATES[row.state],
        "running": row.state == "running",
        "end_url": url_for("absence.end", id=row.id) if row.may_end else None,
    }


def _form(
    absent: str,
    given: Mapping[str, str],
    problems: Mapping[str, str],
    people: tuple[Somebody, ...],
    chosen: tuple[Somebody, ...],
) -> dict[str, Any]:
    now = local(engine().clock.now())
    begun = {"from_day": f"{now:%Y-%m-%d}", "from_time": f"{now:%H:%M}", "until_time": "17:00"}
    return {
        "action": url_for("absence.enter"),
        "hidden": sending.fresh_key(),
        "absent": absent,
        "people": [(each.name, f"{each.display}（{each.name}）") for each in people],
        "chosen": [(each.name, f"{each.display}（{each.name}）") for each in chosen],
        "given": {**dict.fromkeys(_FIELDS, ""), **begun, **{name: text for name, text in given.items() if text}},
        "problems": dict(problems),
    }
