"""Every rule on a trail made to break it, and on one that keeps it: the lines alone decide."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from engine.audit.rules import RULES, Held, held_against
from engine.audit.trail import canonical
from engine.clock import ZONE
from engine.vocabulary import RULE

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
    ("escalated", (MOVED, done("review", "group", hours=24 * 9, path=["review", "complete_case"]))),
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
    (
        "escalated",
        (MOVED, line("escalated", "notify_tier"), done("review", "g", hours=24 * 9, path=["review", "complete_case"])),
    ),
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
