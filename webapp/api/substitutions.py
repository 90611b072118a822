"""Substitution while absent: entered by whoever goes away, their lead, or an administrator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response

from engine.directory.commands import EndSubstitution, EnterSubstitution
from engine.facade import ReadContext
from engine.queries.substitutions import SubstitutionRow, substitution, substitutions_seen
from engine.storage.idempotency import StoredAnswer
from webapp.answers import as_json, json_answer
from webapp.api.described import described
from webapp.guard import actor, engine, guarded
from webapp.once import act
from webapp.request import Parameter, instant_member, json_object, members, taken

blueprint = Blueprint("substitutions", __name__, url_prefix="/api/substitutions")

_INSTANT = {"type": "string", "format": "date-time"}
_TEXT = {"type": "string", "maxLength": 200}
_ENTERED: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["substitute", "until"],
    "properties": {
        "absent": _TEXT,
        "substitute": _TEXT,
        "from": _INSTANT,
        "until": _INSTANT,
        "reason": {"type": "string", "maxLength": 500},
    },
}
_TEXTS = (
    Parameter("absent", "text", "谁不在"),
    Parameter("substitute", "text", "由谁代办", required=True),
    Parameter("reason", "text", "原因", most=500),
)


@dataclass(frozen=True)
class Substitutions:
    """Those one takes part in or may set, the newest first."""

    items: tuple[SubstitutionRow, ...]


@blueprint.get("")
@guarded()
@described(answers={200: Substitutions})
def listed() -> Response:
    """列出代办：自己的、自己代人的、自己可以设置的。"""
    return json_answer(as_json(Substitutions(engine().read_as(actor(), substitutions_seen))))


@blueprint.post("")
@guarded()
@described(body=_ENTERED, answers={201: SubstitutionRow})
def enter() -> Response:
    """设置代办：不写 absent 就是自己不在，不写 from 就是从现在起；到 until 自动结束。"""
    given = members(json_object(), list(_ENTERED["properties"]), ["substitute", "until"])
    texts = taken({name: given[name] for name in ("absent", "substitute", "reason") if name in given}, _TEXTS)
    since = instant_member(given, "from") if given.get("from") is not None else None
    until = instant_member(given, "until")
    absent = texts["absent"] or actor().name
    return act(EnterSubstitution(absent, texts["substitute"], until, since, texts["reason"]), _entered)


@blueprint.post("/<int:id>/end")
@guarded()
@described(body={"type": "object", "additionalProperties": False}, answers={200: SubstitutionRow})
def end(id: int) -> Response:
    """提前结束代办。"""
    members(json_object(), [])
    known = min(id, 2**62)
    return act(EndSubstitution(known), lambda ctx, done: _answer(ctx, known, 200))


def _entered(ctx: ReadContext, id: Any) -> StoredAnswer:
    return _answer(ctx, id, 201)


def _answer(ctx: ReadContext, id: int, status: int) -> StoredAnswer:
    return StoredAnswer(status, as_json(substitution(ctx, id)))
