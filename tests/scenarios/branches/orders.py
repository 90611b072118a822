"""The work order: signature, first contact, returns and their ruling."""

from __future__ import annotations

from tests.scenarios.branch import Branch, Cell, act, seen, step
from tests.scenarios.branches.course import DISPATCHED, LADDER, SIGNED, UNREMINDED

CHIEF = "bureau,unit_chief:SC-MI"

# Dispatched on Friday 10-09 at 11:30: four office hours end exactly at closing time.
CONTACT = "first_contact SC-MI | unit:SC-MI | 10-10 17:00"
UNCONTACTED = {"uncontacted": "10-10 17:00", **LADDER}
BY_THE_CLOCK = seen(
    CONTACT,
    timers=UNCONTACTED,
    tier=0,
    light="green",
    status="in_progress",
    notices={"unsigned": [["unit_head:SC-MI"]]},
)
UNSIGNED = Branch(
    "unsigned",
    before=DISPATCHED,
    act=act("acknowledge SC-MI", "unit-SC-MI", action="sign"),
    in_time=Cell(
        "10-09 16:59",
        seen(
            "acknowledge SC-MI | unit:SC-MI | 10-09 17:00",
            timers={"unsigned": "10-09 17:00", **UNCONTACTED},
            tier=0,
            light="green",
            status="awaiting_signature",
        ),
        then=seen(CONTACT, timers=UNCONTACTED, tier=0, light="green", status="in_progress", notices={"unsigned": []}),
    ),
    late=Cell("10-09 17:00", BY_THE_CLOCK, fired={"unsigned": "10-09 17:00"}, refused=True),
    downtime=Cell(
        "10-12 09:00",
        seen(
            CONTACT,
            "supervise | unit_head:SC-MI | 10-12 17:00",
            timers=LADDER,
            tier=2,
            light="green",
            status="in_progress",
            notices={"unsigned": [["unit_head:SC-MI"]]},
        ),
        fired={"unsigned": "10-09 17:00", "uncontacted": "10-10 17:00"},
    ),
    raced=Cell(  # a return is still possible at the first contact, not here any more
        "10-10 08:00",
        fired={"unsigned": "10-09 17:00"},
        act=act("acknowledge SC-MI", "unit-SC-MI", action="return", reason="不属本单位"),
        then=BY_THE_CLOCK,
        refused=True,
    ),
)

HANDLE = "handle SC-MI | unit:SC-MI | 10-15 17:00"
HEAD = "supervise | unit_head:SC-MI | 10-12 17:00"
FIRST_CONTACT = Branch(
    "uncontacted",
    before=SIGNED,
    act=act("first_contact SC-MI", "unit-SC-MI", contact_method="phone"),
    in_time=Cell(
        "10-10 16:59",
        seen(CONTACT, timers=UNCONTACTED, tier=0, light="green", status="in_progress"),
        then=seen(HANDLE, timers=LADDER, tier=0, light="green", status="in_progress", contacted_in_time=None),
    ),
    late=Cell(  # contact at that very instant: in time, though the timer came first
        "10-10 17:00",
        seen(CONTACT, HEAD, timers=LADDER, tier=2, light="green", status="in_progress", contacted_in_time=False),
        fired={"uncontacted": "10-10 17:00"},
        then=seen(HANDLE, HEAD, timers=LADDER, tier=2, light="green", status="in_progress", contacted_in_time=None),
    ),
    downtime=Cell(
        "10-14 09:00",
        seen(
            CONTACT,
            HEAD,
            timers=UNREMINDED,
            tier=2,
            light="yellow",
            status="in_progress",
            notices={"reminder": [["unit:SC-MI"]]},
        ),
        fired={"uncontacted": "10-10 17:00", "remind": "10-13 09:00"},
    ),
    raced=Cell(
        "10-12 09:30",
        fired={"uncontacted": "10-10 17:00"},
        then=seen(HANDLE, HEAD, timers=LADDER, tier=2, light="green", status="in_progress", contacted_in_time=False),
    ),
)

# Returned at 14:00: three office hours on Friday, one on the make-up Saturday.
RULING = "adjudicate_return SC-MI | work_group | 10-10 10:00"
RETURN = {"action": "return", "reason": "不属本单位"}
LATE_RULING = f"supervise | {CHIEF} | 10-12 17:00"
RETURNED = (*DISPATCHED, step("10-09 14:00", "acknowledge SC-MI", "unit-SC-MI", **RETURN))
FIRST_RETURN = Branch(
    "adjudicate_return_late of the first return",
    before=RETURNED,
    act=act("adjudicate_return", "group", decision="reassign", new_unit="T05"),
    in_time=Cell(
        "10-10 09:59",
        seen(
            RULING,
            timers={"adjudicate_return_late": "10-10 10:00", **UNCONTACTED},
            tier=0,
            light="green",
            status="returned",
        ),
        then=seen(
            "acknowledge T05 | unit:T05 | 10-10 15:29",
            timers={"unsigned": "10-10 15:29", **UNCONTACTED},
            tier=0,
            light="green",
            status="awaiting_signature",
            lead_unit="T05",
        ),
    ),
    late=Cell(
        "10-10 10:00",
        seen(RULING, LATE_RULING, timers=UNCONTACTED, tier=4, light="green", status="returned"),
        fired={"adjudicate_return_late": "10-10 10:00"},
        act=act("adjudicate_return", "group", decision="uphold"),
        then=seen(CONTACT, "supervise", timers=UNCONTACTED, tier=4, light="green", status="in_progress"),
    ),
    downtime=Cell(
        "10-12 10:00",
        seen(RULING, LATE_RULING, HEAD, timers=LADDER, tier=4, light="green", status="returned"),
        fired={"adjudicate_return_late": "10-10 10:00", "uncontacted": "10-10 17:00"},
    ),
    raced=Cell(
        "10-10 11:00",
        fired={"adjudicate_return_late": "10-10 10:00"},
        then=seen(
            "acknowledge T05 | unit:T05 | 10-10 16:30",
            "supervise",
            timers={"unsigned": "10-10 16:30", **UNCONTACTED},
            tier=4,
            light="green",
            status="awaiting_signature",
        ),
    ),
)

# Returned again on Saturday 10-10 at 10:00: tier 3 at once, the ruling binds and has a working day.
BINDING = "adjudicate_return SC-MI | work_group | 10-12 17:00"
SECOND = "supervise | unit_deputy:SC-MI,work_group | 10-12 17:00"
LATE_BINDING = f"supervise | {CHIEF} | 10-13 17:00"
TWO_LATE = {"uncontacted": "10-10 17:00", "adjudicate_return_late": "10-12 17:00"}
SECOND_RETURN = Branch(
    "adjudicate_return_late of the second return",
    before=(
        *RETURNED,
        step("10-09 14:30", "adjudicate_return", "group", decision="uphold"),
        step("10-10 10:00", "first_contact SC-MI", "unit-SC-MI", **RETURN),
    ),
    act=act("adjudicate_return", "group", decision="reassign", new_unit="T05"),
    in_time=Cell(
        "10-12 16:59",
        seen(
            BINDING,
            SECOND,
            HEAD,
            timers={"adjudicate_return_late": "10-12 17:00", **LADDER},
            tier=3,
            light="green",
            status="returned",
        ),
        fired={"uncontacted": "10-10 17:00"},
        then=seen(  # straight to the first contact, whose time was not restarted
            "first_contact T05 | unit:T05 | 10-10 17:00",
            SECOND,
            HEAD,
            timers=LADDER,
            tier=3,
            light="green",
            status="in_progress",
        ),
    ),
    late=Cell(
        "10-12 17:00",
        seen(BINDING, SECOND, HEAD, LATE_BINDING, timers=LADDER, tier=4, light="green", status="returned"),
        fired=TWO_LATE,
        act=act("adjudicate_return", "group", decision="uphold"),
        then=seen(
            CONTACT, "supervise", "supervise", "supervise", timers=LADDER, tier=4, light="green", status="in_progress"
        ),
    ),
    downtime=Cell(
        "10-14 09:30",
        seen(BINDING, SECOND, HEAD, LATE_BINDING, timers=UNREMINDED, tier=4, light="yellow", status="returned"),
        fired={**TWO_LATE, "remind": "10-13 09:00"},
    ),
    raced=Cell(
        "10-13 08:00",
        fired=TWO_LATE,
        then=seen(
            "first_contact T05",
            SECOND,
            HEAD,
            LATE_BINDING,
            timers=LADDER,
            tier=4,
            light="yellow",
            status="in_progress",
        ),
    ),
)

BRANCHES = (UNSIGNED, FIRST_CONTACT, FIRST_RETURN, SECOND_RETURN)
