"""Beside the ladder: a foreign deadline, and a case taken back when it is overdue."""

from __future__ import annotations

from tests.scenarios.branch import Branch, Cell, act, seen, step
from tests.scenarios.branches.course import (
    AFTER_OVERDUE,
    GENERAL,
    HANDLED,
    LADDER,
    OFFICE,
    REPLY,
    UNREMINDED,
)

UNIT = "unit-SC-MI"
HANDLE = "handle SC-MI | unit:SC-MI | 10-15 17:00"
DEPUTY = "supervise | unit_deputy:SC-MI,work_group | 10-16 17:00"
FIRED = {"remind": "10-13 09:00", "overdue": "10-15 17:00"}

# 12345 wants its answer by Monday 10-12 at noon: warned at opening of the working day before, a make-up Saturday.
WARNED = seen(
    HANDLE,
    timers=LADDER,
    tier=0,
    light="green",
    status="in_progress",
    deadline="10-15 17:00",
    notices={"external_warn": [["work_group"]]},
)
EXTERNAL_WARN = Branch(
    "external_warn",
    before=(
        step(
            "10-09 09:00",
            "register",
            "w3",
            channel="hotline",
            external_no="12345-1",
            external_due="2026-10-12T12:00:00+08:00",
            acceptance="accept",
        ),
        step("10-09 10:00", "classify", "w3", **GENERAL),
        *HANDLED[2:],
    ),
    act=act("handle SC-MI", UNIT, **REPLY),
    in_time=Cell(
        "10-10 08:59",
        seen(HANDLE, timers={"external_warn": "10-10 09:00", **LADDER}, tier=0, light="green", status="in_progress"),
        then=seen(
            "review",
            timers={"external_warn": "10-10 09:00", "review_late": "10-12 17:00", **LADDER},
            tier=0,
            light="green",
            status="in_review",
        ),
    ),
    late=Cell(
        "10-10 09:00",
        WARNED,
        fired={"external_warn": "10-10 09:00"},
        then=seen("review", timers={"review_late": "10-12 17:00", **LADDER}, tier=0, light="green", status="in_review"),
    ),
    downtime=Cell("10-12 13:00", WARNED, fired={"external_warn": "10-10 09:00"}),
    raced=Cell(
        "10-10 11:00",
        fired={"external_warn": "10-10 09:00"},
        then=seen("review", timers={"review_late": "10-12 17:00", **LADDER}, tier=0, light="green", status="in_review"),
    ),
)

# Taken back by the citizen: what is open ends, the tier stays, the light goes out; a second time is a conflict.
TAKEN_BACK = Branch(
    "overdue of a case that is taken back",
    before=HANDLED,
    act=act("withdraw", "w3"),
    in_time=Cell(
        "10-15 16:59",
        seen(HANDLE, timers=UNREMINDED, tier=0, light="yellow", status="in_progress"),
        fired={"remind": "10-13 09:00"},
        then=seen(
            f"give_feedback | {OFFICE} | 10-16 17:00",
            timers={"give_feedback_late": "10-16 17:00"},
            tier=0,
            light=None,
            status="completed",
            outcome="withdrawn",
        ),
    ),
    late=Cell(
        "10-15 17:00",
        seen(HANDLE, DEPUTY, timers=AFTER_OVERDUE, tier=3, light="yellow", status="in_progress"),
        fired=FIRED,
        then=seen(
            "give_feedback", timers={"give_feedback_late": "10-16 17:00"}, tier=3, light=None, status="completed"
        ),
    ),
    downtime=Cell(
        "10-17 10:00",
        seen(HANDLE, DEPUTY, timers=AFTER_OVERDUE, tier=3, light="red", status="in_progress"),
        fired=FIRED,
    ),
    raced=Cell(
        "10-16 09:00",
        fired=FIRED,
        then=seen(
            f"give_feedback | {OFFICE} | 10-19 17:00",
            timers={"give_feedback_late": "10-19 17:00"},
            tier=3,
            light=None,
            status="completed",
            outcome="withdrawn",
        ),
    ),
)

BRANCHES = (EXTERNAL_WARN, TAKEN_BACK)
