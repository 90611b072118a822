"""For how long the office was open between two instants, asked of very many: each day is looked up once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from engine.worktime.arithmetic import WorkTime

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DAY, _AHEAD = 86_400_000_000, 28_800_000_000  # Asia/Shanghai is eight hours ahead, in summer too since 1992
_FIRST = _EPOCH.date().toordinal()
Spans = tuple[tuple[int, int], ...]


class Elapsed:
    """`WorkTime.time_open` in whole microseconds since 1970 UTC; it keeps the days it was asked of."""

    def __init__(self, worktime: WorkTime) -> None:
        self._worktime = worktime
        self._days: dict[int, Spans] = {}

    def microseconds(self, since: int, until: int) -> int:
        """For how long it was open; 0 when `until` is not later."""
        total = 0
        for number in range(_day_of(since), _day_of(until) + 1):
            for opens, closes in self._spans(number):
                begun, ended = max(opens, since), min(closes, until)
                if begun < ended:
                    total += ended - begun
        return total

    def _spans(self, number: int) -> Spans:
        found = self._days.get(number)
        if found is None:
            found = self._days[number] = self._looked_up(date.fromordinal(_FIRST + number))
        return found

    def _looked_up(self, day: date) -> Spans:
        if not self._worktime.calendar.is_workday(day):
            return ()
        spans = self._worktime.hours.spans(day)
        return tuple(((opens - _EPOCH) // _MICROSECOND, (closes - _EPOCH) // _MICROSECOND) for opens, closes in spans)


def _day_of(instant: int) -> int:
    """The local day of an instant, counted from the first of 1970."""
    return (instant + _AHEAD) // _DAY
