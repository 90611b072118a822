"""办理: one step of a case, with its form and everything one needs to know to fill it in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.cases.commands import ClaimTask, Command, CompleteTask, HandOn, ResolveTask, UnclaimTask
from engine.clock import local
from engine.drafts import Draft
from engine.errors import BadInput, EngineError, NotFound, TakenByOther
from engine.facade import ReadContext
from engine.queries.colleagues import Colleague
from engine.queries.drafts import own_draft
from engine.queries.inbox import inbox
from engine.queries.inbox_choice import desk_of
from engine.queries.next_step import next_at_window
from engine.queries.papers import PAPER
from engine.queries.remarks import REMARK
from engine.queries.task_form import TaskForm, task_form
from engine.queries.task_page import TaskPage
from engine.storage.idempotency import StoredAnswer
from webapp.errors import Failure, failure_of
from webapp.forms import filled_now, left_open, parse_form, row_asked, with_row
from webapp.guard import actor, engine, guarded
from webapp.labels import date_time
from webapp.once import perform
from webapp.pages import drafts, finding_papers, papers, remarks, sending, words
from webapp.pages.beside_form import canned_of, precedents_of
from webapp.pages.display import FROM_UNIT, back_or, opened_from
from webapp.pages.drafts import Restored
from webapp.pages.finding_papers import takes_papers
from webapp.pages.finished import finished_notice
from webapp.pages.pinned import instance_href
from webapp.pages.task_parts import beside, finding_shown, seen_task, told

blueprint = Blueprint("task", __name__)

_TOLD_ELSEWHERE = ("start", REMARK, PAPER)  # beside the form, and under it


@blueprint.get("/tasks/<task_id>")
@guarded()
def show(task_id: str) -> Response:
    """The form of an open task; of a finished one, who did it and when."""
    sent = engine().read_as(actor(), task_form, task_id)
    if sent.ended is not None:
        return _over(sent, engine().read_as(actor(), own_draft, task_id))
    return _page(task_id, preset=request.args.get("action"))


@blueprint.post("/tasks/<task_id>")
@guarded()
def submit(task_id: str) -> Response:
    """Complete the task, or give back what was entered with what to mend."""
    asked = engine().read_as(actor(), task_form, task_id)
    values = parse_form(asked.schema, request.form, sending.today())
    more = row_asked(asked.schema, request.form)
    if more is not None:
        drafts.rescue(asked.schema, task_id)
        return _page(task_id, with_row(values, more))
    try:
        if wanting := left_open(asked.schema, values):
            raise BadInput(wanting)
        perform(CompleteTask(task_id, values), _completed, sending.sent_key())
    except EngineError as error:
        drafts.rescue(asked.schema, task_id)
        return not_taken(task_id, values, failure_of(error))
    return redirect(engine().read_as(actor(), _onward, task_id), 303)


@blueprint.post("/tasks/<task_id>/claim")
@guarded()
def claim(task_id: str) -> Response:
    """Take the task for oneself, and go to it, or back to the list where it was taken."""
    known = request.form.get("held") or None
    command = ClaimTask(task_id, actor().name, free=True, known=known)
    return _assign(task_id, command, back_or(url_for("task.show", task_id=task_id)))


@blueprint.post("/tasks/<task_id>/release")
@guarded()
def release(task_id: str) -> Response:
    """Give the task back to its group."""
    return _assign(task_id, UnclaimTask(task_id), url_for("inbox.show", queue="group"))


@blueprint.post("/tasks/<task_id>/hand-on")
@guarded()
def hand_on(task_id: str) -> Response:
    """Hand the task to a colleague of the group, who holds it from then on; not from a third one unseen."""
    to, reason = request.form.get("to", ""), request.form.get("reason", "").strip()
    if not to:
        return _page(task_id, problems={"to": "请选一位同事。"}, status=400)
    command = HandOn(task_id, to, reason or None, free=True, known=request.form.get("held") or None)
    return _assign(task_id, command, back_or(url_for("inbox.show", handed=task_id)))


@blueprint.post("/tasks/<task_id>/resolve")
@guarded()
def resolve(task_id: str) -> Response:
    """Give the task back to the colleague who asked."""
    return _assign(task_id, ResolveTask(task_id), url_for("inbox.show"))


def _assign(task_id: str, command: Command, onward: str) -> Response:
    try:
        engine().execute(command, actor())
    except BadInput as error:
        return _page(task_id, problems={"to": "".join(error.fields.values())}, status=400)
    except TakenByOther as error:
        return _taken_meanwhile(task_id, command, failure_of(error))
    except EngineError as error:
        return _refused(task_id, {}, failure_of(error))
    return redirect(onward, 303)


def _taken_meanwhile(task_id: str, command: Command, failure: Failure) -> Response:
    """Who disposes of the task sees whose it is since they opened the page, and may go on all the same."""
    asked = engine().read_as(actor(), task_form, task_id)
    seen = None if asked.ended else engine().read_as(actor(), seen_task, task_id)[0]
    if seen is None or not seen.colleagues:
        return _refused(task_id, {}, failure)
    since = f"在 {date_time(seen.task.since)} " if seen.task.since else ""
    said = f"您打开页面以后，{seen.task.holder} {since}领取了这一步。还没有改动；仍要这样办，请再按一次。"
    return _page(task_id, problems={"taken" if isinstance(command, ClaimTask) else "to": said}, status=409)


def _completed(ctx: ReadContext, done: Any) -> StoredAnswer:
    return StoredAnswer(303, None)


def _onward(ctx: ReadContext, task_id: str) -> str:
    """The list a person came from; at a window the next step of the person who sits before it; else the next own task
    the inbox shows, or the inbox.
    """
    if request.args.get("back"):
        return back_or(url_for("inbox.show"))
    if request.args.get("from") == FROM_UNIT:
        return url_for("unit_desk.show", done=task_id)
    if (same_case := next_at_window(ctx, task_id)) is not None:
        return url_for("task.show", task_id=same_case, done=task_id)
    following = inbox(ctx, "mine", limit=1, choice=desk_of(ctx).choice).items
    if following:
        return url_for("task.show", task_id=following[0].task_id, done=task_id)
    return url_for("inbox.show", done=task_id)


# ------------------------------------------------------------------ what could not be taken
def not_taken(task_id: str, values: Mapping[str, Any], failure: Failure) -> Response:
    """Where sending again may help, the form with everything in it; else the page that says why not."""
    if failure.status in (403, 404, 409, 422):
        return _refused(task_id, values, failure)
    try:
        return _page(task_id, values, sending.problems(failure), failure.status)
    except NotFound:
        return _refused(task_id, values, failure)


def _refused(task_id: str, values: Mapping[str, Any], failure: Failure) -> Response:
    asked = engine().read_as(actor(), task_form, task_id)
    text = render_template(
        "conflict.html",
        heading=failure.title if failure.status == 403 else _heading(asked),
        message=failure.detail if failure.status == 403 else _why(asked, failure),
        kept=sending.kept(asked.schema, values, engine().directory),
        **_ended(asked),
    )
    return make_response(text, failure.status)


def _over(asked: TaskForm, draft: Draft | None) -> Response:
    """A page for who comes by an old link, with what they had begun to write."""
    kept = drafts.texts(draft)
    text = render_template(
        "conflict.html", heading="这一步已经结束", message=_how_ended(asked), kept=kept, **_ended(asked)
    )
    return make_response(text)


def _heading(asked: TaskForm) -> str:
    if asked.ended is None:
        return "同事正在办理"
    if asked.ended.mine:
        return "您已提交过这一步"
    return "这一步已经结束" if asked.ended.how == "withdrawn" else "同事已先办理"


def _why(asked: TaskForm, failure: Failure) -> str:
    if asked.ended is not None:
        return f"{_how_ended(asked)}您刚才的内容没有提交。"
    if asked.holder is not None:
        return f"{asked.holder} 已领取这一步，由对方提交。需要换人时请先与对方联系。"
    return failure.detail


def _how_ended(asked: TaskForm) -> str:
    assert asked.ended is not None
    if asked.ended.how == "completed":
        return f"“{asked.name}”已由{'您' if asked.ended.mine else asked.ended.by}提交。"
    return f"“{asked.name}”已经撤回或到时转入下一步，不用再办。"


def _ended(asked: TaskForm) -> dict[str, Any]:
    return {
        "by": asked.holder if asked.ended is None else asked.ended.by,
        "at": asked.since if asked.ended is None else asked.ended.at,
        "step": asked.name,
        "title": asked.title or asked.name,
        "no": asked.no or "",
        "case_href": instance_href(asked.no) if asked.no else url_for("inbox.show"),
        "inbox_href": url_for("inbox.show"),
    }


# ------------------------------------------------------------------ the page
def _page(
    task_id: str,
    values: Mapping[str, Any] | None = None,
    problems: Mapping[str, str] | None = None,
    status: int = 200,
    preset: str | None = None,
) -> Response:
    """`preset`: the choice a link to the form has made already."""
    seen, of_case = engine().read_as(actor(), seen_task, task_id)
    draft = drafts.restored(seen.schema, engine().read_as(actor(), own_draft, task_id))
    chosen = _chosen(seen, preset)
    usual = filled_now(seen.schema, local(engine().clock.now()))
    filled = {**usual, **seen.values, **(draft.values if draft else {}), **chosen} if values is None else values
    from_desk: dict[str, Any] = {"from": FROM_UNIT} if request.args.get("from") == FROM_UNIT else {}
    sent_to = "answering.submit" if takes_papers(seen) else "task.submit"
    action = url_for(sent_to, task_id=task_id, back=request.args.get("back"), **from_desk)
    wrong = {name: said for name, said in (problems or {}).items() if name not in ("to", "taken")}
    form = sending.form(seen.schema, filled, wrong, seen.choices, action, seen.closed) if seen.may_act else None
    if form:
        form["begun"] = bool(chosen)
    finding = finding_shown(seen)  # with everything said of it, above the form
    text = render_template(
        "task.html",
        task=told(seen, of_case),
        came_from=_came_from(),
        form=form,
        papers=finding_papers.field(seen, wrong.get(finding_papers.FIELD)),
        draft=_draft(task_id, draft, offered=values is None and form is not None),
        look_only=None if form else _look_only(seen),
        claim=_claim(task_id, seen, (problems or {}).get("taken")),
        release={"url": url_for("task.release", task_id=task_id)} if seen.may_release else None,
        resolve={"url": url_for("task.resolve", task_id=task_id)} if seen.may_resolve else None,
        hand_on=_hand_on(task_id, seen, (problems or {}).get("to")),
        task_due=words.due(seen.task.due) if seen.task.due.at else None,
        finding=finding,
        earlier=[] if finding else [_earlier(each) for each in seen.earlier if each.element not in _TOLD_ELSEWHERE],
        notices=finished_notice(request.args.get("done")),
        canned=canned_of(seen),
        attachments=None if of_case is None else papers.section(of_case, task_id),
        remarks=None if of_case is None else remarks.section(of_case, task_id),
        precedents=precedents_of(seen.precedents),
        **beside(seen, of_case),
    )
    return make_response(text, status)


def _came_from() -> dict[str, str]:
    """The list above the page: the desk of the unit or supervision, when the address says so, else the inbox."""
    match opened_from():
        case "unit_desk":
            return {"href": url_for("unit_desk.show"), "label": "单位"}
        case "supervision":
            return {"href": back_or(""), "label": "督办"}
    return {"href": url_for("inbox.show"), "label": "待办"}


def _chosen(seen: TaskPage, preset: str | None) -> dict[str, Any]:
    offered = seen.schema.get("properties", {}).get("action", {}).get("enum", ())
    return {"action": preset} if preset in offered and preset not in seen.closed.get("action", ()) else {}


def _draft(task_id: str, draft: Restored | None, offered: bool) -> dict[str, Any]:
    """`kept_at`: since when what stands in the form is kept; `aside` has no field in it."""
    return {
        "keep_url": url_for("drafts.keep", task_id=task_id),
        "discard_url": url_for("drafts.discard"),
        "place": task_id,
        "kept_at": draft.at if draft and offered else None,
        "aside": draft.aside if draft else (),
        "texts": draft.texts if draft and not offered else (),
    }


def _claim(task_id: str, seen: TaskPage, taken: str | None) -> dict[str, Any] | None:
    """`taken`: why it was not claimed just now."""
    offer = {"url": url_for("task.claim", task_id=task_id, back=request.args.get("back")), "held": _held(seen)}
    if taken is not None:
        said = f"{taken}接管后由您办理，对方手头不再有这件；可以再转回去。"
        return {**offer, "text": said, "label": f"从 {seen.task.holder} 手里接管"}
    said = "领取后同事会看到由您办理。不领取也可以直接提交。"
    return {**offer, "text": said, "label": "由我办理"} if seen.may_claim else None


def _held(seen: TaskPage) -> dict[str, str]:
    """Whose it is as the page shows it: from nobody else it is taken by what is pressed there."""
    return {"held": seen.task.held_by or ""}


def _hand_on(task_id: str, seen: TaskPage, problem: str | None) -> dict[str, Any] | None:
    if not seen.colleagues:
        return None
    options = [(each.name, loaded(each)) for each in seen.colleagues]
    url = url_for("task.hand_on", task_id=task_id, back=request.args.get("back"))
    typed = {name: request.form.get(name, "") for name in ("to", "reason")} if problem else {"to": "", "reason": ""}
    from_other = problem is not None and seen.task.holder is not None and not seen.task.mine
    label = f"从 {seen.task.holder} 手里转给这位同事" if from_other else "转给这位同事"
    return {"url": url, "held": _held(seen), "options": options, "problem": problem, "label": label, **typed}


def loaded(each: Colleague) -> str:
    """A colleague to choose, with how much they have in hand."""
    return f"{each.display}（手头 {each.load} 件{'，外出' if each.absent else ''}）"


def _look_only(seen: TaskPage) -> str | None:
    if seen.task.holder is not None and not seen.task.mine:
        return f"{seen.task.holder} 已领取这一步，由对方提交。需要换人时请先与对方联系。"
    return seen.why_not


def _earlier(each: Any) -> dict[str, Any]:
    return {"title": each.title, "by": each.by, "at": each.at, "facts": words.facts(each.facts)}
