"""Forms: each file is the JSON Schema of one object whose own conditions can be read.

A form is filled in by strangers: nothing in it may fetch another file, and no pattern may take for ever on a long text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from engine.bpmn.expressions import ExpressionError, parse
from engine.bpmn.lint.bundle import Bundle
from engine.errors import Finding

MAX_PATTERN = 200
MAX_REPEAT = 1_000
MAX_GROUPS = 20
_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef", "$id", "$anchor", "$dynamicAnchor")


def rules(bundle: Bundle) -> Iterator[Finding]:
    """Every form file of the bundle."""
    for name, content in bundle.files.items():
        if name.startswith("forms/"):
            id = name.removeprefix("forms/").removesuffix(".json")
            wrong = next(wrong_of(content), None)
            if wrong is not None:
                yield Finding(name, "FORM", id, wrong)


def wrong_of(content: bytes) -> Iterator[str]:
    """What is wrong with a form; only the first is told, later ones stand on it."""
    try:
        form = json.loads(content)
    except (ValueError, RecursionError):
        yield "表单不是完整的 JSON，请检查括号、引号和逗号"
        return
    if not isinstance(form, dict) or form.get("type") != "object" or not isinstance(form.get("properties", {}), dict):
        yield "表单应是一个 JSON Schema 对象（type 为 object，properties 列出各项）"
        return
    parts = list(_parts(form))
    yield from _references(parts)
    yield from _schema(form)
    yield from (sentence for part in parts for sentence in _patterns(part))
    yield from _conditions(form)


def _parts(form: Any) -> Iterator[Mapping[str, Any]]:
    """Every object inside a form, itself included."""
    todo = [form]
    while todo:
        part = todo.pop()
        if isinstance(part, dict):
            yield part
            todo.extend(part.values())
        elif isinstance(part, list):
            todo.extend(part)


def _references(parts: list[Mapping[str, Any]]) -> Iterator[str]:
    for part in parts:
        for key in _REFERENCES:
            if isinstance(part.get(key), str):
                yield f"表单里的 {key} 不起作用，请把所指的内容直接写在表单里"


def _schema(form: Mapping[str, Any]) -> Iterator[str]:
    try:
        Draft202012Validator.check_schema(form)
    except SchemaError as error:
        place = ".".join(str(step) for step in error.absolute_path) or "表单"
        yield f"表单的“{place[:100]}”不合 JSON Schema 2020-12，请检查写法"
    except RecursionError:
        yield "表单嵌套太深，请简化"


def _patterns(part: Mapping[str, Any]) -> Iterator[str]:
    inside = part.get("patternProperties")
    for text in (part.get("pattern"), *(inside if isinstance(inside, dict) else ())):
        if isinstance(text, str) and not is_quick(text):
            yield f"格式“{text[:60]}”可能要查很久，请写得简单些：不要在重复里再重复，不限次数的重复最多一处"


@lru_cache(maxsize=1_024)
def is_quick(pattern: str) -> bool:
    """Whether a pattern is sure to be quick on any text: one open repetition at most, and none inside another."""
    if len(pattern) > MAX_PATTERN:
        return False
    try:
        tree = _parser.parse(pattern)
    except (re.error, RecursionError, OverflowError):
        return False
    return _repetitions(tree, inside=False) <= 1


_MANY = 99
_REPEATS = (_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT)
_SINGLE = (_constants.LITERAL, _constants.NOT_LITERAL, _constants.IN, _constants.ANY)


def _repetitions(tree: Any, inside: bool) -> int:
    """How many open repetitions there are; one inside another, of alternatives, or a back reference, counts as many."""
    found = 0
    for kind, value in tree:
        if kind in (_constants.GROUPREF, _constants.GROUPREF_EXISTS) or (inside and kind is _constants.BRANCH):
            return _MANY
        if kind in _REPEATS:
            found += _repetition(value[1], value[2], inside)
        else:
            found += sum(_repetitions(part, inside) for part in _inner(kind, value))
    return found


def _repetition(most: Any, body: Any, inside: bool) -> int:
    single = len(body) == 1 and body[0][0] in _SINGLE
    if most <= 1:
        return _repetitions(body, inside)
    if inside or (most is not _constants.MAXREPEAT and most > MAX_REPEAT) or not (single or most <= MAX_GROUPS):
        return _MANY
    return int(most > MAX_GROUPS) + (0 if single else _repetitions(body, inside=True))


def _inner(kind: Any, value: Any) -> Iterator[Any]:
    if kind is _constants.SUBPATTERN:
        yield value[3]
    elif kind is _constants.BRANCH:
        yield from value[1]
    elif kind in (_constants.ASSERT, _constants.ASSERT_NOT):
        yield value[1]
    elif kind is _constants.ATOMIC_GROUP:
        yield value


def _conditions(form: Mapping[str, Any]) -> Iterator[str]:
    """What the form shows, refuses and derives is said in the language of expressions, about its own fields."""
    ui = form.get("ui", {})
    if not isinstance(ui, dict):
        yield "表单的 ui 应是一个对象"
        return
    checks = ui.get("checks", [])
    if not isinstance(checks, list) or not all(_is_check(check) for check in checks):
        yield "表单的 checks 每项应写明 refuse、field 和 message"
        return
    listed = [*(check["refuse"] for check in checks), *_values(ui, "show"), *_values(ui, "ask"), *_values(ui, "flags")]
    for text in listed:
        yield from _condition(text, form)


def _is_check(check: Any) -> bool:
    return isinstance(check, dict) and all(isinstance(check.get(key), str) for key in ("refuse", "field", "message"))


def _values(ui: Mapping[str, Any], key: str) -> list[Any]:
    part = ui.get(key, {})
    return list(part.values()) if isinstance(part, dict) else [None]


def _condition(text: Any, form: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(text, str):
        yield "表单的 show、flags、checks 里应是表达式"
        return
    try:
        names = parse(text).names
    except ExpressionError as error:
        yield f"表单的条件“{text[:60]}”有误：{error}，请改正"
        return
    for name in sorted(names - form.get("properties", {}).keys()):
        yield f"表单的条件“{text[:60]}”里的“{name}”不是这张表单的一项，请改正名称"
