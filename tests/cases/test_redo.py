"""重办 and 复核: what happens when the citizen is not satisfied."""

from typing import Any

import pytest

from engine.errors import NotYours
from tests.support.play import Play, refused, shown

MI = "unit-SC-MI"


def dissatisfied(reason: str = "result") -> dict[str, Any]:
    return {"contacted": True, "resolved": False, "satisfaction": 2, "dissatisfied_reason": reason}


@pytest.fixture
def unhappy(play: Play) -> Play:
    """The citizen is not satisfied with the result, on Friday 10-23 at 10:00."""
    play.until("return_visit", return_visit=dissatisfied())
    return play


@pytest.fixture
def redo(unhappy: Play) -> Play:
    """Approved at 11:00."""
    unhappy.at("10-23 11:00")
    unhappy.do("approve_redo", "group", approved=True, measure="上门办理")
    return unhappy


def finish(play: Play, satisfaction: dict[str, Any], visit_at: str) -> None:
    """The second round up to its call-back."""
    play.do("dispatch", "group", lead_unit="SC-MI", onsite_attempt="重办")
    play.do("acknowledge", MI, action="sign")
    play.do("first_contact", MI)
    play.do("handle", MI, action="reply", reply_text="已重办")
    play.do("review", "group2", review_result="pass", outcome="done")
    play.do("give_feedback", "w3", feedback_method="phone", feedback_text="已告知")
    play.at(visit_at)
    play.do("return_visit", "callback2", **satisfaction)


@pytest.fixture
def unhappy_again(redo: Play) -> Play:
    """Not satisfied the second time, on Monday 10-26 at 09:00."""
    finish(redo, dissatisfied(), "10-26 09:00")
    return redo


def test_the_first_dissatisfaction_asks_the_work_group_for_a_redo(unhappy: Play) -> None:
    assert (unhappy.open(), unhappy.case().status) == (["approve_redo"], "redo")
    assert (unhappy.groups("approve_redo"), unhappy.due("approve_redo")) == ({"work_group"}, "10-26 17:00")


def test_a_late_decision_on_the_redo_is_tier_four(unhappy: Play) -> None:
    assert unhappy.at("10-26 17:00") == ["approve_redo_late"]
    assert (unhappy.case().tier, unhappy.groups("supervise")) == (4, {"bureau", "unit_chief:SC-MI"})


def test_a_redo_has_three_working_days_from_its_approval(redo: Play) -> None:
    assert redo.deadline == "10-28 17:00"
    assert shown(redo.case().original_deadline) == "10-26 17:00"
    assert redo.timers()["overdue"] == "10-28 17:00"
    assert redo.timers()["remind"] == "10-26 09:00"


def test_a_redo_is_dispatched_by_the_work_group_alone(redo: Play) -> None:
    assert (redo.open(), redo.groups("dispatch")) == (["dispatch"], {"work_group"})
    with pytest.raises(NotYours):
        redo.do("dispatch", "w3", lead_unit="SC-MI", onsite_attempt="重办")


def test_a_redo_is_a_new_round_not_completed_and_of_no_tier(redo: Play) -> None:
    case = redo.case()
    assert (case.status, case.redo_count, case.outcome, case.tier) == ("redo", 1, None, 0)
    assert (case.completed_at, case.light) == (None, "green")


def test_a_complex_case_has_five_working_days(play: Play) -> None:
    play.until("return_visit", classify={"grade": "complex"}, return_visit=dissatisfied())
    play.do("approve_redo", "group", approved=True, measure="上门办理")
    assert play.deadline == "10-30 17:00"


def test_a_simple_case_is_dispatched_then_with_three_working_days(play: Play) -> None:
    play.at("10-19 10:00")
    play.register(acceptance="accept")
    play.do("classify", "w3", grade="simple", cause="系统类")
    play.do("handle_on_site", "w3", onsite_result="solved", outcome="done")
    play.do("give_feedback", "w3", feedback_method="phone", feedback_text="已告知")
    play.at("10-20 09:00")
    play.do("return_visit", "callback", **dissatisfied("attitude"))
    play.do("approve_redo", "group", approved=True, measure="上门办理")
    assert (play.open(), play.deadline) == (["dispatch"], "10-23 17:00")
    assert play.timers()["overdue"] == "10-23 17:00"


def test_a_case_that_became_complex_stays_so_in_its_redo(play: Play) -> None:
    play.until("first_contact")
    play.do("handle", MI, action="request_regrade", reason="涉及多部门")
    play.do("decide_regrade", "group", approved=True)
    play.do("handle", MI, action="reply", reply_text="已办")
    play.do("review", "group2", review_result="pass", outcome="done")
    play.do("give_feedback", "w3", feedback_method="phone", feedback_text="已告知")
    play.at("10-23 10:00")
    play.do("return_visit", "callback", **dissatisfied())
    play.do("approve_redo", "group", approved=True, measure="上门办理")
    assert (play.case().grade, play.deadline) == ("complex", "10-30 17:00")
    assert play.timers()["remind"] == "10-27 09:00"  # three working days before


def test_a_redo_may_set_an_earlier_deadline(play: Play) -> None:
    play.until("review", classify={"grade": "complex"})
    play.do("give_feedback", "w3", feedback_method="phone", feedback_text="已告知")
    play.at("10-22 09:00")
    play.do("return_visit", "callback", **dissatisfied())
    play.do("approve_redo", "group", approved=True, measure="上门办理")
    assert (play.deadline, shown(play.case().original_deadline)) == ("10-29 17:00", "11-02 17:00")


def test_in_a_redo_the_first_contact_counts_anew(redo: Play) -> None:
    redo.do("dispatch", "group", lead_unit="SC-MI", onsite_attempt="重办")
    redo.do("acknowledge", MI, action="sign")
    assert "uncontacted" in redo.at("10-26 17:00")
    assert redo.case().tier == 2


def test_the_last_round_counts_for_the_light(redo: Play) -> None:
    redo.do("dispatch", "group", lead_unit="SC-MI", onsite_attempt="重办")
    redo.at("10-29 10:00")
    assert redo.light == "red"
    redo.do("first_contact", MI)
    redo.do("handle", MI, action="reply", reply_text="已重办")
    redo.do("review", "group2", review_result="pass", outcome="done")
    assert redo.light == "red"


def test_happy_after_the_redo_the_case_is_archived(redo: Play) -> None:
    finish(redo, {"contacted": True, "resolved": True, "satisfaction": 4}, "10-26 09:00")
    case = redo.case()
    assert (case.status, case.light, case.redo_count, case.satisfaction) == ("archived", "blue", 1, 4)
    assert [rating.satisfaction for rating in case.ratings] == [2, 4]


def test_approving_needs_a_measure(unhappy: Play) -> None:
    with refused("measure"):
        unhappy.do("approve_redo", "group", approved=True)


# ------------------------------------------------------------------ chief review
def test_a_redo_not_approved_is_for_the_bureau(unhappy: Play) -> None:
    unhappy.do("approve_redo", "group", approved=False)
    assert (unhappy.open(), unhappy.groups("chief_review")) == (["chief_review"], {"bureau"})


def test_dissatisfaction_with_the_policy_is_for_the_bureau_at_once(play: Play) -> None:
    play.until("return_visit", return_visit=dissatisfied("policy"))
    assert (play.open(), play.due("chief_review"), play.case().status) == (["chief_review"], "10-28 17:00", "redo")


def test_the_second_dissatisfaction_is_for_the_bureau(unhappy_again: Play) -> None:
    assert (unhappy_again.open(), unhappy_again.due("chief_review")) == (["chief_review"], "10-29 17:00")


def test_a_late_chief_review_is_tier_five(unhappy_again: Play) -> None:
    assert unhappy_again.at("10-29 17:00") == ["chief_review_late"]
    assert (unhappy_again.case().tier, unhappy_again.groups("supervise")) == (5, {"leading_group"})


def test_a_new_measure_has_the_full_limit_from_now(unhappy_again: Play) -> None:
    unhappy_again.at("10-27 10:00")
    unhappy_again.do("chief_review", "bureau", decision="new_measure", reason="换单位")
    assert (unhappy_again.open(), unhappy_again.deadline) == (["dispatch"], "11-03 17:00")
    assert (unhappy_again.case().redo_count, unhappy_again.case().status) == (2, "redo")


def test_a_new_measure_for_a_simple_case_has_five_working_days(play: Play) -> None:
    play.at("10-19 10:00")
    play.register(acceptance="accept")
    play.do("classify", "w3", grade="simple", cause="系统类")
    play.do("handle_on_site", "w3", onsite_result="solved", outcome="done")
    play.do("give_feedback", "w3", feedback_method="phone", feedback_text="已告知")
    play.at("10-20 09:00")
    play.do("return_visit", "callback", **dissatisfied("policy"))
    play.do("chief_review", "bureau", decision="new_measure", reason="换单位")
    assert (play.open(), play.deadline) == (["dispatch"], "10-27 17:00")


def test_closed_with_reasons_there_is_no_second_visit(unhappy_again: Play) -> None:
    unhappy_again.do("chief_review", "bureau", decision="close_with_reasons", reason="政策所限")
    assert unhappy_again.open() == ["give_feedback"]
    unhappy_again.do("give_feedback", "w3", feedback_method="letter", feedback_text="已书面说明")
    assert (unhappy_again.case().status, unhappy_again.case().outcome) == ("archived", "done")


def test_closing_needs_its_reasons(unhappy_again: Play) -> None:
    with refused("reason"):
        unhappy_again.do("chief_review", "bureau", decision="close_with_reasons")
