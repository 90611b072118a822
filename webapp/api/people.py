"""People and their groups, for administrators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, Response

from engine.directory.commands import ChangeGroups, ChangePerson, DecideGrant, EnterPerson, OfficeCommand, SetActive
from engine.errors import BadInput
from engine.facade import ReadContext
from engine.queries.staff import (
    LIMIT,
    MOST,
    Grant,
    StaffFilter,
    StaffList,
    list_staff,
    staff_row,
    waiting_grants,
)
from engine.storage.idempotency import StoredAnswer
from webapp.answers import as_json, json_answer
from webapp.api.described import described
from webapp.guard import actor, engine, guarded
from webapp.once import act
from webapp.request import Parameter, json_object, members, query, taken

blueprint = Blueprint("people", __name__, url_prefix="/api")

FILTERS = (
    Parameter("q", "text", "登录名或姓名中的字", most=100),
    Parameter("group", "text", "所在的组", most=100),
    Parameter("unit", "text", "所属单位代码", most=20),
    Parameter("active", "choice", "是否在用", "active"),
    Parameter("after", "text", "翻页：上一页的 next"),
    Parameter("limit", "number", "一页最多几人", most=MOST, default=LIMIT),
)
_TEXTS = {"type": "array", "items": {"type": "string"}}
_TEXT = {"type": "string"}
_TEXT_OR_NONE = {"type": ["string", "null"]}


def _object(required: tuple[str, ...], **properties: Any) -> Mapping[str, Any]:
    return {"type": "object", "additionalProperties": False, "required": list(required), "properties": properties}


_PERSON = _object(
    ("name", "password"),
    name=_TEXT,
    display=_TEXT,
    password=_TEXT,
    groups=_TEXTS,
    unit=_TEXT_OR_NONE,
    window=_TEXT_OR_NONE,
)
_DETAILS = _object(("display",), display=_TEXT, unit=_TEXT_OR_NONE, window=_TEXT_OR_NONE)
_CHANGES = _object((), add=_TEXTS, remove=_TEXTS)
_DECISION = _object(("approve",), approve={"type": "boolean"})


@dataclass(frozen=True)
class PersonTold:
    """Somebody who signs in; `waiting`: posts that were asked for and wait for another administrator."""

    name: str
    display: str
    groups: tuple[str, ...]
    unit: str | None
    window: str | None
    active: bool
    created_at: datetime
    waiting: tuple[Grant, ...]


@dataclass(frozen=True)
class Grants:
    """What waits for a second administrator, oldest first."""

    items: tuple[Grant, ...]


@blueprint.get("/people")
@guarded("admin")
@described(query=FILTERS, answers={200: StaffList})
def people() -> Response:
    """列出用户，按登录名。"""
    given = query(FILTERS)
    active = None if given["active"] is None else given["active"] == "yes"
    wanted = StaffFilter(given["q"], given["group"], given["unit"], active)
    return json_answer(as_json(engine().read_as(actor(), list_staff, wanted, given["after"], given["limit"])))


@blueprint.post("/people")
@guarded("admin")
@described(body=_PERSON, answers={201: PersonTold})
def enter() -> Response:
    """添加用户；审计员、流程管理员、系统管理员的岗位须由另一位系统管理员批准后生效。"""
    given = members(json_object(), list(_PERSON["properties"]), ["name", "password"])
    name, password = _text(given, "name"), _text(given, "password")
    display, unit, window = (_text_or_none(given, field) for field in ("display", "unit", "window"))
    return _act(EnterPerson(name, display or name, password, _texts(given, "groups"), unit, window), name, 201)


@blueprint.get("/people/<name>")
@guarded("admin")
@described(answers={200: PersonTold})
def person(name: str) -> Response:
    """一位用户。"""
    return json_answer(as_json(engine().read_as(actor(), _told, name)))


@blueprint.post("/people/<name>/details")
@guarded("admin")
@described(body=_DETAILS, answers={200: PersonTold})
def details(name: str) -> Response:
    """改姓名、所属单位和窗口；不写的单位和窗口就是没有。"""
    given = members(json_object(), list(_DETAILS["properties"]), ["display"])
    unit, window = _text_or_none(given, "unit"), _text_or_none(given, "window")
    return _act(ChangePerson(name, _text(given, "display"), unit, window), name)


@blueprint.post("/people/<name>/groups")
@guarded("admin")
@described(body=_CHANGES, answers={200: PersonTold})
def groups(name: str) -> Response:
    """加入和退出组，下一次请求起生效；须另一位系统管理员批准的列在 waiting 里。"""
    given = members(json_object(), ["add", "remove"])
    return _act(ChangeGroups(name, _texts(given, "add"), _texts(given, "remove")), name)


@blueprint.post("/people/<name>/disable")
@guarded("admin")
@described(body=_object(()), answers={200: PersonTold})
def disable(name: str) -> Response:
    """停用：下一次请求起不能再用，已登录的也退出。"""
    members(json_object(), [])
    return _act(SetActive(name, False), name)


@blueprint.post("/people/<name>/enable")
@guarded("admin")
@described(body=_object(()), answers={200: PersonTold})
def enable(name: str) -> Response:
    """重新启用。"""
    members(json_object(), [])
    return _act(SetActive(name, True), name)


@blueprint.get("/grants")
@guarded("admin")
@described(answers={200: Grants})
def asked_for() -> Response:
    """等另一位系统管理员批准的岗位。"""
    return json_answer(as_json(Grants(engine().read_as(actor(), waiting_grants))))


@blueprint.post("/grants/<int:id>")
@guarded("admin")
@described(body=_DECISION, answers={204: None})
def decide(id: int) -> Response:
    """批准或不批准；申请人自己不能批准。"""
    given = members(json_object(), ["approve"], ["approve"])
    if not isinstance(given["approve"], bool):
        raise BadInput({"approve": "应是 true 或 false。"})
    return act(DecideGrant(_fit_id(id), given["approve"]), lambda ctx, done: StoredAnswer(204, None))


def _act(command: OfficeCommand, name: str, status: int = 200) -> Response:
    """Carry out a command about a person and answer with the person."""
    return act(command, lambda ctx, done: StoredAnswer(status, as_json(_told(ctx, name))))


def _told(ctx: ReadContext, name: str) -> PersonTold:
    return PersonTold(**vars(staff_row(ctx, name)), waiting=waiting_grants(ctx, name))


# ------------------------------------------------------------------ members of a body
def _text(given: Mapping[str, Any], field: str) -> str:
    # A password is taken as it was typed; everything else is checked by the engine.
    value = given.get(field)
    if not isinstance(value, str):
        raise BadInput({field: "应是文字。"})
    if field != "password":
        taken({field: value}, [Parameter(field, "text", field, required=True)])
    return value


def _text_or_none(given: Mapping[str, Any], field: str) -> str | None:
    return None if given.get(field) is None else _text(given, field)


def _texts(given: Mapping[str, Any], field: str) -> tuple[str, ...]:
    values = given.get(field) or []
    if not isinstance(values, list) or not all(isinstance(value, str) and value.isprintable() for value in values):
        raise BadInput({field: '应是文字的列表，写成 ["window", "callback"]。'})
    return tuple(values)


def _fit_id(id: int) -> int:
    return min(id, 2**62)  # what no database counts up to is nobody's
