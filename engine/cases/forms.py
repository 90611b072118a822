"""What people enter, held against the form of the step: types, vocabulary, conditions, and the form's own checks.

Forms are JSON Schema 2020-12 with a `ui` part (processes/forms). Chinese words are taken as synonyms of codes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import orjson
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from engine import vocabulary
from engine.bpmn.expressions import ExpressionError, Words, parse
from engine.errors import BadInput

Schema = Mapping[str, Any]
Closed = Mapping[str, Mapping[str, str]]  # field → code of a choice that would be refused now → why
MAX_DEPTH = 8
MAX_INTEGER = 2**63  # what other programs hold in a number, and our own JSON writer
_UNPRINTABLE = re.compile("[\x00\ud800-\udfff]")
_YEARS = range(1900, 2200)  # any other year is a slip of the pen, and near the ends no zone can be counted
_FORMATS = FormatChecker(formats=())


@_FORMATS.checks("date")
def _is_date(value: object) -> bool:
    return not isinstance(value, str) or _year(value, "date") in _YEARS


@_FORMATS.checks("date-time")
def _is_instant(value: object) -> bool:
    return not isinstance(value, str) or _year(value, "date-time") in _YEARS


def _year(text: str, form: str) -> int | None:
    """The year of a plain date, or of an instant with its offset; None when it is neither."""
    try:
        if form == "date":
            return date.fromisoformat(text).year if len(text) == 10 else None
        instant = datetime.fromisoformat(text)
        return None if "T" not in text or instant.tzinfo is None else instant.year
    except ValueError:
        return None


@dataclass(frozen=True)
class Entered:
    """A form as it was taken: `values` with codes, `flags` the form derives from them for the diagram."""

    values: Mapping[str, Any]
    flags: Mapping[str, Any]

    def variables(self, schema: Schema, read_names: frozenset[str]) -> dict[str, Any]:
        """What goes into process data: only names a diagram reads; a field left out becomes null."""
        fields = schema.get("properties", {})
        named = {name: self.values.get(name) for name in fields if name in read_names}
        return in_order(schema, {**named, **self.flags})


def in_order(schema: Schema, variables: Mapping[str, Any]) -> dict[str, Any]:
    """Variables as the order of the form has them, what the form does not know and what lies inside them by name.

    An audit line keeps them sorted; this is the order both the act and its replay give them to the diagram in.
    """
    drawn_up = dict.fromkeys([*schema.get("properties", {}), *flag_names(schema)])
    places = {name: place for place, name in enumerate(drawn_up)}
    names = sorted(variables, key=lambda name: (places.get(name, len(places)), name))
    return {name: orjson.loads(orjson.dumps(variables[name], option=orjson.OPT_SORT_KEYS)) for name in names}


def take(schema: Schema, given: Mapping[str, Any], words: Words) -> Entered:
    """Check `given` against a form; raises BadInput naming every field and what to do about it."""
    values = _with_codes(_clean(given), schema, "")
    wrong = _violations(schema, values) | _unknown(schema, values)
    if wrong:
        raise BadInput(wrong)
    known = {name: values.get(name) for name in schema.get("properties", {})}
    wrong = _refused(schema, known, words)
    if wrong:
        raise BadInput(wrong)
    return Entered(values, _flags(schema, known, words))


def as_taken(schema: Schema, values: Mapping[str, Any], words: Words) -> Entered:
    """A form that was taken before, as it then was: its values are not checked again."""
    known = {name: values.get(name) for name in schema.get("properties", {})}
    return Entered(values, _flags(schema, known, words))


# ------------------------------------------------------------------ JSON of bounded shape
def storable(given: Mapping[str, Any]) -> None:
    """Raise BadInput for values that cannot be stored, or not be read back as they were."""
    wrong: dict[str, str] = {}
    _walk(given, "", 0, wrong)
    if wrong:
        raise BadInput(wrong)


def _clean(given: Mapping[str, Any]) -> dict[str, Any]:
    storable(given)
    kept: dict[str, Any] = _without_nulls(given)
    return kept


def _without_nulls(value: Any) -> Any:
    """Null is the same as left out; in a list it stays, for the schema to judge."""
    if isinstance(value, Mapping):
        return {str(key): _without_nulls(item) for key, item in value.items() if item is not None}
    return [_without_nulls(item) for item in value] if isinstance(value, list) else value


def _walk(value: Any, path: str, depth: int, wrong: dict[str, str]) -> None:
    if depth > MAX_DEPTH:
        wrong[path] = "内容嵌套太深，请简化后再提交。"
    elif isinstance(value, str):
        if _UNPRINTABLE.search(value):
            wrong[path] = "含有无法保存的字符，请删去后再提交。"
    elif isinstance(value, int | float):
        if not -MAX_INTEGER <= value < MAX_INTEGER:  # not-a-number fails here too
            wrong[path] = "数字太大，无法保存。"
    elif isinstance(value, Mapping):
        for key, item in value.items():
            _walk(str(key), _join(path, "?"), depth + 1, wrong)
            _walk(item, _join(path, str(key)), depth + 1, wrong)
    elif isinstance(value, list):
        for place, item in enumerate(value):
            _walk(item, _join(path, str(place)), depth + 1, wrong)


def _join(path: str, step: str) -> str:
    return f"{path}.{step}" if path else step


# ------------------------------------------------------------------ Chinese words for codes
def _with_codes(values: dict[str, Any], schema: Schema, path: str) -> dict[str, Any]:
    names: Mapping[str, str] = schema.get("ui", {}).get("vocabulary", {})
    for field, name in names.items():
        _replace(values, field.split("."), name)
    return values


_NUMBERED = frozenset({"satisfaction"})  # codes that are numbers


def _replace(owner: Any, path: list[str], vocabulary_name: str) -> None:
    if isinstance(owner, list):
        for item in owner:
            _replace(item, path, vocabulary_name)
    elif isinstance(owner, dict) and path[0] in owner:
        value = owner[path[0]]
        if len(path) > 1:
            _replace(value, path[1:], vocabulary_name)
        elif isinstance(value, str):
            code = vocabulary.code(vocabulary_name, value)
            owner[path[0]] = value if code is None else int(code) if vocabulary_name in _NUMBERED else code


# ------------------------------------------------------------------ the schema
@lru_cache(maxsize=512)
def _validator(text: bytes) -> Draft202012Validator:
    return Draft202012Validator(orjson.loads(text), format_checker=_FORMATS)


_by_identity: dict[int, tuple[Schema, Draft202012Validator]] = {}


def _validator_of(schema: Schema) -> Draft202012Validator:
    """Compiled once per schema object: definitions live as long as the process."""
    found = _by_identity.get(id(schema))
    if found is None or found[0] is not schema:
        found = _by_identity[id(schema)] = (schema, _validator(orjson.dumps(schema)))
    return found[1]


def _unknown(schema: Schema, values: Mapping[str, Any]) -> dict[str, str]:
    known = schema.get("properties", {})
    return {name: "没有这个字段，请检查名称。" for name in values if name not in known}


def _violations(schema: Schema, values: Mapping[str, Any]) -> dict[str, str]:
    wrong: dict[str, str] = {}
    for error in _validator_of(schema).iter_errors(values):
        for field, sentence in _sentences(error, schema):
            wrong.setdefault(field, sentence)
    return wrong


def _sentences(error: ValidationError, schema: Schema) -> list[tuple[str, str]]:
    path = ".".join(str(step) for step in error.absolute_path)
    instance: Any = error.instance
    if error.validator == "required":
        wanted: Any = error.validator_value
        missing = [name for name in wanted if name not in instance]
        return [(_join(path, name), f"请填写{_title(schema, _join(path, name))}。") for name in missing]
    if error.validator == "additionalProperties":
        around: Any = error.schema
        extra = [name for name in instance if name not in around.get("properties", {})]
        return [(_join(path, name), "没有这个字段，请检查名称。") for name in extra]
    return [(path, _proper_way(error, schema, path) or _sentence(error, _title(schema, path)))]


def _proper_way(error: ValidationError, schema: Schema, path: str) -> str | None:
    """What the form says of a choice that people may look for here but must make elsewhere."""
    if error.validator != "enum":
        return None
    told: Mapping[str, str] = schema.get("ui", {}).get("refusals", {}).get(path, {})
    return told.get(str(error.instance))


def _title(schema: Schema, path: str) -> str:
    """Of the field; an item of a list has the title of its list and its place."""
    node: Any = schema
    title = path
    for step in path.split("."):
        node = node.get("items", {}) if step.isdigit() else node.get("properties", {}).get(step, {})
        title = node.get("title", f"{title}第 {int(step) + 1} 项" if step.isdigit() else path)
    return title


_TYPES = {
    "string": "文字",
    "integer": "整数",
    "number": "数字",
    "boolean": "真假值（true 或 false）",
    "array": "列表",
    "object": "一组字段",
}


def _type_words(types: Any) -> str:
    """One type or several; that null is taken as well needs no saying."""
    return "、".join(_TYPES[kind] for kind in ([types] if isinstance(types, str) else types) if kind != "null")


def _sentence(error: ValidationError, title: str) -> str:
    bound = error.validator_value
    if error.validator in ("minLength", "pattern") and not str(error.instance).strip():
        return f"请填写{title}。"
    if error.validator == "format":
        if _year(str(error.instance), str(bound)) is not None:
            return f"{title}的年份不对，请检查。"
        return (
            f"{title}应是日期 2026-10-08。"
            if bound == "date"
            else f"{title}应是带时区的时间 2026-10-08T17:00:00+08:00。"
        )
    if error.validator == "type":
        return f"{title}应是{_type_words(bound)}。"
    return {
        "enum": f"{title}请从给出的选项中选一个。",
        "const": f"{title}请从给出的选项中选一个。",
        "maxLength": f"{title}最多 {bound} 个字，请缩短。",
        "minimum": f"{title}不能小于 {bound}。",
        "maximum": f"{title}不能大于 {bound}。",
        "maxItems": f"{title}最多 {bound} 项。",
        "minItems": f"{title}至少 {bound} 项。",
        "uniqueItems": f"{title}有重复的项，请去掉。",
        "minProperties": "请至少填写一项。",
    }.get(str(error.validator), f"{title}的格式不对，请检查。")


# ------------------------------------------------------------------ the form's own rules
def _refused(schema: Schema, values: Mapping[str, Any], words: Words) -> dict[str, str]:
    wrong: dict[str, str] = {}
    for check in schema.get("ui", {}).get("checks", ()):
        if check["field"] not in wrong and parse(check["refuse"]).evaluate(values, words):
            wrong[check["field"]] = check["message"]
    return wrong


def may_choose(schema: Schema, field: str, value: Any, words: Words) -> bool:
    """Whether the form's own rules take this value of a field now, whatever else is entered."""
    return _why_not(schema, field, value, words) is None


def closed_choices(schema: Schema, words: Words) -> Closed:
    """What the form's own rules refuse now whatever else is entered: field → code of the choice → why."""
    fields = dict.fromkeys(check["field"] for check in schema.get("ui", {}).get("checks", ()))
    found = {name: _closed(schema, name, schema["properties"].get(name, {}), words) for name in fields}
    return {name: choices for name, choices in found.items() if choices}


def _closed(schema: Schema, name: str, field: Schema, words: Words) -> dict[str, str]:
    values = (True, False) if field.get("type") == "boolean" else field.get("enum", ())
    told = ((value, _why_not(schema, name, value, words)) for value in values)
    return {str(value).lower() if isinstance(value, bool) else str(value): why for value, why in told if why}


def _why_not(schema: Schema, field: str, value: Any, words: Words) -> str | None:
    """What the first of the rules that look at this field alone says against a value of it."""
    for check in schema.get("ui", {}).get("checks", ()):
        rule = parse(check["refuse"])
        if check["field"] == field and rule.names <= {field} and rule.evaluate({field: value}, words):
            return str(check["message"])
    return None


def flag_names(schema: Schema) -> Mapping[str, str]:
    """What the form derives for the diagram, each with its expression."""
    names: Mapping[str, str] = schema.get("ui", {}).get("flags", {})
    return names


def _flags(schema: Schema, values: Mapping[str, Any], words: Words) -> dict[str, Any]:
    return {name: parse(text).evaluate(values, words) for name, text in flag_names(schema).items()}


__all__ = ["Entered", "ExpressionError", "take"]
