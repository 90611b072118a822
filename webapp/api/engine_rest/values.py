"""Typed variables of the Camunda 7 REST API: {"x": {"value": 1, "type": "Integer"}}, in and out."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from engine.errors import BadInput
from webapp.api.engine_rest.times import is_day, time_in

Typed = dict[str, Any]

MAX_DEPTH = 8
_INTEGER = 2**31
_LONG = 2**63
_JSON_INFO = {"serializationDataFormat": "application/json"}


# ------------------------------------------------------------------ out
def typed(value: Any) -> Typed:
    """One value with its type; lists and objects as native JSON of type Object."""
    kind = _kind(value)
    info: Typed = {}
    if kind == "Object":
        java = "java.util.ArrayList" if isinstance(value, list | tuple) else "java.util.LinkedHashMap"
        info = {"objectTypeName": java, **_JSON_INFO}
    return {"type": kind, "value": value, "valueInfo": info}


def typed_all(values: Mapping[str, Any]) -> dict[str, Typed]:
    """Every value with its type."""
    return {name: typed(value) for name, value in values.items()}


def _kind(value: Any) -> str:
    match value:
        case None:
            return "Null"
        case bool():
            return "Boolean"
        case int():
            return "Integer" if -_INTEGER <= value < _INTEGER else "Long"
        case float():
            return "Double"
        case str():
            return "String"
        case _:
            return "Object"


# ------------------------------------------------------------------ in
def untyped_all(given: Any, field: str = "variables") -> dict[str, Any]:
    """Plain values of what a client sent; null and nothing are no variables. Raises BadInput, a sentence per field."""
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise BadInput({field: '应是一组变量，写成 {"名称": {"value": 1, "type": "Integer"}}。'})
    wrong: dict[str, str] = {}
    values = {str(name): _checked(str(name), entry, wrong) for name, entry in given.items()}
    if wrong:
        raise BadInput(wrong)
    return values


def _checked(name: str, entry: Any, wrong: dict[str, str]) -> Any:
    try:
        return _untyped(name, entry)
    except BadInput as refused:
        wrong.update(refused.fields)
        return None


def _untyped(name: str, entry: Any) -> Any:
    value = _read(name, entry)
    _storable(name, value, MAX_DEPTH)
    return value


def _read(name: str, entry: Any) -> Any:
    if not isinstance(entry, Mapping):
        raise BadInput({name: '变量要写成 {"value": 1, "type": "Integer"}。'})
    value, kind = entry.get("value"), entry.get("type")
    if kind is None or value is None:
        return value
    if isinstance(kind, str):
        kind = kind[:1].upper() + kind[1:]  # clients write string as well as String
    if kind not in KINDS:
        raise BadInput({name: f"不支持的类型“{_short(kind)}”，请用 {'、'.join(KINDS)} 之一。"})
    try:
        return _date(name, value) if kind == "Date" else _READERS[kind](value)
    except ValueError:
        raise BadInput({name: f"“{_short(value)}”不是 {kind} 类型的值，请改正。"}) from None


def _storable(name: str, value: Any, depth: int) -> None:
    """JSON of bounded depth and size of number; what a text may hold is for the door to say."""
    if isinstance(value, Mapping | list):
        if depth == 0:
            raise BadInput({name: "内容嵌套太深，请简化后再提交。"})
        for item in value.values() if isinstance(value, Mapping) else value:
            _storable(name, item, depth - 1)
    elif isinstance(value, int | float) and not -_LONG <= value < _LONG:  # NaN fails here too
        raise BadInput({name: "数字太大，无法保存。"})


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else text[:40] + "…"


def _whole(limit: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise ValueError
        text = str(value) if isinstance(value, int) else value
        if len(text) > 20 or not text.lstrip("-").isascii():
            raise ValueError
        number = int(text)
        if not -limit <= number < limit:
            raise ValueError
        return number

    return read


def _double(value: Any) -> float | int:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError
    return value if not isinstance(value, str) else float(value)


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if value not in ("true", "false"):
        raise ValueError
    return bool(value == "true")


def _string(value: Any) -> str:
    if isinstance(value, Mapping | list):
        raise ValueError
    return value if isinstance(value, str) else json.dumps(value)


def _json(value: Any) -> Any:
    """Native JSON, or its text."""
    try:
        return json.loads(value, parse_constant=_refuse) if isinstance(value, str) else value
    except RecursionError:
        raise ValueError from None


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _date(name: str, value: Any) -> str:
    """A plain day stays one; an instant becomes ISO 8601 with the offset of Asia/Shanghai."""
    return str(value) if is_day(value) else time_in(value, name).isoformat()


def _null(value: Any) -> None:
    raise ValueError


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "Integer": _whole(_INTEGER),
    "Long": _whole(_LONG),
    "Short": _whole(2**15),
    "Double": _double,
    "Boolean": _boolean,
    "String": _string,
    "Null": _null,
    "Json": _json,
    "Object": _json,
}
KINDS = (*_READERS, "Date")
