"""Which days are working days.

Counting and stepping by working days is a look-up: the calendar numbers all its days once, when it is built.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Literal

from engine.errors import BadInput
from engine.worktime.notices import SpecialDay, YearNotice, shipped_notices

DayKind = Literal["workday", "makeup", "weekend", "holiday"]

_WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_SATURDAY = 5


@dataclass(frozen=True)
class Calendar:
    """The working days of a run of years without a gap, one notice each.

    Every question about a day outside those years raises BadInput.
    """

    notices: tuple[YearNotice, ...]
    _special: dict[date, SpecialDay] = field(init=False, repr=False, compare=False)
    _workdays: list[date] = field(init=False, repr=False, compare=False)
    _number: list[int] = field(init=False, repr=False, compare=False)
    """For each day of the calendar: how many working days there are up to and including it."""

    def __post_init__(self) -> None:
        _refuse_gap(self.notices)
        object.__setattr__(self, "_special", {day.date: day for notice in self.notices for day in notice.days})
        object.__setattr__(self, "_workdays", [])
        object.__setattr__(self, "_number", [])
        for ordinal in range(self.first.toordinal(), self.last.toordinal() + 1):
            day = date.fromordinal(ordinal)
            if self._kind(day) in ("workday", "makeup"):
                self._workdays.append(day)
            self._number.append(len(self._workdays))

    @classmethod
    def shipped(cls) -> Calendar:
        """2022 to 2026 by official notice, 2027 to 2035 provisional."""
        return cls(shipped_notices())

    def with_notice(self, notice: YearNotice) -> Calendar:
        """A calendar in which `notice` stands for its year; BadInput when that would leave a year out."""
        others = [old for old in self.notices if old.year != notice.year]
        return replace(self, notices=tuple(sorted([*others, notice], key=lambda each: each.year)))

    @property
    def first(self) -> date:
        return date(self.notices[0].year, 1, 1)

    @property
    def last(self) -> date:
        return date(self.notices[-1].year, 12, 31)

    def notice(self, year: int) -> YearNotice:
        """The notice of `year`, with its source; BadInput for a year without one."""
        for notice in self.notices:
            if notice.year == year:
                return notice
        raise BadInput({"year": self._range()}, f"{year} 年不在工作日历内。{self._range()}")

    def special_days(self, year: int) -> tuple[SpecialDay, ...]:
        """The days off and make-up days that lie in `year`, ascending, whichever year's notice named them."""
        self.notice(year)
        return tuple(self._special[day] for day in sorted(self._special) if day.year == year)

    def provisional(self, day: date) -> bool:
        """Whether the year of `day` still lacks its official notice (暂定)."""
        self._index(day)
        return not self.notice(day.year).official

    def kind(self, day: date) -> DayKind:
        self._index(day)
        return self._kind(day)

    def name(self, day: date) -> str:
        """`国庆节`, `国庆节调休`, or the day of the week."""
        self._index(day)
        special = self._special.get(day)
        if special is None:
            return _WEEKDAYS[day.weekday()]
        return special.name if special.kind == "holiday" else f"{special.name}调休"

    def is_workday(self, day: date) -> bool:
        return self.kind(day) in ("workday", "makeup")

    def count(self, after: date, upto: date) -> int:
        """Working days d with after < d <= upto; 0 when `upto` is not later."""
        return max(0, self._number[self._index(upto)] - self._number[self._index(after)])

    def after(self, day: date, n: int) -> date:
        """The n-th working day after `day` (n >= 1)."""
        return self._workday(self._number[self._index(day)] + n - 1, day + timedelta(n))

    def before(self, day: date, n: int) -> date:
        """The n-th working day before `day` (n >= 1)."""
        return self._workday(self._position(day) - n, day - timedelta(n))

    def on_or_after(self, day: date) -> date:
        """`day` if it is a working day, else the next one."""
        return self._workday(self._position(day), day)

    def _kind(self, day: date) -> DayKind:
        special = self._special.get(day)
        if special is not None and special.kind == "holiday":
            return "holiday"
        if day.weekday() < _SATURDAY:
            return "workday"
        return "weekend" if special is None else "makeup"

    def _position(self, day: date) -> int:
        """How many working days lie before `day`."""
        return self._number[self._index(day)] - self.is_workday(day)

    def _workday(self, position: int, about: date) -> date:
        if 0 <= position < len(self._workdays):
            return self._workdays[position]
        raise self._outside(about)

    def _index(self, day: date) -> int:
        if isinstance(day, datetime):
            raise TypeError("a day is asked for: take the local date of the instant first")
        if not self.first <= day <= self.last:
            raise self._outside(day)
        return (day - self.first).days

    def _outside(self, day: date) -> BadInput:
        return BadInput({"date": self._range()}, f"{day} 不在工作日历内。{self._range()}")

    def _range(self) -> str:
        return f"日历从 {self.first} 到 {self.last}，请改用其中的日期，或请管理员先导入该年的放假安排。"


def _refuse_gap(notices: tuple[YearNotice, ...]) -> None:
    for earlier, later in pairwise(notices):
        if later.year != earlier.year + 1:
            sentence = f"日历已有 {earlier.year} 年，下一个只能是 {earlier.year + 1} 年，而不是 {later.year} 年。"
            raise BadInput({"year": sentence}, sentence)
