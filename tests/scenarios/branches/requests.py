"""A unit asks for an extension, a pause, another grade; the pause itself; the reminder of a lifted deadline."""

from __future__ import annotations

from tests.scenarios.branch import Branch, Cell, act, seen, step
from tests.scenarios.branches.course import HANDLED, UNREMINDED

UNIT = "unit-SC-MI"
BOARD = "bureau,unit_chief:SC-MI"
HANDLE = "handle SC-MI | unit:SC-MI | 10-15 17:00"

# Asked on Monday 10-12 at 10:00: two office hours before noon, two after. Three days more: Fri 16, Mon 19, Tue 20.
# Reminder: Mon 19, Fri 16. Rungs: Wed 21, Thu 22; Fri 23, Mon 26, Tue 27.
LIFTED = {"remind": "10-16 09:00", "overdue": "10-20 17:00", "overdue_2": "10-22 17:00", "overdue_5": "10-27 17:00"}
ASKED = (*HANDLED, step("10-12 10:00", "handle", UNIT, action="request_extension", days=3, reason="等调档"))
EXTENSION = "decide_extension SC-MI | work_group | 10-12 15:30"
EXTENSION_LATE = {"decide_extension_late": "10-12 15:30"}
EXTENSION_SUPERVISED = f"supervise | {BOARD} | 10-13 17:00"
EXTENDED = seen(
    "handle SC-MI | unit:SC-MI | 10-20 17:00",
    timers=LIFTED,
    tier=0,
    light="green",
    status="in_progress",
    deadline="10-20 17:00",
    original_deadline="10-15 17:00",
)
EXTENDED_LATE = seen(  # the supervision is withdrawn: the deadline is lifted
    "handle SC-MI | unit:SC-MI | 10-20 17:00", timers=LIFTED, tier=4, light="green", status="in_progress"
)
# Refused by the clock; the reminder had waited for the decision and strikes with it.
EXTENSION_REFUSED = {
    **EXTENSION_LATE,
    "decide_extension_auto": "10-13 17:00",
    "remind": "10-13 09:00 @ 10-13 17:00",
}
EXTENSION_REFUSED_DUE = {**EXTENSION_REFUSED, "remind": "10-13 09:00"}
REFUSED = seen(
    HANDLE,
    EXTENSION_SUPERVISED,
    timers=UNREMINDED,
    tier=4,
    light="yellow",
    status="in_progress",
    deadline="10-15 17:00",
    notices={"reminder": [["unit:SC-MI"]]},
)
DECIDE_EXTENSION = Branch(
    "decide_extension_late",
    before=ASKED,
    act=act("decide_extension", "group", approved=True),
    in_time=Cell(
        "10-12 15:29",
        seen(  # the ladder waits
            EXTENSION,
            timers={"decide_extension_auto": "10-13 17:00", **EXTENSION_LATE},
            tier=0,
            light="green",
            status="in_progress",
        ),
        then=EXTENDED,
    ),
    late=Cell(
        "10-12 15:30",
        seen(
            EXTENSION,
            EXTENSION_SUPERVISED,
            timers={"decide_extension_auto": "10-13 17:00"},
            tier=4,
            light="green",
            status="in_progress",
        ),
        fired=EXTENSION_LATE,
        then=EXTENDED_LATE,
    ),
    downtime=Cell("10-14 09:30", REFUSED, fired=EXTENSION_REFUSED_DUE),
    raced=Cell("10-12 16:00", fired=EXTENSION_LATE, then=EXTENDED_LATE),
)
EXTENSION_BY_THE_CLOCK = Branch(
    "decide_extension_auto",
    before=ASKED,
    act=act("decide_extension", "group", approved=True),
    in_time=Cell(
        "10-13 16:59",
        seen(
            EXTENSION,
            EXTENSION_SUPERVISED,
            timers={"decide_extension_auto": "10-13 17:00"},
            tier=4,
            light="yellow",
            status="in_progress",
        ),
        fired=EXTENSION_LATE,
        then=EXTENDED_LATE,
    ),
    late=Cell("10-13 17:00", REFUSED, fired=EXTENSION_REFUSED, refused=True),
    downtime=Cell(  # the deadline has passed: the reminder is not sent any more
        "10-16 10:00",
        seen(
            HANDLE,
            EXTENSION_SUPERVISED,
            "supervise | unit_deputy:SC-MI,work_group | 10-16 17:00",
            timers={"overdue_2": "10-19 17:00", "overdue_5": "10-22 17:00"},
            tier=4,
            light="red",
            status="in_progress",
            notices={"reminder": []},
        ),
        fired={**EXTENSION_REFUSED_DUE, "overdue": "10-15 17:00"},
    ),
    raced=Cell("10-13 18:00", fired=EXTENSION_REFUSED_DUE, then=REFUSED, refused=True),
)

# Asked on Monday 10-12 at 14:00 until Thursday 10-15: three hours that day, one the next. From the request: Tue 13,
# Wed 14, Thu 15, so the deadline is projected to Fri 16, Mon 19, Tue 20.
PAUSE_ASKED = (
    *HANDLED,
    step(
        "10-12 14:00", "handle", UNIT, action="request_pause", reason="外省档案", waiting_for="外省", until="2026-10-15"
    ),
)
PAUSE = "decide_pause SC-MI | work_group | 10-13 10:00"
PAUSE_LATE = {"decide_pause_late": "10-13 10:00"}
PAUSE_SUPERVISED = f"supervise | {BOARD} | 10-14 17:00"
PAUSED = seen(
    "await_resume SC-MI | unit:SC-MI | 10-15 09:00",
    timers={"pause_until": "10-15 09:00"},
    tier=0,
    light="grey",
    status="paused",
    deadline="10-20 17:00",
)
PAUSED_LATE = seen(
    "await_resume SC-MI | unit:SC-MI | 10-15 09:00",
    timers={"pause_until": "10-15 09:00"},
    tier=4,
    light="grey",
    status="paused",
)
PAUSE_REFUSED = {**PAUSE_LATE, "decide_pause_auto": "10-13 17:00", "remind": "10-13 09:00 @ 10-13 17:00"}
PAUSE_REFUSED_DUE = {**PAUSE_REFUSED, "remind": "10-13 09:00"}
GOES_ON = seen(HANDLE, PAUSE_SUPERVISED, timers=UNREMINDED, tier=4, light="yellow", status="in_progress")
DECIDE_PAUSE = Branch(
    "decide_pause_late",
    before=PAUSE_ASKED,
    act=act("decide_pause", "group", approved=True),
    in_time=Cell(
        "10-13 09:59",
        seen(
            PAUSE,
            timers={"decide_pause_auto": "10-13 17:00", **PAUSE_LATE},
            tier=0,
            light="yellow",
            status="in_progress",
        ),
        then=PAUSED,
    ),
    late=Cell(
        "10-13 10:00",
        seen(
            PAUSE,
            PAUSE_SUPERVISED,
            timers={"decide_pause_auto": "10-13 17:00"},
            tier=4,
            light="yellow",
            status="in_progress",
        ),
        fired=PAUSE_LATE,
        then=PAUSED_LATE,
    ),
    downtime=Cell("10-14 10:00", GOES_ON, fired=PAUSE_REFUSED_DUE),
    raced=Cell("10-13 11:00", fired=PAUSE_LATE, then=PAUSED_LATE),
)
PAUSE_BY_THE_CLOCK = Branch(
    "decide_pause_auto",
    before=PAUSE_ASKED,
    act=act("decide_pause", "group", approved=True),
    in_time=Cell(
        "10-13 16:59",
        seen(
            PAUSE,
            PAUSE_SUPERVISED,
            timers={"decide_pause_auto": "10-13 17:00"},
            tier=4,
            light="yellow",
            status="in_progress",
        ),
        fired=PAUSE_LATE,
        then=PAUSED_LATE,
    ),
    late=Cell("10-13 17:00", GOES_ON, fired=PAUSE_REFUSED, refused=True),
    downtime=Cell("10-15 10:00", GOES_ON, fired=PAUSE_REFUSED_DUE),
    raced=Cell("10-13 18:00", fired=PAUSE_REFUSED_DUE, then=GOES_ON, refused=True),
)

BRANCHES = (DECIDE_EXTENSION, EXTENSION_BY_THE_CLOCK, DECIDE_PAUSE, PAUSE_BY_THE_CLOCK)
