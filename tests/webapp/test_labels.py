"""How values look on pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from webapp import labels

DUE = datetime(2026, 10, 8, 9, 0, tzinfo=UTC)


def test_an_instant_is_read_in_shanghai_with_its_weekday() -> None:
    assert labels.date_time(DUE) == "2026-10-08（周四）17:00"


def test_an_instant_late_in_utc_belongs_to_the_next_day_here() -> None:
    assert labels.day(datetime(2026, 10, 10, 16, 30, tzinfo=UTC)) == "2026-10-11（周日）"


def test_a_date_has_its_weekday() -> None:
    assert labels.day(date(2026, 10, 10)) == "2026-10-10（周六）"


def test_machines_get_the_offset() -> None:
    assert labels.machine_time(DUE) == "2026-10-08T17:00:00+08:00"


@pytest.mark.parametrize("show", [labels.day, labels.date_time, labels.masked_name, labels.masked_phone])
def test_nothing_is_a_dash(show: Callable[[None], str]) -> None:
    assert show(None) == "—"


@pytest.mark.parametrize(
    ("light", "remaining", "words"),
    [
        ("green", 3, "正常·剩 3 个工作日"),
        ("green", 0, "正常·今日到期"),
        ("yellow", 2, "临期·剩 2 个工作日"),
        ("yellow", 0, "临期·今日到期"),
        ("red", -2, "超期·超 2 个工作日"),
        ("red", 0, "超期·不足 1 个工作日"),
        ("grey", None, "已暂停"),
        ("blue", None, "按期办结"),
        (None, None, "未定期限"),
    ],
)
def test_a_light_says_in_words_how_things_stand(light: str | None, remaining: int | None, words: str) -> None:
    assert words in labels.light_badge(light, remaining)


def test_no_two_lights_share_a_shape() -> None:
    lights = ["green", "yellow", "red", "grey", "blue"]
    shapes = {str(labels.light_badge(light, 1, "同样的话")).partition("<svg")[2] for light in lights}
    assert len(shapes) == len(lights)


def test_a_badge_can_say_something_else_and_escapes_it() -> None:
    assert "挂账 &lt;b&gt;" in labels.light_badge("grey", None, "挂账 <b>")


def test_an_unknown_light_is_shown_without_a_shape() -> None:
    assert "<svg" not in labels.light_badge("purple")


@pytest.mark.parametrize(
    ("code", "name", "shown"),
    [
        ("fed_back", "status", "已反馈"),
        (5, "satisfaction", "非常满意"),
        ("unheard", "status", "unheard"),
        (None, "status", "—"),
    ],
)
def test_a_code_is_shown_by_its_word(code: str | int | None, name: str, shown: str) -> None:
    assert labels.word(code, name) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("戴先生", "戴先生"),
        ("戴建国", "戴**"),
        ("李雷", "李**"),
        ("欧阳建国", "欧阳**"),
        ("欧阳女士", "欧阳女士"),
        ("青禾贸易有限公司", "青禾****"),
    ],
)
def test_a_name_shows_no_more_than_who_is_meant(name: str, shown: str) -> None:
    assert labels.masked_name(name) == shown


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13812341234", "138****1234"),
        ("+86 138 1234 1234", "861****1234"),
        ("010-12345678", "010****5678"),
        ("12345", "****45"),
    ],
)
def test_a_phone_shows_its_ends_alone(phone: str, shown: str) -> None:
    assert labels.masked_phone(phone) == shown
