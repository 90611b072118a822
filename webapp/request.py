"""What a request brings: its JSON body and its query parameters, checked before anything is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import orjson
from flask import request

from engine.clock import local
from engine.errors import BadInput

Kind = Literal["text", "choice", "day", "year", "number"]


@dataclass(frozen=True)
class Parameter:
    """One query parameter: read by it, and told by it in /openapi.json. `words`: the codes of a choice."""

    name: str
    kind: Kind
    title: str
    words: Sequence[str] = ()
    least: int = 1
    most: int = 200
    default: Any = None


def json_object() -> dict[str, Any]:
    """The body, a JSON object; nothing at all counts as {}. Raises BadInput; werkzeug refuses a body too long."""
    body = request.get_data(cache=True)
    if not body:
        return {}
    try:
        found = orjson.loads(body)
    except ValueError:  # also for what is nested too deep
        raise BadInput({}, "请求内容不是有效的 JSON，请检查格式和编码（UTF-8）。") from None
    if not isinstance(found, dict):
        raise BadInput({}, "请求内容应是一个 JSON 对象，写成 {…}。")
    return found


def members(body: Mapping[str, Any], known: Sequence[str], required: Sequence[str] = ()) -> Mapping[str, Any]:
    """The body itself, when it has only known members and all required ones. Raises BadInput."""
    wrong = {name: "没有这个字段，请检查名称。" for name in body if name not in known}
    wrong.update({name: "请填写这一项。" for name in required if body.get(name) is None})
    if wrong:
        raise BadInput(wrong)
    return body


def text_member(body: Mapping[str, Any], name: str, most: int) -> str:
    """A text of the body, without what stands around it. Raises BadInput."""
    value = body.get(name)
    if not isinstance(value, str):
        raise BadInput({name: "应是文字。"})
    return _printable(value.strip(), name, most)


def instant_member(body: Mapping[str, Any], name: str) -> datetime:
    """An instant with its offset. Raises BadInput."""
    value = body.get(name)
    try:
        instant = datetime.fromisoformat(value) if isinstance(value, str) and "T" in value else None
        if instant is not None and instant.tzinfo is not None:
            return local(instant)
    except (ValueError, OverflowError):
        pass
    raise BadInput({name: "应是带时区的时间，写成 2026-10-08T17:00:00+08:00。"})


# ------------------------------------------------------------------ query parameters
def query(parameters: Sequence[Parameter]) -> dict[str, Any]:
    """The parameters given, by name, the others at their default. Raises BadInput naming each that cannot be taken."""
    known = {parameter.name: parameter for parameter in parameters}
    wrong = {name: "没有这个参数，请检查名称。" for name in request.args if name not in known}
    found = {name: parameter.default for name, parameter in known.items()}
    for name, given in request.args.items():
        if name in known:
            _take(known[name], given, found, wrong)
    if wrong:
        raise BadInput(wrong)
    return found


def _take(parameter: Parameter, given: str, found: dict[str, Any], wrong: dict[str, str]) -> None:
    try:
        found[parameter.name] = _value(parameter, given)
    except BadInput as refused:
        wrong.update(refused.fields)


def _value(parameter: Parameter, given: str) -> Any:
    name = parameter.name
    if parameter.kind == "choice":
        if given not in parameter.words:
            raise BadInput({name: f"请用 {'、'.join(parameter.words)} 之一。"})
        return given
    if parameter.kind == "day":
        return _day(name, given)
    if parameter.kind in ("number", "year"):
        return _number(parameter, given)
    return _printable(given, name, parameter.most)


def _day(name: str, given: str) -> date:
    try:
        if len(given) == 10:
            return date.fromisoformat(given)
    except ValueError:
        pass
    raise BadInput({name: "应是日期，写成 2026-10-08。"})


def _number(parameter: Parameter, given: str) -> int:
    plain = given.isascii() and given.isdecimal() and len(given) < 10
    if not plain or not parameter.least <= int(given) <= parameter.most:
        raise BadInput({parameter.name: f"应是 {parameter.least} 到 {parameter.most} 之间的整数。"})
    return int(given)


def _printable(value: str, name: str, most: int) -> str:
    if len(value) > most:
        raise BadInput({name: f"最多 {most} 个字，请缩短。"})
    if any(mark == "\0" or "\ud800" <= mark <= "\udfff" for mark in value):
        raise BadInput({name: "含有无法使用的字符，请删去。"})
    return value
