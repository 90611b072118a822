"""What a form can give: every answer that makes a difference, held against the form's own schema."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from jsonschema import Draft202012Validator

from engine.bpmn.expressions import ExpressionError, parse
from engine.bpmn.proof.model import WHOLE, names_in
from engine.bpmn.proof.values import OTHER

MOST_WHOLE = 8
MOST = 4_000  # combinations of one form that are looked at
ABSENT = object()
DAY, TIME = "2026-12-01", "2026-12-01T09:00:00+08:00"

Constants = Mapping[str, Collection[Any]]


class TooMany(ValueError):
    """A form whose answers cannot all be looked at."""


@dataclass(frozen=True)
class Answer:
    """One way to fill in a form: `sets` are the variables it sets, `given` what is entered."""

    sets: Mapping[str, Any]
    given: Mapping[str, Any]


def answers(
    schema: Mapping[str, Any], wanted: Collection[str], read: Collection[str], constants: Constants
) -> list[Answer]:
    """Every answer that differs in the `wanted` variables; raises TooMany. The same question is worked out once."""
    names = set(_fields(schema)) | set(schema.get("ui", {}).get("flags", {}))
    compared = {name: sorted(map(repr, constants.get(name, ()))) for name in names}
    key = json.dumps([schema, sorted(names & set(wanted)), sorted(names & set(read)), compared], sort_keys=True)
    if key not in _KEPT:
        if len(_KEPT) >= MOST_KEPT:
            _KEPT.clear()
        _KEPT[key] = _worked_out(schema, wanted, read, constants)
    return _KEPT[key]


def _worked_out(
    schema: Mapping[str, Any], wanted: Collection[str], read: Collection[str], constants: Constants
) -> list[Answer]:
    properties: Mapping[str, Any] = schema.get("properties", {})
    flags = {n: text for n, text in schema.get("ui", {}).get("flags", {}).items() if n in wanted}
    names = {name for text in flags.values() for name in names_in(text)}
    checks = [each["refuse"] for each in schema.get("ui", {}).get("checks", ()) if not parse(each["refuse"]).words]
    told = _told(schema)
    asked = {n for n in properties if n in names or (n in wanted and n in read)}
    options = {
        name: _candidates(name, field, constants, told, names, name in asked) for name, field in properties.items()
    }
    for name in properties:
        if name in asked and name not in schema.get("required", ()):
            options[name] = [ABSENT, *options[name]]
    if _size(options) > MOST:
        raise TooMany(f"表单的组合超过 {MOST} 种")
    return list(_distinct(schema, options, flags, [n for n in properties if n in wanted and n in read], checks))


def _fields(schema: Mapping[str, Any]) -> Iterator[str]:
    """Every field of a form, those of its objects too."""
    for name, inner in schema.get("properties", {}).items():
        yield name
        yield from _fields(inner)


MOST_KEPT = 200
_KEPT: dict[str, list[Answer]] = {}


def _size(options: Mapping[str, list[Any]]) -> int:
    found = 1
    for values in options.values():
        found *= max(1, len(values))
    return found


def _distinct(
    schema: Mapping[str, Any],
    options: Mapping[str, list[Any]],
    flags: Mapping[str, str],
    fields: list[str],
    checks: list[str],
) -> Iterator[Answer]:
    validator = Draft202012Validator({k: v for k, v in schema.items() if k != "ui"})
    asked = [name for name, values in options.items() if len(values) > 1]
    rest = {name: values[0] for name, values in options.items() if len(values) == 1}
    always = {name: rest[name] for name in schema.get("required", ()) if name in rest}
    seen: set[str] = set()
    for values in product(*(options[name] for name in asked)):
        given = {name: value for name, value in zip(asked, values, strict=True) if value is not ABSENT}
        taken = _completed(validator, {**always, **given}, rest)
        if taken is None or any(_refuses(check, {n: taken.get(n) for n in options}) for check in checks):
            continue
        known = {name: taken.get(name) for name in options}
        sets = {name: plain(known[name]) for name in fields}
        sets |= {name: parse(text).evaluate(known, {}) for name, text in flags.items()}
        mark = json.dumps(sets, sort_keys=True, ensure_ascii=False)
        if mark not in seen:
            seen.add(mark)
            yield Answer(sets, taken)


def _completed(
    validator: Draft202012Validator, given: dict[str, Any], rest: Mapping[str, Any]
) -> dict[str, Any] | None:
    """What was chosen, with what the form then asks for beside it; None where the form takes it in no way."""
    while errors := list(validator.iter_errors(given)):
        wanted = (e.validator_value for e in errors if e.validator == "required" and not e.absolute_path)
        missing = {name for names in wanted for name in names if name in rest and name not in given}
        if not missing:
            return None
        given = {**given, **{name: rest[name] for name in missing}}
    return given


def _refuses(check: str, known: Mapping[str, Any]) -> bool:
    try:
        return bool(parse(check).evaluate(known, {}))
    except ExpressionError:
        return False


def _told(schema: Any) -> set[Any]:
    """Constants the schema itself tells apart (`const`, and `enum` under conditions)."""
    found: set[Any] = set()
    if isinstance(schema, dict):
        for key, value in schema.items():
            if key == "const" and isinstance(value, str | int):
                found.add(value)
            elif key == "allOf":
                found |= {v for v in _enums(value) if isinstance(v, str | int)}
            if key != "ui":
                found |= _told(value)
    elif isinstance(schema, list):
        for item in schema:
            found |= _told(item)
    return found


def _enums(schema: Any) -> Iterator[Any]:
    if isinstance(schema, dict):
        yield from schema.get("enum", ())
        for value in schema.values():
            yield from _enums(value)
    elif isinstance(schema, list):
        for item in schema:
            yield from _enums(item)


def _candidates(
    name: str, field: Mapping[str, Any], constants: Constants, told: set[Any], names: Collection[str], asked: bool
) -> list[Any]:
    """Values worth looking at; one representative where nothing asks."""
    known = constants.get(name, ())
    kind = field.get("type")
    if "const" in field:
        return [field["const"]]
    if "enum" in field:
        found = _telling(field["enum"], known, told)
    elif kind == "boolean":
        found = [True, False]
    elif kind in ("integer", "number"):
        found = _numbers(field, known)
    elif kind == "array":
        found = _lists(field)
    elif kind == "object":
        found = list(_objects(field, constants, told, names, asked))
    else:
        found = _texts(field, known)
    return found if asked else found[:1] if kind != "array" else [[]] if not field.get("minItems") else found[:1]


def _telling(values: list[Any], known: Collection[Any], told: set[Any]) -> list[Any]:
    """The values something compares with, and one of the others on each side; all where each may matter."""
    if WHOLE in known or (not known and len(values) <= MOST_WHOLE):
        return list(values)
    named = [value for value in values if value in known or value in told]
    others = [value for value in values if value not in named]
    if all(isinstance(value, str) for value in others):
        return named + others[:1]
    return named + list(dict.fromkeys((min(others), max(others))))


def _numbers(field: Mapping[str, Any], known: Collection[Any]) -> list[Any]:
    numbers = [value for value in known if isinstance(value, int | float) and not isinstance(value, bool)]
    low, high = field.get("minimum", min([0, *numbers]) - 1), field.get("maximum", max([0, *numbers]) + 1)
    around = {low, high, *(value + step for value in numbers for step in (-1, 0, 1))}
    return sorted(value for value in around if low <= value <= high)


def _texts(field: Mapping[str, Any], known: Collection[Any]) -> list[Any]:
    if field.get("format") == "date":
        return [DAY]
    if field.get("format") == "date-time":
        return [TIME]
    fits = Draft202012Validator({key: value for key, value in field.items() if key != "ui"}).is_valid
    return [text for text in _TEXTS if fits(text)][:1] + sorted(
        text for text in known if _is_other(text) and text != WHOLE
    )


_TEXTS = (OTHER, "13800000000", TIME, DAY, "")


def _is_other(text: Any) -> bool:
    return isinstance(text, str) and text != OTHER


def plain(value: Any) -> Any:
    """Representatives that had to be told apart, as one again."""
    if isinstance(value, str):
        return OTHER if value.startswith(OTHER) else value
    if isinstance(value, list):
        return [plain(item) for item in value]
    return {key: plain(item) for key, item in value.items()} if isinstance(value, dict) else value


def _lists(field: Mapping[str, Any]) -> list[Any]:
    item = _candidates("", field.get("items", {}), {}, set(), (), False)[0]
    counts = [n for n in (1, 0, 2) if field.get("minItems", 0) <= n <= field.get("maxItems", 2)]
    return [[item if n < 2 or not field.get("uniqueItems") else f"{item}{place}" for place in range(n)] for n in counts]


def _objects(
    field: Mapping[str, Any], constants: Constants, told: set[Any], names: Collection[str], asked: bool
) -> Iterator[dict[str, Any]]:
    """Objects that differ in the fields something reads."""
    options: dict[str, list[Any]] = {}
    for name, inner in field.get("properties", {}).items():
        read = asked and name in names
        options[name] = _candidates(name, inner, constants, told, names, read)
        if read and name not in field.get("required", ()):
            options[name] = [ABSENT, *options[name]]
    validator = Draft202012Validator({k: v for k, v in field.items() if k != "ui"})
    for values in product(*options.values()):
        given = {name: value for name, value in zip(options, values, strict=True) if value is not ABSENT}
        if validator.is_valid(given):
            yield given
