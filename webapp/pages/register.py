"""登记: what the officer fills in while the person talks, and the receipt to give them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.cases import policy
from engine.cases.commands import StartProcess
from engine.definitions.shipped import CASE_PROCESS
from engine.errors import EngineError, NotFound, NotYours
from engine.facade import ReadContext
from engine.personal.numbers import personal_numbers
from engine.queries.came_before import CameBefore, came_before_case
from engine.queries.case_page import CasePage, case_page
from engine.queries.registration import Receipt, receipt, registration
from engine.storage.idempotency import StoredAnswer
from engine.vocabulary import label
from webapp.errors import failure_of
from webapp.forms import parse_form, row_asked, with_row
from webapp.guard import actor, engine, guarded
from webapp.labels import date_time
from webapp.limits import REGISTER, limited
from webapp.once import perform
from webapp.pages import drafts, lists, prints, sending
from webapp.pages.register_hints import before_shown, came_with, matter_search

blueprint = Blueprint("register", __name__)

# What most people come with stands in the empty form.
_USUAL: Mapping[str, Any] = {"appeal_type": "undone", "applicant": {"kind": "person"}}
# As people talk: what for, what happened, who they are; the rest can be asked later.
_ORDER = ("title", "description", "applicant", "appeal_type", "prior_attempts", "port", "channel", "window")
_MATTER = "matter_code"  # has its own search above the form
_FIND, _WORDS, _WORDS_BEFORE, _SAME = "_find", "_matter_q", "_matter_was", "_same"
_NUMBERS = {"phone": "电话号码", "identity": "身份证号"}
_INSTEAD = "电话请填在“联系电话”一栏，身份证号不是办事必需的请不要留，可以用“更正”改掉。"


@blueprint.get("/register")
@guarded()
def show() -> Response:
    """The empty form; the officer's own window is filled in."""
    if not policy.holds(actor(), policy.REGISTER):
        raise NotYours("您所在的组不登记反映件，请联系窗口。")
    resumed = drafts.resumed(engine().read_as(actor(), registration).schema)
    if resumed is not None:
        return _page(resumed.values)
    at_window = {"channel": "window", "window": actor().window} if actor().window else {}
    return _page({**_USUAL, **at_window})


@blueprint.post("/register")
@guarded()
@limited(REGISTER)
def submit() -> Response:
    """Register the case and show its number, or give back what was entered with what to mend."""
    schema = engine().read_as(actor(), registration).schema
    values = parse_form(schema, request.form, sending.today())
    more = row_asked(schema, request.form)
    if more is not None:
        return _page(with_row(values, more))
    if _FIND in request.form or request.form.get(_WORDS, "") != request.form.get(_WORDS_BEFORE, ""):
        return _page(values, words=request.form.get(_WORDS, "").strip()[:60])
    if _SAME in request.form:
        return _page(values, before=came_with(values))
    try:
        answered = perform(StartProcess(CASE_PROCESS, values), _registered, sending.sent_key())
    except EngineError as error:
        failure = failure_of(error)
        drafts.rescue_registration(schema)
        return _page(values, sending.problems(failure), failure.status)
    drafts.sent()
    return redirect(url_for("register.done", no=answered.answer.body["no"]), 303)


def _registered(ctx: ReadContext, started: Any) -> StoredAnswer:
    return StoredAnswer(303, {"no": started.no})


def _page(
    values: Mapping[str, Any],
    problems: Mapping[str, str] | None = None,
    status: int = 200,
    words: str | None = None,
    before: CameBefore | None = None,
) -> Response:
    found = engine().read_as(actor(), registration)
    shown = _reordered(found.schema)
    form = sending.form(shown, values, problems or {}, found.choices, url_for("register.submit"))
    text = render_template(
        "register.html",
        **drafts.registering(form),
        limits=[
            {"grade": label("grade", grade), "text": f"{days} 个工作日" if days else "当天现场办"}
            for grade, days in found.limits.items()
        ],
        focus=problems is None and before is None,
        matter=matter_search(values.get(_MATTER), words),
        before=None if before is None else before_shown(before, (values.get("applicant") or {}).get("phone", "")),
        urls={"papers": url_for("register_hints.papers", code=""), "before": url_for("register_hints.before")},
    )
    return make_response(text, status)


def _reordered(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The form in the order of the talk, without the matter."""
    fields = {name: field for name, field in schema["properties"].items() if name != _MATTER}
    rest = [name for name in schema["ui"]["order"] if name not in _ORDER]
    return {**schema, "properties": fields, "ui": {**schema["ui"], "order": [*_ORDER, *rest]}}


# ------------------------------------------------------------------ afterwards
@blueprint.get("/cases/<no>/registered")
@guarded()
def done(no: str) -> str:
    """Number and receipt code, for whoever registered the case."""
    given, page = engine().read_as(actor(), _receipt, no)
    mine = next((task for task in page.waiting if task.may_open), None) if page else None
    return render_template(
        "registered.html",
        no=given.no,
        receipt_code=given.code,
        title=given.title,
        case_href=url_for("case.show", no=no) if page is not None else None,
        register_href=url_for("register.show"),
        next=None if mine is None else {"label": f"现在{mine.name}", "href": url_for("task.show", task_id=mine.id)},
        waits=_waits(page),
        warning=None if page is None else _numbers_in(page),
        prints=[] if page is None else _prints(no),
        before=None if page is None else before_shown(engine().read_as(actor(), came_before_case, no)),
    )


def _prints(no: str) -> list[dict[str, str]]:
    """What is handed over the counter."""
    return [prints.link(no, "receipt"), *lists.links(no)]


def _numbers_in(page: CasePage) -> str | None:
    """What to do about personal numbers in what was told: kept as they are, masked for whoever is not handling it."""
    kinds = {number.kind for fact in page.registered for number in personal_numbers(fact.text)}
    if not kinds:
        return None
    named = "和".join(name for kind, name in _NUMBERS.items() if kind in kinds)
    return f"文字里有{named}。已照原样保存，只有正在办理的人看得到；{_INSTEAD}"


def _receipt(ctx: ReadContext, no: str) -> tuple[Receipt, CasePage | None]:
    """The receipt, and how the case stands; None when it has gone where this person may not look."""
    given = receipt(ctx, no)
    try:
        return given, case_page(ctx, no)
    except NotFound:
        return given, None


def _waits(page: CasePage | None) -> str:
    if page is None:
        return "已转限密专员办理，内容只有限密专员能看。"
    if page.case.status == "fed_back":
        return "已当场办结并反馈，下一个工作日起由回访专员回访。"
    if not page.waiting:
        return "已当场答复，办理结束。"
    first = page.waiting[0]
    until = f"应在 {date_time(first.due.at)} 前完成" if first.due.at else "负责"
    return f"{first.place}{until}“{first.name}”。"
