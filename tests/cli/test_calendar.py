"""`bancheng calendar explain` counts day by day and ends with the deadline."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Bancheng


@pytest.mark.parametrize(
    ("since", "workdays", "deadline"),
    [
        ("2026-09-23T10:15+08:00", "5", "2026-10-08T17:00:00+08:00"),
        ("2026-09-23T10:15", "5", "2026-10-08T17:00:00+08:00"),
        ("2026-10-19T14:05+08:00", "5", "2026-10-26T17:00:00+08:00"),
        ("2026-11-18T01:10+00:00", "5", "2026-11-25T17:00:00+08:00"),
        ("2026-11-12", "5", "2026-11-19T17:00:00+08:00"),
    ],
)
def test_the_last_line_is_the_deadline(bancheng: Bancheng, since: str, workdays: str, deadline: str) -> None:
    told = bancheng("calendar", "explain", "--from", since, "--workdays", workdays)
    assert told.stdout.splitlines()[-1] == deadline


def test_every_day_on_the_way_says_whether_it_counts(bancheng: Bancheng) -> None:
    days = bancheng("calendar", "explain", "--from", "2026-09-30T10:00", "--workdays", "3").stdout.splitlines()
    assert days[0] == "2026-09-30 起算日 周三"
    assert days[1] == "2026-10-01 放假 国庆节"
    assert days[-2] == "2026-10-10 调休计入 国庆节调休 第3个工作日"


def test_a_year_without_official_notice_is_marked(bancheng: Bancheng) -> None:
    assert "暂定" in bancheng("calendar", "explain", "--from", "2027-03-01", "--workdays", "5").stdout
    assert "暂定" not in bancheng("calendar", "explain", "--from", "2026-03-02", "--workdays", "5").stdout


def test_nothing_can_be_counted_in_no_days(bancheng: Bancheng) -> None:
    assert bancheng("calendar", "explain", "--from", "2026-03-02", "--workdays", "0").exit_code == 2
