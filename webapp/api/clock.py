"""The clock of a demo: read, and moved forward by anybody who takes part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response

from engine.cases.live import Fired
from engine.clock import local
from engine.errors import BadInput, NotYours
from engine.storage.idempotency import StoredAnswer
from webapp.answers import as_json, json_answer
from webapp.api.described import described
from webapp.guard import engine, guarded
from webapp.once import ask
from webapp.request import instant_member, json_object, members

blueprint = Blueprint("clock", __name__, url_prefix="/api/clock")

_NOW = {
    "type": "object",
    "required": ["now"],
    "additionalProperties": False,
    "properties": {"now": {"type": "string", "format": "date-time"}},
}


@dataclass(frozen=True)
class Now:
    """What time it is for the cases; `simulated`: it stands still until it is moved."""

    now: datetime
    simulated: bool


@dataclass(frozen=True)
class FiredTimer:
    """A timer that struck on the way, at the instant it was due."""

    case: str | None
    activity: str
    due: datetime
    tier: int


@dataclass(frozen=True)
class Moved:
    """The clock after the move, and what it set off, in order."""

    now: datetime
    fired: tuple[FiredTimer, ...]


@blueprint.get("")
@guarded()
@described(answers={200: Now})
def read() -> Response:
    """现在的时刻，以及是否为演示时钟。"""
    clock = engine().clock
    return json_answer(as_json(Now(clock.now(), clock.simulated)))


@blueprint.post("")
@guarded()
@described(body=_NOW, answers={200: Moved})
def move() -> Response:
    """把演示时钟向前拨；途中到期的逐一触发，全部落定后才答复。"""
    if not engine().clock.simulated:
        raise NotYours("现在用的是真实时间，不能拨动。")
    to = instant_member(members(json_object(), ["now"], ["now"]), "now")
    return ask(lambda: StoredAnswer(200, as_json(_moved(to))))


def _moved(to: datetime) -> Moved:
    calendar = engine().worktime.calendar
    if not calendar.first <= local(to).date() <= calendar.last:
        raise BadInput({"now": f"工作日历从 {calendar.first} 到 {calendar.last}，请填其中的时刻。"})
    fired = engine().move_clock(to)
    engine().deliver()
    return Moved(engine().clock.now(), _told(fired))


def _told(fired: Sequence[Fired]) -> tuple[FiredTimer, ...]:
    return tuple(FiredTimer(each.no, each.activity, each.due, each.tier) for each in fired)
