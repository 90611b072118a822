"""反馈与回访: waiting for the call-back, its lateness, the third attempt.

Told on the make-up Saturday 02-14: after Spring Festival the next working day is Tuesday 02-24. Five working days
after feedback: Tue 24 to Fri 27, and the make-up Saturday 02-28.
"""

from __future__ import annotations

from tests.scenarios.branch import Branch, Cell, act, seen, step
from tests.scenarios.branches.course import TOLD
from tests.support.play import Variables

HAPPY: Variables = {"contacted": True, "resolved": True, "satisfaction": 5}
NOT_REACHED: Variables = {"contacted": False}
VISIT = "return_visit | callback | 02-28 17:00"
LATE = {"return_visit_late": "02-28 17:00"}
WINDOW_LEAD = "supervise | window_lead | 03-02 17:00"

FED_BACK = (
    step("02-14 09:00", "register", "w3", acceptance="accept"),
    step("02-14 09:05", "classify", "w3", grade="simple", cause="材料类"),
    step("02-14 09:20", "handle_on_site", "w3", onsite_result="solved", outcome="done"),
    step("02-14 16:00", "give_feedback", "w3", **TOLD),
)
WAITS = seen(timers={"await_visit": "02-24 09:00"}, tier=0, light="blue", status="fed_back")
OPENED = seen(VISIT, timers=LATE, tier=0, light="blue", status="fed_back")
VISIT_LATE = seen(VISIT, WINDOW_LEAD, timers={}, tier=1, light="blue", status="fed_back")
AWAIT_VISIT = Branch(
    "await_visit",
    before=FED_BACK,
    act=act("withdraw", "w3"),  # too late, feedback has been given
    in_time=Cell("02-24 08:59", WAITS, then=WAITS, refused=True),
    late=Cell("02-24 09:00", OPENED, fired={"await_visit": "02-24 09:00"}, then=OPENED, refused=True),
    downtime=Cell("03-02 10:00", VISIT_LATE, fired={"await_visit": "02-24 09:00", **LATE}),
    raced=Cell("02-25 10:00", fired={"await_visit": "02-24 09:00"}, then=OPENED, refused=True),
)

ARCHIVED = seen(timers={}, tier=0, light="blue", status="archived", ended_at="02-28 16:59")
RETURN_VISIT = Branch(
    "return_visit_late",
    before=(*FED_BACK, step("02-24 09:00", "wait")),
    act=act("return_visit", "callback", **HAPPY),
    in_time=Cell("02-28 16:59", OPENED, then=ARCHIVED),
    late=Cell(  # not reached: again at opening of the next working day
        "02-28 17:00",
        VISIT_LATE,
        fired=LATE,
        act=act("return_visit", "callback", **NOT_REACHED),
        then=seen(WINDOW_LEAD, timers={"await_visit": "03-02 09:00"}, tier=1, light="blue", status="fed_back"),
    ),
    downtime=Cell("03-03 10:00", VISIT_LATE, fired=LATE),
    raced=Cell(
        "03-01 10:00",
        fired=LATE,
        then=seen(timers={}, tier=1, light="blue", status="archived", ended_at="03-01 10:00", satisfaction=5),
    ),
)

THIRD_ATTEMPT = Branch(
    "return_visit_late of the third attempt",
    before=(
        *FED_BACK,
        step("02-24 10:00", "return_visit", "callback", **NOT_REACHED),
        step("02-25 10:00", "return_visit", "callback", **NOT_REACHED),
        step("02-26 09:00", "wait"),
    ),
    act=act("return_visit", "callback", **NOT_REACHED),
    in_time=Cell("02-28 16:59", OPENED, then=ARCHIVED),
    late=Cell(
        "02-28 17:00",
        VISIT_LATE,
        fired=LATE,
        then=seen(timers={}, tier=1, light="blue", status="archived", ended_at="02-28 17:00"),
    ),
    downtime=Cell("03-03 10:00", VISIT_LATE, fired=LATE),
    raced=Cell("03-01 10:00", fired=LATE, then=seen(timers={}, tier=1, light="blue", status="archived")),
)

BRANCHES = (AWAIT_VISIT, RETURN_VISIT, THIRD_ATTEMPT)
