"""What is done from the inbox: choosing what to see, searching, several tasks at once, leaving one for later."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import Blueprint, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from engine.cases.commands import ClaimTask, HandOn
from engine.clock import local, midnight
from engine.desk.commands import DropView, KeepChoice, OpenWith, PutAside, RenameView, SaveView, TakeBack, UseKeys
from engine.errors import BadInput, EngineError
from engine.facade import ReadContext
from engine.queries.inbox import own_due
from engine.queries.inbox_choice import Choice, choice_from, desk_of
from engine.queries.task_form import task_form
from webapp.errors import Failure, failure_of
from webapp.form_values import date_text
from webapp.guard import actor, engine, guarded
from webapp.limits import SEARCH, limited
from webapp.pages.inbox import LABELS, page, wanted
from webapp.pages.inbox_rows import of_colleague

blueprint = Blueprint("inbox_acts", __name__)

MOST_TOGETHER = 50


def _back(**said: str) -> Response:
    return redirect(url_for("inbox.show", queue=_queue(None), **said), 303)  # type: ignore[arg-type]


def _queue(otherwise: str | None) -> str | None:
    """The queue from which a form was sent."""
    queue = request.form.get("queue", "")
    return queue if queue in LABELS else otherwise


# ------------------------------------------------------------------ what to see
@blueprint.post("/inbox/choose")
@guarded()
def choose() -> Response:
    """See the inbox like this from now on: by the fields of the form, a saved view, or everything again."""
    engine().execute(KeepChoice(_chosen().kept), actor())
    return _back()


def _chosen() -> Choice:
    if request.form.get("clear"):
        return Choice()
    view = request.form.get("view", "")
    if view:
        known = {str(each.id): each.choice for each in engine().read_as(actor(), desk_of).views}
        return known.get(view, Choice())
    return choice_from(request.form)


@blueprint.post("/inbox/search")
@guarded()
@limited(SEARCH)
def search() -> str:
    """The tasks of a queue whose case has these words, this number, this name or these last digits."""
    asked = choice_from({"words": request.form.get("q", "")})
    found, desk = engine().read_as(actor(), wanted, _queue("group"), None, asked)
    text = f"“{LABELS[found.queue]}”里找到 {len(found.items)}{' 件以上' if found.next else ' 件'}"
    return page(found, desk, [], status_text=text if asked.words else None)


@blueprint.post("/inbox/views")
@guarded()
def save() -> Response:
    """Give what is chosen now a name."""
    chosen = of_colleague(request.form) or engine().read_as(actor(), desk_of).choice
    group = request.form.get("group") or None
    try:
        engine().execute(SaveView(request.form.get("name", ""), chosen.kept, group), actor())
    except BadInput as error:
        return _shown_again(error)
    return _back(saved="1")


@blueprint.post("/inbox/views/<int:id>/drop")
@guarded()
def drop(id: int) -> Response:
    """Forget a saved view."""
    engine().execute(DropView(id), actor())
    return _back(dropped="1")


@blueprint.post("/inbox/views/<int:id>/rename")
@guarded()
def rename(id: int) -> Response:
    """Give a saved view another name."""
    try:
        engine().execute(RenameView(id, request.form.get("name", "")), actor())
    except BadInput as error:
        return _shown_again(error)
    return _back(renamed="1")


@blueprint.post("/inbox/views/<int:id>/open-with")
@guarded()
def open_with(id: int) -> Response:
    """Let the inbox open with a saved view from now on, or no longer."""
    chosen = request.form.get("opens") == "yes"
    engine().execute(OpenWith(id if chosen else None), actor())
    return _back(**{"opens" if chosen else "opens_all": "1"})


@blueprint.post("/inbox/keys")
@guarded()
def keys() -> Response:
    """Switch single-key shortcuts on or off (WCAG 2.1.4)."""
    engine().execute(UseKeys(request.form.get("single") == "yes"), actor())
    return _back()


def _shown_again(error: EngineError, aside: str | None = None) -> Response:
    """`aside`: the task that was not put aside; what was typed stands beside it again."""
    failure, asked = failure_of(error), (_queue(None), None, of_colleague(request.form))
    found, desk = engine().read_as(actor(), wanted, *asked)
    typed = {name: request.form.get(name, "") for name in ("until", "reason")}
    refused = {"id": aside, **typed, "wrong": failure.fields} if aside else None
    text = page(found, desk, [{"kind": "warn", "text": _sentence(failure)}], refused=refused)
    return make_response(text, failure.status)


def _sentence(failure: Failure) -> str:
    return "".join(failure.fields.values()) or failure.detail


# ------------------------------------------------------------------ later
@blueprint.post("/inbox/aside/<task_id>")
@guarded()
def put_aside(task_id: str) -> Response:
    """Leave a task until a day; nothing about it changes but where this person sees it."""
    day = request.form.get("until", "").strip()
    try:
        until = date.fromisoformat(date_text(day))
    except ValueError:
        wrong = "留到哪天没有看懂，请写成 2026-10-08。" if day else "请填写留到哪天，写成 2026-10-08。"
        return _shown_again(BadInput({"until": wrong}), task_id)
    asked = PutAside(task_id, until, request.form.get("reason", ""))
    sure = request.form.get("late") or not asked.reason.strip()  # without a reason it is refused anyway
    if not sure and (due := engine().read_as(actor(), _due_before, task_id, until)):
        return _asked_again(asked, due)
    try:
        engine().execute(asked, actor())
    except BadInput as error:
        return _shown_again(error, task_id)
    return _back(aside="1")


def _due_before(ctx: ReadContext, task_id: str, until: date) -> datetime | None:
    """When the task falls due, if that is still to come and on an earlier day."""
    due = own_due(ctx, task_id)
    return due if due is not None and due > ctx.now and local(due).date() < until else None


def _asked_again(asked: PutAside, due: datetime) -> Response:
    """The inbox, with the question whether the task is to be left beyond its due."""
    found, desk = engine().read_as(actor(), wanted, _queue(None), None, None)
    title, step, *_ = engine().read_as(actor(), _named, asked.task_id)
    hidden = {"queue": found.queue, "until": asked.until.isoformat(), "reason": asked.reason, "late": "yes"}
    question = {
        "action": url_for("inbox_acts.put_aside", task_id=asked.task_id),
        "hidden": hidden,
        "title": title,
        "step": step,
        "due": due,
        "until": midnight(asked.until),
    }
    return make_response(page(found, desk, [], question=question))


@blueprint.post("/inbox/aside/<task_id>/back")
@guarded()
def take_back(task_id: str) -> Response:
    """See it again now."""
    engine().execute(TakeBack(task_id), actor())
    return _back(back="1")


# ------------------------------------------------------------------ several at once
@blueprint.post("/inbox/together")
@guarded()
def together() -> Response:
    """Claim, take over or hand on every task that was ticked, each by itself; the page says what came of each."""
    ids, act, to = request.form.getlist("task")[:MOST_TOGETHER], request.form.get("act"), request.form.get("to", "")
    if not ids:
        return _shown_again(BadInput({"task": "请先勾选要一起处理的待办。"}))
    if act == "hand_on" and not to:
        return _shown_again(BadInput({"to": "请选一位同事。"}))
    results = [_one(id, _command(id, act, to)) for id in ids]
    asked = _queue("group"), None, of_colleague(request.form)
    found, desk = engine().read_as(actor(), wanted, *asked)
    return make_response(page(found, desk, [], results))


def _command(task_id: str, act: str | None, to: str) -> ClaimTask | HandOn:
    """What a colleague holds is taken over only by who asked for just that, or saw in whose hands it is."""
    if act == "hand_on":
        return HandOn(task_id, to, free=_queue(None) == "group")
    return ClaimTask(task_id, actor().name, free=act != "take")


def _one(task_id: str, command: ClaimTask | HandOn) -> dict[str, Any]:
    """What came of one row: done, or who was faster and when, or why not."""
    try:
        engine().execute(command, actor())
        failure = None
    except EngineError as error:
        failure = failure_of(error)
    title, step, no, holder = engine().read_as(actor(), _named, task_id)
    given = f"已转给同事：{holder}" if holder else "已转给同事"
    done = given if isinstance(command, HandOn) else "已领取" if command.free else "已接管"
    return {
        "title": title,
        "step": step,
        "no": no,
        "done": failure is None,
        "text": done if failure is None else _sentence(failure),
        "href": url_for("task.show", task_id=task_id),
    }


def _named(ctx: ReadContext, task_id: str) -> tuple[str, str, str, str]:
    """Title, step, number and who holds it, as far as this person may know of them."""
    try:
        asked = task_form(ctx, task_id)
    except EngineError:
        return "这件待办", "", "", ""
    return asked.title or asked.name, asked.name, asked.no or "", asked.holder or ""
