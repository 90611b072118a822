from __future__ import annotations

from datetime import date, datetime

import pytest

from engine.worktime import ExplainedDay, WorkTime


def _at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


def _short(rows: tuple[ExplainedDay, ...]) -> list[tuple[str, str, int | None]]:
    return [(f"{row.date:%m-%d}", row.kind, row.n) for row in rows]


def test_every_day_up_to_the_deadline_has_a_row(worktime: WorkTime) -> None:
    assert _short(worktime.explain(_at("2026-09-23T10:15"), 5)) == [
        ("09-23", "start", None),
        ("09-24", "counted", 1),
        ("09-25", "holiday", None),
        ("09-26", "holiday", None),
        ("09-27", "holiday", None),
        ("09-28", "counted", 2),
        ("09-29", "counted", 3),
        ("09-30", "counted", 4),
        ("10-01", "holiday", None),
        ("10-02", "holiday", None),
        ("10-03", "holiday", None),
        ("10-04", "holiday", None),
        ("10-05", "holiday", None),
        ("10-06", "holiday", None),
        ("10-07", "holiday", None),
        ("10-08", "counted", 5),
    ]


def test_a_make_up_day_counts_and_is_called_so(worktime: WorkTime) -> None:
    makeup = worktime.explain(_at("2026-09-18T10:00"), 2)[2]

    assert makeup == ExplainedDay(date(2026, 9, 20), "makeup", 1, "国庆节调休")


def test_paused_working_days_do_not_count_and_weekends_stay_weekends(worktime: WorkTime) -> None:
    rows = worktime.explain(_at("2026-10-22T14:05"), 3, [(date(2026, 10, 23), date(2026, 10, 27))])

    assert _short(rows) == [
        ("10-22", "start", None),
        ("10-23", "counted", 1),
        ("10-24", "weekend", None),
        ("10-25", "weekend", None),
        ("10-26", "paused", None),
        ("10-27", "paused", None),
        ("10-28", "counted", 2),
        ("10-29", "counted", 3),
    ]


@pytest.mark.parametrize(
    "pauses",
    [
        [(date(2026, 9, 24), date(2026, 9, 28))],
        [(date(2026, 9, 24), date(2026, 9, 24))],
        [(date(2026, 9, 24), date(2026, 10, 8)), (date(2026, 10, 9), date(2026, 10, 12))],
    ],
)
def test_the_last_row_is_the_deadline_shifted_by_its_pauses(
    worktime: WorkTime, pauses: list[tuple[date, date]]
) -> None:
    accepted = _at("2026-09-23T10:15")
    deadline = worktime.workdays(5, accepted)
    for asked, resumed in pauses:
        deadline = worktime.shift(deadline, worktime.count(asked, resumed))

    assert worktime.explain(accepted, 5, pauses)[-1].date == deadline.date()
