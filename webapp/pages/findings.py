"""提出问题: what was found in a case, pinned to a step, to be put to a unit; who may not put it hands on the link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.audit.rules import RULES
from engine.cases import policy
from engine.cases.commands import StartProcess
from engine.definitions.shipped import RECTIFICATION
from engine.errors import BadInput, EngineError, NotFound
from engine.facade import ReadContext
from engine.queries.rectifications import READERS, ToPut, findings_of, to_put
from engine.storage.idempotency import StoredAnswer
from engine.vocabulary import label
from webapp.errors import failure_of
from webapp.forms import parse_form
from webapp.guard import actor, engine, guarded
from webapp.once import perform
from webapp.pages import sending
from webapp.pages.pinned import about_href, line, picture

blueprint = Blueprint("findings", __name__)

_IN_LINK = ("no", "element", "unit", "rule")  # all an address says: never anything anybody wrote
_PINNED = ("case_no", "element")


@blueprint.get("/audit/findings/new")
@guarded(*sorted(READERS))
def show() -> Response:
    """The form, its place filled in by the link; without a step the steps to choose from, without a case the list."""
    return _page({}) if "no" in _given() else redirect(url_for("rectifications.show"), 302)


@blueprint.post("/audit/findings/new")
@guarded(*sorted(policy.RECTIFY))
def submit() -> Response:
    """Put it to the unit, or give back what was entered with what to mend."""
    found = _asked()
    values = {**parse_form(_form(found), request.form, sending.today()), **_place(found)}
    try:
        answered = perform(StartProcess(RECTIFICATION, values), _put, sending.sent_key())
    except EngineError as error:
        failure = failure_of(error)
        return _page(values, sending.problems(failure), failure.status)
    return redirect(url_for("rectifications.one", no=answered.answer.body["no"]), 303)


def _put(ctx: ReadContext, started: Any) -> StoredAnswer:
    return StoredAnswer(303, {"no": started.no})


# ------------------------------------------------------------------ what is asked
def _given() -> dict[str, str]:
    return {name: request.args[name].strip()[:200] for name in _IN_LINK if request.args.get(name, "").strip()}


def _asked() -> ToPut:
    given = _given()
    try:
        return engine().read_as(actor(), to_put, given.get("no", ""), given.get("element"))
    except BadInput as error:
        raise NotFound("".join(error.fields.values())) from None


def _place(found: ToPut) -> dict[str, str]:
    return {} if found.pinned is None else {"case_no": found.pinned.no, "element": found.pinned.element}


def _form(found: ToPut) -> dict[str, Any]:
    """The form without what the link says."""
    fields = {name: field for name, field in found.schema["properties"].items() if name not in _PINNED}
    order = [name for name in found.schema["ui"]["order"] if name not in _PINNED]
    return {**found.schema, "properties": fields, "ui": {**found.schema["ui"], "order": order}}


# ------------------------------------------------------------------ the page
def _page(values: Mapping[str, Any], problems: Mapping[str, str] | None = None, status: int = 200) -> Response:
    found, given = _asked(), _given()
    no = given["no"]
    text = render_template(
        "finding_new.html",
        no=no,
        title=found.title,
        about_href=about_href(no),
        step=None if found.place is None else found.place.name,
        picture=None if found.place is None else picture(found.place),
        steps=[(heading, [_step(found, id, given) for id in some]) for heading, some in _offered(found) if some],
        change_href=_link({name: text for name, text in given.items() if name != "element"}),
        form=_shown(found, values, problems, given),
        rule=label("rule", given["rule"]) if given.get("rule") in RULES else None,
        link=None if found.place is None else _link(given, outside=True),
        already=[line(each) for each in engine().read_as(actor(), findings_of, no)],
    )
    return make_response(text, status)


def _offered(found: ToPut) -> list[tuple[str, Sequence[str]]]:
    """What is found is nearly always found where the case was."""
    return [
        ("这一件走过的步骤", found.came_by),
        ("没有走到的步骤", [id for id in found.steps if id not in found.came_by]),
    ]


def _step(found: ToPut, id: str, given: Mapping[str, str]) -> dict[str, str]:
    return {"name": found.steps[id], "href": _link({**given, "element": id})}


def _shown(
    found: ToPut, values: Mapping[str, Any], problems: Mapping[str, str] | None, given: Mapping[str, str]
) -> dict[str, Any] | None:
    """The form for whoever may send it."""
    if found.pinned is None or not policy.holds(actor(), policy.RECTIFY):
        return None
    begun = {"days": 5, "unit": _unit(found.pinned.units, found.handled_by, given.get("unit"))}
    ruled = {"rule": given["rule"]} if given.get("rule") in RULES else {}
    filled = {name: value for name, value in {**begun, **ruled, **values}.items() if value is not None}
    return sending.form(_form(found), filled, problems or {}, found.choices, _link(given, "findings.submit"))


def _unit(units: Sequence[str], handled_by: Sequence[str], named: str | None) -> str | None:
    """The one that is asked, unless somebody chooses another: whom the link names, else the one whose step it was."""
    if named in units:
        return named
    likely = handled_by or units
    return likely[0] if len(likely) == 1 else None


def _link(given: Mapping[str, str], endpoint: str = "findings.show", outside: bool = False) -> str:
    return url_for(endpoint, **{name: given[name] for name in _IN_LINK if name in given}, _external=outside)
