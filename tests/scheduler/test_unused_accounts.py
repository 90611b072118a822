"""Once a day the accounts nobody uses are shut off; never in a demonstration."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from engine.directory.rules import Rules
from engine.scheduler.beat import beat
from engine.storage.database import WriteTransaction
from engine.storage.models import people
from tests.support.house import START, House


def active(house: House) -> int:
    return house.engine.read(lambda ctx: ctx.conn.scalar(select(func.count()).where(people.c.active)) or 0)


def last_seen(house: House, name: str, days: int) -> None:
    def change(tx: WriteTransaction) -> None:
        tx.begin_writing()
        seen = START - timedelta(days=days, minutes=1)
        tx.conn.execute(update(people).where(people.c.name == name).values(seen_at=seen))

    house.engine.db.write(change)


@pytest.mark.checklist(47)
def test_the_daily_beat_shuts_off_who_has_not_come_for_ninety_days(any_house: House) -> None:
    before = active(any_house)
    last_seen(any_house, "w1", 90)
    last_seen(any_house, "w2", 89)
    beat(any_house.engine, False, Rules())
    assert active(any_house) == before - 1
    last_seen(any_house, "w3", 90)
    beat(any_house.engine, False, Rules())
    assert active(any_house) == before - 1  # not looked at again today
    any_house.move(START + timedelta(days=1))
    beat(any_house.engine, False, Rules())
    assert active(any_house) == before - 3


def test_in_a_demo_everybody_stays(house: House) -> None:
    before = active(house)
    last_seen(house, "w1", 900)
    beat(house.engine, False, Rules(strict=False))
    beat(house.engine, False)
    assert active(house) == before
