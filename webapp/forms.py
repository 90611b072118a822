"""The forms of the process: from JSON Schema to HTML, and from what was typed back to JSON values.

The closed set of types: string (enum, date, date-time, maxLength), integer, number, boolean, array of strings,
array of objects, object of scalars; the key `ui` says how they are shown. Names in the HTML form are dotted paths:
`applicant.name`, `prior_attempts.0.when`. Whether the values are right is for the schema to say, not for this module.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from engine.bpmn.expressions import parse
from webapp import form_fields, form_values
from webapp.form_fields import Choices, Closed, Field, Schema
from webapp.form_values import FormData

ADD_ROW = "_add_row"  # name of the button that asks for one more row, its value is the field


@dataclass(frozen=True)
class Problem:
    """One line of the error summary; `target` is the element to go to, empty when the form has none for it."""

    target: str
    text: str


def render_form(
    schema: Schema,
    values: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
    choices: Choices | None = None,
    ids: str = "f",
    closed: Closed | None = None,
) -> Markup:
    """The inside of a <form>: error summary, then every field with its label, help, value and error.

    `values` as JSON (partly filled is fine), `errors` dotted path → sentence, `choices` the options of the widgets
    unit, units, matter and case, `ids` the first part of element ids where a page has several forms, `closed` which
    choices cannot be made now and why: dotted path → code → sentence.
    The caller adds <form method="post" novalidate>, the CSRF field and the submit button.
    """
    page = form_fields.Page(schema, values or {}, errors or {}, choices or {}, ids, closed or {})
    fields = form_fields.describe(page)
    return Markup(
        _template().render(
            fields=fields, problems=_problems(fields, page.errors), intro=schema.get("ui", {}).get("intro", ""), ids=ids
        )
    )


def parse_form(schema: Schema, data: FormData, today: date | None = None) -> dict[str, Any]:
    """JSON values of a submitted form; what was left empty is missing, names outside the schema are not read.

    `today`: the day meant where a time of day alone was typed.
    """
    values = form_values.read_object(schema, data, today)
    for name, widget in schema.get("ui", {}).get("widgets", {}).items():
        if widget == "optional":
            values = _ticked(values, name, data)
    return values


def left_open(schema: Schema, values: Mapping[str, Any]) -> dict[str, str]:
    """What people are asked for on the page and a program may leave out (`ask`): field → sentence."""
    given = {**dict.fromkeys(schema["properties"]), **values}
    asked: Mapping[str, str] = schema.get("ui", {}).get("ask", {})
    empty = [name for name, when in asked.items() if given.get(name) is None and parse(when).evaluate(given, {})]
    return {name: f"请填写{schema['properties'][name].get('title', name)}。" for name in empty}


def filled_now(schema: Schema, now: datetime) -> dict[str, str]:
    """The instants that are usually this minute (`now`)."""
    minute = now.replace(second=0, microsecond=0).isoformat()
    return dict.fromkeys(schema.get("ui", {}).get("now", ()), minute)


def _ticked(values: dict[str, Any], name: str, data: FormData) -> dict[str, Any]:
    """A group that counts only when its box is ticked, and then also when nothing was filled in."""
    rest = {field: value for field, value in values.items() if field != name}
    return {**rest, name: values.get(name, {})} if "true" in data.getlist(name) else rest


def row_asked(schema: Schema, data: FormData) -> str | None:
    """The repeating field for which one more row was asked for (the button works without JavaScript too)."""
    asked = data.getlist(ADD_ROW)
    known = asked and form_fields.kind_of(form_fields.schema_at(schema, asked[0])) == "objects"
    return asked[0] if known else None


def with_row(values: Mapping[str, Any], path: str) -> dict[str, Any]:
    """`values` with one more empty row in the repeating field at `path`."""
    name, _, inner = path.partition(".")
    given = values.get(name)
    return {**values, name: with_row(given or {}, inner) if inner else [*(given or ()), {}]}


def _problems(fields: tuple[Field, ...], errors: Mapping[str, str]) -> list[Problem]:
    """In the order of the fields; what belongs to no field comes first."""
    drawn = [part for top in fields for part in top.walk()]
    known = {part.path for part in drawn}
    elsewhere = [Problem("", message) for path, message in errors.items() if path not in known]
    return elsewhere + [Problem(_target(part), _named(part)) for part in drawn if part.error]


def _target(drawn: Field) -> str:
    """The first control of a field with several: a fieldset itself takes no focus."""
    if drawn.widget == "optional":
        return drawn.id
    if drawn.widget in ("radio", "checkboxes", "units") and drawn.options:
        return f"{drawn.id}-0"
    return _target(drawn.fields[0]) if drawn.fields else drawn.id


def _named(drawn: Field) -> str:
    return drawn.error if drawn.title in drawn.error else f"{drawn.title}：{drawn.error}"


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("webapp"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("form.html")
