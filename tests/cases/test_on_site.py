"""现场办理: the simple case at the window, its yellow and red instants, and waiting for the citizen's papers."""

import pytest

from engine.errors import TakenByOther
from tests.support.play import Play, refused, shown


@pytest.fixture
def evening(play: Play) -> Play:
    """Golden: accepted 2026-08-18 17:02, after closing time."""
    play.at("08-18 17:00")
    play.register()
    play.at("08-18 17:02")
    play.do("accept", "w2", acceptance="accept")
    play.at("08-18 17:03")
    play.do("classify", "w2", grade="simple", cause="线上操作类")
    return play


@pytest.fixture
def morning(play: Play) -> Play:
    """Accepted on Tuesday 2026-08-25 at 10:32."""
    play.at("08-25 10:32")
    play.register(acceptance="accept")
    play.at("08-25 10:33")
    play.do("classify", "w1", grade="simple", cause="适老助残")
    return play


def test_the_two_lights_at_the_counter_are_timers(evening: Play) -> None:
    assert evening.timers() == {"onsite_yellow": "08-18 17:32", "onsite_red": "08-18 19:02"}


def test_accepted_before_noon_the_red_instant_is_closing_time(morning: Play) -> None:
    assert morning.timers()["onsite_red"] == "08-25 17:00"


def test_after_half_an_hour_window_and_lead_are_told(evening: Play) -> None:
    assert evening.at("08-18 17:32") == ["onsite_yellow"]
    assert [set(to) for to in evening.notices("on_site_yellow")] == [{"window", "window_lead"}]
    assert (evening.open(), evening.case().tier) == (["handle_on_site"], 0)


def test_classified_after_half_an_hour_the_notice_comes_at_once(play: Play) -> None:
    play.at("08-25 10:00")
    play.register(acceptance="accept")
    play.at("08-25 11:00")
    play.do("classify", "w1", grade="simple", cause="材料类")
    assert play.at("08-25 11:00") == ["onsite_yellow"]


def test_solved_on_the_spot_the_case_is_completed_in_time(evening: Play) -> None:
    evening.at("08-18 17:50")
    evening.do("handle_on_site", "w2", onsite_result="solved", outcome="done", reply_text="已办成")
    case = evening.case()
    assert (case.status, case.outcome, case.light) == ("completed", "done", "blue")
    assert shown(case.completed_at) == "08-18 17:50"
    assert evening.open() == ["give_feedback"]
    assert evening.timers() == {"give_feedback_late": "08-19 17:00"}


def test_a_solved_case_says_with_what_outcome(evening: Play) -> None:
    with refused("outcome"):
        evening.do("handle_on_site", "w2", onsite_result="solved")


def test_services_are_of_the_kinds_there_are(evening: Play) -> None:
    with refused("services.0.kind"):
        evening.do("handle_on_site", "w2", onsite_result="solved", outcome="done", services=[{"kind": "magic"}])


@pytest.mark.parametrize(("start", "red"), [("evening", "08-18 19:02"), ("morning", "08-25 17:00")])
def test_at_the_red_instant_it_becomes_a_general_case(request: pytest.FixtureRequest, start: str, red: str) -> None:
    play: Play = request.getfixturevalue(start)
    task = play.task("handle_on_site").id
    assert "onsite_red" in play.at(red)
    assert play.open() == ["dispatch"]
    assert (play.case().grade, play.case().status) == ("general", "classified")
    with pytest.raises(TakenByOther):  # at the very instant: the timer came first
        play.complete(task, "w2", onsite_result="solved", outcome="done")


def test_re_graded_the_clock_keeps_the_acceptance_and_the_first_promise(evening: Play) -> None:
    evening.at("08-18 19:02")
    assert evening.deadline == "08-25 17:00"
    assert shown(evening.case().original_deadline) == "08-18 19:02"


def test_the_officer_may_re_grade_before(morning: Play) -> None:
    morning.at("08-25 11:00")
    morning.do("handle_on_site", "w1", onsite_result="regrade")
    assert morning.open() == ["dispatch"]
    assert (morning.case().grade, morning.deadline) == ("general", "09-01 17:00")


def test_a_re_graded_case_has_the_ladder_of_a_general_one(morning: Play) -> None:
    morning.do("handle_on_site", "w1", onsite_result="regrade")
    timers = morning.timers()
    assert (timers["remind"], timers["overdue"]) == ("08-28 09:00", "09-01 17:00")
    assert (timers["overdue_2"], timers["overdue_5"]) == ("09-03 17:00", "09-08 17:00")


# ------------------------------------------------------------------ await_citizen
@pytest.fixture
def waiting(morning: Play) -> Play:
    morning.at("08-25 11:20")
    morning.do("handle_on_site", "w1", onsite_result="waiting_citizen")
    return morning


def test_waiting_for_the_citizen_the_clock_stands_still(waiting: Play) -> None:
    case = waiting.case()
    assert (waiting.open(), case.status, case.paused, case.light) == (["await_citizen"], "paused", True, "grey")
    assert waiting.due("await_citizen") == "09-01 17:00"
    assert waiting.deadline == "09-01 17:00"  # a projection: no promise
    assert shown(case.original_deadline) == "08-25 17:00"


def test_while_the_clock_stands_still_the_counter_never_turns_red(waiting: Play) -> None:
    assert waiting.at("08-31 17:00") == []
    assert waiting.open() == ["await_citizen"]


def test_back_the_same_day_the_deadline_is_as_it_was(waiting: Play) -> None:
    waiting.at("08-25 14:05")
    waiting.do("await_citizen", "w1")
    assert (waiting.open(), waiting.deadline) == (["handle_on_site"], "08-25 17:00")
    assert (waiting.case().paused, waiting.light) == (False, "yellow")


def test_back_the_next_day_the_red_instant_is_a_day_later(waiting: Play) -> None:
    waiting.at("08-26 10:00")
    waiting.do("await_citizen", "w1")
    assert waiting.timers()["onsite_red"] == "08-26 17:00"
    assert [pause.days for pause in waiting.case().pauses] == [1]


def test_back_and_solved_the_case_is_in_time(waiting: Play) -> None:
    waiting.at("08-26 10:00")
    waiting.do("await_citizen", "w1")
    waiting.do("handle_on_site", "w1", onsite_result="solved", outcome="done")
    assert (waiting.case().status, waiting.light) == ("completed", "blue")


def test_the_citizen_may_be_sent_for_papers_twice(waiting: Play) -> None:
    waiting.at("08-26 10:00")
    waiting.do("await_citizen", "w1")
    waiting.do("handle_on_site", "w1", onsite_result="waiting_citizen")
    waiting.at("08-28 10:00")
    waiting.do("await_citizen", "w1")
    assert waiting.deadline == "08-28 17:00"


def test_not_back_after_five_working_days_the_case_is_re_graded_by_itself(waiting: Play) -> None:
    task = waiting.task("await_citizen").id
    assert "await_citizen_late" in waiting.at("09-01 17:00")
    case = waiting.case()
    assert (waiting.open(), case.grade, case.paused) == (["dispatch"], "general", False)
    assert waiting.deadline == "09-08 17:00"  # 09-01 and the five days the clock stood still
    with pytest.raises(TakenByOther):
        waiting.complete(task, "w1")
