"""审核办结: pass, send back, dispatch again, put on the pending list."""

import pytest

from tests.support.play import Play, refused, shown

MI = "unit-SC-MI"
AGAIN = {"review_result": "send_back", "send_back_reason": "未答复缴费问题"}


@pytest.fixture
def replied(play: Play) -> Play:
    """The reply of SC-MI is in on Wednesday 10-21 at 11:00; due Monday 10-26."""
    play.until("handle")
    return play


def test_a_reply_is_reviewed_by_the_work_group_within_a_working_day(replied: Play) -> None:
    assert replied.groups("review") == {"work_group"}
    assert replied.due("review") == "10-22 17:00"
    assert replied.case().phase == "completion"


def test_passed_the_case_is_completed_at_that_instant(replied: Play) -> None:
    replied.at("10-21 11:20")
    replied.do("review", "group2", review_result="pass", outcome="partly")
    case = replied.case()
    assert (case.status, case.outcome, case.light) == ("completed", "partly", "blue")
    assert shown(case.completed_at) == "10-21 11:20"
    assert replied.timers() == {"give_feedback_late": "10-22 17:00"}


def test_a_pass_says_with_what_outcome(replied: Play) -> None:
    with refused("outcome"):
        replied.do("review", "group2", review_result="pass")


def test_a_late_review_is_tier_four(replied: Play) -> None:
    assert replied.at("10-22 17:00") == ["remind", "review_late"]
    assert (replied.case().tier, replied.groups("supervise")) == (4, {"bureau", "unit_chief:SC-MI"})


def test_sent_back_the_order_of_the_lead_opens_again_at_handle(replied: Play) -> None:
    replied.do("review", "group2", **AGAIN)
    assert replied.open() == ["handle SC-MI"]
    assert (replied.order("SC-MI").status, replied.order("SC-MI").replied_at) == ("contacted", None)
    assert (replied.case().status, replied.deadline) == ("in_progress", "10-26 17:00")
    assert replied.notices("order_sent_back") == [["unit:SC-MI"]]


def test_sent_back_and_answered_it_is_reviewed_again(replied: Play) -> None:
    for _ in range(2):
        replied.do("review", "group2", **AGAIN)
        replied.do("handle", MI, action="reply", reply_text="已补充说明")
    replied.do("review", "group2", review_result="pass", outcome="explained")
    assert replied.case().outcome == "explained"


def test_sending_back_needs_a_reason(replied: Play) -> None:
    with refused("send_back_reason"):
        replied.do("review", "group2", review_result="send_back")


def test_what_a_co_unit_answered_stays_answered(play: Play) -> None:
    play.until("first_contact", dispatch={"co_units": ["T05"]})
    play.do("acknowledge", "unit-T05", "T05", action="sign")
    play.do("handle", "unit-T05", "T05", action="reply", reply_text="已核")
    play.do("handle", MI, "SC-MI", action="reply", reply_text="已办")
    play.do("review", "group2", **AGAIN)
    assert play.open() == ["handle SC-MI"]
    assert play.order("T05").status == "replied"


def test_an_order_sent_back_may_not_be_returned_any_more(replied: Play) -> None:
    replied.do("review", "group2", **AGAIN)
    with refused("action"):
        replied.do("handle", MI, action="return", reason="不属本单位")


def test_dispatched_again_the_clock_runs_on(replied: Play) -> None:
    replied.do("review", "group2", **AGAIN, redispatch=True)
    assert replied.open() == ["dispatch"]
    assert (replied.case().status, replied.deadline) == ("classified", "10-26 17:00")
    assert replied.timers()["overdue"] == "10-26 17:00"


def test_dispatched_again_another_unit_takes_it_from_the_signature(replied: Play) -> None:
    replied.do("review", "group2", **AGAIN, redispatch=True)
    replied.do("dispatch", "w3", lead_unit="SC-SS", onsite_attempt="已协调")
    assert replied.open() == ["acknowledge SC-SS"]
    assert (replied.case().lead_unit, replied.case().redo_count) == ("SC-SS", 0)


def test_dispatched_again_to_the_same_unit_it_signs_again(replied: Play) -> None:
    replied.do("review", "group2", **AGAIN, redispatch=True)
    replied.do("dispatch", "w3", lead_unit="SC-MI", onsite_attempt="已协调")
    assert replied.open() == ["acknowledge SC-MI"]


# ------------------------------------------------------------------ pending
@pytest.fixture
def asked(replied: Play) -> Play:
    replied.at("10-21 11:20")
    replied.do("review", "group2", review_result="pending")
    return replied


@pytest.fixture
def pending(asked: Play) -> Play:
    """Approved on Thursday 10-22, told the same day."""
    asked.at("10-22 10:00")
    asked.do("approve_pending", "leading", approved=True, plan="列入明年改造", owner="YB", next_report="2026-11-20")
    asked.do("give_feedback", "w3", feedback_method="phone", feedback_text="已说明计划")
    return asked


def test_the_leading_group_approves_what_stays_pending(asked: Play) -> None:
    assert asked.groups("approve_pending") == {"leading_group"}
    assert (asked.due("approve_pending"), asked.case().status) == ("10-26 17:00", "pending")


def test_while_it_decides_the_clock_runs_on(asked: Play) -> None:
    fired = asked.at("10-26 17:00")
    assert fired[0] == "remind"
    assert set(fired[1:]) == {"approve_pending_late", "overdue"}


def test_its_lateness_is_a_notice_to_the_bureau_without_content(play: Play) -> None:
    play.until("review", classify={"grade": "complex"}, review={"review_result": "pending"})
    assert play.at("10-26 17:00") == ["approve_pending_late"]
    assert play.notices("bureau_plain") == [["bureau"]]
    assert (play.open(), play.case().tier) == (["approve_pending"], 0)


def test_not_approved_it_is_dispatched_again(asked: Play) -> None:
    asked.do("approve_pending", "leading", approved=False)
    assert (asked.open(), asked.case().status) == (["dispatch"], "classified")


def test_approving_needs_a_plan(asked: Play) -> None:
    with refused("plan"):
        asked.do("approve_pending", "leading", approved=True)


def test_approved_it_is_completed_grey_at_tier_five(asked: Play) -> None:
    asked.at("10-22 10:00")
    asked.do("approve_pending", "leading", approved=True, plan="列入明年改造")
    case = asked.case()
    assert (asked.open(), case.outcome, case.light, case.tier) == (["give_feedback"], "pending", "grey", 5)
    assert shown(case.completed_at) == "10-22 10:00"


def test_told_it_comes_up_again_next_month_without_a_visit(pending: Play) -> None:
    assert (pending.open(), pending.case().status) == ([], "pending")
    assert pending.timers() == {"await_month": "11-23 09:00"}  # 11-22 is a Sunday


def test_it_comes_up_every_month_until_it_is_settled(pending: Play) -> None:
    pending.at("11-23 09:00")
    assert pending.groups("review_pending") == {"leading_group"}
    pending.at("11-24 10:00")
    pending.do("review_pending", "leading", settled=False, progress="已立项", next_report="2026-12-24")
    assert (pending.open(), pending.case().status) == ([], "pending")
    assert pending.timers() == {"await_month": "12-24 09:00"}


def test_settled_it_is_told_visited_and_archived(pending: Play) -> None:
    pending.at("11-24 10:00")
    pending.do("review_pending", "leading", settled=True, outcome="done")
    assert (pending.case().outcome, pending.light) == ("done", "blue")
    pending.do("give_feedback", "w3", feedback_method="phone", feedback_text="已办成")
    pending.at("11-25 09:00")
    pending.do("return_visit", "callback", contacted=True, resolved=True, satisfaction=4)
    assert pending.case().status == "archived"


def test_settling_says_with_what_outcome_and_not_settling_what_progress(pending: Play) -> None:
    pending.at("11-24 10:00")
    with refused("outcome"):
        pending.do("review_pending", "leading", settled=True)
    with refused("progress"):
        pending.do("review_pending", "leading", settled=False)
