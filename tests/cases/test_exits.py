"""Ways out: withdrawn by the citizen, merged under another case, handed to the restricted channel."""

import pytest

from engine.errors import NobodyWaits, NotFound, TakenByOther
from engine.queries.case import case
from tests.support.play import Play, refused, shown


# ------------------------------------------------------------------ withdraw
@pytest.mark.parametrize(
    "reached", ["register", "accept", "classify", "dispatch", "acknowledge", "first_contact", "handle"]
)
def test_until_its_feedback_opens_a_case_may_be_withdrawn(play: Play, reached: str) -> None:
    play.until(reached)
    play.withdraw()
    assert play.open() == ["give_feedback"]
    assert (play.case().outcome, play.light) == ("withdrawn", None)


def test_withdrawn_at_the_counter(play: Play) -> None:
    play.until("classify", classify={"grade": "simple"})
    play.withdraw()
    assert play.open() == ["give_feedback"]


def test_withdrawn_it_is_told_and_archived_without_a_visit(play: Play) -> None:
    play.until("acknowledge")
    play.withdraw(confirmed_by="signed_slip")
    play.do("give_feedback", "w3", feedback_method="phone", feedback_text="已确认撤回")
    found = play.case()
    assert (found.status, found.outcome, found.excluded_from_rates) == ("archived", "withdrawn", True)


def test_withdrawn_its_orders_are_taken_back_and_nothing_escalates_any_more(play: Play) -> None:
    play.until("acknowledge", dispatch={"co_units": ["T05"]})
    play.at("10-20 17:00")
    play.withdraw()
    assert [order.status for order in play.case().work_orders] == ["withdrawn", "withdrawn"]
    assert set(play.timers()) == {"give_feedback_late"}


def test_withdrawn_while_paused_the_clock_is_not_paused_any_more(play: Play) -> None:
    play.until("classify", classify={"grade": "simple"})
    play.do("handle_on_site", "w3", onsite_result="waiting_citizen")
    play.withdraw()
    assert (play.case().status, play.case().paused) == ("completed", False)


def test_a_task_of_a_withdrawn_case_is_a_conflict(play: Play) -> None:
    play.until("acknowledge")
    task = play.task("first_contact").id
    play.withdraw()
    with pytest.raises(TakenByOther):
        play.complete(task, "unit-SC-MI")


def test_nobody_withdraws_twice(play: Play) -> None:
    play.until("accept")
    play.withdraw()
    with pytest.raises(NobodyWaits):
        play.withdraw()


@pytest.mark.parametrize("reached", ["review", "give_feedback", "return_visit"])
def test_once_its_feedback_is_open_it_is_too_late(play: Play, reached: str) -> None:
    play.until(reached)
    with pytest.raises(NobodyWaits):
        play.withdraw()


def test_a_withdrawal_says_why_and_how_it_was_confirmed(play: Play) -> None:
    play.until("accept")
    with refused("reason", "confirmed_by"):
        play.message("withdraw", "w3")
    with refused("confirmed_by"):
        play.withdraw(confirmed_by="hearsay")


def test_a_case_one_does_not_see_is_not_withdrawn(play: Play) -> None:
    play.until("accept")
    with pytest.raises(NotFound):
        play.withdraw(by="unit-SC-MI")


def test_a_message_nobody_knows_waits_nowhere(play: Play) -> None:
    play.until("accept")
    with pytest.raises(NobodyWaits):
        play.message("hello", "w3")


# ------------------------------------------------------------------ duplicates
@pytest.fixture
def merged(play: Play) -> tuple[Play, str, str]:
    """A general case in the hands of SC-MI (first) and its duplicate (second), merged on 10-20 at 10:30."""
    play.until("first_contact")
    first = play.no
    play.at("10-20 10:30")
    second = play.register(by="group", channel="hotline", acceptance="duplicate", duplicate_of=first)
    return play, first, second


def close(play: Play, first: str) -> None:
    play.no = first
    play.do("handle", "unit-SC-MI", action="reply", reply_text="已办")
    play.do("review", "group", review_result="pass", outcome="done")
    play.do("give_feedback", "w3", feedback_method="phone", feedback_text="已告知")
    play.at("10-21 09:00")
    play.do("return_visit", "callback", contacted=True, resolved=True, satisfaction=5)
    play.engine.deliver()


def test_a_duplicate_waits_for_its_lead_case(merged: tuple[Play, str, str]) -> None:
    play, first, _ = merged
    found = play.case()
    assert (play.open(), found.status, found.merged_into, found.outcome) == ([], "merged", first, None)
    assert (found.light, found.deadline) == (None, None)
    assert play.timers() == {"await_lead_late": "10-26 17:00"}


def test_it_is_archived_with_its_lead_case(merged: tuple[Play, str, str]) -> None:
    play, first, second = merged
    close(play, first)
    play.no = second
    found = play.case()
    assert (found.status, found.outcome, found.light, found.excluded_from_rates) == ("archived", "merged", None, True)
    assert shown(found.ended_at) == "10-21 09:00"


def test_the_deadline_of_the_lead_case_is_its_own_clock(merged: tuple[Play, str, str]) -> None:
    play, _, _ = merged
    assert "await_lead_late" in play.at("10-26 17:00")
    assert (play.case().tier, play.groups("supervise")) == (1, {"window_lead"})


def test_a_deadline_of_the_lead_case_that_is_lifted_is_followed(merged: tuple[Play, str, str]) -> None:
    play, first, second = merged
    play.no = first
    play.do("handle", "unit-SC-MI", action="request_extension", days=3, reason="需核验外省数据")
    play.do("decide_extension", "group", approved=True)
    play.no = second
    assert play.timers() == {"await_lead_late": "10-29 17:00"}
    assert "await_lead_late" not in play.at("10-29 16:59")
    assert "await_lead_late" in play.at("10-29 17:00")


def test_a_duplicate_of_a_case_not_yet_classified_gets_its_clock_with_it(any_play: Play) -> None:
    any_play.until("accept")
    first = any_play.no
    second = any_play.register(acceptance="duplicate", duplicate_of=first)
    assert any_play.timers() == {}
    any_play.no = first
    any_play.do("classify", "w3", grade="general", cause="系统类")
    any_play.no = second
    assert any_play.timers() == {"await_lead_late": "10-26 17:00"}
    line = next(line for line in any_play.timeline() if line.action == "lead_moved")
    assert (line.actor, (line.after or {})["lead_due"]) == ("system", "2026-10-26T17:00:00+08:00")


def test_a_duplicate_whose_lead_becomes_one_waits_by_the_clock_of_the_last_lead(any_play: Play) -> None:
    play = any_play
    play.until("first_contact")
    last = play.no
    middle = play.register()
    first = play.register(acceptance="duplicate", duplicate_of=middle)
    assert play.timers() == {}
    play.no = middle
    play.do("accept", "w3", acceptance="duplicate", duplicate_of=last)
    for play.no in (middle, first):
        assert play.timers() == {"await_lead_late": "10-26 17:00"}
    play.no = last
    play.do("handle", "unit-SC-MI", action="request_extension", days=3, reason="需核验外省数据")
    play.do("decide_extension", "group", approved=True)
    for play.no in (middle, first):
        assert play.timers() == {"await_lead_late": "10-29 17:00"}
    close(play, last)
    for play.no in (middle, first):
        found = play.case()
        assert (found.status, found.outcome) == ("archived", "merged")


def test_a_pause_of_the_lead_case_moves_the_clock_there_and_back(merged: tuple[Play, str, str]) -> None:
    play, first, second = merged
    play.no = first
    pause = {"action": "request_pause", "reason": "等回函", "waiting_for": "外省", "until": "2026-10-23"}
    play.do("handle", "unit-SC-MI", **pause)
    play.do("decide_pause", "group", approved=True)
    play.no = second
    assert play.timers() == {"await_lead_late": "10-29 17:00"}
    play.no = first
    play.do("await_resume", "unit-SC-MI")
    play.no = second
    assert play.timers() == {"await_lead_late": "10-26 17:00"}


def test_what_has_struck_by_the_lead_case_does_not_come_again(merged: tuple[Play, str, str]) -> None:
    play, first, second = merged
    play.no = first
    play.at("10-26 16:00")
    play.do("handle", "unit-SC-MI", action="request_extension", days=1, reason="需核验外省数据")
    play.at("10-26 17:00")
    play.do("decide_extension", "group", approved=True)
    play.no = second
    assert play.timers() == {}
    assert [line.action for line in play.timeline()].count("lead_moved") == 0


def test_a_duplicate_of_an_archived_case_is_archived_at_once(play: Play) -> None:
    play.until("return_visit")
    first = play.no
    play.register(acceptance="duplicate", duplicate_of=first)
    play.engine.deliver()
    assert (play.case().status, play.case().outcome) == ("archived", "merged")


def test_several_duplicates_are_archived_together(merged: tuple[Play, str, str]) -> None:
    play, first, second = merged
    third = play.register()
    play.do("accept", "w3", acceptance="duplicate", duplicate_of=first)
    close(play, first)
    assert {play.engine.read(case, no).status for no in (second, third)} == {"archived"}


def test_a_merged_case_is_not_told_by_hand_that_its_lead_is_closed(merged: tuple[Play, str, str]) -> None:
    play, _, _ = merged
    with pytest.raises(NobodyWaits):
        play.message("lead_closed", "w3")


def test_a_case_is_a_duplicate_of_another_that_exists_and_is_none_itself(merged: tuple[Play, str, str]) -> None:
    play, _, second = merged
    own = play.register()
    for no in ("BCS-2026-9999", own, second):
        with refused("duplicate_of"):
            play.do("accept", "w3", acceptance="duplicate", duplicate_of=no)
    with refused("duplicate_of"):
        play.do("accept", "w3", acceptance="duplicate")


# ------------------------------------------------------------------ restricted
@pytest.fixture
def restricted(play: Play) -> Play:
    play.until("register")
    play.do("accept", "w3", acceptance="restricted")
    return play


def test_restricted_a_case_is_gone_for_everybody_else(restricted: Play) -> None:
    assert restricted.groups("handle_restricted") == {"restricted"}
    for name in ("w3", "bureau", "auditor", "supervisor"):
        with pytest.raises(NotFound):
            restricted.do("handle_restricted", name, transfer_to="EX-JW", transfer_no="1", feedback_text="已移送")


def test_handed_over_it_is_archived_in_the_same_act(restricted: Play) -> None:
    assert restricted.due("handle_restricted") == "10-20 17:00"
    restricted.do("handle_restricted", "restricted", transfer_to="EX-JW", transfer_no="1", feedback_text="已移送")
    found = restricted.case()
    assert (found.status, found.outcome, found.light) == ("archived", "restricted", None)


def test_handing_over_says_to_whom_and_what_the_person_was_told(restricted: Play) -> None:
    with refused("transfer_to", "transfer_no", "no_feedback_reason"):
        restricted.do("handle_restricted", "restricted")


def test_its_lateness_is_told_to_the_bureau_without_content(restricted: Play) -> None:
    assert restricted.at("10-20 17:00") == ["handle_restricted_late"]
    assert restricted.notices("bureau_plain") == [["bureau"]]
    assert (restricted.open(), restricted.case().tier) == (["handle_restricted"], 0)


def test_a_restricted_case_is_not_withdrawn_by_who_does_not_see_it(restricted: Play) -> None:
    with pytest.raises(NotFound):
        restricted.withdraw()


def test_a_restricted_case_is_unknown_to_whoever_merges_a_duplicate(play: Play) -> None:
    play.at("10-19 14:00")
    restricted = play.register(confidential=True)
    play.register()
    with refused("duplicate_of") as hidden:
        play.do("accept", "w3", acceptance="duplicate", duplicate_of=restricted)
    with refused("duplicate_of") as unknown:
        play.do("accept", "w3", acceptance="duplicate", duplicate_of="BCS-2026-0099")
    assert hidden.value.fields == unknown.value.fields
