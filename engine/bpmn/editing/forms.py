"""A form as a list of fields to fill in, and back: what the list does not show stays in the form as it was.

Only the closed set of kinds is offered. Groups and repeated rows keep their inside; it is changed in the file alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any
from unicodedata import east_asian_width

Form = Mapping[str, Any]
KINDS: Mapping[str, str] = {
    "line": "一行字",
    "text": "多行字",
    "choice": "选一个",
    "several": "可选几个",
    "yes": "是或否",
    "whole": "整数",
    "number": "数",
    "date": "日期",
    "datetime": "日期和时间",
    "lines": "一行一项的清单",
    "unit": "选一个单位",
    "units": "选几个单位",
    "matter": "选事项",
    "case": "选一件反映件",
}
INNER: Mapping[str, str] = {"group": "一组栏目", "rows": "可加几条的栏目"}  # shown, moved and removed, not made
LONG = 200  # longer texts get several lines
WIDTH = 118  # of a line, Chinese letters counting double

_PLAIN: Mapping[str, Form] = {
    "line": {"type": "string", "maxLength": LONG},
    "text": {"type": "string", "maxLength": 2000},
    "choice": {"type": "string"},
    "several": {"type": "array", "items": {"type": "string"}},
    "yes": {"type": "boolean"},
    "whole": {"type": "integer"},
    "number": {"type": "number"},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
    "lines": {"type": "array", "maxItems": 20, "items": {"type": "string", "maxLength": LONG}},
    "unit": {"type": "string", "maxLength": 20},
    "units": {"type": "array", "maxItems": 20, "items": {"type": "string", "maxLength": 20}},
    "matter": {"type": "string", "maxLength": 20},
    "case": {"type": "string", "maxLength": 40},
}
_WIDGETS = ("unit", "units", "matter", "case")
_BY_FIELD = ("widgets", "vocabulary", "show", "help", "refusals")  # parts of `ui` that speak of single fields


@dataclass(frozen=True)
class FormField:
    """One field. `known`: its name in the form as it stands, empty for a new one. `choices`: codes of the kinds choice
    and several. `show`: the condition under which it appears."""

    known: str
    name: str
    title: str
    kind: str
    required: bool = False
    choices: tuple[str, ...] = ()
    vocabulary: str = ""
    most: int | None = None
    help: str = ""
    show: str = ""


def read_fields(form: Form) -> tuple[FormField, ...]:
    """The fields of a form in the order they are shown."""
    ui = form.get("ui", {})
    properties = form.get("properties", {})
    order = [name for name in ui.get("order", ()) if name in properties]
    names = [*order, *(name for name in properties if name not in order)]
    return tuple(_field(form, ui, name, properties[name]) for name in names)


def _field(form: Form, ui: Form, name: str, schema: Form) -> FormField:
    listed = schema.get("enum") or schema.get("items", {}).get("enum") or ()
    return FormField(
        known=name,
        name=name,
        title=str(schema.get("title", name)),
        kind=_kind(schema, str(ui.get("widgets", {}).get(name, ""))),
        required=name in form.get("required", ()),
        choices=tuple(str(code) for code in listed if code is not None),
        vocabulary=str(ui.get("vocabulary", {}).get(name, "")),
        most=schema.get("maxLength"),
        help=str(ui.get("help", {}).get(name, "")),
        show=str(ui.get("show", {}).get(name, "")),
    )


def _kind(schema: Form, widget: str) -> str:
    kind = schema.get("type", "string")
    kind = next((one for one in kind if one != "null"), "string") if isinstance(kind, list) else kind
    items = schema.get("items", {})
    if widget in _WIDGETS:
        return widget
    if kind == "object":
        return "group"
    if kind == "array":
        return "rows" if items.get("type") == "object" else "several" if "enum" in items else "lines"
    if "enum" in schema:
        return "choice"
    if kind == "string":
        named = {"date": "date", "date-time": "datetime"}.get(schema.get("format", ""))
        return named or ("text" if schema.get("maxLength", 0) > LONG else "line")
    return {"integer": "whole", "number": "number", "boolean": "yes"}.get(kind, "line")


# ------------------------------------------------------------------ writing
def with_fields(form: Form, title: str, fields: Sequence[FormField]) -> dict[str, Any]:
    """The form with this title and these fields in this order; those that are not named are taken away."""
    found = deepcopy(dict(form))
    old = {field.known: field for field in read_fields(form)}
    if list(fields) == list(old.values()) and title == form.get("title"):
        return found
    found["title"] = title
    found["properties"] = _properties(form, old, fields)
    _list(found, "required", _required(form, fields))
    ui = found.setdefault("ui", {})
    if "order" in ui or [field.name for field in fields] != list(found["properties"]):
        ui["order"] = [field.name for field in fields]
    for part in _BY_FIELD:
        _said(ui, part, {name: value for field in fields for name, value in _said_of(form, old, field, part)})
    if not ui:
        del found["ui"]
    return found


def _properties(form: Form, old: Mapping[str, FormField], fields: Sequence[FormField]) -> dict[str, Any]:
    """In the order of the file, new ones at the end, so that a move alone changes only the order shown."""
    by_known = {field.known: field for field in fields if field.known}
    kept = {by_known[n].name: _schema(s, old[n], by_known[n]) for n, s in form["properties"].items() if n in by_known}
    return kept | {field.name: _schema({}, None, field) for field in fields if not field.known}


def _schema(schema: Form, was: FormField | None, now: FormField) -> dict[str, Any]:
    if was is None or (was.kind != now.kind and now.kind in _PLAIN):
        plain = deepcopy(dict(_PLAIN[now.kind]))
        found: dict[str, Any] = {"type": plain.pop("type"), "title": now.title, **plain}
    else:
        found = {**deepcopy(dict(schema)), **({"title": now.title} if now.title != was.title else {})}
    if now.kind in ("choice", "several"):
        _choose(found, now, was)
    if now.kind in ("line", "text") and now.most is not None and (was is None or now.most != was.most):
        found["maxLength"] = now.most
    return found


def _choose(found: dict[str, Any], now: FormField, was: FormField | None) -> None:
    """Codes of whole numbers stay numbers, as in satisfaction."""
    if was is not None and (was.choices, was.kind) == (now.choices, now.kind):
        return
    holder = found["items"] if now.kind == "several" else found
    whole = "integer" in str(holder.get("type"))
    holder["enum"] = [int(code) if whole and code.isdecimal() else code for code in now.choices]


def _required(form: Form, fields: Sequence[FormField]) -> list[str]:
    """In the order they had, new ones at the end."""
    wanted = {field.known or field.name: field.name for field in fields if field.required}
    kept = [wanted.pop(name) for name in form.get("required", ()) if name in wanted]
    return [*kept, *wanted.values()]


def _list(found: dict[str, Any], key: str, values: list[str]) -> None:
    if values or key in found:
        found[key] = values
    if not found.get(key, True):
        del found[key]


def _said_of(form: Form, old: Mapping[str, FormField], field: FormField, part: str) -> list[tuple[str, Any]]:
    """What a part of `ui` says of a field and of what is inside it."""
    said = form.get("ui", {}).get(part, {})
    inside = f"{field.known}."
    found = {
        field.name + name.removeprefix(field.known): value
        for name, value in said.items()
        if field.known and (name == field.known or name.startswith(inside))
    }
    own = {"help": field.help, "show": field.show, "vocabulary": field.vocabulary}.get(part)
    if part == "widgets" and (field.known not in old or old[field.known].kind != field.kind):
        own = field.kind if field.kind in _WIDGETS else ""
    if own is not None:
        found[field.name] = own
    return [(name, value) for name, value in found.items() if value != ""]


def _said(ui: dict[str, Any], part: str, said: Mapping[str, Any]) -> None:
    """In the order they had, new ones at the end."""
    before = ui.get(part, {})
    ordered = {name: said[name] for name in before if name in said} | dict(said)
    if ordered:
        ui[part] = ordered
    else:
        ui.pop(part, None)


def still_used(form: Form, fields: Sequence[FormField]) -> list[str]:
    """Names of fields that are taken away although the form's own rules ask for them: nobody could fill it in."""
    kept = {field.known for field in fields}
    rules = json.dumps([form.get(key) for key in ("allOf", "anyOf", "if", "then", "else")])
    return [name for name in form.get("properties", {}) if name not in kept and f'"{name}"' in rules]


# ------------------------------------------------------------------ text
def written_form(form: Form) -> bytes:
    """The file of a form, laid out as the shipped ones are: on one line what fits, fields each on their own."""
    return (_laid_out(form, 0, 0, "") + "\n").encode()


def _laid_out(value: Any, indent: int, before: int, key: str) -> str:
    """`before`: what stands on the line already."""
    one_line = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or not value:
        return one_line
    if indent and not (key == "properties" and indent == 2) and before + _width(one_line) <= WIDTH:
        return one_line
    margin = "\n" + " " * (indent + 2)
    if isinstance(value, dict):
        keys = {name: json.dumps(name, ensure_ascii=False) + ": " for name in value}
        parts = [
            keys[name] + _laid_out(part, indent + 2, indent + 2 + _width(keys[name]), name)
            for name, part in value.items()
        ]
        return "{" + margin + f",{margin}".join(parts) + "\n" + " " * indent + "}"
    parts = [_laid_out(part, indent + 2, indent + 2, "") for part in value]
    return "[" + margin + f",{margin}".join(parts) + "\n" + " " * indent + "]"


def _width(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
