"""调级: a unit asks for it; the ladder of a case that has become complex."""

from __future__ import annotations

from tests.scenarios.branch import Branch, Cell, act, seen, step
from tests.scenarios.branches.course import HANDLED, LADDER, REPLY, UNREMINDED

UNIT = "unit-SC-MI"
HANDLE = "handle SC-MI | unit:SC-MI | 10-15 17:00"

# Asked on Saturday 10-10 at 15:00: two hours that day, two on Monday. Complex, ten days from Friday 10-09: Sat 10,
# Mon 12 to Fri 16, Mon 19 to Thu 22. Reminder: Wed 21, Tue 20, Mon 19. Rungs: Fri 23, Mon 26; … Thu 29.
AS_COMPLEX = {"remind": "10-19 09:00", "overdue": "10-22 17:00", "overdue_2": "10-26 17:00", "overdue_5": "10-29 17:00"}
REGRADE_ASKED = (*HANDLED, step("10-10 15:00", "handle", UNIT, action="request_regrade", reason="涉及多部门"))
REGRADE = "decide_regrade SC-MI | work_group | 10-12 11:00"
REGRADE_LATE = {"decide_regrade_late": "10-12 11:00"}
REGRADE_SUPERVISED = "supervise | bureau,unit_chief:SC-MI | 10-13 17:00"
STAYS_GENERAL = seen(
    HANDLE, REGRADE_SUPERVISED, timers=LADDER, tier=4, light="green", status="in_progress", grade="general"
)
DECIDE_REGRADE = Branch(
    "decide_regrade_late",
    before=REGRADE_ASKED,
    act=act("decide_regrade", "group", approved=False),
    in_time=Cell(
        "10-12 10:59",
        seen(
            REGRADE,
            timers={"decide_regrade_auto": "10-12 17:00", **REGRADE_LATE},
            tier=0,
            light="green",
            status="in_progress",
        ),
        act=act("decide_regrade", "group", approved=True),
        then=seen(
            "handle SC-MI | unit:SC-MI | 10-22 17:00",
            timers=AS_COMPLEX,
            tier=0,
            light="green",
            status="in_progress",
            grade="complex",
            deadline="10-22 17:00",
            original_deadline="10-15 17:00",
        ),
    ),
    late=Cell(
        "10-12 11:00",
        seen(
            REGRADE,
            REGRADE_SUPERVISED,
            timers={"decide_regrade_auto": "10-12 17:00"},
            tier=4,
            light="green",
            status="in_progress",
        ),
        fired=REGRADE_LATE,
        then=STAYS_GENERAL,
    ),
    downtime=Cell("10-12 18:00", STAYS_GENERAL, fired={**REGRADE_LATE, "decide_regrade_auto": "10-12 17:00"}),
    raced=Cell("10-12 14:00", fired=REGRADE_LATE, then=STAYS_GENERAL),
)
REGRADE_BY_THE_CLOCK = Branch(
    "decide_regrade_auto",
    before=REGRADE_ASKED,
    act=act("decide_regrade", "group", approved=False),
    in_time=Cell(
        "10-12 16:59",
        seen(
            REGRADE,
            REGRADE_SUPERVISED,
            timers={"decide_regrade_auto": "10-12 17:00"},
            tier=4,
            light="green",
            status="in_progress",
        ),
        fired=REGRADE_LATE,
        then=STAYS_GENERAL,
    ),
    late=Cell(
        "10-12 17:00",
        STAYS_GENERAL,
        fired={**REGRADE_LATE, "decide_regrade_auto": "10-12 17:00"},
        refused=True,
    ),
    downtime=Cell(
        "10-14 09:00",
        seen(HANDLE, REGRADE_SUPERVISED, timers=UNREMINDED, tier=4, light="yellow", status="in_progress"),
        fired={**REGRADE_LATE, "decide_regrade_auto": "10-12 17:00", "remind": "10-13 09:00"},
    ),
    raced=Cell(
        "10-12 18:00",
        fired={**REGRADE_LATE, "decide_regrade_auto": "10-12 17:00"},
        act=act("decide_regrade", "group", approved=True),
        then=STAYS_GENERAL,
        refused=True,
    ),
)

# Re-graded to complex: ten working days from Friday 10-09 as above.
COMPLEX = "handle SC-MI | unit:SC-MI | 10-22 17:00"
COMPLEX_DEPUTY = "supervise | unit_deputy:SC-MI,work_group | 10-23 17:00"
COMPLEX_LEFT = {"overdue_2": "10-26 17:00", "overdue_5": "10-29 17:00"}
COMPLEX_FIRED = {"remind": "10-19 09:00", "overdue": "10-22 17:00"}
REGRADED = Branch(
    "overdue of a re-graded case",
    before=(
        *HANDLED,
        step("10-10 15:00", "handle", UNIT, action="request_regrade", reason="涉及多部门"),
        step("10-10 16:00", "decide_regrade", "group", approved=True),
    ),
    act=act("handle SC-MI", UNIT, **REPLY),
    in_time=Cell(
        "10-22 16:59",
        seen(
            COMPLEX,
            timers={"overdue": "10-22 17:00", **COMPLEX_LEFT},
            tier=0,
            light="yellow",
            status="in_progress",
            grade="complex",
        ),
        fired={"remind": "10-19 09:00"},
        then=seen(
            "review",
            timers={"review_late": "10-23 17:00", "overdue": "10-22 17:00", **COMPLEX_LEFT},
            tier=0,
            light="yellow",
            status="in_review",
        ),
    ),
    late=Cell(
        "10-22 17:00",
        seen(COMPLEX, COMPLEX_DEPUTY, timers=COMPLEX_LEFT, tier=3, light="yellow", status="in_progress"),
        fired=COMPLEX_FIRED,
        then=seen(
            "review",
            "supervise",
            timers={"review_late": "10-23 17:00", **COMPLEX_LEFT},
            tier=3,
            light="yellow",
            status="in_review",
        ),
    ),
    downtime=Cell(
        "10-27 09:00",
        seen(
            COMPLEX,
            COMPLEX_DEPUTY,
            "supervise | bureau,unit_chief:SC-MI | 10-27 17:00",
            timers={"overdue_5": "10-29 17:00"},
            tier=4,
            light="red",
            status="in_progress",
        ),
        fired={**COMPLEX_FIRED, "overdue_2": "10-26 17:00"},
    ),
    raced=Cell(
        "10-23 09:00",
        fired=COMPLEX_FIRED,
        then=seen(
            "review",
            COMPLEX_DEPUTY,
            timers={"review_late": "10-26 17:00", **COMPLEX_LEFT},
            tier=3,
            light="red",
            status="in_review",
        ),
    ),
)

BRANCHES = (DECIDE_REGRADE, REGRADE_BY_THE_CLOCK, REGRADED)
