"""The way to a branch: a general case accepted on Friday 10-09 at 09:00, before the make-up Saturday 10-10.

Its deadline, five working days: Sat 10-10, Mon 12, Tue 13, Wed 14, Thu 15 at 17:00. `remind` two working days before:
Wed 14, Tue 13 at 09:00. `overdue_2`: Fri 16, Mon 19. `overdue_5`: Fri 16, Mon 19 to Thu 22.
"""

from __future__ import annotations

from tests.scenarios.branch import Act, Times, step

LADDER: Times = {
    "remind": "10-13 09:00",
    "overdue": "10-15 17:00",
    "overdue_2": "10-19 17:00",
    "overdue_5": "10-22 17:00",
}
UNREMINDED: Times = {name: at for name, at in LADDER.items() if name != "remind"}  # the reminder has struck
AFTER_OVERDUE: Times = {name: LADDER[name] for name in ("overdue_2", "overdue_5")}

OFFICE = "window,work_group"
GENERAL = {"grade": "general", "cause": "系统类"}
TOLD = {"feedback_method": "phone", "feedback_text": "已告知"}
REPLY = {"action": "reply", "reply_text": "已参保"}
PASS = {"review_result": "pass", "outcome": "done"}

REGISTERED = step("10-09 09:00", "register", "w3", acceptance="accept")
CLASSIFIED = (REGISTERED, step("10-09 10:00", "classify", "w3", **GENERAL))
DISPATCHED = (*CLASSIFIED, step("10-09 11:30", "dispatch", "group", lead_unit="SC-MI", onsite_attempt="窗口已协调"))
SIGNED = (*DISPATCHED, step("10-09 14:00", "acknowledge SC-MI", "unit-SC-MI", action="sign"))
HANDLED = (*SIGNED, step("10-09 15:00", "first_contact SC-MI", "unit-SC-MI", contact_method="phone"))


def replied(at: str) -> tuple[Act, ...]:
    """The lead has answered at this instant."""
    return (*HANDLED, step(at, "handle SC-MI", "unit-SC-MI", **REPLY))


def swift(day: str, hour: str = "09") -> tuple[Act, ...]:
    """A general case accepted on this day at the hour and in the hands of the unit half an hour later."""
    at = f"{day} {hour}"
    return (
        step(f"{at}:00", "register", "w3", acceptance="accept"),
        step(f"{at}:05", "classify", "w3", **GENERAL),
        step(f"{at}:10", "dispatch", "group", lead_unit="SC-MI", onsite_attempt="窗口已协调"),
        step(f"{at}:20", "acknowledge SC-MI", "unit-SC-MI", action="sign"),
        step(f"{at}:30", "first_contact SC-MI", "unit-SC-MI", contact_method="phone"),
    )
