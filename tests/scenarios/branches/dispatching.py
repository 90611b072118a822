"""转办派单: a general case, a complex one, an urgent one."""

from __future__ import annotations

from tests.scenarios.branch import Branch, Cell, act, seen, step
from tests.scenarios.branches.course import GENERAL, LADDER, OFFICE, REGISTERED

TO_MI = {"lead_unit": "SC-MI", "onsite_attempt": "窗口已协调"}

# Accepted on Friday 05-08, classified at 10:00: two office hours end at noon. Deadline: the make-up Saturday 05-09,
# Mon 11 to Thu 14. Reminder: Wed 13, Tue 12. Rungs: Fri 15, Mon 18; … Thu 21.
MAY = {"remind": "05-12 09:00", "overdue": "05-14 17:00", "overdue_2": "05-18 17:00", "overdue_5": "05-21 17:00"}
DISPATCH = f"dispatch | {OFFICE} | 05-08 12:00"
DISPATCH_LATE = seen(
    DISPATCH, "supervise | window_lead | 05-09 17:00", timers=MAY, tier=1, light="green", status="classified"
)
DISPATCH_GENERAL = Branch(
    "dispatch_late of a general case",
    before=(
        step("05-08 09:50", "register", "w3", acceptance="accept"),
        step("05-08 10:00", "classify", "w3", **GENERAL),
    ),
    act=act("dispatch", "w3", **TO_MI),
    in_time=Cell(
        "05-08 11:59",
        seen(DISPATCH, timers={"dispatch_late": "05-08 12:00", **MAY}, tier=0, light="green", status="classified"),
        then=seen(  # a minute before noon, three and a half hours after it, 29 minutes on Saturday
            "acknowledge SC-MI | unit:SC-MI | 05-09 09:29",
            timers={"unsigned": "05-09 09:29", "uncontacted": "05-09 17:00", **MAY},
            tier=0,
            light="green",
            status="awaiting_signature",
        ),
    ),
    late=Cell(
        "05-08 12:00",
        DISPATCH_LATE,
        fired={"dispatch_late": "05-08 12:00"},
        then=seen(
            "acknowledge SC-MI | unit:SC-MI | 05-09 09:30",
            "supervise",
            timers={"unsigned": "05-09 09:30", "uncontacted": "05-09 17:00", **MAY},
            tier=1,
            light="green",
            status="awaiting_signature",
        ),
    ),
    downtime=Cell("05-11 10:00", DISPATCH_LATE, fired={"dispatch_late": "05-08 12:00"}),
    raced=Cell(
        "05-08 15:00",
        fired={"dispatch_late": "05-08 12:00"},
        then=seen(
            "acknowledge SC-MI",
            "supervise | window_lead | 05-09 17:00",
            timers={"unsigned": "05-09 11:00", "uncontacted": "05-09 17:00", **MAY},
            tier=1,
            light="green",
            status="awaiting_signature",
        ),
    ),
)

# Accepted on Thursday 12-24, classified at 16:00. Ten working days: Fri 12-25, Mon 28 to Thu 31, (元旦), Mon 2027-01-04
# to Fri 8. Reminder three before: Thu 7, Wed 6, Tue 5. Rungs: Mon 11, Tue 12; … Fri 15.
NEW_YEAR = {
    "remind": "2027-01-05 09:00",
    "overdue": "2027-01-08 17:00",
    "overdue_2": "2027-01-12 17:00",
    "overdue_5": "2027-01-15 17:00",
}
COMPLEX = "dispatch | work_group | 12-25 10:00"
COMPLEX_LATE = seen(
    COMPLEX, "supervise | bureau | 12-28 17:00", timers=NEW_YEAR, tier=4, light="green", status="classified"
)
DISPATCH_COMPLEX = Branch(
    "dispatch_late of a complex case",
    before=(
        step("12-24 15:50", "register", "w3", acceptance="accept"),
        step("12-24 16:00", "classify", "w3", grade="complex", cause="跨部门"),
    ),
    act=act("dispatch", "group", **TO_MI),
    in_time=Cell(
        "12-25 09:59",
        seen(COMPLEX, timers={"dispatch_late": "12-25 10:00", **NEW_YEAR}, tier=0, light="green", status="classified"),
        then=seen(
            "acknowledge SC-MI",
            timers={"unsigned": "12-25 15:29", "uncontacted": "12-28 17:00", **NEW_YEAR},
            tier=0,
            light="green",
            status="awaiting_signature",
        ),
    ),
    late=Cell(
        "12-25 10:00",
        COMPLEX_LATE,
        fired={"dispatch_late": "12-25 10:00"},
        then=seen(
            "acknowledge SC-MI",
            "supervise",
            timers={"unsigned": "12-25 15:30", "uncontacted": "12-28 17:00", **NEW_YEAR},
            tier=4,
            light="green",
            status="awaiting_signature",
        ),
    ),
    downtime=Cell("12-28 09:00", COMPLEX_LATE, fired={"dispatch_late": "12-25 10:00"}),
    raced=Cell(
        "12-25 11:00",
        fired={"dispatch_late": "12-25 10:00"},
        then=seen(
            "acknowledge SC-MI",
            "supervise | bureau | 12-28 17:00",
            timers={"unsigned": "12-25 16:30", "uncontacted": "12-28 17:00", **NEW_YEAR},
            tier=4,
            light="green",
            status="awaiting_signature",
        ),
    ),
)

# Urgent: tier 4 beside the main path at once; a later tier 1 does not lower it.
AT_ONCE = "supervise | bureau | 10-10 17:00"
URGENT_DISPATCH = f"dispatch | {OFFICE} | 10-09 12:00"
URGENT_LATE = seen(
    URGENT_DISPATCH,
    AT_ONCE,
    "supervise | window_lead | 10-10 17:00",
    timers=LADDER,
    tier=4,
    light="green",
    status="classified",
)
URGENT = Branch(
    "dispatch_late of an urgent case",
    before=(REGISTERED, step("10-09 10:00", "classify", "w3", **GENERAL, urgent=True)),
    act=act("dispatch", "group", **TO_MI),
    in_time=Cell(
        "10-09 11:59",
        seen(
            URGENT_DISPATCH,
            AT_ONCE,
            timers={"dispatch_late": "10-09 12:00", **LADDER},
            tier=4,
            light="green",
            status="classified",
            urgent=True,
        ),
        then=seen(
            "acknowledge SC-MI",
            AT_ONCE,
            timers={"unsigned": "10-10 09:29", "uncontacted": "10-10 17:00", **LADDER},
            tier=4,
            light="green",
            status="awaiting_signature",
        ),
    ),
    late=Cell(
        "10-09 12:00",
        URGENT_LATE,
        fired={"dispatch_late": "10-09 12:00"},
        then=seen(
            "acknowledge SC-MI",
            "supervise",
            "supervise",
            timers={"unsigned": "10-10 09:30", "uncontacted": "10-10 17:00", **LADDER},
            tier=4,
            light="green",
            status="awaiting_signature",
        ),
    ),
    downtime=Cell("10-12 09:30", URGENT_LATE, fired={"dispatch_late": "10-09 12:00"}),
    raced=Cell(
        "10-09 14:00",
        fired={"dispatch_late": "10-09 12:00"},
        then=seen(
            "acknowledge SC-MI",
            "supervise",
            "supervise",
            timers={"unsigned": "10-10 10:00", "uncontacted": "10-10 17:00", **LADDER},
            tier=4,
            light="green",
            status="awaiting_signature",
        ),
    ),
)

BRANCHES = (DISPATCH_GENERAL, DISPATCH_COMPLEX, URGENT)
