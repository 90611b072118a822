"""Office time of very many steps is what it is of each alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.storage.models import microseconds
from engine.worktime import WorkTime
from engine.worktime.elapsed import Elapsed
from engine.worktime.hours import OfficeHours, Season, Session
from tests.support.house import instant

SHIPPED = WorkTime.shipped()
_SUMMER = Season((5, 1), (9, 30), (Session(instant("2026-01-01 08:30").time(), instant("2026-01-01 18:00").time()),))
HOUSES = [SHIPPED, WorkTime(SHIPPED.calendar, OfficeHours(seasons=(_SUMMER,)))]
ELAPSED = [Elapsed(each) for each in HOUSES]  # as they are used: asked again and again
INSTANTS = st.datetimes(datetime(2026, 1, 2), datetime(2026, 12, 30), timezones=st.just(UTC))


@pytest.mark.parametrize("which", range(len(HOUSES)))
@given(since=INSTANTS, lasted=st.timedeltas(timedelta(days=-2), timedelta(days=40)))
def test_it_is_the_time_the_office_was_open(which: int, since: datetime, lasted: timedelta) -> None:
    until = min(since + lasted, datetime(2026, 12, 31, 15, 59, tzinfo=UTC))
    told = timedelta(microseconds=ELAPSED[which].microseconds(microseconds(since), microseconds(until)))
    assert told == HOUSES[which].time_open(since, until)


def test_the_last_minutes_of_a_day_belong_to_that_day() -> None:
    last = datetime(2026, 12, 31, 15, 59, tzinfo=UTC)  # 23:59 here, the last day the calendar knows
    assert Elapsed(SHIPPED).microseconds(microseconds(last - timedelta(hours=8)), microseconds(last)) == 61 * 60_000_000
