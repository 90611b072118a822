"""Every rule on a trail made to break it, and on one that keeps it: the lines alone decide."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from engine.audit.rules import RULES, Held, held_against
from engine.audit.trail import canonical
from engine.clock import ZONE
from engine.heat.keeping import keep_walked
from engine.replay.scenario import FOLDER, read_scenario
from engine.storage.models import rule_findings
from engine.vocabulary import RULE
from engine.worktime import WorkTime
from tests.scenarios.playing import Run
from tests.support.play import Play

START = datetime(2026, 10, 19, 9, 0, tzinfo=ZONE)
Line = dict[str, Any]
DUE, EARLIER = "2026-10-26T17:00:00+08:00", "2026-10-23T17:00:00+08:00"


def line(action: str, element: str | None = None, by: str = "w1", **more: Any) -> Line:
    """A line without its place; `set`: the variables of a completed task, `path`: ids of the elements passed."""
    path = [f"five_step_loop/{id}" for id in more.get("path", [element] if element else [])]
    after = {"variables": more.get("set", {}), "path": path, **more.get("after", {})}
    at = START + timedelta(hours=more.get("hours", 0))
    who = {"actor": by, "on_behalf_of": more.get("behalf")}
    return {**who, "at": at, "action": action, "element": element, "before": more.get("before"), "after": after}


def done(element: str, by: str = "w1", **more: Any) -> Line:
    return line("completed", element, by, **more)


def held(lines: tuple[Line, ...]) -> Held:
    return held_against(
        {**each, "seq": seq, "before": each["before"] and canonical(each["before"]), "after": canonical(each["after"])}
        for seq, each in enumerate(lines, 1)
    )


def broken(*lines: Line) -> dict[str, list[int]]:
    """Rule → the lines that break it."""
    found: dict[str, list[int]] = {}
    for rule, finding in held(lines).findings:
        found.setdefault(rule, []).append(finding.seq)
    return found


def checked(*lines: Line) -> set[str]:
    return {name for place, name in enumerate(RULES) if held(lines).ruled >> place & 1}


ACCEPTED = done("accept", path=["accept", "record_acceptance"])
DISPATCHED = (ACCEPTED, done("classify"), done("dispatch", "group"))
HANDLED = (*DISPATCHED, done("acknowledge", "u1"), done("handle", "u1", set={"action": "reply"}))
CONCLUDED = line("concluded", "complete_case", "group", after={"outcome": "done"})
FED_BACK = (
    *HANDLED,
    done("review", "group"),
    CONCLUDED,
    done("give_feedback", path=["give_feedback", "record_feedback"]),
)
MOVED = line("deadline_moved", "record_grade", after={"deadline": DUE}, before={"deadline": None}, path=[])


def asked(action: str, by: str = "u1") -> Line:
    return done("handle", by, set={"action": action}, after={"unit": "SC-SS"})


def granted(task: str, by: str) -> Line:
    return done(task, by, set={"approved": True}, after={"unit": "SC-SS"})


LATE = done("review", "group", hours=24 * 9, path=["review", "complete_case"])
UNCONTACTED = line("escalated", "notify_tier", "system", after={"tier": 2, "reason": "uncontacted"})
OVERDUE = line("escalated", "notify_tier", "system", hours=24 * 7 + 8, after={"tier": 3, "reason": "overdue"})
HELD = line(
    "escalation_held", "hold_escalation", "bureau", after={"activity": "overdue", "due": "2026-10-28T17:00:00+08:00"}
)
REDO = line(
    "deadline_moved", "start_redo", hours=24 * 7, before={"deadline": DUE}, after={"deadline": DUE}, path=["start_redo"]
)
WAITING = done("handle_on_site", set={"onsite_result": "waiting_citizen"}, path=["handle_on_site", "pause_for_citizen"])
CONSULTED = line("concluded", "conclude_consult", after={"outcome": "consulted"})


BREAKS: list[tuple[str, tuple[Line, ...]]] = [
    ("four_eyes", (done("accept", set={"acceptance": "decline"}), done("confirm_exit", set={"confirmed": True}))),
    ("four_eyes", (line("registered", "start"), done("confirm_exit", "lead", behalf="w1", set={"confirmed": True}))),
    ("callback", (*FED_BACK, done("return_visit", "u1"))),
    ("order", (ACCEPTED, done("dispatch", "group"))),
    ("order", (*FED_BACK, line("archived"), done("give_feedback", path=["record_feedback"]))),
    ("feedback", (*HANDLED, line("archived"))),
    ("promise", (MOVED, line("deadline_moved", "set_clock", before={"deadline": DUE}, after={"deadline": EARLIER}))),
    ("promise", (line("calendar_changed", "calendar", before={"deadline": DUE}, after={"deadline": EARLIER}),)),
    ("punctual", (line("timer_fired", "overdue", "system", after={"due": EARLIER, "at": DUE}),)),
    ("escalated", (MOVED, LATE)),
    ("escalated", (MOVED, UNCONTACTED, LATE)),  # an earlier rung, which has nothing to do with the deadline
    ("escalated", (MOVED, OVERDUE, REDO, LATE)),  # raised in another round
    ("consult", (done("accept", set={"acceptance": "accept"}), CONSULTED)),
    ("consult", (done("accept", "system", set={"acceptance": "consult"}), CONSULTED)),
    ("consult", (done("accept", set={"acceptance": "consult"}), MOVED, CONSULTED)),
    ("supplement", (done("handle_on_site", set={"onsite_result": "solved"}, path=["pause_for_citizen"]),)),
    ("supplement", (WAITING, done("await_citizen", hours=24 * 17, path=["citizen_came"]))),
    ("pause", (*HANDLED, asked("request_pause", "g"), granted("decide_pause", "g"))),
    ("pause", (*HANDLED, granted("decide_pause", "g"))),
    ("extension", (*HANDLED, asked("request_extension", "g"), granted("decide_extension", "g"))),
    ("pending", (*HANDLED, done("review", "g", set={"review_result": "pending"}), granted("approve_pending", "g"))),
    ("transfer", (ACCEPTED, line("concluded", "conclude_exit", after={"outcome": "transferred"}))),
    ("held", (line("escalation_held", "hold_escalation"), line("escalation_held", "hold_escalation"))),
    ("unmask", (line("unmasked", "unmask", "w2"), ACCEPTED)),
    ("unmask", (line("unmasked", "unmask", "w2"), done("accept", "w2", hours=25))),
]
KEEPS: list[tuple[str, tuple[Line, ...]]] = [
    ("four_eyes", (done("accept"), done("confirm_exit", "lead", set={"confirmed": True}))),
    ("callback", (*FED_BACK, done("return_visit", "c1"), done("return_visit", "c1"))),
    ("order", FED_BACK),
    ("feedback", (*FED_BACK, line("archived"))),
    ("promise", (MOVED, line("deadline_moved", "resume_clock", before={"deadline": DUE}, after={"deadline": EARLIER}))),
    ("punctual", (line("timer_fired", "overdue", "system", after={"due": DUE, "at": DUE}),)),
    ("escalated", (MOVED, UNCONTACTED, OVERDUE, LATE)),
    ("escalated", (MOVED, HELD, LATE)),  # completed while the rung was held back
    ("escalated", (MOVED, asked("request_extension"), LATE)),  # the ladder waits for who decides
    ("consult", (line("registered", "start", set={"acceptance": "consult"}), CONSULTED)),
    ("supplement", (WAITING, done("await_citizen", hours=24 * 7, path=["citizen_came"]))),
    ("supplement", (WAITING, line("timer_fired", "await_citizen_late", "system", path=["citizen_did_not_come"]))),
    ("pause", (*HANDLED, asked("request_pause"), granted("decide_pause", "g"))),
    ("extension", (*HANDLED, asked("request_extension"), granted("decide_extension", "g"))),
    ("pending", (*HANDLED, done("review", "g", set={"review_result": "pending"}), granted("approve_pending", "l"))),
    (
        "transfer",
        (
            done("confirm_exit", "lead", set={"confirmed": True}),
            line("concluded", "conclude_exit", after={"outcome": "declined"}),
        ),
    ),
    ("held", (line("escalation_held", "hold_escalation"),)),
    ("unmask", (line("unmasked", "unmask", "w2"), done("accept", "w2", hours=1))),
]


@pytest.mark.parametrize(("rule", "lines"), BREAKS)
def test_a_trail_that_breaks_the_rule_is_found_at_the_line(rule: str, lines: tuple[Line, ...]) -> None:
    at = 1 if rule == "unmask" else len(lines)  # what should have followed did not
    assert broken(*lines)[rule] == [at]


@pytest.mark.parametrize(("rule", "lines"), KEEPS)
def test_a_trail_that_keeps_the_rule_counts_as_checked_and_is_not_found(rule: str, lines: tuple[Line, ...]) -> None:
    assert rule in checked(*lines)
    assert rule not in broken(*lines)


def test_a_second_extension_is_found_whoever_grants_it() -> None:
    both = (asked("request_extension"), granted("decide_extension", "g"))
    assert broken(*HANDLED, *both, *both)["extension"] == [len(HANDLED) + 4]


def test_every_rule_is_broken_by_a_made_trail_and_has_a_name() -> None:
    assert {rule for rule, _ in BREAKS} == {rule for rule, _ in KEEPS} == set(RULES) == set(RULE)


def test_what_never_happened_is_not_counted_as_checked() -> None:
    assert checked(line("registered", "start")) == set()


def test_an_open_case_past_its_deadline_is_found_an_hour_later_until_it_is_raised() -> None:
    def ripe(*lines: Line) -> list[datetime]:
        return [finding.at + finding.ripe for rule, finding in held(lines).findings if rule == "escalated"]

    hour_after = datetime.fromisoformat(DUE) + timedelta(hours=1)
    assert ripe(MOVED) == [hour_after]
    assert ripe(MOVED, UNCONTACTED) == [hour_after]
    assert ripe(MOVED, OVERDUE) == []
    assert ripe(MOVED, asked("request_pause")) == []  # the ladder waits until that is decided
    refused = done("decide_pause", "g", set={"approved": False}, after={"unit": "SC-SS"})
    assert ripe(MOVED, asked("request_pause"), refused) == [hour_after]
    assert ripe(MOVED, HELD) == [datetime.fromisoformat("2026-10-28T18:00:00+08:00")]
    assert ripe(MOVED, done("review", "g", path=["complete_case"])) == []


def test_a_wait_for_papers_that_never_ends_is_found_in_the_end() -> None:
    (finding,) = (finding for rule, finding in held((WAITING,)).findings if rule == "supplement")
    assert (finding.seq, finding.ripe) == (1, timedelta(days=16))


def test_no_five_working_days_last_longer_than_a_wait_for_papers_may() -> None:
    calendar, day = WorkTime.shipped().calendar, date(2022, 1, 1)
    longest = max((calendar.after(day + timedelta(n), 5) - day - timedelta(n)).days for n in range(5 * 365))
    assert timedelta(days=longest) < timedelta(days=16)


EXPECTED_IN_RUNS = {"downtime", "extension_refused", "merged", "paused_early"}  # of these a timer waits for a worker


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.toml")), ids=lambda file: file.stem)
def test_no_golden_run_breaks_a_rule_but_where_a_timer_had_to_wait(play: Play, file: Path) -> None:
    Run(play, read_scenario(file)).to_its_end()
    while keep_walked(play.engine.db, play.engine.versions, play.engine.calendars, play.engine.clock.now()):
        pass
    with play.engine.db.read() as conn:
        ripe = rule_findings.c.ripe_at <= play.engine.clock.now()
        broken = set(conn.scalars(select(rule_findings.c.rule).where(ripe)))
    assert broken == ({"punctual"} if file.stem in EXPECTED_IN_RUNS else set())
