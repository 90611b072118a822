"""The ladder of the promised deadline: 催办 and the three rungs."""

from __future__ import annotations

from tests.scenarios.branch import Branch, Cell, act, seen, step
from tests.scenarios.branches.course import AFTER_OVERDUE, CLASSIFIED, HANDLED, LADDER, REPLY, UNREMINDED

UNIT = "unit-SC-MI"
HANDLE = "handle SC-MI | unit:SC-MI | 10-15 17:00"
DEPUTY = "supervise | unit_deputy:SC-MI,work_group | 10-16 17:00"
CHIEF = "supervise | bureau,unit_chief:SC-MI | 10-20 17:00"
LEADING = "supervise | leading_group | 10-23 17:00"
TO_UNIT = {"reminder": [["unit:SC-MI"]]}
FIRED = {"remind": "10-13 09:00", "overdue": "10-15 17:00", "overdue_2": "10-19 17:00", "overdue_5": "10-22 17:00"}
TO_OVERDUE_2 = {name: at for name, at in FIRED.items() if name != "overdue_5"}
TO_OVERDUE = {name: FIRED[name] for name in ("remind", "overdue")}
LAST = {"overdue_5": "10-22 17:00"}

REMIND = Branch(
    "remind",
    before=HANDLED,
    act=act("handle SC-MI", UNIT, **REPLY),
    in_time=Cell(
        "10-13 08:59",
        seen(HANDLE, timers=LADDER, tier=0, light="yellow", status="in_progress", deadline="10-15 17:00"),
        then=seen(
            "review | work_group | 10-14 17:00",
            timers={"review_late": "10-14 17:00", **LADDER},
            tier=0,
            light="yellow",
            status="in_review",
        ),
    ),
    late=Cell(
        "10-13 09:00",
        seen(HANDLE, timers=UNREMINDED, tier=0, light="yellow", status="in_progress", notices=TO_UNIT),
        fired={"remind": "10-13 09:00"},
        then=seen(
            "review", timers={"review_late": "10-14 17:00", **UNREMINDED}, tier=0, light="yellow", status="in_review"
        ),
    ),
    downtime=Cell(  # its deadline has passed: recorded, not sent
        "10-16 10:00",
        seen(
            HANDLE,
            DEPUTY,
            timers=AFTER_OVERDUE,
            tier=3,
            light="red",
            status="in_progress",
            notices={"reminder": []},
        ),
        fired=TO_OVERDUE,
    ),
    raced=Cell(
        "10-14 08:00",
        fired={"remind": "10-13 09:00"},
        then=seen(
            "review | work_group | 10-15 17:00",
            timers={"review_late": "10-15 17:00", **UNREMINDED},
            tier=0,
            light="yellow",
            status="in_review",
            notices=TO_UNIT,
        ),
    ),
)

OVERDUE = Branch(
    "overdue",
    before=HANDLED,
    act=act("handle SC-MI", UNIT, **REPLY),
    in_time=Cell(
        "10-15 16:59",
        seen(HANDLE, timers=UNREMINDED, tier=0, light="yellow", status="in_progress", remaining=0),
        fired={"remind": "10-13 09:00"},
        then=seen(
            "review", timers={"review_late": "10-16 17:00", **UNREMINDED}, tier=0, light="yellow", status="in_review"
        ),
    ),
    late=Cell(  # at the very instant it is not red yet
        "10-15 17:00",
        seen(HANDLE, DEPUTY, timers=AFTER_OVERDUE, tier=3, light="yellow", status="in_progress"),
        fired=TO_OVERDUE,
        then=seen(
            "review",
            "supervise",
            timers={"review_late": "10-16 17:00", **AFTER_OVERDUE},
            tier=3,
            light="yellow",
            status="in_review",
        ),
    ),
    downtime=Cell(
        "10-20 09:00",
        seen(HANDLE, DEPUTY, CHIEF, timers=LAST, tier=4, light="red", status="in_progress", remaining=-3),
        fired=TO_OVERDUE_2,
    ),
    raced=Cell(
        "10-15 18:00",
        fired=TO_OVERDUE,
        then=seen(
            "review",
            DEPUTY,
            timers={"review_late": "10-16 17:00", **AFTER_OVERDUE},
            tier=3,
            light="red",
            status="in_review",
            notices={"reminder": []},
        ),
    ),
)

# Under vertical management: the chief of the unit is not ordered, a letter goes out.
VEHICLES = "handle SC-VEH | unit:SC-VEH | 10-15 17:00"
VEH_DEPUTY = "supervise | unit_deputy:SC-VEH,work_group | 10-16 17:00"
VEH_BUREAU = "supervise | bureau | 10-20 17:00"
VERTICAL = seen(
    VEHICLES,
    VEH_DEPUTY,
    VEH_BUREAU,
    timers=LAST,
    tier=4,
    light="red",
    status="in_progress",
    notices={"letter": [["bureau"]]},
)
OVERDUE_2 = Branch(
    "overdue_2 of a unit under vertical management",
    before=(
        *CLASSIFIED,
        step("10-09 11:30", "dispatch", "group", lead_unit="SC-VEH", onsite_attempt="窗口已协调"),
        step("10-09 14:00", "acknowledge", "unit-SC-VEH", action="sign"),
        step("10-09 15:00", "first_contact", "unit-SC-VEH", contact_method="phone"),
    ),
    act=act("handle SC-VEH", "unit-SC-VEH", **REPLY),
    in_time=Cell(
        "10-19 16:59",
        seen(
            VEHICLES,
            VEH_DEPUTY,
            timers=AFTER_OVERDUE,
            tier=3,
            light="red",
            status="in_progress",
            notices={"letter": []},
        ),
        fired=TO_OVERDUE,
        then=seen(
            "review",
            "supervise",
            timers={"review_late": "10-20 17:00", **AFTER_OVERDUE},
            tier=3,
            light="red",
            status="in_review",
        ),
    ),
    late=Cell(
        "10-19 17:00",
        VERTICAL,
        fired=TO_OVERDUE_2,
        then=seen(
            "review",
            "supervise",
            "supervise",
            timers={"review_late": "10-20 17:00", **LAST},
            tier=4,
            light="red",
            status="in_review",
        ),
    ),
    downtime=Cell("10-21 10:00", VERTICAL, fired=TO_OVERDUE_2),
    raced=Cell(
        "10-20 09:00",
        fired=TO_OVERDUE_2,
        then=seen(
            "review | work_group | 10-21 17:00",
            VEH_DEPUTY,
            VEH_BUREAU,
            timers={"review_late": "10-21 17:00", **LAST},
            tier=4,
            light="red",
            status="in_review",
        ),
    ),
)

TOP = seen(HANDLE, DEPUTY, CHIEF, LEADING, timers={}, tier=5, light="red", status="in_progress")
OVERDUE_5 = Branch(
    "overdue_5",
    before=HANDLED,
    act=act("handle SC-MI", UNIT, **REPLY),
    in_time=Cell(
        "10-22 16:59",
        seen(HANDLE, DEPUTY, CHIEF, timers=LAST, tier=4, light="red", status="in_progress", remaining=-5),
        fired=TO_OVERDUE_2,
        then=seen(
            "review",
            "supervise",
            "supervise",
            timers={"review_late": "10-23 17:00", **LAST},
            tier=4,
            light="red",
            status="in_review",
        ),
    ),
    late=Cell(
        "10-22 17:00",
        TOP,
        fired=FIRED,
        then=seen(
            "review",
            "supervise",
            "supervise",
            "supervise",
            timers={"review_late": "10-23 17:00"},
            tier=5,
            light="red",
            status="in_review",
        ),
    ),
    downtime=Cell("10-26 10:00", TOP, fired=FIRED),
    raced=Cell(
        "10-23 10:00",
        fired=FIRED,
        then=seen(
            "review | work_group | 10-26 17:00",
            DEPUTY,
            CHIEF,
            LEADING,
            timers={"review_late": "10-26 17:00"},
            tier=5,
            light="red",
            status="in_review",
        ),
    ),
)

BRANCHES = (REMIND, OVERDUE, OVERDUE_2, OVERDUE_5)
