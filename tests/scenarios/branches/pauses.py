"""挂起中: the ladder stands; and the reminder that comes again for a lifted deadline."""

from __future__ import annotations

from tests.scenarios.branch import Branch, Cell, act, seen, step
from tests.scenarios.branches.course import HANDLED, REPLY, SIGNED

UNIT = "unit-SC-MI"
# Extended by three working days, as in requests.py.
LIFTED = {"remind": "10-16 09:00", "overdue": "10-20 17:00", "overdue_2": "10-22 17:00", "overdue_5": "10-27 17:00"}

# Paused on Monday 10-12 until Monday 10-19: Tue 13 to Fri 16, Mon 19. The deadline moves five days: Fri 16, Mon 19 to
# Thu 22. Reminder: Wed 21, Tue 20. Rungs: Fri 23, Mon 26; … Thu 29. The first instants pass meanwhile, nothing strikes.
RESUMED = {"remind": "10-20 09:00", "overdue": "10-22 17:00", "overdue_2": "10-26 17:00", "overdue_5": "10-29 17:00"}
AGAIN = seen(
    "handle SC-MI | unit:SC-MI | 10-22 17:00",
    timers=RESUMED,
    tier=0,
    light="green",
    status="in_progress",
    deadline="10-22 17:00",
    paused=False,
)
PAUSE_UNTIL = Branch(
    "pause_until",
    before=(
        *HANDLED,
        step(
            "10-12 10:00",
            "handle",
            UNIT,
            action="request_pause",
            reason="外省档案",
            waiting_for="外省",
            until="2026-10-19",
        ),
        step("10-12 11:00", "decide_pause", "group", approved=True),
    ),
    act=act("await_resume", UNIT),
    in_time=Cell(
        "10-19 08:59",
        seen(
            "await_resume SC-MI | unit:SC-MI | 10-19 09:00",
            timers={"pause_until": "10-19 09:00"},
            tier=0,
            light="grey",
            status="paused",
            deadline="10-22 17:00",
        ),
        then=AGAIN,
    ),
    late=Cell("10-19 09:00", AGAIN, fired={"pause_until": "10-19 09:00"}, refused=True),
    downtime=Cell(
        "10-20 10:00",
        seen(
            "handle SC-MI",
            timers={name: at for name, at in RESUMED.items() if name != "remind"},
            tier=0,
            light="yellow",
            status="in_progress",
            notices={"reminder": [["unit:SC-MI"]]},
        ),
        fired={"pause_until": "10-19 09:00", "remind": "10-20 09:00"},
    ),
    raced=Cell("10-19 10:00", fired={"pause_until": "10-19 09:00"}, then=AGAIN, refused=True),
)

# Contacted late (tier 2, supervised), reminded on Tuesday 10-13, extended by three days on Wednesday 10-14.
REMINDED_AGAIN = {name: at for name, at in LIFTED.items() if name != "remind"}
LONGER = "handle SC-MI | unit:SC-MI | 10-20 17:00"
IN_REVIEW = seen(
    "review | work_group | 10-19 17:00",
    timers={"review_late": "10-19 17:00", **REMINDED_AGAIN},
    tier=2,
    light="yellow",
    status="in_review",
)
REMIND_AGAIN = Branch(
    "remind_again for a lifted deadline",
    before=(
        *SIGNED,
        step("10-12 09:30", "first_contact", UNIT, contact_method="phone"),
        step("10-14 10:00", "handle", UNIT, action="request_extension", days=3, reason="等调档"),
        step("10-14 11:00", "decide_extension", "group", approved=True),
    ),
    act=act("handle", UNIT, **REPLY),
    in_time=Cell(
        "10-16 08:59",
        seen(
            LONGER,
            timers={"remind_again": "10-16 09:00", **REMINDED_AGAIN},
            tier=2,
            light="yellow",
            status="in_progress",
        ),
        then=seen(
            "review",
            timers={"remind_again": "10-16 09:00", "review_late": "10-19 17:00", **REMINDED_AGAIN},
            tier=2,
            light="yellow",
            status="in_review",
        ),
    ),
    late=Cell(
        "10-16 09:00",
        seen(
            LONGER,
            timers=REMINDED_AGAIN,
            tier=2,
            light="yellow",
            status="in_progress",
            notices={"reminder": [["unit:SC-MI"]]},
        ),
        fired={"remind_again": "10-16 09:00"},
        then=IN_REVIEW,
    ),
    downtime=Cell(
        "10-21 10:00",
        seen(
            LONGER,
            "supervise | unit_deputy:SC-MI,work_group | 10-21 17:00",
            timers={"overdue_2": "10-22 17:00", "overdue_5": "10-27 17:00"},
            tier=3,
            light="red",
            status="in_progress",
            notices={"reminder": []},
        ),
        fired={"remind_again": "10-16 09:00", "overdue": "10-20 17:00"},
    ),
    raced=Cell("10-16 10:00", fired={"remind_again": "10-16 09:00"}, then=IN_REVIEW),
)

BRANCHES = (PAUSE_UNTIL, REMIND_AGAIN)
