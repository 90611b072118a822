"""What people send: the hidden key that makes a second click harmless, and nothing they wrote is lost."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import request

from engine.cases.forms import Closed
from engine.clock import local
from engine.directory import Directory
from engine.errors import BadInput
from engine.queries.entered import Schema, facts_of
from engine.queries.task_page import Choices
from webapp.errors import Failure
from webapp.forms import ADD_ROW, render_form
from webapp.guard import engine
from webapp.sessions import TOKEN

KEY = "_key"
_LONGEST_KEY = 100
_OWN = frozenset({TOKEN, KEY, ADD_ROW, "_draft", "back", "next", "mode", "kept", "sealed", "_matter_q", "_matter_was"})
_SECRET = frozenset({"password", "old", "new", "again", "code"})  # never shown again, however they were sent


def form(
    schema: Schema,
    values: Mapping[str, Any],
    problems: Mapping[str, str],
    choices: Choices,
    action: str,
    closed: Closed | None = None,
) -> dict[str, Any]:
    """A form as the templates take it, with a fresh key."""
    return {
        "html": render_form(schema, values, problems, choices, closed=closed),
        "action": action,
        "submit": schema.get("ui", {}).get("submit", "提交"),
        "hidden": fresh_key(),
        "confirm": None,
        "begun": False,
    }


def fresh_key() -> dict[str, str]:
    """The hidden field that makes sending the same form again harmless."""
    return {KEY: secrets.token_urlsafe(18)}


def sent_key() -> str | None:
    """The key of the form that was sent; without one every sending counts anew."""
    key = request.form.get(KEY, "")
    return key if 0 < len(key) <= _LONGEST_KEY and key.isascii() and key.isprintable() else None


def today() -> date:
    """The day it is here: what a time of day alone means in a form."""
    return local(engine().clock.now()).date()


def problems(failure: Failure) -> dict[str, str]:
    """What to show above the form and beside its fields."""
    if isinstance(failure.cause, BadInput) and failure.fields:
        return dict(failure.fields)
    number = f"报修时请说出错误编号 {failure.error_id}。" if failure.error_id else ""
    return {"": f"{failure.detail}{number}"}


def kept(schema: Schema, values: Mapping[str, Any], directory: Directory) -> list[dict[str, str]]:
    """What the person had entered, for macros.kept."""
    return [{"label": fact.label, "text": fact.text} for fact in facts_of(schema, values, directory)]


def kept_texts() -> list[dict[str, str]]:
    """The same where nothing is known of the form: every text that is more than a code or a number."""
    if request.method != "POST":
        return []
    texts = (text.strip() for name, given in request.form.lists() if name not in _OWN | _SECRET for text in given)
    return [{"label": "", "text": text} for text in texts if not text.isascii() or " " in text]
