"""The rates of a period: what each counts, what it leaves out, and that the exported lines come to the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine.cases.commands import SYSTEM
from engine.demo import live_through, past_of
from engine.exports.ledger import export_ledger
from engine.queries.ledger import LedgerFilter
from engine.queries.statistics import Period, Statistics, statistics
from tests.queries.rates_oracle import Figures, contradictions, recomputed
from tests.scenarios.random_courses import drive
from tests.support.asked import asked_of, plans_of
from tests.support.house import House
from tests.support.play import APPLICANT, Play

OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
WEIGHTS = (20, 40, 40)


def figures(play: Play | House, period: Period = OCTOBER) -> Statistics:
    return play.engine.read(statistics, period, WEIGHTS)


def fractions(found: Statistics) -> dict[str, str]:
    rates = {name: getattr(found, name) for name in ("in_time", "responded", "solved", "satisfied")}
    return {name: f"{rate.numerator}/{rate.denominator}" for name, rate in rates.items()}


def reasons(found: Statistics) -> dict[str, dict[str, int]]:
    return {name: dict(getattr(found, name).excluded) for name in ("in_time", "responded", "solved", "satisfied")}


def of_the_lines(play: Play | House, folder: Path, period: Period) -> Figures:
    path = folder / "ledger.csv"
    export_ledger(play.engine, SYSTEM, LedgerFilter(), path)
    assert contradictions(path) == []
    days = [day.isoformat() for day in (period.since, period.until) if day is not None]
    return recomputed(path, *days)


def told(found: Statistics) -> Figures:
    """The figures of the house as the oracle tells them; the restricted have no lines."""
    rates = {name: getattr(found, name) for name in ("in_time", "responded", "solved", "satisfied")}
    return {
        name: (rate.numerator, rate.denominator, {why: n for why, n in rate.excluded.items() if why != "restricted"})
        for name, rate in rates.items()
    }


# ------------------------------------------------------------------ made cases
def happy(play: Play) -> None:
    visit = {"contacted": True, "contacted_in_time": True, "resolved": True, "satisfaction": 5}
    play.until("return_visit", return_visit=visit)


def no_consent(play: Play) -> None:
    play.until("give_feedback", register={"applicant": {**APPLICANT, "consent_callback": False}})


def anonymous_only(play: Play) -> None:
    play.until("dispatch", register={"applicant": {"kind": "anonymous"}})
    play.do("acknowledge", "unit-SC-MI", "SC-MI", action="sign")
    play.do("handle", "unit-SC-MI", "SC-MI", action="reply", reply_text="已办")
    play.do("review", "group2", review_result="pass", outcome="done")
    play.do("give_feedback", "w3", no_feedback_reason="匿名")


def all_excluded(play: Play) -> None:
    play.at("10-19 14:00")
    play.register(acceptance="consult", reply_text="可以网上办")
    play.register()
    play.do("accept", "w3", acceptance="decline", reason="不属受理范围", refer_to="法院")
    play.do("confirm_exit", "lead", confirmed=True)
    play.do("give_feedback", "w3", feedback_method="phone", feedback_text="已告知")


def merged(play: Play) -> None:
    play.until("review")
    lead = play.no
    play.register(acceptance="duplicate", duplicate_of=lead)
    duplicate, play.no = play.no, lead
    play.do("give_feedback", "w3", feedback_method="phone", feedback_text="已告知")
    play.at("10-23 10:00")
    play.do("return_visit", "callback", contacted=True, contacted_in_time=True, resolved=True, satisfaction=4)
    play.engine.deliver()
    play.no = duplicate
    assert play.case().outcome == "merged"


def redone_late(play: Play) -> None:
    """In time first, not satisfied, then late; content at last."""
    unhappy = {"contacted": True, "contacted_in_time": True, "resolved": False, "satisfaction": 1}
    play.until("return_visit", return_visit={**unhappy, "dissatisfied_reason": "result"})
    play.do("approve_redo", "group2", approved=True, measure="重新核对")
    play.do("dispatch", "group", lead_unit="SC-MI", onsite_attempt="窗口已协调")
    play.do("acknowledge", "unit-SC-MI", "SC-MI", action="sign")
    play.do("first_contact", "unit-SC-MI", "SC-MI", contact_method="phone")
    play.at("11-05 10:00")
    play.do("handle", "unit-SC-MI", "SC-MI", action="reply", reply_text="已参保")
    play.do("review", "group2", review_result="pass", outcome="done")
    assert play.light == "red"
    play.do("give_feedback", "w3", feedback_method="phone", feedback_text="已告知")
    play.at("11-10 10:00")
    play.do("return_visit", "callback2", contacted=True, contacted_in_time=True, resolved=True, satisfaction=4)


def late(play: Play) -> None:
    play.until("first_contact")
    play.at("10-27 10:00")
    play.do("handle", "unit-SC-MI", "SC-MI", action="reply", reply_text="已参保")
    play.do("review", "group2", review_result="pass", outcome="done")


def overdue(play: Play) -> None:
    play.until("first_contact")
    play.at("10-27 10:00")


def pending(play: Play) -> None:
    play.until("handle")
    play.do("review", "group2", review_result="pending")
    plan = {"plan": "等系统改造", "owner": "医保分中心", "next_report": "2026-11-20"}
    play.do("approve_pending", "leading", approved=True, **plan)


def withdrawn(play: Play) -> None:
    play.until("dispatch")
    play.withdraw()
    play.do("give_feedback", "w3", feedback_method="phone", feedback_text="已告知")


def not_reached(play: Play) -> None:
    play.until("return_visit", return_visit={"contacted": False, "resolved": None, "satisfaction": None})


def unasked(play: Play) -> None:
    play.until("return_visit", return_visit={"contacted": True, "resolved": None, "satisfaction": None})


def rated_by_themselves(play: Play) -> None:
    """Wants no call-back, but rates with the code of the receipt."""
    no_consent(play)
    play.act("rating", "w3", satisfaction=2)


def extended(play: Play) -> None:
    play.until("first_contact")
    play.do("handle", "unit-SC-MI", "SC-MI", action="request_extension", days=2, reason="等市级系统")
    play.do("decide_extension", "group2", approved=True)
    play.at("10-27 10:00")
    play.do("handle", "unit-SC-MI", "SC-MI", action="reply", reply_text="已参保")
    play.do("review", "group2", review_result="pass", outcome="done")


def redoing(play: Play) -> None:
    """Closed in time, not satisfied, and being done again."""
    unhappy = {"contacted": True, "contacted_in_time": True, "resolved": False, "satisfaction": 1}
    play.until("return_visit", return_visit={**unhappy, "dissatisfied_reason": "result"})
    play.do("approve_redo", "group2", approved=True, measure="重新核对")


def nothing(play: Play) -> None:
    play.at("10-19 14:00")


# ------------------------------------------------------------------ what they come to
# In time, responded, solved, satisfied; and why the case does not count.
MADE: tuple[tuple[Callable[[Play], None], str, dict[str, dict[str, int]]], ...] = (
    (happy, "1/1 1/1 1/1 1/1", {}),
    (no_consent, "1/1 0/0 0/0 0/0", {"responded": {"no_call_back": 1}, "satisfied": {"unrated": 1}}),
    (anonymous_only, "1/1 0/0 0/0 0/0", {"responded": {"anonymous": 1}, "solved": {"no_call_back": 1}}),
    (all_excluded, "0/0 0/0 0/0 0/0", {"in_time": {"consulted": 1, "declined": 1}}),
    (merged, "1/1 1/1 1/1 1/1", {"in_time": {"merged": 1}}),
    (redone_late, "1/1 1/1 1/1 1/1", {}),
    (late, "0/1 0/0 0/0 0/0", {"solved": {"no_call_back": 1}}),
    (overdue, "0/1 0/0 0/0 0/0", {"responded": {"open": 1}, "satisfied": {"open": 1}}),
    (pending, "1/1 0/0 0/0 0/0", {"satisfied": {"unrated": 1}}),
    (withdrawn, "0/0 0/0 0/0 0/0", {"in_time": {"withdrawn": 1}, "solved": {"withdrawn": 1}}),
    (not_reached, "1/1 0/0 0/0 0/0", {"solved": {"no_call_back": 1}}),
    (unasked, "1/1 0/0 0/0 0/0", {"responded": {"not_asked": 1}, "solved": {"not_asked": 1}}),
    (rated_by_themselves, "1/1 0/0 0/0 0/1", {"solved": {"no_call_back": 1}}),
    (extended, "1/1 0/0 0/0 0/0", {"solved": {"no_call_back": 1}}),
    (redoing, "1/1 1/1 0/1 0/1", {}),
    (nothing, "0/0 0/0 0/0 0/0", {"in_time": {}}),
)


@pytest.mark.parametrize(("course", "wanted", "left_out"), MADE, ids=[course.__name__ for course, *_ in MADE])
def test_a_made_case_counts_as_the_rules_say_and_its_exported_line_alike(
    play: Play, tmp_path: Path, course: Callable[[Play], None], wanted: str, left_out: dict[str, dict[str, int]]
) -> None:
    course(play)
    found = figures(play)
    assert list(fractions(found).values()) == wanted.split()
    assert {name: reasons(found)[name] for name in left_out} == left_out
    assert of_the_lines(play, tmp_path, OCTOBER) == told(found)


def test_the_figures_are_the_same_on_either_database(any_play: Play, tmp_path: Path) -> None:
    merged(any_play)
    found = figures(any_play)
    assert list(fractions(found).values()) == ["1/1", "1/1", "1/1", "1/1"]
    assert of_the_lines(any_play, tmp_path, OCTOBER) == told(found)


def test_the_interface_gives_what_the_lines_come_to(play: Play, tmp_path: Path) -> None:
    all_excluded(play)
    happy(play)
    answer = play.house.person("bureau").get("/api/stats?from=2026-10-01&to=2026-10-31").json
    for name, (numerator, denominator, left_out) in of_the_lines(play, tmp_path, OCTOBER).items():
        value = numerator / denominator if denominator else None
        wanted = {"value": value, "numerator": numerator, "denominator": denominator, "excluded": left_out}
        assert answer[name] == wanted


def test_a_line_that_counts_as_another_thing_than_it_says_is_found(play: Play, tmp_path: Path) -> None:
    happy(play)
    of_the_lines(play, tmp_path, OCTOBER)
    path = tmp_path / "ledger.csv"
    path.write_text(path.read_text("utf-8-sig").replace("，已解决", "，未解决"), "utf-8-sig")
    assert contradictions(path) == [f"{play.no} 本人认为解决"]


@pytest.mark.parametrize("seed", range(100, 106))
def test_whatever_course_cases_take_their_lines_come_to_the_figures(play: Play, tmp_path: Path, seed: int) -> None:
    assert drive(play, seed, turns=40) == []
    assert of_the_lines(play, tmp_path, Period()) == told(figures(play, Period()))


def test_the_sample_cases_come_to_the_same_by_their_lines(any_house: House, tmp_path: Path) -> None:
    any_house.clock.move(any_house.clock.now().replace(year=2027))
    live_through(any_house.engine, past_of(any_house.engine), lambda: None)
    found = figures(any_house, Period())
    assert found.in_time.denominator > 3
    assert of_the_lines(any_house, tmp_path, Period()) == told(found)


def test_the_rates_are_counted_off_an_index_and_no_case_is_read(play: Play) -> None:
    happy(play)
    with asked_of(play.engine.db) as asked:
        play.engine.read_as(play.house.actor("bureau"), statistics, OCTOBER, WEIGHTS)
    plans = plans_of(play.engine.db, [question for question in asked if "heard" in question[0]])
    assert any("SEARCH cases USING COVERING INDEX ix_cases_counted" in step for plan in plans for step in plan)
    assert not any(" facts" in sql or ".facts" in sql for sql, _ in asked)


def test_every_case_of_a_period_is_in_each_rate_or_left_out_of_it_for_a_reason(play: Play) -> None:
    all_excluded(play)
    play.until("return_visit")
    found = figures(play)
    for name in ("in_time", "responded", "solved", "satisfied"):
        rate = getattr(found, name)
        assert rate.denominator + sum(rate.excluded.values()) == found.counts.total


# ------------------------------------------------------------------ periods
def test_a_redone_case_stays_in_the_period_of_its_first_completion(play: Play) -> None:
    redone_late(play)
    november = Period(date(2026, 11, 1), date(2026, 11, 30))
    assert (fractions(figures(play))["in_time"], fractions(figures(play, november))["in_time"]) == ("1/1", "0/0")


def test_an_overdue_case_moves_from_its_due_day_to_the_day_it_is_completed(play: Play) -> None:
    overdue(play)
    due, done = (Period(day, day) for day in (date(2026, 10, 26), date(2026, 10, 27)))
    assert [fractions(figures(play, day))["in_time"] for day in (due, done)] == ["0/1", "0/0"]
    play.do("handle", "unit-SC-MI", "SC-MI", action="reply", reply_text="已参保")
    play.do("review", "group2", review_result="pass", outcome="done")
    assert [fractions(figures(play, day))["in_time"] for day in (due, done)] == ["0/0", "0/1"]


# ------------------------------------------------------------------ who sees what
def restricted(play: Play) -> None:
    play.at("10-19 14:00")
    play.register(confidential=True)
    play.do("accept", "restricted", acceptance="restricted")
    play.do("handle_restricted", "restricted", transfer_to="纪检", transfer_no="X-1", feedback_text="已移送")


def test_restricted_cases_are_a_bare_number(play: Play, tmp_path: Path) -> None:
    restricted(play)
    found = figures(play)
    assert (reasons(found)["in_time"], found.counts.total) == ({"restricted": 1}, 0)
    assert of_the_lines(play, tmp_path, OCTOBER) == told(found)


@pytest.mark.parametrize(("unit", "wanted"), [("unit-SC-MI", "1/1"), ("unit-SC-SS", "0/0")])
def test_a_unit_has_the_figures_of_its_own_cases(play: Play, unit: str, wanted: str) -> None:
    restricted(play)
    happy(play)
    found = play.engine.read_as(play.house.actor(unit), statistics, OCTOBER, WEIGHTS)
    assert (fractions(found)["in_time"], reasons(found)["in_time"]) == (wanted, {})


# ------------------------------------------------------------------ composite and counts
def test_the_composite_weighs_the_three_rates_and_needs_them_all(play: Play) -> None:
    assert figures(play).composite.value is None
    visit: dict[str, Any] = {"contacted": True, "contacted_in_time": False, "resolved": True, "satisfaction": 3}
    play.until("return_visit", return_visit=visit)
    assert figures(play).composite.value == pytest.approx(0.8)


def test_counts_tell_what_there_was(play: Play) -> None:
    happy(play)
    counts = asdict(figures(play).counts)
    plain = {
        name: counts[name] for name in ("received", "total", "completed", "in_time", "late", "overdue", "excluded")
    }
    assert list(plain.values()) == [1, 1, 1, 1, 0, 0, 0]
    assert (counts["unit"], counts["cause"], counts["grade"]) == ({"SC-MI": 1}, {"系统类": 1}, {"general": 1})
