"""When the office is open on a working day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import pairwise
from typing import Any

from engine.clock import ZONE
from engine.errors import BadInput


@dataclass(frozen=True)
class Session:
    """One stretch of opening, local time; ends before midnight."""

    opens: time
    closes: time


@dataclass(frozen=True)
class Season:
    """Other sessions between two days of the year, both included; may run over New Year (`(10, 1)` to `(4, 30)`)."""

    first: tuple[int, int]
    last: tuple[int, int]
    sessions: tuple[Session, ...]

    def covers(self, day: date) -> bool:
        month_day = (day.month, day.day)
        if self.first <= self.last:
            return self.first <= month_day <= self.last
        return month_day >= self.first or month_day <= self.last


STANDARD = (Session(time(9), time(12)), Session(time(13, 30), time(17)))


@dataclass(frozen=True)
class OfficeHours:
    """The sessions of a working day, the first season that covers it deciding; the centre's own by default.

    Which days are working days is the calendar's matter. BadInput when sessions are missing, overlap or end early.
    """

    sessions: tuple[Session, ...] = STANDARD
    seasons: tuple[Season, ...] = ()

    def __post_init__(self) -> None:
        _refuse_disorder("sessions", self.sessions)
        for number, season in enumerate(self.seasons):
            _refuse_disorder(f"seasons.{number}.sessions", season.sessions)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> OfficeHours:
        """`{"sessions": [["09:00", "12:00"]], "seasons": [{"from": "05-01", "to": "09-30", "sessions": […]}]}`."""
        try:
            seasons = tuple(_season(each) for each in data.get("seasons", ()))
            return cls(_sessions(data["sessions"]), seasons)
        except (AttributeError, KeyError, TypeError, ValueError) as problem:
            sentence = '办公时间写法有误，请写成 [["09:00", "12:00"], ["13:30", "17:00"]]，季节的起止写成 "05-01"。'
            raise BadInput({"sessions": sentence}, sentence) from problem

    def to_data(self) -> dict[str, Any]:
        """What `from_data` reads."""
        seasons = [
            {"from": _day_text(each.first), "to": _day_text(each.last), "sessions": _told(each.sessions)}
            for each in self.seasons
        ]
        return {"sessions": _told(self.sessions), "seasons": seasons}

    def spans(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """Opening and closing instants of each session on `day`, ascending."""
        return tuple((_instant(day, each.opens), _instant(day, each.closes)) for each in self._sessions_on(day))

    def opening(self, day: date) -> datetime:
        return _instant(day, self._sessions_on(day)[0].opens)

    def closing(self, day: date) -> datetime:
        return _instant(day, self._sessions_on(day)[-1].closes)

    def _sessions_on(self, day: date) -> tuple[Session, ...]:
        return next((season.sessions for season in self.seasons if season.covers(day)), self.sessions)


def _instant(day: date, at: time) -> datetime:
    return datetime.combine(day, at, ZONE)


def _refuse_disorder(path: str, sessions: tuple[Session, ...]) -> None:
    if not sessions:
        raise BadInput({path: "请至少填写一段办公时间。"})
    if any(each.closes <= each.opens for each in sessions):
        raise BadInput({path: "每段办公时间的结束要晚于开始，请改正。"})
    if any(later.opens < earlier.closes for earlier, later in pairwise(sessions)):
        raise BadInput({path: "办公时间各段要按先后排列，不能重叠，请改正。"})


def _season(data: Mapping[str, Any]) -> Season:
    return Season(_month_day(data["from"]), _month_day(data["to"]), _sessions(data["sessions"]))


def _sessions(data: list[list[str]]) -> tuple[Session, ...]:
    return tuple(Session(time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in data)


def _told(sessions: tuple[Session, ...]) -> list[list[str]]:
    return [[each.opens.isoformat(), each.closes.isoformat()] for each in sessions]


def _day_text(month_day: tuple[int, int]) -> str:
    return f"{month_day[0]:02}-{month_day[1]:02}"


def _month_day(text: str) -> tuple[int, int]:
    day = date.fromisoformat(f"2024-{text}")  # a leap year, so that 02-29 may be written
    return day.month, day.day
