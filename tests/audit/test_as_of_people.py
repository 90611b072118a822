"""Who had their hands in a case, as the directory had them at that moment and not as it has them today."""

from __future__ import annotations

import pytest

from engine.directory.commands import ChangeGroups, ChangeLiaison, ChangePerson, SetActive
from engine.queries.as_of import AsOf, as_of
from engine.queries.as_of_people import PersonThen
from engine.queries.audit_case import audit_case
from tests.support.play import Play

CONTACTS = {"a": ("新联络员", "010-00001000"), "head": ("新科长", "010-00001001")}


@pytest.fixture
def classified(any_play: Play) -> Play:
    any_play.until("classify")
    return any_play


def office_changes(play: Play) -> None:
    """The day after: the clerk of the counter is called otherwise, sits elsewhere, has other posts, then leaves."""
    play.at("10-20 09:00")
    play.house.do("admin", ChangePerson("w3", "王新名", None, "W4"))
    play.house.do("admin", ChangeGroups("w3", add=("callback",), remove=("window",)))
    play.house.do("admin", SetActive("w3", False))


def told(play: Play, seq: int | None = None) -> AsOf:
    return play.engine.read(as_of, play.no, seq)


def person(told: AsOf, name: str) -> PersonThen:
    return next(each for each in told.people if each.name == name)


def test_people_are_told_as_they_then_were_with_what_was_changed_since(classified: Play) -> None:
    was = person(told(classified), "w3")
    assert (was.window, was.groups, was.active, was.since) == ("W3", ("window",), True, ())
    office_changes(classified)
    then = person(told(classified), "w3")
    assert (then.display, then.window, then.groups, then.active) == (was.display, "W3", ("window",), True)
    assert (then.since, then.now) == (("display", "window", "groups", "active"), "王新名")


def test_a_line_written_after_the_change_has_the_new_name_and_earlier_ones_the_old(classified: Play) -> None:
    before = person(told(classified), "w3").display
    classified.at("10-20 09:00")
    classified.house.do("admin", ChangePerson("w3", "王新名", None, "W3"))
    classified.act("amend", "w3", field="cause", value="材料类", reason="看错了")
    page = classified.engine.read(audit_case, classified.no)
    by = {line.line.seq: line.line.by for line in page.lines if line.line.actor == "w3"}
    last = max(by)
    assert (by[1], by[last]) == (before, "王新名")
    assert person(page.told, "w3").display == "王新名"
    assert person(told(classified, last - 1), "w3").display == before


def test_a_change_at_the_very_instant_of_a_line_counts_as_made(classified: Play) -> None:
    classified.house.do("admin", ChangePerson("w3", "王新名", None, "W3"))
    assert person(told(classified), "w3").display == "王新名"


def test_only_who_had_acted_or_held_a_task_by_then_is_told(classified: Play) -> None:
    assert [each.name for each in told(classified, 1).people] == ["w3"]
    classified.do("dispatch", "group", lead_unit="SC-MI", onsite_attempt="窗口已协调")
    assert [each.name for each in told(classified).people] == ["w3", "group"]
    assert [each.name for each in told(classified, 1).people] == ["w3"]


def test_whose_post_in_the_liaison_directory_it_was_is_not_recorded_and_said_so(any_play: Play) -> None:
    any_play.until("acknowledge")
    assert told(any_play).units == ()
    any_play.at("10-20 09:00")
    any_play.house.do("unit-SC-MI", ChangeLiaison("SC-MI", CONTACTS))
    (unit,) = told(any_play).units
    assert unit.code == "SC-MI" and {"a", "head"} <= set(unit.posts)
