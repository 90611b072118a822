"""督办: no timer of its own, its lateness is only shown; the ladder itself climbs."""

from __future__ import annotations

from tests.scenarios.branch import Branch, Cell, act, seen, step
from tests.scenarios.branches.course import LADDER, SIGNED

CONTACT = "first_contact SC-MI | unit:SC-MI | 10-10 17:00"
HEAD = "supervise | unit_head:SC-MI | 10-12 17:00"
SUPERVISED = seen(CONTACT, HEAD, timers=LADDER, tier=2, light="green", status="in_progress")
INSTRUCTED = seen(CONTACT, timers=LADDER, tier=2, light="green", status="in_progress")
SUPERVISE = Branch(
    "supervise, late",
    before=(*SIGNED, step("10-10 17:00", "wait")),
    act=act("supervise", "head-SC-MI", action="instruct", instruction="今日联系"),
    in_time=Cell("10-12 16:59", SUPERVISED, then=INSTRUCTED),
    late=Cell("10-12 17:00", SUPERVISED, then=INSTRUCTED),
    downtime=Cell("10-12 18:00", SUPERVISED),
    raced=Cell(
        "10-12 18:00",
        act=act("supervise", "head-SC-MI", action="escalate"),
        then=seen(
            CONTACT,
            "supervise | unit_deputy:SC-MI,work_group | 10-13 17:00",
            timers=LADDER,
            tier=3,
            light="green",
            status="in_progress",
        ),
    ),
)

BRANCHES = (SUPERVISE,)
