"""受理: late, by the clock, and in the restricted channel."""

from __future__ import annotations

from tests.scenarios.branch import Branch, Cell, act, seen, step
from tests.scenarios.branches.course import OFFICE

# Registered on Friday 10-09: the next working day is the make-up Saturday 10-10, one more is Monday 10-12.
ACCEPT = f"accept | {OFFICE} | 10-10 17:00"
ACCEPT_LATE = Branch(
    "accept_late",
    before=(step("10-09 10:00", "register", "w3"),),
    act=act("accept", "group", acceptance="accept"),
    in_time=Cell(
        "10-10 16:59",
        seen(
            ACCEPT,
            timers={"accept_late": "10-10 17:00", "accept_auto": "10-12 17:00"},
            tier=0,
            light=None,
            status="registered",
        ),
        then=seen(  # one minute of the two hours before closing
            f"classify | {OFFICE} | 10-12 10:59",
            timers={"classify_late": "10-12 10:59"},
            tier=0,
            light=None,
            status="accepted",
        ),
    ),
    late=Cell(
        "10-10 17:00",
        seen(
            ACCEPT,
            "supervise | window_lead | 10-12 17:00",
            timers={"accept_auto": "10-12 17:00"},
            tier=1,
            light=None,
            status="registered",
        ),
        fired={"accept_late": "10-10 17:00"},
        then=seen("classify", timers={"classify_late": "10-12 11:00"}, tier=1, light=None, status="accepted"),
    ),
    downtime=Cell(
        "10-11 12:00",
        seen(
            ACCEPT,
            "supervise | window_lead | 10-12 17:00",
            timers={"accept_auto": "10-12 17:00"},
            tier=1,
            light=None,
            status="registered",
        ),
        fired={"accept_late": "10-10 17:00"},
    ),
    raced=Cell(
        "10-11 09:00",
        fired={"accept_late": "10-10 17:00"},
        then=seen(
            f"classify | {OFFICE} | 10-12 11:00",
            timers={"classify_late": "10-12 11:00"},
            tier=1,
            light=None,
            status="accepted",
        ),
    ),
)

# Friday 02-13: the make-up Saturday 02-14, then Spring Festival until Monday 02-23, then Tuesday 02-24.
BY_THE_CLOCK = seen(
    f"classify | {OFFICE} | 02-25 11:00",
    timers={"classify_late": "02-25 11:00"},
    tier=1,
    light=None,
    status="accepted",
    accepted_at="02-24 17:00",
)
ACCEPT_AUTO = Branch(
    "accept_auto",
    before=(step("02-13 16:30", "register", "w3"),),
    act=act("accept", "w3", acceptance="accept"),
    in_time=Cell(
        "02-24 16:59",
        seen(
            f"accept | {OFFICE} | 02-14 17:00",
            "supervise | window_lead | 02-24 17:00",
            timers={"accept_auto": "02-24 17:00"},
            tier=1,
            light=None,
            status="registered",
        ),
        fired={"accept_late": "02-14 17:00"},
        then=seen("classify", timers={"classify_late": "02-25 10:59"}, tier=1, light=None, status="accepted"),
    ),
    late=Cell(
        "02-24 17:00",
        BY_THE_CLOCK,
        fired={"accept_late": "02-14 17:00", "accept_auto": "02-24 17:00"},
        refused=True,
    ),
    downtime=Cell(  # what the clock opened was due two office hours after the clock's own instant, and is late too
        "02-26 10:00",
        seen(
            f"classify | {OFFICE} | 02-25 11:00",
            "supervise | window_lead | 02-26 17:00",
            timers={},
            tier=1,
            light=None,
            status="accepted",
            accepted_at="02-24 17:00",
        ),
        fired={"accept_late": "02-14 17:00", "accept_auto": "02-24 17:00", "classify_late": "02-25 11:00"},
    ),
    raced=Cell(
        "02-24 18:00",
        fired={"accept_late": "02-14 17:00", "accept_auto": "02-24 17:00"},
        then=BY_THE_CLOCK,
        refused=True,
    ),
)

# Thursday 12-31: the next working day is Monday 2027-01-04. The bureau hears of it, nothing else shows.
CONFIDENTIAL = "accept | restricted | 2027-01-04 17:00"
TO_THE_BUREAU = {"bureau_plain": [["bureau"]]}
CONFIDENTIAL_LATE = seen(
    CONFIDENTIAL,
    timers={"accept_auto": "2027-01-05 17:00"},
    tier=0,
    light=None,
    status="registered",
    notices=TO_THE_BUREAU,
)
ACCEPT_CONFIDENTIAL = Branch(
    "accept_late of a confidential case",
    before=(step("12-31 10:00", "register", "w3", confidential=True),),
    act=act("accept", "restricted", acceptance="restricted"),
    in_time=Cell(
        "2027-01-04 16:59",
        seen(
            CONFIDENTIAL,
            timers={"accept_late": "2027-01-04 17:00", "accept_auto": "2027-01-05 17:00"},
            tier=0,
            light=None,
            status="registered",
        ),
        then=seen(
            "handle_restricted | restricted | 2027-01-05 17:00",
            timers={"handle_restricted_late": "2027-01-05 17:00"},
            tier=0,
            light=None,
            status="registered",
            notices={"bureau_plain": []},
        ),
    ),
    late=Cell(
        "2027-01-04 17:00",
        CONFIDENTIAL_LATE,
        fired={"accept_late": "2027-01-04 17:00"},
        then=seen(
            "handle_restricted",
            timers={"handle_restricted_late": "2027-01-05 17:00"},
            tier=0,
            light=None,
            status="registered",
        ),
    ),
    downtime=Cell("2027-01-05 16:00", CONFIDENTIAL_LATE, fired={"accept_late": "2027-01-04 17:00"}),
    raced=Cell(
        "2027-01-05 09:30",
        fired={"accept_late": "2027-01-04 17:00"},
        then=seen(
            "handle_restricted | restricted | 2027-01-06 17:00",
            timers={"handle_restricted_late": "2027-01-06 17:00"},
            tier=0,
            light=None,
            status="registered",
            notices=TO_THE_BUREAU,
        ),
    ),
)

BRANCHES = (ACCEPT_LATE, ACCEPT_AUTO, ACCEPT_CONFIDENTIAL)
