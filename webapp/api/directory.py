"""Units, matters and working days, for clients that fill in forms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response

from engine.clock import local
from engine.directory import Matter, Unit, Window
from engine.worktime import SpecialDay
from webapp.answers import as_json, json_answer
from webapp.api.described import described
from webapp.guard import engine, guarded
from webapp.request import Parameter, query

blueprint = Blueprint("directory", __name__, url_prefix="/api")

YEAR = (Parameter("year", "number", "年份，不填为今年", least=1900, most=2999),)


@dataclass(frozen=True)
class Units:
    """Units in the order of the directory, and the windows; only units with a desk take work orders."""

    items: tuple[Unit, ...]
    windows: tuple[Window, ...]


@dataclass(frozen=True)
class Matters:
    """Every matter of the service guide."""

    items: tuple[Matter, ...]


@dataclass(frozen=True)
class Year:
    """The special days of one year; `official` false: 暂定. Every other day follows its weekday."""

    year: int
    official: bool
    source: str
    working_days: int
    days: tuple[SpecialDay, ...]


@blueprint.get("/units")
@guarded()
@described(answers={200: Units})
def units() -> Response:
    """单位和窗口名录。"""
    directory = engine().directory
    return json_answer(as_json(Units(tuple(directory.units.values()), tuple(directory.windows.values()))))


@blueprint.get("/matters")
@guarded()
@described(answers={200: Matters})
def matters() -> Response:
    """事项名录。"""
    return json_answer(as_json(Matters(tuple(engine().directory.matters.values()))))


@blueprint.get("/calendar")
@guarded()
@described(query=YEAR, answers={200: Year})
def calendar() -> Response:
    """一年的放假和调休安排。"""
    year = query(YEAR)["year"] or local(engine().clock.now()).year
    days = engine().worktime.calendar
    notice = days.notice(year)
    working = days.count(date(year, 1, 1), date(year, 12, 31)) + days.is_workday(date(year, 1, 1))
    return json_answer(as_json(Year(year, notice.official, notice.source, working, days.special_days(year))))
