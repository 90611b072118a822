"""Deadlines: the time functions of the diagrams, on a calendar and office hours handed in.

The day of the act is not counted, the n-th working day after it is the last, and it ends with the office's closing
(民法典 201, 203). Every instant must be aware; results are in Asia/Shanghai whatever zone the machine is in.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from engine.clock import local
from engine.worktime.calendar import Calendar
from engine.worktime.explain import ExplainedDay, Pause, explain
from engine.worktime.hours import OfficeHours
from engine.worktime.notices import YearNotice


@dataclass(frozen=True)
class WorkTime:
    """Working days and office hours together. Days outside the calendar raise BadInput, naive instants ValueError."""

    calendar: Calendar
    hours: OfficeHours

    @classmethod
    def shipped(cls) -> WorkTime:
        """The shipped calendar and the centre's standard hours. Takes some milliseconds: keep what it returns."""
        return cls(Calendar.shipped(), OfficeHours())

    def with_notice(self, notice: YearNotice) -> WorkTime:
        """The same hours on a calendar in which `notice` stands for its year."""
        return replace(self, calendar=self.calendar.with_notice(notice))

    def workdays(self, n: int, since: datetime) -> datetime:
        """Closing time of the n-th working day (n >= 1) after the day of `since`."""
        _at_least(1, n)
        return self.hours.closing(self.calendar.after(_day(since), n))

    def office_hours(self, n: float, since: datetime) -> datetime:
        """The instant when the office has been open for `n` hours (n > 0) since `since`.

        Outside hours it counts from the next opening; a count that ends with a session ends at its closing,
        12:00 or 17:00, not at the opening after it.
        """
        if n <= 0:
            raise ValueError(f"office hours count forward, {n} does not")
        at, left = _aware_local(since), timedelta(hours=n)
        day = self.calendar.on_or_after(at.date())
        while True:
            for opens, closes in self.hours.spans(day):
                begin = max(opens, at)
                if begin < closes and begin + left <= closes:
                    return begin + left
                left -= max(closes - begin, timedelta(0))
            day = self.calendar.after(day, 1)

    def time_open(self, since: datetime, until: datetime) -> timedelta:
        """For how long the office is open between two instants; nothing when `until` is not later."""
        day, last, total = _day(since), _day(until), timedelta()
        while day <= last:
            for opens, closes in self.hours.spans(day) if self.calendar.is_workday(day) else ():
                begun, ended = max(opens, since), min(closes, until)
                if begun < ended:
                    total += ended - begun
            day += timedelta(days=1)
        return total

    def open_from(self, at: datetime) -> datetime:
        """`at` itself while the office is open, its closing included; else the next opening, also after a break."""
        day = self.calendar.on_or_after(_day(at))
        for opens, closes in self.hours.spans(day):
            if at <= closes:
                return max(opens, _aware_local(at))
        return self.next_opening(at)

    def closing_time(self, at: datetime) -> datetime:
        """Closing time of the day of `at`; on a day without hours, `at` itself: the office is closed already."""
        day = _day(at)
        return self.hours.closing(day) if self.calendar.is_workday(day) else local(at)

    def opening_time(self, day: date) -> datetime:
        """When the office opens, or on a day without hours would open, on `day`."""
        return self.hours.opening(day)

    def next_opening(self, at: datetime) -> datetime:
        """Opening of the first working day after the day of `at`."""
        return self.hours.opening(self.calendar.after(_day(at), 1))

    def month_later(self, at: datetime) -> datetime:
        """Opening of the first working day on or after the same day next month; the 31st becomes the last day."""
        day = _day(at)
        year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
        same = date(year, month, min(day.day, monthrange(year, month)[1]))
        return self.hours.opening(self.calendar.on_or_after(same))

    def shift(self, deadline: datetime, n: int) -> datetime:
        """Closing time of the n-th working day after the deadline's day; the deadline itself for n = 0."""
        _at_least(0, n)
        return self.workdays(n, deadline) if n else _aware_local(deadline)

    def opening_before(self, deadline: datetime, n: int) -> datetime:
        """Opening of the n-th working day (n >= 1) before the deadline's day."""
        _at_least(1, n)
        return self.hours.opening(self.calendar.before(_day(deadline), n))

    def count(self, after: date, upto: date) -> int:
        """Working days d with after < d <= upto; 0 when `upto` is not later."""
        return self.calendar.count(after, upto)

    def remaining(self, now: datetime, due: datetime) -> int:
        """Working days d with today < d <= due day; once `due` has passed, minus those with due day < d <= today.

        0 on the due day itself, before and after the due instant, and until the next working day begins:
        whether it is late is for `now > due` to say, not for this number.
        """
        today, due_day = _day(now), _day(due)
        if now <= due:
            return self.calendar.count(today, due_day)
        return -self.calendar.count(due_day, today)

    def is_workday(self, day: date) -> bool:
        return self.calendar.is_workday(day)

    def provisional(self, day: date) -> bool:
        """Whether the year of `day` still lacks its official notice (暂定)."""
        return self.calendar.provisional(day)

    def explain(self, since: datetime, n: int, pauses: Sequence[Pause] = ()) -> tuple[ExplainedDay, ...]:
        """Day by day why `workdays(n, since)`, moved by `pauses` (see `Pause`), falls where it does."""
        _at_least(1, n)
        return explain(self.calendar, _day(since), n, pauses)


def _aware_local(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} has no offset, it would mean another instant on every machine")
    return local(instant)


def _day(instant: datetime) -> date:
    return _aware_local(instant).date()


def _at_least(least: int, n: int) -> None:
    if n < least:
        raise ValueError(f"at least {least} working days are needed, not {n}")
