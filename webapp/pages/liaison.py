"""联络簿: whom to call at each unit; a unit keeps its own entry and confirms it once a quarter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.directory.commands import ChangeLiaison, ConfirmLiaison
from engine.directory.initials import initials
from engine.directory.liaison import Contact
from engine.errors import BadInput
from engine.personal.names import folded
from engine.queries.liaison import LiaisonLine, liaison_book, liaison_line
from engine.storage.idempotency import StoredAnswer
from engine.vocabulary import FRESHNESS, LIAISON_POST, label
from webapp.errors import failure_of
from webapp.guard import actor, engine, guarded
from webapp.once import perform
from webapp.pages import sending

blueprint = Blueprint("liaison", __name__, url_prefix="/liaison")

_LONGEST_WORDS = 40
LIGHTS = {"fresh": "green", "due": "yellow", "overdue": "red"}  # shape, border and words of each freshness


@blueprint.get("")
@guarded()
def show() -> str:
    """Every unit; with `q` those called so, with `state` those of one freshness alone."""
    words = request.args.get("q", "").strip()[:_LONGEST_WORDS]
    every = engine().read_as(actor(), liaison_book)
    found = [line for line in every if _called(line, words)]
    state = request.args.get("state") if request.args.get("state") in FRESHNESS else None
    return render_template(
        "liaison.html",
        lines=[shown(line) for line in found if state in (None, line.state)],
        posts=list(LIAISON_POST.values()),
        tabs=_tabs(found, state, words),
        words=words,
        state=state,
        own=[_own(line) for line in every if line.own],
        hidden=sending.fresh_key(),
        network_href=url_for("network.show"),
        printed_at=engine().clock.now(),
    )


@blueprint.get("/<unit>")
@guarded()
def edit(unit: str) -> Response:
    """The entry of one unit, as a form for whoever keeps it."""
    return _page(unit)


@blueprint.post("/<unit>")
@guarded()
def change(unit: str) -> Response:
    """Write the entry of one's unit, or give back what was entered with what to mend."""
    given = {post: (_sent(post, "name"), _sent(post, "phone")) for post in LIAISON_POST}
    try:
        perform(ChangeLiaison(unit, given), _done, sending.sent_key())
    except BadInput as error:
        contacts = {post: Contact(*both) for post, both in given.items()}
        return _page(unit, contacts, sending.problems(failure_of(error)), 400)
    return redirect(url_for("liaison.show"), 303)


@blueprint.post("/<unit>/confirm")
@guarded()
def confirm(unit: str) -> Response:
    """Say that the entry of one's unit is right as it stands."""
    perform(ConfirmLiaison(unit), _done, sending.sent_key())
    return redirect(url_for("liaison.show"), 303)


def shown(line: LiaisonLine) -> dict[str, Any]:
    """A unit for the table of macros.liaison and for the chart."""
    return {
        "code": line.unit.code,
        "name": line.unit.name,
        "short": line.unit.short,
        "kind": label("unit_kind", line.unit.kind),
        "parent": line.parent,
        "vertical": line.unit.vertical,
        "contacts": [line.contacts[post] for post in LIAISON_POST],
        "light": LIGHTS[line.state],
        "state": label("freshness", line.state),
        "confirmed_at": line.confirmed_at,
        "href": url_for("liaison.edit", unit=line.unit.code) if line.own else None,
    }


def _done(ctx: Any, result: Any) -> StoredAnswer:
    return StoredAnswer(303, None)


def _sent(post: str, what: str) -> str:
    return request.form.get(f"{post}.{what}", "").strip()


def _called(line: LiaisonLine, words: str) -> bool:
    """By a part of either name, or the first letters of its pinyin; no words call every unit."""
    sought, names = folded(words), (line.unit.name, line.unit.short)
    return any(sought in name for name in names) or (sought.isascii() and any(sought in initials(n) for n in names))


def _tabs(found: Sequence[LiaisonLine], state: str | None, words: str) -> list[dict[str, Any]]:
    wanted: list[tuple[str | None, str, int]] = [(None, "全部", len(found))]
    wanted += [(key, word, sum(line.state == key for line in found)) for key, word in FRESHNESS.items()]
    return [
        {
            "label": word,
            "count": count,
            "current": key == state,
            "href": url_for("liaison.show", state=key, q=words or None),
        }
        for key, word, count in wanted
    ]


def _own(line: LiaisonLine) -> dict[str, Any]:
    confirm_url = url_for("liaison.confirm", unit=line.unit.code)
    return {**shown(line), "confirm_url": confirm_url, "confirmed_by": line.confirmed_by}


def _page(
    unit: str,
    contacts: Mapping[str, Contact] | None = None,
    problems: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    line = engine().read_as(actor(), liaison_line, unit)
    filled = contacts or line.contacts
    text = render_template(
        "liaison_entry.html",
        line=shown(line),
        own=line.own,
        action=url_for("liaison.change", unit=unit),
        back=url_for("liaison.show"),
        hidden=sending.fresh_key(),
        fields=[(post, word, filled[post]) for post, word in LIAISON_POST.items()],
        problems=dict(problems or {}),
    )
    return make_response(text, status)
