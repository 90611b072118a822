"""草稿: what somebody types is kept while they type, offered again, and thrown away by them alone."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.clock import local
from engine.drafts import REGISTERING, Draft, DropDraft, KeepDraft, Typed, without_numbers
from engine.errors import EngineError, NotFound
from engine.queries.drafts import DraftLine, own_draft, own_drafts
from engine.queries.entered import Schema
from engine.queries.registration import registration
from engine.queries.task_form import task_form
from engine.vocabulary import VOCABULARIES
from webapp.answers import json_answer
from webapp.form_paths import labels_of, outside, put_back, typed
from webapp.guard import actor, engine, guarded

blueprint = Blueprint("drafts", __name__)

PLACE = "_draft"  # hidden field of the registration form: which of the begun registrations this is
_WORD = re.compile(r"[\w-]{10,60}", re.ASCII)
_CODES = {code: words for each in VOCABULARIES.values() for code, words in each.items()}


@dataclass(frozen=True)
class Restored:
    """A draft as a form takes it: `values`, and `aside` what the form has no field for; `at` in words, 10:32.

    `texts`: all of it, to read where there is no form. Both as macros.kept takes.
    """

    values: Mapping[str, Any]
    aside: tuple[dict[str, str], ...]
    texts: tuple[dict[str, str], ...]
    at: str


# ------------------------------------------------------------------ keeping
@blueprint.post("/tasks/<task_id>/draft")
@guarded()
def keep(task_id: str) -> Response:
    """Keep what is typed at a task: told in a word to the script, with the page itself to whoever has none."""
    at = store(engine().read_as(actor(), task_form, task_id).schema, task_id)
    return _kept(at, url_for("task.show", task_id=task_id))


@blueprint.post("/register/draft")
@guarded()
def keep_registration() -> Response:
    """Keep a registration that has been begun."""
    word = _word()
    at = store(engine().read_as(actor(), registration).schema, REGISTERING + word)
    return _kept(at, url_for("register.show", draft=word))


def store(schema: Schema, place: str) -> str:
    """Keep what is typed as the draft of a place; returns when, in words, empty when it was all empty."""
    command = KeepDraft(place, typed(schema, request.form), frozenset(labels_of(schema)))
    at = engine().execute(command, actor())
    return f"{local(at):%H:%M}" if at else ""


def rescue(schema: Schema, place: str) -> None:
    """Keep a form that could not be taken; that it cannot be kept either must not hide why.

    What a condition hid was not sent with it: of those fields the draft keeps what it had.
    """
    sent_with_it = frozenset(without_numbers(name) for name in request.form)
    with suppress(EngineError):
        engine().execute(KeepDraft(place, typed(schema, request.form), sent_with_it), actor())


def _kept(at: str, back: str) -> Response:
    if request.accept_mimetypes.best == "application/json":
        return json_answer({"at": at}, 200)
    return redirect(back, 303)


# ------------------------------------------------------------------ offering again
def restored(schema: Schema, draft: Draft | None) -> Restored | None:
    """What a draft puts back into this form."""
    if draft is None:
        return None
    aside = tuple(_shown(each) for each in outside(schema, draft.fields))
    return Restored(put_back(schema, draft.fields), aside, tuple(texts(draft)), clock(draft))


def clock(draft: Draft) -> str:
    """When it was kept: the time, of another day the day as well."""
    at, today = local(draft.at), local(engine().clock.now()).date()
    return f"{at:%H:%M}" if at.date() == today else f"{at:%Y-%m-%d %H:%M}"


def texts(draft: Draft | None) -> list[dict[str, str]]:
    """Everything in it, for macros.kept."""
    return [] if draft is None else [_shown(each) for each in draft.fields]


def _shown(each: Typed) -> dict[str, str]:
    said = {"true": "是", "false": "否"}.get(each.text) or _CODES.get(each.text, each.text)
    return {"label": each.label, "text": said}


# ------------------------------------------------------------------ registrations
def resumed(schema: Schema) -> Restored | None:
    """The begun registration the address asks for."""
    word = request.args.get("draft", "")
    return restored(schema, engine().read_as(actor(), own_draft, REGISTERING + word)) if word else None


def registering(form: dict[str, Any]) -> dict[str, Any]:
    """The registration form with the word of its draft, where that is kept, and what was begun before.

    The word stays the same from page to page until the registration is sent.
    """
    asked = request.form.get(PLACE) or request.args.get("draft", "")
    word = asked if _WORD.fullmatch(asked) else secrets.token_urlsafe(18)
    found = engine().read_as(actor(), own_drafts, True)
    return {
        "form": {**form, "hidden": {**form["hidden"], PLACE: word}},
        "draft_url": url_for("drafts.keep_registration"),
        "discard_url": url_for("drafts.discard"),
        "begun": [_line(each) for each in found if each.draft.place != REGISTERING + word],
    }


def rescue_registration(schema: Schema) -> None:
    """Keep a registration that could not be taken."""
    with suppress(EngineError):
        rescue(schema, REGISTERING + _word())


def sent() -> None:
    """The registration of this page is done: its draft goes."""
    with suppress(EngineError):
        engine().execute(DropDraft(REGISTERING + _word()), actor())


def _word() -> str:
    word = request.form.get(PLACE, "")
    if not _WORD.fullmatch(word):
        raise NotFound("没有可存草稿的地方，请重新打开登记页面。")
    return word


# ------------------------------------------------------------------ the own drafts
@blueprint.get("/drafts")
@guarded()
def show() -> str:
    """Everything this person has begun and not sent."""
    found = engine().read_as(actor(), own_drafts)
    return render_template("drafts.html", drafts=[_line(each) for each in found], discard_url=url_for("drafts.discard"))


@blueprint.post("/drafts/discard")
@guarded()
def discard() -> Response:
    """Throw one away, and go back to where it was thrown away."""
    place = request.form.get("place", "")
    engine().execute(DropDraft(place), actor())
    at_task = request.form.get("back") == "task" and place and not place.startswith(REGISTERING)
    if at_task:
        return redirect(url_for("task.show", task_id=place), 303)
    return redirect(url_for("register.show" if request.form.get("back") == "register" else "drafts.show"), 303)


def _line(line: DraftLine) -> dict[str, Any]:
    place = line.draft.place
    named = _first(line.draft, "title") or _first(line.draft, "description") or _matter(line.draft) or "还没有标题"
    return {
        "place": place,
        "title": f"登记：{named}" if line.registering else line.title or "这件反映件您现在看不到",
        "step": line.step,
        "no": line.no,
        "at": line.draft.at,
        "clock": clock(line.draft),
        "href": _href(line),
        "texts": [] if line.open else texts(line.draft),
        "why": None if line.open else "这一步已经由同事办完或不再由您办理，文字可以从这里复制。",
    }


def _href(line: DraftLine) -> str | None:
    if line.registering:
        return url_for("register.show", draft=line.draft.place.removeprefix(REGISTERING))
    return url_for("task.show", task_id=line.draft.place) if line.open else None


def _first(draft: Draft, path: str) -> str:
    found: Iterator[str] = (each.text[:40] for each in draft.fields if each.path == path)
    return next(found, "")


def _matter(draft: Draft) -> str:
    chosen = engine().directory.matters.get(_first(draft, "matter_code"))
    return "" if chosen is None else chosen.name
