"""A form as things to draw: its JSON Schema joined with the values, errors and choices of one page."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from engine import vocabulary
from engine.clock import local
from webapp import form_conditions

Schema = Mapping[str, Any]
# unit, units, matter, case: (code, label) in the order shown; me: the person who fills in, alone
Choices = Mapping[str, Sequence[tuple[str, str]]]

Closed = Mapping[str, Mapping[str, str]]  # path → code of a choice that cannot be made now → why

_LISTED = {"unit": "unit", "units": "unit", "matter": "matter", "case": "case"}  # widget → key of Choices
_FEW = 6  # up to so many options are shown as buttons, more as a list to open
_LONG = 200  # longer texts get several lines
ALWAYS, SOMETIMES = "必填", "需要时必填"
ROW = "ROW"  # stands for the number in the names of a blank row that static/app.js copies


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True)
class Field:
    """One thing to draw; `fields` are the parts of a group, or the rows of a repeating one (each a group)."""

    path: str  # also the name in the HTML form
    id: str
    widget: str
    kind: str  # JSON type, or strings and objects for the two kinds of array
    title: str
    value: Any = None
    error: str = ""
    required: bool = False
    must: str = ""  # 必填, 需要时必填, or nothing
    must_when: str = ""  # when 需要时必填 becomes 必填, as JSON for app.js
    help: str = ""
    max_length: int | None = None
    options: tuple[Option, ...] = ()
    closed: tuple[str, ...] = ()  # why choices are not offered just now, a sentence for each reason
    show: str = ""  # condition as JSON for app.js
    show_words: str = ""
    fields: tuple[Field, ...] = ()
    blank: Field | None = None  # the row to copy

    def walk(self) -> Iterator[Field]:
        yield self
        for part in self.fields:
            yield from part.walk()


@dataclass(frozen=True)
class Page:
    """What is the same for all fields of one form on one page."""

    schema: Schema
    values: Mapping[str, Any]
    errors: Mapping[str, str]
    choices: Choices = field(default_factory=dict)
    ids: str = "f"  # first part of every element id
    closed: Closed = field(default_factory=dict)

    def ui(self, part: str, path: str) -> Any:
        """The ui hint for a field; rows are addressed without their number (`prior_attempts.when`)."""
        return self.schema.get("ui", {}).get(part, {}).get(without_numbers(path))


def without_numbers(path: str) -> str:
    return ".".join(part for part in path.split(".") if part != ROW and not part.isdigit())


def kind_of(schema: Schema) -> str:
    """The JSON type, arrays told apart: `strings` or `objects`."""
    kind = schema.get("type", "string")
    if isinstance(kind, list):
        kind = next(one for one in kind if one != "null")
    if kind == "array":
        return "objects" if kind_of(schema["items"]) == "object" else "strings"
    return str(kind)


def ordered(schema: Schema, order: Sequence[str] = ()) -> list[str]:
    """Names of the fields: those of `order` first, the others as the schema lists them."""
    names = list(schema["properties"])
    return [name for name in order if name in names] + [name for name in names if name not in order]


def describe(page: Page) -> tuple[Field, ...]:
    """All fields of a form in the order they are shown."""
    order = page.schema.get("ui", {}).get("order", ())
    return _parts(page, page.schema, "", page.values, order)


def _parts(
    page: Page,
    schema: Schema,
    prefix: str,
    value: Any,
    order: Sequence[str] = (),
    counts: form_conditions.Condition | None = None,
) -> tuple[Field, ...]:
    """The fields of an object; `counts`: when the whole of it does, where it does not always."""
    given = value if isinstance(value, Mapping) else {}
    musts = {name: must if counts is None else must.only(counts) for name, must in _musts(schema, prefix).items()}
    return tuple(
        _field(page, schema["properties"][name], prefix + name, given.get(name), musts.get(name, _NO_MUST))
        for name in ordered(schema, order)
    )


@dataclass(frozen=True)
class _Must:
    """How an object asks for a field: always, or `when` that holds in the browser; None: that only the server knows."""

    words: str
    when: form_conditions.Condition | None = None

    def only(self, counts: form_conditions.Condition) -> _Must:
        """The same within a group that counts only under a condition."""
        if self.words == ALWAYS:
            return _Must(SOMETIMES, counts)
        return self if self.when is None else _Must(self.words, ["and", counts, self.when])


_NO_MUST = _Must("")


def _musts(schema: Schema, above: str) -> dict[str, _Must]:
    """What an object asks for: always (`required`), or only in some cases (`then` and `else`)."""
    sometimes: dict[str, _Must] = {}
    for rule in (schema, *schema.get("allOf", ())):
        when = form_conditions.of_schema(rule.get("if"), above)
        for part, holds in (("then", when), ("else", when and ["not", when])):
            names = rule.get(part, {}).get("required", ())
            sometimes |= {name: _Must(SOMETIMES, _either(sometimes.get(name), holds)) for name in names}
    return sometimes | dict.fromkeys(schema.get("required", ()), _Must(ALWAYS))


def _either(asked: _Must | None, when: form_conditions.Condition | None) -> form_conditions.Condition | None:
    """Asked for by another rule as well: in the cases of either, which the server alone knows if it does of one."""
    if asked is None or when is None:
        return when
    return None if asked.when is None else ["or", asked.when, when]


def _field(page: Page, schema: Schema, path: str, value: Any, must: _Must) -> Field:
    kind = kind_of(schema)
    asked = page.ui("show", path)
    shown = form_conditions.condition(asked) if asked else None
    if wanted := page.ui("ask", path):
        must = _Must(SOMETIMES, form_conditions.condition(wanted))
    widget = widget_of(page, schema, path, must.words)
    value = schema.get("default", value) if widget == "hidden" else value
    drawn = Field(
        path=path,
        id=f"{page.ids}-{path.replace('.', '-')}",
        widget=widget,
        kind=kind,
        title=schema.get("title", path),
        value=value,
        error=page.errors.get(path, ""),
        required=must.words == ALWAYS,
        must=must.words,
        must_when=_as_data(must.when),
        help=page.ui("help", path) or schema.get("description", ""),
        max_length=schema.get("maxLength"),
        show=_as_data(shown),
        show_words=_show_words(page, shown),
    )
    if kind == "object":
        parts = _if_ticked(page, schema, drawn) if widget == "optional" else _parts(page, schema, path + ".", value)
        return replace(drawn, fields=parts)
    if kind == "objects":
        return _with_rows(page, schema["items"], drawn, value)
    options, closed = _still_open(_options(page, schema, drawn), page.closed.get(path, {}))
    return replace(drawn, options=options, closed=closed, value=_as_text(drawn, value))


def _if_ticked(page: Page, schema: Schema, drawn: Field) -> tuple[Field, ...]:
    """The parts of a group that counts when its box is ticked; until then they say what is usual."""
    usual = {name: part["default"] for name, part in schema["properties"].items() if "default" in part}
    ticked = ["==", ["field", drawn.path], ["value", "true"]]
    return _parts(page, schema, drawn.path + ".", usual if drawn.value is None else drawn.value, counts=ticked)


def _with_rows(page: Page, schema: Schema, drawn: Field, value: Any) -> Field:
    """The rows there are; an optional list begins with none, so that nobody has to pass by an empty one."""
    rows = list(value) if isinstance(value, list) else []
    fields = tuple(
        _row(page, schema, f"{drawn.path}.{place}", f"{drawn.title} {place + 1}", row) for place, row in enumerate(rows)
    )
    return replace(drawn, fields=fields, blank=_row(page, schema, f"{drawn.path}.{ROW}", drawn.title, None))


def _row(page: Page, schema: Schema, path: str, title: str, value: Any) -> Field:
    drawn = _field(page, schema, path, value or _begun(page, schema, path), _NO_MUST)
    return replace(drawn, title=title, widget="row", help="")


def _begun(page: Page, schema: Schema, path: str) -> dict[str, str]:
    """A new row says already who fills it in, where it asks for that."""
    asked = (name for name in schema["properties"] if page.ui("widgets", f"{path}.{name}") == "me")
    return {name: text for name in asked for _, text in page.choices.get("me", ())}


def widget_of(page: Page, schema: Schema, path: str, must: str) -> str:
    """The widget the form asks for, or the plain one for the type."""
    kind, asked = kind_of(schema), page.ui("widgets", path)
    if kind in ("object", "objects"):
        return str(asked or {"object": "group", "objects": "rows"}[kind])
    if asked == "checkbox" and kind == "strings":
        return "checkboxes"
    return str(asked or _plain_widget(schema, kind, len(_codes(page, schema.get("items", schema), path)), must))


def _plain_widget(schema: Schema, kind: str, options: int, must: str) -> str:
    """Yes or no is two buttons, as unanswered differs from no; an optional choice is a list, which can be undone."""
    if kind == "boolean":
        return "radio"
    if kind == "strings":
        return "checkboxes" if options else "lines"
    if options:
        return "radio" if must and options <= _FEW else "select"
    if schema.get("format") in ("date", "date-time"):
        return "date" if schema["format"] == "date" else "datetime"
    return "textarea" if schema.get("maxLength", 0) > _LONG else "text"


def _codes(page: Page, schema: Schema, path: str) -> dict[str, str]:
    """code → label of an enumerated field: its vocabulary, narrowed to the enum when there is one."""
    name = page.ui("vocabulary", path)
    words = dict(vocabulary.VOCABULARIES[name.lower()]) if name else {}
    if "enum" not in schema:
        return words
    return {str(code): words.get(str(code), str(code)) for code in schema["enum"] if code is not None}


def _options(page: Page, schema: Schema, drawn: Field) -> tuple[Option, ...]:
    if drawn.widget in _LISTED:
        pairs = page.choices.get(drawn.widget) or page.choices.get(_LISTED[drawn.widget], ())
    elif drawn.kind == "boolean":
        pairs = (("true", "是"), ("false", "否"))
    else:
        pairs = tuple(_codes(page, schema.get("items", schema), drawn.path).items())
    chosen = {_text(one) for one in (drawn.value if isinstance(drawn.value, list) else [drawn.value])}
    return tuple(Option(code, label, code in chosen) for code, label in pairs)


def _still_open(options: tuple[Option, ...], closed: Mapping[str, str]) -> tuple[tuple[Option, ...], tuple[str, ...]]:
    """What can be chosen, and what had been; and of the others why not, those with one reason together."""
    shut = [option for option in options if option.value in closed and not option.chosen]
    reasons: dict[str, list[str]] = {}
    for option in shut:
        reasons.setdefault(closed[option.value], []).append(option.label)
    return (
        tuple(option for option in options if option not in shut),
        tuple(f"{'、'.join(labels)}：{why}" for why, labels in reasons.items()),
    )


def _as_text(drawn: Field, value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(_text(one) for one in value)
    return _local_time(value) if drawn.widget == "datetime" else _text(value)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _local_time(value: Any) -> str:
    """An ISO instant as `2026-10-08 17:00`; what is none is shown as it was typed."""
    try:
        return f"{local(datetime.fromisoformat(value)):%Y-%m-%d %H:%M}"
    except (TypeError, ValueError):
        return _text(value)


def _as_data(asked: form_conditions.Condition | None) -> str:
    return json.dumps(asked, ensure_ascii=False) if asked else ""


def schema_at(schema: Schema, path: str) -> Schema:
    """The schema of the field at a dotted path; empty for a field there is not."""
    for part in path.split("."):
        schema = schema.get("properties", {}).get(part, {})
    return schema


def _show_words(page: Page, shown: form_conditions.Condition | None) -> str:
    def label(path: str, value: Any) -> str:
        if isinstance(value, bool):
            return "是" if value else "否"
        return _codes(page, schema_at(page.schema, path), path).get(str(value), str(value))

    return form_conditions.in_words(shown, lambda path: schema_at(page.schema, path).get("title", path), label)
