"""What a request brings: its JSON body and its query parameters, checked before anything is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import orjson
from flask import request

from engine import vocabulary
from engine.clock import local
from engine.errors import BadInput
from webapp.intake import refuse_too_deep

Kind = Literal["text", "choice", "day", "number"]

_YEARS = range(2000, 2100)


@dataclass(frozen=True)
class Parameter:
    """One parameter of a query or of a search body: read by it, and told by it in /openapi.json.

    `vocabulary`: whose codes a choice takes, its Chinese words too. `most`: characters of a text, or highest number.
    """

    name: str
    kind: Kind
    title: str
    vocabulary: str = ""
    least: int = 1
    most: int = 200
    default: Any = None
    required: bool = False


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
    refuse_too_deep(found)
    return found


def members(body: Mapping[str, Any], known: Sequence[str], required: Sequence[str] = ()) -> Mapping[str, Any]:
    """The body itself, when it has only known members and all required ones. Raises BadInput."""
    wrong = {name: "没有这个字段，请检查名称。" for name in body if name not in known}
    wrong.update({name: "请填写这一项。" for name in required if body.get(name) is None})
    if wrong:
        raise BadInput(wrong)
    return body


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
    """The parameters of the address, read as `taken` does."""
    return taken(request.args.to_dict(), parameters)


def taken(given: Mapping[str, Any], parameters: Sequence[Parameter]) -> dict[str, Any]:
    """The parameters given, by name, the others at their default. Raises BadInput naming each that cannot be taken, and
    for a period, which is told by `from` and `to` everywhere, that ends before it begins."""
    known = {parameter.name: parameter for parameter in parameters}
    wrong = {name: "没有这个参数，请检查名称。" for name in given if name not in known}
    found: dict[str, Any] = {}
    for name, parameter in known.items():
        try:
            found[name] = _read(parameter, given.get(name))
        except BadInput as refused:
            wrong.update(refused.fields)
    if wrong:
        raise BadInput(wrong)
    since, until = found.get("from"), found.get("to")
    if since is not None and until is not None and until < since:
        raise BadInput({"to": "截止日期不能早于起始日期。"})
    return found


def _read(parameter: Parameter, given: Any) -> Any:
    name = parameter.name
    if given is None:
        if parameter.required:
            raise BadInput({name: f"请填写{parameter.title}。"})
        return parameter.default
    if parameter.kind == "number":
        return _number(parameter, given)
    if not isinstance(given, str):
        raise BadInput({name: "应是文字。"})
    if parameter.kind == "day":
        return _day(name, given)
    return _choice(parameter, given) if parameter.kind == "choice" else _text(parameter, given)


def _choice(parameter: Parameter, given: str) -> str:
    code = vocabulary.code(parameter.vocabulary, given)
    if code is None:
        known = "、".join(vocabulary.VOCABULARIES[parameter.vocabulary])
        raise BadInput({parameter.name: f"请用 {known} 之一。"})
    return code


def _day(name: str, given: str) -> date:
    try:
        day = date.fromisoformat(given) if len(given) == 10 else None
    except ValueError:
        day = None
    if day is None or day.year not in _YEARS:
        raise BadInput({name: "应是日期，写成 2026-10-08。"})
    return day


def _number(parameter: Parameter, given: Any) -> int:
    text = str(given) if isinstance(given, str | int) and not isinstance(given, bool) else ""
    plain = text.isascii() and text.isdecimal() and len(text) < 10
    if not plain or not parameter.least <= int(text) <= parameter.most:
        raise BadInput({parameter.name: f"应是 {parameter.least} 到 {parameter.most} 之间的整数。"})
    return int(text)


def _text(parameter: Parameter, given: str) -> str:
    text = given.strip()
    if parameter.required and not text:
        raise BadInput({parameter.name: f"请填写{parameter.title}。"})
    if len(text) > parameter.most:
        raise BadInput({parameter.name: f"最多 {parameter.most} 个字，请缩短。"})
    if any(mark == "\0" or "\ud800" <= mark <= "\udfff" for mark in text):
        raise BadInput({parameter.name: "含有无法使用的字符，请删去。"})
    return text
