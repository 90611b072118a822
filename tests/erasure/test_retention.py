"""How long personal data is kept is a setting; what is past it is listed, and goes by itself only where set so."""

from __future__ import annotations

import pytest

from engine.cases.commands import AskErasure, PreserveCase
from engine.erasure.retention import Retention, read_retention
from engine.queries.keeping import keeping
from engine.scheduler.beat import beat
from engine.settings import read_settings
from tests.support.play import Play


@pytest.mark.parametrize(
    ("text", "outcome", "channel", "years"),
    [
        ("", "done", "window", 10),
        ("7", "done", "window", 7),
        ("10, consulted=3", "consulted", "window", 3),
        ("10, consulted=3, hotline=5", "consulted", "hotline", 5),  # the longest that applies
        ("10, consulted=3, hotline=5", "done", "hotline", 5),
        ("10, consulted=3", None, None, 10),
    ],
)
def test_the_years_are_those_of_the_longest_rule_that_applies(
    text: str, outcome: str | None, channel: str | None, years: int
) -> None:
    assert read_retention(text).years_of(outcome, channel) == years


@pytest.mark.parametrize("text", ["0", "ten", "10, whim=3", "10, consulted", "10, consulted=-1", "101"])
def test_a_setting_that_does_not_fit_is_refused_by_name(text: str) -> None:
    with pytest.raises(ValueError, match="BANCHENG_RETENTION"):
        read_settings({"BANCHENG_RETENTION": text})


def due(play: Play, name: str = "bureau") -> list[str]:
    return [each.no for each in play.engine.read_as(play.house.actor(name), keeping).due]


@pytest.mark.checklist(67)
def test_a_case_is_listed_from_the_day_its_years_are_over_and_not_while_it_is_preserved(any_play: Play) -> None:
    play = any_play
    play.until("return_visit")  # ends on 2026-10-23 at 10:00
    play.at("2036-10-23 09:59")
    assert due(play) == []
    play.at("2036-10-23 10:00")
    assert [due(play, name) for name in ("bureau", "auditor", "restricted")] == [[play.no], [play.no], []]
    play.execute(PreserveCase(play.no, "audit", "审计调取"), "bureau")
    assert due(play) == []


def test_shorter_years_for_an_outcome_list_it_earlier(play: Play) -> None:
    play.until("return_visit")
    play.at("2029-10-23 10:00")
    for text, is_due in (("10, done=3", True), ("10, done=3, window=4", False), ("10, hotline=1", False), ("2", True)):
        play.engine.retention = read_retention(text)
        assert bool(due(play)) is is_due, text


def test_nothing_goes_by_itself_unless_the_house_wants_it_so(play: Play) -> None:
    play.until("return_visit")
    play.at("2036-10-24 10:00")
    beat(play.engine, share=False)
    assert play.case().applicant.name == "赵女士"
    play.engine.retention = Retention(by_itself=True)
    beat(play.engine, share=False)
    assert play.case().applicant.name is None
    assert play.timeline()[-1].actor == "system"
    play.harmed = True


def test_what_is_preserved_or_asked_for_does_not_go_by_itself(play: Play) -> None:
    play.until("return_visit")
    play.at("2036-10-24 10:00")
    play.engine.retention = Retention(by_itself=True)
    play.execute(AskErasure(play.no, "retention", "到期"), "group")
    beat(play.engine, share=False)
    assert play.case().applicant.name == "赵女士"
