"""抽查 as auditors see it: who is drawn, from how many, and what the sheet says of each."""

from __future__ import annotations

import hashlib
import re

import pytest

from engine.heat.keeping import keep_walked
from tests.support.house import House
from tests.support.play import Play, any_play, play, postgres_play
from tests.webapp.pages.browserless import Visitor
from webapp.app import create_app

__all__ = ["any_play", "play", "postgres_play"]


def visitor(play: Play, name: str = "auditor") -> Visitor:
    while keep_walked(play.engine.db, play.engine.versions, play.engine.calendars, play.engine.clock.now()):
        pass
    return Visitor.of(create_app(play.engine, play.house.settings)).sign_in(name)


def numbers(page: str) -> list[str]:
    return re.findall(r'href="/audit/cases/(BCS-\d{4}-\d{4})"', page)


@pytest.fixture
def nine(house: House) -> tuple[House, list[str]]:
    return house, [house.register() for _ in range(9)]


def page_of(house: House, address: str, name: str = "auditor") -> str:
    return Visitor.of(house.app).sign_in(name).open(address).get_data(as_text=True)


def test_the_cases_with_the_smallest_hashes_are_drawn_and_everybody_draws_the_same(
    nine: tuple[House, list[str]],
) -> None:
    house, every = nine
    expected = sorted(every, key=lambda no: hashlib.sha256(f"七:{no}".encode()).hexdigest())[:4]
    for name in ("auditor", "supervisor"):
        page = page_of(house, "/audit/samples?seed=七&n=4", name)
        assert numbers(page) == expected
        assert "从 9 件里抽了 4 件" in page
    assert hashlib.sha256(f"七:{expected[0]}".encode()).hexdigest()[:8] in page


def test_nothing_is_drawn_before_a_seed_is_given(house: House) -> None:
    house.register()
    page = page_of(house, "/audit/samples")
    assert not numbers(page)
    assert 'value="抽查 2026-09-23"' in page


def test_a_restricted_case_is_a_bare_number(house: House) -> None:
    house.register("w3")
    house.register("w3", confidential=True)
    page = page_of(house, "/audit/samples?seed=1")
    assert numbers(page) == ["BCS-2026-0001"]
    assert "从 1 件里抽了 1 件" in page
    assert "另有限密件 1 件" in page


def test_only_what_the_selection_lets_through_is_drawn(any_play: Play) -> None:
    any_play.until("return_visit")
    done, open_one = any_play.no, any_play.register()
    auditor = visitor(any_play)
    for asked, expected in {
        "by=completed&from=2026-10-21&to=2026-10-21": [done],
        "by=completed&to=2026-10-20": [],
        "by=received&from=2026-10-23": [open_one],
        "unit=SC-MI": [done],
        "unit=SC-SS": [],
        "grade=general&cause=系统类": [done],
        "grade=complex": [],
    }.items():
        assert numbers(auditor.open(f"/audit/samples?seed=1&{asked}").get_data(as_text=True)) == expected, asked


def test_a_sample_of_what_breaks_a_rule_names_the_rule(play: Play) -> None:
    play.until("dispatch")
    play.after_downtime("10-21 09:00")
    broken = play.no
    play.register()
    page = visitor(play).open("/audit/samples?seed=1&rule=punctual").get_data(as_text=True)
    assert numbers(page) == [broken]
    assert re.search(r"<td>[^<]*到时按时处理[^<]*</td>", page)


def test_what_cannot_be_asked_is_told_and_the_rest_still_drawn(house: House) -> None:
    house.register()
    page = page_of(house, "/audit/samples?seed=1&n=201&from=gestern&grade=nobody&by=x")
    assert numbers(page) == ["BCS-2026-0001"]
    for words in ("1 到 200 的整数", "“从”没有看懂", "没有这样的“等级”", "没有这样的“按哪个日期”"):
        assert words in page
