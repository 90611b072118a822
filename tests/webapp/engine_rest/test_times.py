"""Instants in the form Camunda clients know."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import BadInput
from webapp.api.engine_rest.times import time_in, time_out


def test_an_instant_goes_out_to_the_millisecond_in_local_time() -> None:
    assert time_out(datetime(2026, 10, 8, 9, 0, 0, 123456, tzinfo=UTC)) == "2026-10-08T17:00:00.123+0800"


@pytest.mark.parametrize(
    "text",
    [
        "2026-10-08T17:00:00.000+0800",
        "2026-10-08T17:00:00+08:00",
        "2026-10-08T17:00+08:00",
        "2026-10-08T09:00:00Z",
        "2026-10-08T09:00:00.000000+00:00",
    ],
)
def test_an_instant_comes_in_with_any_offset(text: str) -> None:
    assert time_in(text, "at") == datetime(2026, 10, 8, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["2026-10-08T17:00:00", "2026-10-08", "17:00", "", "2026-13-01T00:00:00Z", 5, None, "9999-12-31T23:59:59-23:00"],
)
def test_what_names_no_instant_is_refused(text: object) -> None:
    with pytest.raises(BadInput) as refused:
        time_in(text, "dueBefore")
    assert list(refused.value.fields) == ["dueBefore"]


_INSTANTS = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


@given(_INSTANTS)
def test_what_goes_out_comes_in_again(instant: datetime) -> None:
    text = time_out(instant)
    assert text is not None
    assert timedelta() <= instant - time_in(text, "at") < timedelta(milliseconds=1)
