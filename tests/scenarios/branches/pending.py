"""挂账: its approval, a month, the monthly review. The leading group's lateness is a notice to the bureau."""

from __future__ import annotations

from tests.scenarios.branch import Branch, Cell, act, seen, step
from tests.scenarios.branches.course import AFTER_OVERDUE, OFFICE, REPLY, TOLD, UNREMINDED, replied, swift
from tests.support.play import Variables

TO_THE_BUREAU = {"bureau_plain": [["bureau"]]}
PLAN: Variables = {"approved": True, "plan": "列入明年改造", "owner": "YB", "next_report": "2027-01-04"}

# Proposed on Saturday 10-10, a make-up working day: Mon 12, Tue 13, Wed 14. The clock runs on meanwhile.
APPROVE = "approve_pending | leading_group | 10-14 17:00"
APPROVE_FIRED = {"remind": "10-13 09:00", "approve_pending_late": "10-14 17:00"}
APPROVE_PENDING = Branch(
    "approve_pending_late",
    before=(*replied("10-10 10:00"), step("10-10 11:00", "review", "group2", review_result="pending")),
    act=act("approve_pending", "leading", **PLAN),
    in_time=Cell(
        "10-14 16:59",
        seen(
            APPROVE,
            timers={"approve_pending_late": "10-14 17:00", **UNREMINDED},
            tier=0,
            light="yellow",
            status="pending",
        ),
        fired={"remind": "10-13 09:00"},
        then=seen(
            f"give_feedback | {OFFICE} | 10-15 17:00",
            timers={"give_feedback_late": "10-15 17:00"},
            tier=5,
            light="grey",
            status="completed",
            outcome="pending",
        ),
    ),
    late=Cell(
        "10-14 17:00",
        seen(APPROVE, timers=UNREMINDED, tier=0, light="yellow", status="pending", notices=TO_THE_BUREAU),
        fired=APPROVE_FIRED,
        then=seen(
            "give_feedback", timers={"give_feedback_late": "10-15 17:00"}, tier=5, light="grey", status="completed"
        ),
    ),
    downtime=Cell(
        "10-16 09:00",
        seen(
            APPROVE,
            "supervise | unit_deputy:SC-MI,work_group | 10-16 17:00",
            timers=AFTER_OVERDUE,
            tier=3,
            light="red",
            status="pending",
            notices=TO_THE_BUREAU,
        ),
        fired={**APPROVE_FIRED, "overdue": "10-15 17:00"},
    ),
    raced=Cell(
        "10-15 09:00",
        fired=APPROVE_FIRED,
        act=act("approve_pending", "leading", approved=False),
        then=seen(
            f"dispatch | {OFFICE} | 10-15 11:00",
            timers={"dispatch_late": "10-15 11:00", **UNREMINDED},
            tier=0,
            light="yellow",
            status="classified",
        ),
    ),
)

# Told on Tuesday 12-01: the same day next month is a holiday, the next working day Monday 2027-01-04.
# The review is then due in three working days: Tue 5, Wed 6, Thu 7.
PENDING = (
    *swift("11-24"),
    step("11-25 10:00", "handle SC-MI", "unit-SC-MI", **REPLY),
    step("11-25 10:30", "review", "group2", review_result="pending"),
    step("11-30 10:00", "approve_pending", "leading", **PLAN),
    step("12-01 10:00", "give_feedback", "w3", **TOLD),
)
MONTHLY = seen(
    "review_pending | leading_group | 2027-01-07 17:00",
    timers={"review_pending_late": "2027-01-07 17:00"},
    tier=5,
    light="grey",
    status="pending",
)
MONTHLY_LATE = seen(
    "review_pending | leading_group | 2027-01-07 17:00",
    timers={},
    tier=5,
    light="grey",
    status="pending",
    notices=TO_THE_BUREAU,
)
QUIET = seen(timers={"await_month": "2027-01-04 09:00"}, tier=5, light="grey", status="pending")
AWAIT_MONTH = Branch(
    "await_month",
    before=PENDING,
    act=act("withdraw", "w3"),  # too late, feedback has been given
    in_time=Cell("2027-01-04 08:59", QUIET, then=QUIET, refused=True),
    late=Cell("2027-01-04 09:00", MONTHLY, fired={"await_month": "2027-01-04 09:00"}, then=MONTHLY, refused=True),
    downtime=Cell(
        "2027-01-08 10:00",
        MONTHLY_LATE,
        fired={"await_month": "2027-01-04 09:00", "review_pending_late": "2027-01-07 17:00"},
    ),
    raced=Cell("2027-01-05 10:00", fired={"await_month": "2027-01-04 09:00"}, then=MONTHLY, refused=True),
)

# The same day next month is Sunday 2027-02-07, in the Spring Festival (statutory days 5 to 8): Tuesday 9.
NEXT_MONTH = seen(timers={"await_month": "2027-02-09 09:00"}, tier=5, light="grey", status="pending")
REVIEW_DUE = {"review_pending_late": "2027-01-07 17:00"}
REVIEW_PENDING = Branch(
    "review_pending_late",
    before=(*PENDING, step("2027-01-04 09:00", "wait")),
    act=act("review_pending", "leading", settled=False, progress="已立项", next_report="2027-02-07"),
    in_time=Cell("2027-01-07 16:59", MONTHLY, then=NEXT_MONTH),
    late=Cell(  # settled: completed when it was approved, on 11-30, in time
        "2027-01-07 17:00",
        MONTHLY_LATE,
        fired=REVIEW_DUE,
        act=act("review_pending", "leading", settled=True, outcome="done"),
        then=seen(
            f"give_feedback | {OFFICE} | 2027-01-08 17:00",
            timers={"give_feedback_late": "2027-01-08 17:00"},
            tier=5,
            light="blue",
            status="completed",
            outcome="done",
        ),
    ),
    downtime=Cell("2027-01-11 10:00", MONTHLY_LATE, fired=REVIEW_DUE),
    raced=Cell("2027-01-08 10:00", fired=REVIEW_DUE, then=NEXT_MONTH),
)

BRANCHES = (APPROVE_PENDING, AWAIT_MONTH, REVIEW_PENDING)
