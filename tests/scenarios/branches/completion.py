"""办结: the review, and telling the citizen."""

from __future__ import annotations

from tests.scenarios.branch import Branch, Cell, act, seen, step
from tests.scenarios.branches.course import OFFICE, PASS, TOLD, UNREMINDED, replied

CHIEF = "supervise | bureau,unit_chief:SC-MI | 10-14 17:00"

# Answered on Monday 10-12 at 10:00.
REVIEW = "review | work_group | 10-13 17:00"
REVIEW_FIRED = {"remind": "10-13 09:00", "review_late": "10-13 17:00"}
REVIEW_LATE = seen(REVIEW, CHIEF, timers=UNREMINDED, tier=4, light="yellow", status="in_review")
REVIEWING = Branch(
    "review_late",
    before=replied("10-12 10:00"),
    act=act("review", "group2", **PASS),
    in_time=Cell(
        "10-13 16:59",
        seen(REVIEW, timers={"review_late": "10-13 17:00", **UNREMINDED}, tier=0, light="yellow", status="in_review"),
        fired={"remind": "10-13 09:00"},
        then=seen(
            f"give_feedback | {OFFICE} | 10-14 17:00",
            timers={"give_feedback_late": "10-14 17:00"},
            tier=0,
            light="blue",
            status="completed",
            outcome="done",
            completed_at="10-13 16:59",
        ),
    ),
    late=Cell(  # completed: the supervision is withdrawn, the tier kept
        "10-13 17:00",
        REVIEW_LATE,
        fired=REVIEW_FIRED,
        then=seen(
            "give_feedback", timers={"give_feedback_late": "10-14 17:00"}, tier=4, light="blue", status="completed"
        ),
    ),
    downtime=Cell("10-15 10:00", REVIEW_LATE, fired=REVIEW_FIRED),
    raced=Cell(
        "10-14 09:00",
        fired=REVIEW_FIRED,
        act=act("review", "group2", review_result="send_back", send_back_reason="未答复缴费问题"),
        then=seen(
            "handle SC-MI | unit:SC-MI | 10-15 17:00",
            CHIEF,
            timers=UNREMINDED,
            tier=4,
            light="yellow",
            status="in_progress",
        ),
    ),
)

FEEDBACK = f"give_feedback | {OFFICE} | 10-13 17:00"
WINDOW_LEAD = "supervise | window_lead | 10-14 17:00"
FEEDBACK_LATE = seen(FEEDBACK, WINDOW_LEAD, timers={}, tier=1, light="blue", status="completed")
FEEDBACK_DUE = {"give_feedback_late": "10-13 17:00"}
TELLING = Branch(
    "give_feedback_late",
    before=(*replied("10-12 10:00"), step("10-12 11:00", "review", "group2", **PASS)),
    act=act("give_feedback", "w3", **TOLD),
    in_time=Cell(
        "10-13 16:59",
        seen(FEEDBACK, timers=FEEDBACK_DUE, tier=0, light="blue", status="completed"),
        then=seen(timers={"await_visit": "10-14 09:00"}, tier=0, light="blue", status="fed_back"),
    ),
    late=Cell(
        "10-13 17:00",
        FEEDBACK_LATE,
        fired=FEEDBACK_DUE,
        then=seen(WINDOW_LEAD, timers={"await_visit": "10-14 09:00"}, tier=1, light="blue", status="fed_back"),
    ),
    downtime=Cell("10-16 09:00", FEEDBACK_LATE, fired=FEEDBACK_DUE),
    raced=Cell(
        "10-14 10:00",
        fired=FEEDBACK_DUE,
        then=seen(WINDOW_LEAD, timers={"await_visit": "10-15 09:00"}, tier=1, light="blue", status="fed_back"),
    ),
)

BRANCHES = (REVIEWING, TELLING)
