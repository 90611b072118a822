"""重办与复核: the citizen is not satisfied; the second round has its own ladder.

Accepted on Monday 02-09, due on the make-up Saturday 02-14 (Tue 10 to Sat 14); told the same day. Dissatisfied on
Friday 02-13 at 10:00; the working days after it: Sat 14, (Spring Festival), Tue 24, Wed 25, Thu 26, Fri 27, the
make-up Saturday 28, Mon 03-02 and on.
"""

from __future__ import annotations

from tests.scenarios.branch import Act, Branch, Cell, act, seen, step
from tests.scenarios.branches.course import PASS, REPLY, TOLD, swift

CHIEF = "supervise | bureau,unit_chief:SC-MI | 02-24 17:00"


def dissatisfied(reason: str) -> tuple[Act, ...]:
    """The citizen says so, for this reason."""
    return (
        *swift("02-09"),
        step("02-09 10:00", "handle SC-MI", "unit-SC-MI", **REPLY),
        step("02-09 10:30", "review", "group2", **PASS),
        step("02-09 11:00", "give_feedback", "w3", **TOLD),
        step(
            "02-13 10:00",
            "return_visit",
            "callback",
            contacted=True,
            resolved=False,
            satisfaction=2,
            dissatisfied_reason=reason,
        ),
    )


# Approved on Sat 02-14: Tue 24, Wed 25, Thu 26. Reminder: Wed 25, Tue 24. Rungs: Fri 27, Sat 28; Mon 03-02 to Wed 4.
APPROVE = "approve_redo | work_group | 02-14 17:00"
APPROVE_LATE = {"approve_redo_late": "02-14 17:00"}
UNDECIDED = seen(APPROVE, CHIEF, timers={}, tier=4, light="blue", status="redo")
APPROVE_REDO = Branch(
    "approve_redo_late",
    before=dissatisfied("result"),
    act=act("approve_redo", "group", approved=True, measure="上门办理"),
    in_time=Cell(
        "02-14 16:59",
        seen(APPROVE, timers=APPROVE_LATE, tier=0, light="blue", status="redo"),
        then=seen(
            "dispatch | work_group | 02-24 10:59",
            timers={
                "dispatch_late": "02-24 10:59",
                "remind": "02-24 09:00",
                "overdue": "02-26 17:00",
                "overdue_2": "02-28 17:00",
                "overdue_5": "03-04 17:00",
            },
            tier=0,
            light="green",
            status="redo",
            redo_count=1,
            deadline="02-26 17:00",
            original_deadline="02-14 17:00",
        ),
    ),
    late=Cell(
        "02-14 17:00",
        UNDECIDED,
        fired=APPROVE_LATE,
        act=act("approve_redo", "group", approved=False),
        then=seen(
            "chief_review | bureau | 02-26 17:00",
            CHIEF,
            timers={"chief_review_late": "02-26 17:00"},
            tier=4,
            light="blue",
            status="redo",
        ),
    ),
    downtime=Cell("02-25 10:00", UNDECIDED, fired=APPROVE_LATE),
    raced=Cell(  # a new round: no tier, and the supervision of the undecided approval is moot
        "02-24 10:00",
        fired=APPROVE_LATE,
        then=seen(
            "dispatch | work_group | 02-24 12:00",
            timers={
                "dispatch_late": "02-24 12:00",
                "remind": "02-25 09:00",
                "overdue": "02-27 17:00",
                "overdue_2": "03-02 17:00",
                "overdue_5": "03-05 17:00",
            },
            tier=0,
            light="green",
            status="redo",
        ),
    ),
)

# For the reason `policy` at once to the bureau: Sat 14, Tue 24, Wed 25.
REVIEW = "chief_review | bureau | 02-25 17:00"
REVIEW_LATE = {"chief_review_late": "02-25 17:00"}
LEADING = "supervise | leading_group | 02-26 17:00"
UNREVIEWED = seen(REVIEW, LEADING, timers={}, tier=5, light="blue", status="redo")
CHIEF_REVIEW = Branch(
    "chief_review_late",
    before=dissatisfied("policy"),
    act=act("chief_review", "bureau", decision="close_with_reasons", reason="现行政策不允许"),
    in_time=Cell(
        "02-25 16:59",
        seen(REVIEW, timers=REVIEW_LATE, tier=0, light="blue", status="redo"),
        then=seen(
            "give_feedback | window,work_group | 02-26 17:00",
            timers={"give_feedback_late": "02-26 17:00"},
            tier=0,
            light="blue",
            status="completed",
        ),
    ),
    late=Cell(
        "02-25 17:00",
        UNREVIEWED,
        fired=REVIEW_LATE,
        then=seen(
            "give_feedback",
            LEADING,
            timers={"give_feedback_late": "02-26 17:00"},
            tier=5,
            light="blue",
            status="completed",
        ),
    ),
    downtime=Cell("02-27 10:00", UNREVIEWED, fired=REVIEW_LATE),
    raced=Cell(  # the full limit from now: Fri 27, Sat 28, Mon 03-02 to Wed 4; reminder Mon 2; rungs Fri 6, Wed 11
        "02-26 10:00",
        fired=REVIEW_LATE,
        act=act("chief_review", "bureau", decision="new_measure", reason="换单位"),
        then=seen(
            "dispatch | work_group | 02-26 12:00",
            timers={
                "dispatch_late": "02-26 12:00",
                "remind": "03-02 09:00",
                "overdue": "03-04 17:00",
                "overdue_2": "03-06 17:00",
                "overdue_5": "03-11 17:00",
            },
            tier=0,
            light="green",
            status="redo",
            deadline="03-04 17:00",
        ),
    ),
)

# Approved on Friday 02-13 at 11:00: Sat 14, Tue 24, Wed 25. Reminder: Tue 24, Sat 14. Rungs: Thu 26, Fri 27; Sat 28,
# Mon 03-02, Tue 3.
HANDLE = "handle SC-MI | unit:SC-MI | 02-25 17:00"
DEPUTY = "supervise | unit_deputy:SC-MI,work_group | 02-26 17:00"
LEFT = {"overdue_2": "02-27 17:00", "overdue_5": "03-03 17:00"}
FIRED = {"remind": "02-14 09:00", "overdue": "02-25 17:00"}
SECOND_ROUND = Branch(
    "overdue in a redo",
    before=(
        *dissatisfied("result"),
        step("02-13 11:00", "approve_redo", "group", approved=True, measure="上门办理"),
        step("02-13 11:10", "dispatch", "group", lead_unit="SC-MI", onsite_attempt="重办"),
        step("02-13 11:20", "acknowledge", "unit-SC-MI", action="sign"),
        step("02-13 11:30", "first_contact", "unit-SC-MI", contact_method="phone"),
    ),
    act=act("handle SC-MI", "unit-SC-MI", **REPLY),
    in_time=Cell(
        "02-25 16:59",
        seen(HANDLE, timers={"overdue": "02-25 17:00", **LEFT}, tier=0, light="yellow", status="in_progress"),
        fired={"remind": "02-14 09:00"},
        then=seen(
            "review | work_group | 02-26 17:00",
            timers={"review_late": "02-26 17:00", "overdue": "02-25 17:00", **LEFT},
            tier=0,
            light="yellow",
            status="in_review",
        ),
    ),
    late=Cell(
        "02-25 17:00",
        seen(HANDLE, DEPUTY, timers=LEFT, tier=3, light="yellow", status="in_progress"),
        fired=FIRED,
        then=seen(
            "review",
            "supervise",
            timers={"review_late": "02-26 17:00", **LEFT},
            tier=3,
            light="yellow",
            status="in_review",
        ),
    ),
    downtime=Cell(
        "02-28 10:00",
        seen(
            HANDLE,
            DEPUTY,
            "supervise | bureau,unit_chief:SC-MI | 02-28 17:00",
            timers={"overdue_5": "03-03 17:00"},
            tier=4,
            light="red",
            status="in_progress",
        ),
        fired={**FIRED, "overdue_2": "02-27 17:00"},
    ),
    raced=Cell(
        "02-26 09:00",
        fired=FIRED,
        then=seen(
            "review",
            DEPUTY,
            timers={"review_late": "02-27 17:00", **LEFT},
            tier=3,
            light="red",
            status="in_review",
            notices={"reminder": []},
        ),
    ),
)

BRANCHES = (APPROVE_REDO, CHIEF_REVIEW, SECOND_ROUND)
