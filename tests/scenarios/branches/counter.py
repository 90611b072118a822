"""分类与现场办理: classification, half an hour and the red instant at the counter, waiting for the citizen."""

from __future__ import annotations

from tests.scenarios.branch import Branch, Cell, act, seen, step
from tests.scenarios.branches.course import GENERAL, OFFICE

SIMPLE = {"grade": "simple", "cause": "材料类"}
SOLVED = {"onsite_result": "solved", "outcome": "done", "reply_text": "已办成"}

# Accepted on the make-up Sunday 01-04 at 16:00: one office hour before closing, one on Monday morning.
# Deadline: Mon 01-05 to Fri 01-09. Reminder: Thu 8, Wed 7. Rungs: Mon 12, Tue 13; … Fri 16.
GRADED = {"remind": "01-07 09:00", "overdue": "01-09 17:00", "overdue_2": "01-13 17:00", "overdue_5": "01-16 17:00"}
CLASSIFY = f"classify | {OFFICE} | 01-05 10:00"
CLASSIFY_LATE = seen(
    CLASSIFY, "supervise | window_lead | 01-06 17:00", timers={}, tier=1, light=None, status="accepted", deadline=None
)
CLASSIFICATION = Branch(
    "classify_late",
    before=(step("01-04 16:00", "register", "w3", acceptance="accept"),),
    act=act("classify", "w3", **GENERAL),
    in_time=Cell(
        "01-05 09:59",
        seen(
            CLASSIFY,
            timers={"classify_late": "01-05 10:00"},
            tier=0,
            light=None,
            status="accepted",
            deadline=None,
            original_deadline=None,
            remaining=None,
        ),
        then=seen(
            f"dispatch | {OFFICE} | 01-05 11:59",
            timers={"dispatch_late": "01-05 11:59", **GRADED},
            tier=0,
            light="green",
            status="classified",
            deadline="01-09 17:00",
            remaining=4,
        ),
    ),
    late=Cell(
        "01-05 10:00",
        CLASSIFY_LATE,
        fired={"classify_late": "01-05 10:00"},
        then=seen(  # exactly at noon
            f"dispatch | {OFFICE} | 01-05 12:00",
            timers={"dispatch_late": "01-05 12:00", **GRADED},
            tier=1,
            light="green",
            status="classified",
        ),
    ),
    downtime=Cell("01-07 09:30", CLASSIFY_LATE, fired={"classify_late": "01-05 10:00"}),
    raced=Cell(
        "01-06 10:00",
        fired={"classify_late": "01-05 10:00"},
        then=seen(
            "dispatch",
            timers={"dispatch_late": "01-06 12:00", **GRADED},
            tier=1,
            light="green",
            status="classified",
            deadline="01-09 17:00",
        ),
    ),
)

# Accepted on Monday 10-19 at 10:00: closing time is later than 12:00.
ON_SITE = "handle_on_site | window | 10-19 17:00"
YELLOW = {"on_site_yellow": [["window", "window_lead"]]}
SETTLED = seen(
    f"give_feedback | {OFFICE} | 10-20 17:00",
    timers={"give_feedback_late": "10-20 17:00"},
    tier=0,
    light="blue",
    status="completed",
    outcome="done",
)
REMINDED = seen(
    ON_SITE,
    timers={"onsite_red": "10-19 17:00"},
    tier=0,
    light="yellow",
    status="in_progress",
    notices=YELLOW,
)
ONSITE_YELLOW = Branch(
    "onsite_yellow",
    before=(
        step("10-19 10:00", "register", "w3", acceptance="accept"),
        step("10-19 10:05", "classify", "w3", **SIMPLE),
    ),
    act=act("handle_on_site", "w3", **SOLVED),
    in_time=Cell(
        "10-19 10:29",
        seen(
            ON_SITE,
            timers={"onsite_yellow": "10-19 10:30", "onsite_red": "10-19 17:00"},
            tier=0,
            light="yellow",
            status="in_progress",
            deadline="10-19 17:00",
        ),
        then=SETTLED,
    ),
    late=Cell("10-19 10:30", REMINDED, fired={"onsite_yellow": "10-19 10:30"}, then=SETTLED),
    downtime=Cell("10-19 15:00", REMINDED, fired={"onsite_yellow": "10-19 10:30"}),
    raced=Cell("10-19 10:45", fired={"onsite_yellow": "10-19 10:30"}, then=SETTLED),
)

# Accepted on Saturday 10-24 at 10:00, a day without hours: red after 120 minutes.
# As a general case: Mon 10-26 to Fri 10-30. Reminder: Thu 29, Wed 28. Rungs: Mon 11-02, Tue 3; … Fri 6.
RED = {"onsite_yellow": "10-24 10:30", "onsite_red": "10-24 12:00"}
REGRADED = {"remind": "10-28 09:00", "overdue": "10-30 17:00", "overdue_2": "11-03 17:00", "overdue_5": "11-06 17:00"}
FOR_DISPATCH = seen(  # two office hours after a Saturday noon
    f"dispatch | {OFFICE} | 10-26 11:00",
    timers={"dispatch_late": "10-26 11:00", **REGRADED},
    tier=0,
    light="green",
    status="classified",
    grade="general",
    deadline="10-30 17:00",
    original_deadline="10-24 12:00",
)
ONSITE_RED = Branch(
    "onsite_red",
    before=(
        step("10-24 10:00", "register", "w3", acceptance="accept"),
        step("10-24 10:05", "classify", "w3", **SIMPLE),
    ),
    act=act("handle_on_site", "w3", **SOLVED),
    in_time=Cell(
        "10-24 11:59",
        seen(
            "handle_on_site | window | 10-24 12:00",
            timers={"onsite_red": "10-24 12:00"},
            tier=0,
            light="yellow",
            status="in_progress",
        ),
        fired={"onsite_yellow": "10-24 10:30"},
        then=seen(
            f"give_feedback | {OFFICE} | 10-26 17:00",
            timers={"give_feedback_late": "10-26 17:00"},
            tier=0,
            light="blue",
            status="completed",
        ),
    ),
    late=Cell("10-24 12:00", FOR_DISPATCH, fired=RED, refused=True),
    downtime=Cell(  # the dispatch the clock opened is late too
        "10-26 14:00",
        seen(
            f"dispatch | {OFFICE} | 10-26 11:00",
            "supervise | window_lead | 10-27 17:00",
            timers=REGRADED,
            tier=1,
            light="green",
            status="classified",
        ),
        fired={**RED, "dispatch_late": "10-26 11:00"},
    ),
    raced=Cell("10-24 12:30", fired=RED, then=FOR_DISPATCH, refused=True),
)

# Accepted on Tuesday 03-31 at 09:10, waiting from 10:00. Working days: Wed 04-01, Thu 2, Fri 3, (清明节 4 to 6), Tue 7,
# Wed 8. As a general case due Wed 04-08 too, moved by the five days of the pause: Thu 9, Fri 10, Mon 13, Tue 14,
# Wed 15. Reminder: Tue 14, Mon 13. Rungs: Thu 16, Fri 17; Mon 20, Tue 21, Wed 22.
CITIZEN = "await_citizen | window | 04-08 17:00"
NOBODY_CAME = {
    "remind": "04-13 09:00",
    "overdue": "04-15 17:00",
    "overdue_2": "04-17 17:00",
    "overdue_5": "04-22 17:00",
}
GIVEN_UP = seen(
    f"dispatch | {OFFICE} | 04-09 11:00",
    timers={"dispatch_late": "04-09 11:00", **NOBODY_CAME},
    tier=0,
    light="green",
    status="classified",
    grade="general",
    deadline="04-15 17:00",
    paused=False,
)
AWAIT_CITIZEN = Branch(
    "await_citizen_late",
    before=(
        step("03-31 09:10", "register", "w3", acceptance="accept"),
        step("03-31 09:15", "classify", "w3", **SIMPLE),
        step("03-31 10:00", "handle_on_site", "w3", onsite_result="waiting_citizen"),
    ),
    act=act("await_citizen", "w3"),
    in_time=Cell(
        "04-08 16:59",
        seen(
            CITIZEN,
            timers={"await_citizen_late": "04-08 17:00"},
            tier=0,
            light="grey",
            status="paused",
            deadline="04-08 17:00",
        ),
        then=seen(
            "handle_on_site | window | 04-08 17:00",
            timers={"onsite_red": "04-08 17:00"},
            tier=0,
            light="yellow",
            status="in_progress",
            deadline="04-08 17:00",
        ),
    ),
    late=Cell("04-08 17:00", GIVEN_UP, fired={"await_citizen_late": "04-08 17:00"}, refused=True),
    downtime=Cell(
        "04-09 12:00",
        seen(
            f"dispatch | {OFFICE} | 04-09 11:00",
            "supervise | window_lead | 04-10 17:00",
            timers=NOBODY_CAME,
            tier=1,
            light="green",
            status="classified",
        ),
        fired={"await_citizen_late": "04-08 17:00", "dispatch_late": "04-09 11:00"},
    ),
    raced=Cell("04-08 18:00", fired={"await_citizen_late": "04-08 17:00"}, then=GIVEN_UP, refused=True),
)

BRANCHES = (CLASSIFICATION, ONSITE_YELLOW, ONSITE_RED, AWAIT_CITIZEN)
