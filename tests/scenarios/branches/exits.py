"""Ways out of 受理: the confirmation, a duplicate waiting for its lead, the restricted channel."""

from __future__ import annotations

from tests.scenarios.branch import Branch, Cell, act, seen, step
from tests.scenarios.branches.course import CLASSIFIED, OFFICE, PASS, REPLY, TOLD
from tests.support.play import APPLICANT

TO_THE_BUREAU = {"bureau_plain": [["bureau"]]}

# Declined on the make-up Saturday 05-09 at 10:00: two office hours end exactly at noon.
CONFIRM = "confirm_exit | window_lead | 05-09 12:00"
TOLD_OF_EXIT = seen(
    f"give_feedback | {OFFICE} | 05-11 17:00",
    timers={"give_feedback_late": "05-11 17:00"},
    tier=0,
    light=None,
    status="completed",
    outcome="declined",
)
CONFIRM_LATE = seen(
    CONFIRM,
    "supervise | work_group | 05-11 17:00",
    timers={},
    tier=3,
    light=None,
    status="registered",
)
CONFIRM_EXIT = Branch(
    "confirm_exit_late",
    before=(
        step("05-09 09:30", "register", "w3"),
        step("05-09 10:00", "accept", "w3", acceptance="decline", reason="已进入司法程序"),
    ),
    act=act("confirm_exit", "lead", confirmed=True),
    in_time=Cell(
        "05-09 11:59",
        seen(CONFIRM, timers={"confirm_exit_late": "05-09 12:00"}, tier=0, light=None, status="registered"),
        then=TOLD_OF_EXIT,
    ),
    late=Cell(
        "05-09 12:00",
        CONFIRM_LATE,
        fired={"confirm_exit_late": "05-09 12:00"},
        then=seen(
            "give_feedback",
            timers={"give_feedback_late": "05-11 17:00"},
            tier=3,
            light=None,
            status="completed",
        ),
    ),
    downtime=Cell("05-11 09:30", CONFIRM_LATE, fired={"confirm_exit_late": "05-09 12:00"}),
    raced=Cell(  # not confirmed, on a Sunday: back to be accepted, with fresh timers
        "05-10 10:00",
        fired={"confirm_exit_late": "05-09 12:00"},
        act=act("confirm_exit", "lead", confirmed=False),
        then=seen(
            f"accept | {OFFICE} | 05-11 17:00",
            "supervise",
            timers={"accept_late": "05-11 17:00", "accept_auto": "05-12 17:00"},
            tier=3,
            light=None,
            status="registered",
        ),
    ),
)

# The lead case is due on Thursday 10-15; answered and reviewed, its citizen has not been told yet.
LEAD_CASE = "BCS-2026-0001"
MERGED_LATE = seen("supervise | window_lead | 10-16 17:00", timers={}, tier=1, light=None, status="merged")
AWAIT_LEAD = Branch(
    "await_lead_late",
    before=(
        step(
            "10-09 09:00",
            "register",
            "w3",
            acceptance="accept",
            applicant={**APPLICANT, "consent_callback": False},
        ),
        *CLASSIFIED[1:],
        step("10-09 11:30", "dispatch", "group", lead_unit="SC-MI", onsite_attempt="窗口已协调"),
        step("10-09 14:00", "acknowledge SC-MI", "unit-SC-MI", action="sign"),
        step("10-09 15:00", "first_contact SC-MI", "unit-SC-MI", contact_method="phone"),
        step("10-10 10:00", "handle SC-MI", "unit-SC-MI", **REPLY),
        step("10-10 11:00", "review", "group2", **PASS),
        step("10-10 11:30", "register", "w3"),
        step("10-10 11:35", "accept", "w3", acceptance="duplicate", duplicate_of=LEAD_CASE),
    ),
    act=act("give_feedback", "w3", case=LEAD_CASE, **TOLD),
    in_time=Cell(
        "10-15 16:59",
        seen(timers={"await_lead_late": "10-15 17:00"}, tier=0, light=None, status="merged"),
        then=seen(timers={}, tier=0, light=None, status="archived", outcome="merged", ended_at="10-15 16:59"),
    ),
    late=Cell(
        "10-15 17:00",
        MERGED_LATE,
        fired={"await_lead_late": "10-15 17:00"},
        then=seen(timers={}, tier=1, light=None, status="archived"),
    ),
    downtime=Cell("10-19 10:00", MERGED_LATE, fired={"await_lead_late": "10-15 17:00"}),
    raced=Cell(
        "10-16 09:00",
        fired={"await_lead_late": "10-15 17:00"},
        then=seen(timers={}, tier=1, light=None, status="archived", ended_at="10-16 09:00"),
    ),
)

# Accepted as restricted on Wednesday 09-30, late in the afternoon: the next working day comes after National Day.
RESTRICTED = "handle_restricted | restricted | 10-08 17:00"
RESTRICTED_LATE = seen(RESTRICTED, timers={}, tier=0, light=None, status="registered", notices=TO_THE_BUREAU)
HANDED_OVER = seen(timers={}, tier=0, light=None, status="archived", outcome="restricted")
HANDLE_RESTRICTED = Branch(
    "handle_restricted_late",
    before=(
        step("09-30 10:00", "register", "w3", confidential=True),
        step("09-30 16:50", "accept", "restricted", acceptance="restricted"),
    ),
    act=act("handle_restricted", "restricted", transfer_to="纪检监察", transfer_no="XM-1", feedback_text="已移送"),
    in_time=Cell(
        "10-08 16:59",
        seen(RESTRICTED, timers={"handle_restricted_late": "10-08 17:00"}, tier=0, light=None, status="registered"),
        then=HANDED_OVER,
    ),
    late=Cell("10-08 17:00", RESTRICTED_LATE, fired={"handle_restricted_late": "10-08 17:00"}, then=HANDED_OVER),
    downtime=Cell("10-10 10:00", RESTRICTED_LATE, fired={"handle_restricted_late": "10-08 17:00"}),
    raced=Cell("10-09 08:00", fired={"handle_restricted_late": "10-08 17:00"}, then=HANDED_OVER),
)

BRANCHES = (CONFIRM_EXIT, AWAIT_LEAD, HANDLE_RESTRICTED)
