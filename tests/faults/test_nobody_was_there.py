"""F7 in its short form: after days without anybody each timer strikes once, in the order in which they fell due.

Down from Wed 10-21 12:00 to Tue 11-03 09:00, over four cases whose clocks run into each other. Dates by PROCESS.md:
a general case accepted on Mon 10-19 is due on Mon 10-26 17:00, a complex one on Mon 11-02 17:00; one accepted on
Wed 10-21 is due on Wed 11-04 17:00.
"""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select

from engine.bpmn.runtime import WaitingTimer
from engine.cases import live
from engine.scheduler.beat import beat
from engine.storage.models import cases, outbox
from tests.faults.invariants import promises_broken
from tests.support.play import Play, any_play, play, postgres_play, shown, when

__all__ = ["any_play", "play", "postgres_play"]

BACK = "11-03 09:00"

# What fell due meanwhile, with its due. `supervise` and the orders signed and contacted in time have no timers.
GENERAL = [
    ("remind", "10-22 09:00"),  # opening of the second working day before the deadline
    ("overdue", "10-26 17:00"),
    ("overdue_2", "10-28 17:00"),
    ("overdue_5", "11-02 17:00"),
]
COMPLEX = [("remind", "10-28 09:00"), ("overdue", "11-02 17:00")]
LATER = [("remind", "10-30 09:00")]
REGISTERED = [("accept_late", "10-22 17:00"), ("accept_auto", "10-23 17:00"), ("classify_late", "10-26 11:00")]
EXPECTED = {"general": GENERAL, "complex": COMPLEX, "later": LATER, "registered": REGISTERED}
TIERS = {"general": 5, "complex": 3, "later": 0, "registered": 1}


@pytest.fixture
def numbers(any_play: Play) -> dict[str, str]:
    """The four cases, each by its number; days later somebody is back, nothing has struck yet."""
    found = stand_before_the_downtime(any_play)
    any_play.house.clock.move(when(BACK))
    return found


def stand_before_the_downtime(play: Play) -> dict[str, str]:
    play.at("10-19 14:00")
    found = {}
    for name, grade in (("general", "general"), ("complex", "complex")):
        found[name] = play.register(acceptance="accept")
        with_the_unit(play, grade)
    play.at("10-21 11:00")
    found["later"] = play.register(acceptance="accept")
    with_the_unit(play, "complex")
    found["registered"] = play.register()
    play.at("10-21 12:00")
    return found


def with_the_unit(play: Play, grade: str) -> None:
    """The last registered case up to the unit's answer, which does not come."""
    play.do("classify", "w3", grade=grade, cause="系统类")
    play.do("dispatch", "group", lead_unit="SC-MI", onsite_attempt="窗口已协调")
    play.do("acknowledge", "unit-SC-MI", "SC-MI", action="sign")
    play.do("first_contact", "unit-SC-MI", "SC-MI", contact_method="phone")


def told(play: Play, no: str) -> list[tuple[str | None, str | None, str | None, str]]:
    """Per timer that struck, in the order of the trail: which, its due, the instant of its line, when it really was."""
    play.no = no
    return [
        (line.element, shown(when(line.after["due"])), shown(line.at), line.after["at"])
        for line in play.timeline()
        if line.action == "timer_fired" and line.after is not None
    ]


@pytest.mark.parametrize("share", [False, True], ids=["alone", "shared"])
def test_each_level_strikes_once_in_order_with_its_due_and_the_real_instant(
    any_play: Play, numbers: dict[str, str], share: bool
) -> None:
    for _ in range(2):
        beat(any_play.engine, share)
    really = "2026-11-03T09:00:00+08:00"
    expected = {name: [(each, due, due, really) for each, due in levels] for name, levels in EXPECTED.items()}
    assert {name: told(any_play, no) for name, no in numbers.items()} == expected
    assert promises_broken(any_play.house.settings.database_url) == []


def test_the_tiers_are_reached_and_a_reminder_whose_deadline_has_passed_is_recorded_and_not_sent(
    any_play: Play, numbers: dict[str, str]
) -> None:
    beat(any_play.engine, share=False)
    assert {name: tier(any_play, no) for name, no in numbers.items()} == TIERS
    skipped = {name for name, no in numbers.items() if "reminder_skipped" in actions(any_play, no)}
    reminders = select(cases.c.no).join(outbox, outbox.c.case_id == cases.c.id).where(outbox.c.kind == "reminder")
    sent = list(any_play.engine.read(lambda ctx: list(ctx.conn.scalars(reminders))))
    assert (skipped, sent) == ({"general", "complex"}, [numbers["later"]])


def tier(play: Play, no: str) -> int:
    play.no = no
    return play.case().tier


def actions(play: Play, no: str) -> set[str]:
    play.no = no
    return {line.action for line in play.timeline()}


def test_a_house_that_forgets_the_order_does_not_pass(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    def last_first(opened: live.Live, until: datetime) -> WaitingTimer | None:
        waiting = [timer for timer in opened.run.timers() if timer.due <= until]
        return max(waiting, key=lambda timer: timer.due, default=None)

    monkeypatch.setattr(live, "_next_due", last_first)
    found = stand_before_the_downtime(play)
    play.house.clock.move(when(BACK))
    beat(play.engine, share=False)
    assert [each[:2] for each in told(play, found["general"])] != GENERAL
