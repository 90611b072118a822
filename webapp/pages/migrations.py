"""迁移: what a version means for the cases that run, and bringing them over, with progress and a way back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.cases import policy
from engine.definitions import batches
from engine.definitions.batches import MOVED, REFUSED, WAITING, Order
from engine.definitions.impact import CaseImpact, ClockChange, Verdict, impacts, open_uids, running
from engine.definitions.shipped import CASE_PROCESS
from engine.definitions.versions import Version
from engine.errors import EngineError
from engine.facade import ReadContext
from engine.queries.migration_plan import may_take_over
from engine.queries.migrations import Batch, BatchCase, batch, cases_of
from engine.queries.migrations import batches as latest_batches
from engine.queries.versions import published_versions, version_of
from engine.storage.idempotency import StoredAnswer
from engine.vocabulary import label
from webapp.errors import failure_of
from webapp.guard import actor, engine, guarded
from webapp.labels import date_time
from webapp.once import fingerprint
from webapp.pages import sending

blueprint = Blueprint("migrations", __name__)

_MOST = 100  # cases on one page
_AT_ONCE = 25  # moved while whoever ordered it waits; a worker moves the rest
_TAKES_OVER = "takes_over."  # fields: element → who takes over from it
_VERDICTS: tuple[Verdict, ...] = ("moves", "blocked", "stays")
_STATES = (WAITING, MOVED, REFUSED)


@blueprint.get("/designer/impact")
@guarded(*policy.DESIGNING)
def show() -> Response:
    """What the version `to`, or the running one, would mean; `show` narrows, `after` goes on from a row."""
    return _page(request.args)


@blueprint.post("/designer/impact")
@guarded(*policy.DESIGNING)
def order() -> Response:
    """Order the chosen cases, or all that run, to go over; the first go at once."""
    given = request.form

    def work() -> StoredAnswer:
        version = engine().read(version_of, _number(given.get("to", "")))
        chosen = engine().read(open_uids, version) if given.get("all") == "yes" else given.getlist("uid")
        wanted = Order(CASE_PROCESS, version.version, chosen, given.get("reason", ""), _instructions(given))
        id = batches.begin(engine(), wanted, actor())
        return StoredAnswer(200, {"id": id})

    try:
        id = _once(work)
    except EngineError as error:
        failure = failure_of(error)
        if failure.status not in (400, 409):
            raise
        return _page(given, next(iter(failure.fields.values()), failure.detail), failure.status)
    batches.carry_on(engine(), _AT_ONCE, id)
    return redirect(url_for("migrations.progress", id=id), 303)


@blueprint.get("/designer/impact/orders/<int:id>")
@guarded(*policy.DESIGNING)
def progress(id: int) -> Response:
    """How far an order has come, and what has become of each case."""
    return _progress(id)


@blueprint.post("/designer/impact/orders/<int:id>/<any(carry_on,undo):act>")
@guarded(*policy.DESIGNING)
def go_on(id: int, act: str) -> Response:
    """Move some more of it now, or order that it goes back."""
    at = id
    if act == "undo":
        reason = request.form.get("reason", "")
        try:
            at = _once(lambda: StoredAnswer(200, {"id": batches.undo(engine(), id, reason, actor())}))
        except EngineError as error:
            failure = failure_of(error)
            if failure.status not in (400, 409):
                raise
            return _progress(id, next(iter(failure.fields.values()), failure.detail), failure.status)
    batches.carry_on(engine(), _AT_ONCE, at)
    return redirect(url_for("migrations.progress", id=at), 303)


def _once(work: Any) -> int:
    """The number of the order; sending the same form again makes no second one."""
    key = sending.sent_key()
    answer = work() if key is None else engine().answer_once(actor(), key, fingerprint(), work).answer
    return int(answer.body["id"])


# ------------------------------------------------------------------ what it would mean
def _page(given: Mapping[str, Any], problem: str | None = None, status: int = 200) -> Response:
    told = engine().read_as(actor(), _told, given)
    page = {"problem": problem, "reason": given.get("reason", ""), "hidden": sending.fresh_key()}
    return make_response(render_template("impact.html", **told, **page, versions_href=url_for("designer.show")), status)


def _told(ctx: ReadContext, given: Mapping[str, Any]) -> dict[str, Any]:
    version = version_of(ctx, _number(given.get("to", "")))
    instructions, after = _instructions(given), _number(given.get("after", "")) or 0
    looked_at = list(islice(impacts(ctx, version, instructions, after), _MOST))
    shown = given.get("show", "")
    wanted = [each for each in looked_at if shown in ("", each.verdict)]
    more = len(looked_at) == _MOST
    again = {"to": version.version, "show": shown, **{_TAKES_OVER + a: b for a, b in instructions.items()}}
    return {
        "action": url_for("migrations.show"),
        "to": str(version.version),
        "versions": [
            (str(each.version), f"第 {each.version} 版{'（正在运行）' if each.running else ''}")
            for each in published_versions(ctx)
        ],
        "show": shown,
        "verdicts": [(each, label("migration", each)) for each in _VERDICTS],
        "counts": [
            {"label": label("migration", each), "count": sum(one.verdict == each for one in looked_at)}
            for each in _VERDICTS
        ],
        "open": running(ctx, version.key),
        "looked_at": len(looked_at),
        "more_href": url_for("migrations.show", **again, after=looked_at[-1].id) if more else None,
        "takers": _takers(ctx, version, looked_at, instructions),
        "instructions": [(_TAKES_OVER + a, b) for a, b in instructions.items()],
        "items": [_item(each) for each in wanted],
        "orders": [_order(each) for each in latest_batches(ctx, 10)],
    }


def _takers(
    ctx: ReadContext, version: Version, looked_at: Iterable[CaseImpact], instructions: Mapping[str, str]
) -> list[dict[str, Any]]:
    """For each step somebody stands at that is drawn no more: which could take over."""
    stuck = {each.element for case in looked_at for each in case.obstacles if each.element}
    offered = may_take_over(ctx, version, stuck | instructions.keys())
    return [
        {"name": _TAKES_OVER + id, "label": name, "chosen": instructions.get(id, ""), "options": options}
        for id, (name, options) in offered.items()
    ]


def _item(each: CaseImpact) -> dict[str, Any]:
    return {
        "uid": each.uid,
        "no": each.no or each.uid,
        "href": None if each.no is None else url_for("case.show", no=each.no),
        "title": each.title or "流程实例",
        "version": each.version,
        "at": "、".join(each.at) or "等待中",
        "verdict": each.verdict,
        "verdict_label": label("migration", each.verdict),
        "reason": each.reason,
        "deadline": _deadline(each),
        "clocks": [_clock(clock) for clock in each.clocks],
    }


def _deadline(each: CaseImpact) -> str:
    before, after = each.deadline_before, each.deadline_after
    if before == after:
        return "承诺期限还没有定" if before is None else f"承诺期限 {date_time(before)}，迁移前后一样"
    return f"承诺期限 {_shown(before)} → {_shown(after)}"


def _clock(clock: ClockChange) -> str:
    before, after = (None if text is None else datetime.fromisoformat(text) for text in (clock.before, clock.after))
    if after is None:
        return f"{clock.name}：不再计时（原为 {_shown(before)}）"
    return f"{clock.name}：{_shown(before) if before else '新加'} → {_shown(after)}"


def _shown(instant: datetime | None) -> str:
    return "没有" if instant is None else date_time(instant)


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _instructions(given: Mapping[str, Any]) -> dict[str, str]:
    named = {name.removeprefix(_TAKES_OVER): str(given[name]) for name in given if name.startswith(_TAKES_OVER)}
    return {source: target for source, target in named.items() if source and target}


# ------------------------------------------------------------------ orders
def _progress(id: int, problem: str | None = None, status: int = 200) -> Response:
    shown = request.args.get("show", "")
    state = shown if shown in _STATES else None

    def told(ctx: ReadContext) -> dict[str, Any]:
        found = batch(ctx, id)
        return {
            "order": _order(found),
            "cases": [_case(each) for each in cases_of(ctx, id, state)],
            "show": shown,
            "states": [(each, label("migration", each)) for each in _STATES],
        }

    page = {
        "problem": problem,
        "action": url_for("migrations.progress", id=id),
        "carry_on_url": url_for("migrations.go_on", id=id, act="carry_on"),
        "undo_url": url_for("migrations.go_on", id=id, act="undo"),
        "impact_href": url_for("migrations.show"),
        "versions_href": url_for("designer.show"),
        "reason": request.form.get("reason", ""),
        "hidden": sending.fresh_key(),
        "at_once": _AT_ONCE,
    }
    return make_response(render_template("migration.html", **engine().read_as(actor(), told), **page), status)


def _order(each: Batch) -> dict[str, Any]:
    undone = each.undone_by
    return {
        "id": each.id,
        "href": url_for("migrations.progress", id=each.id),
        "title": f"撤销第 {each.undoes} 次迁移" if each.undoes else f"迁移到第 {each.version} 版",
        "undoes": each.undoes,
        "undone_href": None if undone is None else url_for("migrations.progress", id=undone),
        "author": each.author,
        "begun_at": each.begun_at,
        "ended_at": each.ended_at,
        "reason": each.reason,
        **{name: getattr(each, name) for name in ("cases", "waiting", "moved", "refused")},
    }


def _case(each: BatchCase) -> dict[str, Any]:
    return {
        "no": each.no or each.uid,
        "href": None if each.no is None else url_for("case.show", no=each.no),
        "title": each.title or "流程实例",
        "came_from": each.came_from,
        "state": each.state,
        "state_label": label("migration", each.state),
        "reason": each.reason,
        "at": each.at,
    }
