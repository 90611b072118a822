"""One case: put it under preservation or lift that; ask that its personal data is erased, or have that done."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.cases import policy
from engine.cases.acts.erasing import GROUNDS, LONGEST_NOTE
from engine.cases.commands import AskErasure, Command, DropErasure, EraseCase, PreserveCase, ReleaseCase
from engine.errors import BadInput, EngineError
from engine.facade import ReadContext
from engine.queries.keeping import Kept, kept
from engine.queries.seen_case import seen_case
from engine.storage.idempotency import StoredAnswer
from engine.vocabulary import PRESERVATION
from webapp.errors import failure_of
from webapp.forms import parse_form
from webapp.guard import actor, engine, guarded
from webapp.once import perform
from webapp.pages import sending
from webapp.pages.keeping_words import READERS, sentences

blueprint = Blueprint("case_keeping", __name__, url_prefix="/cases/<no>/keeping")

Schema = Mapping[str, Any]
_NOTE = {"type": "string", "title": "依据", "maxLength": LONGEST_NOTE}


def _schema(title: str, submit: str, help: str, grounds: tuple[str, Mapping[str, Any]] | None = None) -> Schema:
    properties: dict[str, Any] = {"note": _NOTE}
    ui: dict[str, Any] = {"widgets": {"note": "textarea"}, "help": {"note": help}, "submit": submit}
    if grounds is not None:
        properties = {"ground": {"type": "string", "title": "理由", "enum": [*grounds[1]]}, **properties}
        ui["vocabulary"] = {"ground": grounds[0]}
    return {"title": title, "type": "object", "required": [*properties], "properties": properties, "ui": ui}


_NO_NAMES = "写文号、来函单位等；不要写姓名和号码。"
FORMS: Mapping[str, Schema] = {
    "preserve": _schema("保全", "保全这一件", _NO_NAMES, ("preservation", PRESERVATION)),
    "release": _schema("解除保全", "解除保全", "如：案件已结，来函同意解除。"),
    "ask": _schema("提出清除", "提出清除", _NO_NAMES, ("erasure_ground", dict.fromkeys(GROUNDS))),
    "erase": {
        "title": "确认清除",
        "type": "object",
        "required": ["no"],
        "properties": {"no": {"type": "string", "title": "请写这一件的编号", "maxLength": 40}},
        "ui": {"help": {"no": "确认没有弄错件。清除以后不能恢复。"}, "submit": "清除，不能恢复"},
    },
    "drop": {"title": "撤销", "type": "object", "properties": {}, "ui": {"submit": "撤销这个申请"}},
}


@blueprint.get("")
@guarded(*READERS)
def show(no: str) -> Response:
    """What stands over the case, and what this person may do about it."""
    return _page(no)


@blueprint.post("/preserve")
@guarded(*sorted(policy.PRESERVE))
def preserve(no: str) -> Response:
    """Nothing is erased from now on."""
    values = parse_form(FORMS["preserve"], request.form)
    return _done(no, "preserve", values, PreserveCase(no, _text(values, "ground"), _text(values, "note")))


@blueprint.post("/release")
@guarded(*sorted(policy.PRESERVE))
def release(no: str) -> Response:
    """It may be erased again."""
    values = parse_form(FORMS["release"], request.form)
    return _done(no, "release", values, ReleaseCase(no, _text(values, "note")))


@blueprint.post("/ask")
@guarded(*sorted(policy.ASK_ERASURE))
def ask(no: str) -> Response:
    """A second person is to look at it."""
    values = parse_form(FORMS["ask"], request.form)
    return _done(no, "ask", values, AskErasure(no, _text(values, "ground"), _text(values, "note")))


@blueprint.post("/drop")
@guarded(*sorted(policy.ASK_ERASURE | policy.CONFIRM_ERASURE))
def drop(no: str) -> Response:
    """The request is given up."""
    return _done(no, "drop", {}, DropErasure(no, _request()))


@blueprint.post("/erase")
@guarded(*sorted(policy.CONFIRM_ERASURE), recent=True)
def erase(no: str) -> Response:
    """For good; whoever does it writes the number of the case."""
    values = parse_form(FORMS["erase"], request.form)
    if _text(values, "no").strip().upper() != no:
        wrong = sending.problems(failure_of(BadInput({"no": f"写的不是 {no}，没有清除。"})))
        return _page(no, "erase", values, wrong, 400)
    return _done(no, "erase", values, EraseCase(no, _request()))


def _done(no: str, form: str, values: Mapping[str, Any], command: Command) -> Response:
    try:
        perform(command, lambda ctx, _: StoredAnswer(303, None), sending.sent_key())
    except EngineError as error:
        failure = failure_of(error)
        if failure.status in (403, 404):
            raise
        return _page(no, form, values, sending.problems(failure), failure.status)
    return redirect(url_for("case_keeping.show", no=no), 303)


def _text(values: Mapping[str, Any], name: str) -> str:
    return str(values.get(name) or "")


def _request() -> int:
    """The request that was read; something else that was sent is none."""
    given = request.form.get("request", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0


# ------------------------------------------------------------------ the page
def _page(
    no: str,
    sent: str = "",
    values: Mapping[str, Any] | None = None,
    problems: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    title, ended, found = engine().read_as(actor(), _read, no)
    told = {name: (values or {}, problems or {}) if name == sent else ({}, {}) for name in FORMS}
    forms = {name: _form(name, no, found, *told[name]) for name in _offered(found, ended)}
    if sent and sent not in forms:  # what it was sent for is over by now
        forms[sent] = _form(sent, no, found, *told[sent])
    text = render_template(
        "case_keeping.html",
        no=no,
        title=title,
        case_href=url_for("case.show", no=no),
        list_href=url_for("keeping.show"),
        said=sentences(found),
        notes=_notes(found),
        due=found.due,
        ended=ended,
        own=_own(found),
        forms={name: forms.get(name) for name in FORMS},
    )
    return make_response(text, status)


def _read(ctx: ReadContext, no: str) -> tuple[str, bool, Kept]:
    row = seen_case(ctx, no).row
    return row["title"] or "", row["ended_at"] is not None, kept(ctx, no)


def _form(name: str, no: str, found: Kept, values: Schema, problems: Mapping[str, str]) -> dict[str, Any]:
    made = sending.form(FORMS[name], values, problems, {}, url_for(f"case_keeping.{name}", no=no))
    asked = {} if found.asked is None else {"request": str(found.asked.id)}
    return {**made, "hidden": {**made["hidden"], **asked}, "title": FORMS[name]["title"]}


def _offered(found: Kept, ended: bool) -> list[str]:
    """What this person may do now, in the order of the page."""
    if found.done is not None:
        return []
    who = actor()
    decides = found.asked is not None and not found.preserved and found.asked.asker not in who.names
    wanted: list[tuple[str, Set[str], bool]] = [
        ("erase", policy.CONFIRM_ERASURE, decides),
        ("drop", policy.ASK_ERASURE | policy.CONFIRM_ERASURE, found.asked is not None),
        ("ask", policy.ASK_ERASURE, ended and found.asked is None and not found.preserved),
        ("release", policy.PRESERVE, found.preserved is not None and found.preserved.put_by not in who.names),
        ("preserve", policy.PRESERVE, found.preserved is None),
    ]
    return [name for name, posts, possible in wanted if possible and policy.holds(who, posts)]


def _own(found: Kept) -> list[str]:
    """Why somebody who might is not asked to do the second half."""
    names, said = actor().names, []
    if found.asked is not None and found.asked.asker in names and policy.holds(actor(), policy.CONFIRM_ERASURE):
        said.append("清除是您提出的，要由另一人确认。")
    if found.preserved is not None and found.preserved.put_by in names:
        said.append("保全是您提出的，要由另一人解除。")
    return said


def _notes(found: Kept) -> list[dict[str, str]]:
    given = [("保全的依据", found.preserved), ("清除的依据", found.asked or found.done)]
    return [{"label": name, "text": each.note} for name, each in given if each is not None]
