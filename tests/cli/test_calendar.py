"""`bancheng calendar`: `explain` counts day by day and ends with the deadline, `import` puts a notice in force."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.house import open_house
from engine.settings import read_settings
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


@pytest.fixture
def notice(tmp_path: Path) -> Path:
    """2027, with 3 May off."""
    file = tmp_path / "2027.csv"
    file.write_text("date,kind,name\n2027-05-01,holiday,劳动节\n2027-05-03,holiday,劳动节\n", "utf-8")
    return file


def test_an_imported_notice_is_what_is_explained_from_then_on(bancheng: Bancheng, notice: Path) -> None:
    open_house(read_settings()).db.close()
    told = bancheng("calendar", "import", str(notice), "--source", "国办发明电")
    assert told.stdout == "已录入 2027 年的放假安排（日历第 1 版）：在办 0 件，0 件期限有变\n"
    explained = bancheng("calendar", "explain", "--from", "2027-04-30T10:00", "--workdays", "1").stdout
    assert "2027-05-03 放假 劳动节" in explained
    assert explained.splitlines()[-1] == "2027-05-04T17:00:00+08:00"
    assert "暂定" not in explained


def test_a_file_with_mistakes_changes_nothing(bancheng: Bancheng, notice: Path) -> None:
    open_house(read_settings()).db.close()
    notice.write_text("2027-13-01,holiday,元旦\n", "utf-8")
    told = bancheng("calendar", "import", str(notice))
    assert (told.exit_code, "line.1" in told.stderr) == (1, True)
    assert "暂定" in bancheng("calendar", "explain", "--from", "2027-03-01", "--workdays", "5").stdout


def test_a_house_that_was_never_opened_has_no_calendar_to_change(bancheng: Bancheng, notice: Path) -> None:
    assert bancheng("calendar", "import", str(notice)).exit_code == 1


def test_explaining_makes_no_database(bancheng: Bancheng, sqlite_url: str) -> None:
    bancheng("calendar", "explain", "--from", "2026-03-02", "--workdays", "5")
    assert not Path(sqlite_url.removeprefix("sqlite:///")).exists()
