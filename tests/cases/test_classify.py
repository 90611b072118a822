"""分类定级: the clock begins to be told, from the acceptance."""

from typing import Any

import pytest

from engine.errors import NotYours
from tests.support.play import Play, refused, shown


@pytest.fixture
def accepted(play: Play) -> Play:
    play.until("accept")
    return play


def classify(play: Play, by: str = "w3", **values: Any) -> None:
    play.do("classify", by, **{"grade": "general", "cause": "系统类", **values})


@pytest.mark.parametrize(
    ("accepted_at", "grade", "deadline"),
    [
        # the golden facts of PROCESS.md
        ("09-23 10:15", "general", "10-08 17:00"),
        ("10-19 14:05", "general", "10-26 17:00"),
        ("11-18 09:10", "general", "11-25 17:00"),
        ("11-12 09:25", "general", "11-19 17:00"),
        ("08-18 17:02", "simple", "08-18 19:02"),
        # ten working days
        ("09-23 10:15", "complex", "10-14 17:00"),
        ("10-19 14:05", "complex", "11-02 17:00"),
        # Saturday and evening: the same rule
        ("10-24 10:00", "general", "10-30 17:00"),
        ("10-19 20:40", "general", "10-26 17:00"),
        # make-up days count, a deadline may fall on a Sunday
        ("09-14 10:00", "general", "09-20 17:00"),
        ("10-08 10:00", "general", "10-14 17:00"),
        # on the spot: closing time or 120 minutes, whichever is later; a day without hours has no closing time
        ("10-19 09:30", "simple", "10-19 17:00"),
        ("10-19 15:00", "simple", "10-19 17:00"),
        ("10-19 15:30", "simple", "10-19 17:30"),
        ("10-24 10:00", "simple", "10-24 12:00"),
    ],
)
def test_the_deadline_counts_from_the_acceptance(play: Play, accepted_at: str, grade: str, deadline: str) -> None:
    play.at(accepted_at)
    play.register(acceptance="accept")
    classify(play, grade=grade)
    assert (play.deadline, shown(play.case().original_deadline)) == (deadline, deadline)


def test_a_deadline_in_a_year_without_notice_is_provisional(play: Play) -> None:
    play.at("12-30 10:00")
    play.register(acceptance="accept")
    classify(play)
    assert (play.deadline, play.case().provisional) == ("2027-01-07 17:00", True)


def test_classification_is_due_within_two_office_hours_and_nothing_else_runs(accepted: Play) -> None:
    assert accepted.due("classify") == "10-19 16:05"
    assert accepted.groups("classify") == {"window", "work_group"}
    assert accepted.timers() == {"classify_late": "10-19 16:05"}


def test_a_late_classification_is_tier_one_and_still_has_no_deadline(accepted: Play) -> None:
    assert accepted.at("10-19 16:05") == ["classify_late"]
    assert (accepted.case().tier, accepted.groups("supervise")) == (1, {"window_lead"})
    assert (accepted.deadline, accepted.light, accepted.case().remaining) == (None, None, None)


def test_nothing_but_the_one_lateness_strikes_however_long_it_takes(accepted: Play) -> None:
    assert accepted.at("11-30 17:00") == ["classify_late"]


def test_classified_late_the_clock_still_counts_from_the_acceptance(accepted: Play) -> None:
    accepted.at("10-21 10:00")
    classify(accepted)
    assert accepted.deadline == "10-26 17:00"
    assert accepted.open() == ["dispatch"]


def test_classified_after_the_deadline_the_missed_rungs_strike_at_once(accepted: Play) -> None:
    accepted.at("10-27 10:00")
    classify(accepted)
    assert "overdue" in accepted.at("10-27 10:00")
    assert accepted.case().tier == 3


def test_a_general_case_goes_to_dispatch_by_window_or_work_group(accepted: Play) -> None:
    classify(accepted, lead_unit="SC-MI", grade_reason="需后台核查")
    case = accepted.case()
    assert accepted.groups("dispatch") == {"window", "work_group"}
    assert (case.status, case.grade, case.cause, case.lead_unit) == ("classified", "general", "系统类", "SC-MI")


def test_a_complex_case_is_dispatched_by_the_work_group_alone(accepted: Play) -> None:
    classify(accepted, grade="complex")
    assert accepted.groups("dispatch") == {"work_group"}
    with pytest.raises(NotYours):
        accepted.do("dispatch", "w3", lead_unit="SC-MI", onsite_attempt="已协调")


def test_a_simple_case_is_handled_at_the_window(accepted: Play) -> None:
    classify(accepted, grade="简单")
    assert accepted.open() == ["handle_on_site"]
    assert accepted.case().phase == "completion"


def test_grade_and_cause_must_be_given(accepted: Play) -> None:
    with refused("grade", "cause"):
        accepted.do("classify", "w3")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"grade": "urgent"}, "grade"),
        ({"cause": "天气类"}, "cause"),
        ({"lead_unit": "EX-FY"}, "lead_unit"),  # a court has no desk
        ({"lead_unit": "SC-MI", "co_units": ["SC-MI"]}, "co_units"),
        ({"lead_unit": "SC-MI", "co_units": ["XZ"]}, "co_units"),
        ({"grade": "simple", "urgent": True}, "urgent"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(accepted: Play, values: dict[str, Any], field: str) -> None:
    with refused(field):
        classify(accepted, **values)
    assert accepted.open() == ["classify"]


# ------------------------------------------------------------------ urgent
def test_an_urgent_case_is_at_once_at_tier_four_beside_its_main_path(accepted: Play) -> None:
    classify(accepted, urgent=True)
    assert accepted.open() == ["dispatch", "supervise"]
    assert accepted.groups("supervise") == {"bureau"}
    assert (accepted.case().tier, accepted.case().urgent) == (4, True)


def test_the_bureau_notes_an_urgent_case_and_the_main_path_goes_on(accepted: Play) -> None:
    classify(accepted, urgent=True)
    accepted.do("supervise", "bureau", action="note")
    assert accepted.open() == ["dispatch"]


def test_a_case_that_is_not_urgent_has_tier_zero(accepted: Play) -> None:
    classify(accepted)
    assert (accepted.case().tier, accepted.case().urgent) == (0, False)
