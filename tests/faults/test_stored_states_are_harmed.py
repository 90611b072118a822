"""F15 in its short form: every harm to a stored case is found, stops nobody else, and is undone by its trail."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from engine.audit.replay import lines_of
from engine.bpmn import state
from engine.cases.commands import ClaimTask, CompleteTask, RepairCase
from engine.errors import NotNow
from engine.queries.case import case
from engine.storage.models import answers, cases, incidents, tasks, timers, work_orders
from tests.faults.corrupting import KINDS, Tally, corrupt
from tests.faults.invariants import promises_broken
from tests.support.harm import drop_triggers
from tests.support.house import START, House
from tests.support.replayed import trails_hold

SEED = 20261015


def three_cases(house: House) -> list[str]:
    """One just registered, one with a unit, one that is archived, whose state is packed."""
    new = house.register()
    with_unit = dispatched(house)
    archived = house.register()
    house.complete("w3", archived, "accept", acceptance="consult", reply_text="材料清单已告知。")
    return [new, with_unit, archived]


def dispatched(house: House) -> str:
    no = house.register(acceptance="accept")
    house.complete("w3", no, "classify", grade="general", cause="系统类")
    house.complete("group", no, "dispatch", lead_unit="SC-SS", onsite_attempt="窗口已协调")
    return no


def harmed(house: House, no: str, *more: Any) -> int:
    """Make a stored state unreadable and let the clock find it; returns the incident."""

    def work(tx: Any) -> None:
        tx.begin_writing()
        drop_triggers(tx.conn)
        for statement in (update(cases).where(cases.c.no == no).values(state=b"BC\1spoilt"), *more):
            tx.conn.execute(statement)

    house.engine.db.write(work)
    house.clock.move(house.clock.now() + timedelta(days=9))
    house.engine.fire_due()
    with house.engine.db.read() as conn:
        return int(conn.execute(select(incidents.c.id)).scalar_one())


def rows(house: House, table: Any) -> list[Any]:
    columns = [column for column in table.columns if column.name != "id" or table is not work_orders]
    with house.engine.db.read() as conn:
        return sorted((tuple(row) for row in conn.execute(select(*columns))), key=str)


def test_every_harm_is_found_and_undone_to_the_last_bit(any_house: House) -> None:
    tally = corrupt(any_house, three_cases(any_house), SEED, 5 * len(KINDS))
    assert tally.wrong == []
    assert tally.harms == dict.fromkeys(KINDS, 5)
    assert promises_broken(any_house.settings.database_url) == []
    trails_hold(any_house.engine)


@pytest.mark.parametrize(
    ("harm", "check"), [("another value", "the digest in it"), ("older", "the digest on the trail")]
)
def test_a_house_that_does_not_look_at_digests_does_not_pass(
    house: House, harm: str, check: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if check == "the digest in it":
        monkeypatch.setattr(state, "_payload", lambda stored: stored[state.HEADER :])
    else:
        monkeypatch.setattr(state, "digest_of", lambda stored: Anything())
    no = dispatched(house)
    tally: Tally = corrupt(house, [no], SEED, 1, [harm])
    assert tally.wrong == [f"{harm} of {no}: was not found"]


class Anything(str):
    """Equal to whatever it is compared with."""

    def __eq__(self, other: object) -> bool:
        return True

    def __ne__(self, other: object) -> bool:
        return False

    __hash__ = str.__hash__


def test_a_harmed_case_stops_nobody_and_goes_on_after_its_repair(any_house: House) -> None:
    broken, sound = dispatched(any_house), dispatched(any_house)
    task = any_house.task(broken, "acknowledge", "SC-SS")
    any_house.do("unit-SC-SS", ClaimTask(task, "unit-SC-SS"))
    before = [rows(any_house, table) for table in (tasks, work_orders)]
    id = harmed(any_house, broken)
    assert any_house.engine.read(case, sound).tier > 0
    any_house.do("supervisor", RepairCase(id))
    assert [[row for row in rows(any_house, tasks) if row[0] == task]] == [[r for r in before[0] if r[0] == task]]
    fired = any_house.engine.fire_due()
    assert {each.no for each in fired} == {broken}
    assert any_house.engine.read(case, broken).tier == any_house.engine.read(case, sound).tier
    for no in (broken, sound):
        any_house.complete("unit-SC-SS", no, "first_contact", "SC-SS", action="contact", contact_method="phone")
    trails_hold(any_house.engine)
    assert promises_broken(any_house.settings.database_url) == []


def test_rows_that_were_lost_come_back_with_the_state(any_house: House) -> None:
    no = dispatched(any_house)
    before = [rows(any_house, table) for table in (tasks, timers, work_orders)]
    lost = [delete(table) for table in (tasks, work_orders)]
    id = harmed(any_house, no, *lost)
    any_house.do("supervisor", RepairCase(id))
    assert [rows(any_house, table) for table in (tasks, timers, work_orders)] == before


def test_the_line_of_a_repair_bears_the_digest_of_the_state(any_house: House) -> None:
    no = dispatched(any_house)
    digest = any_house.engine.read(lambda ctx: lines_of(ctx.conn, ctx.keys, 1))[-1].digest
    any_house.do("supervisor", RepairCase(harmed(any_house, no)))
    last = any_house.engine.read(lambda ctx: lines_of(ctx.conn, ctx.keys, 1))[-1]
    assert (last.action, last.actor, last.digest) == ("repaired", "supervisor", digest)


def test_nothing_is_guessed_when_the_trail_does_not_hold(any_house: House) -> None:
    no = dispatched(any_house)
    id = harmed(any_house, no, delete(answers).where(answers.c.seq > 1))
    with pytest.raises(NotNow, match="不能按它修复"):
        any_house.do("supervisor", RepairCase(id))
    with any_house.engine.db.read() as conn:
        assert conn.execute(select(cases.c.state)).scalar() == b"BC\1spoilt"
        assert conn.execute(select(incidents.c.resolved_at)).scalar() is None


def test_a_harmed_case_is_one_incident_however_often_it_is_met(any_house: House) -> None:
    no = any_house.register()
    task = any_house.task(no, "accept")
    harmed(any_house, no)
    for _ in range(3):
        with pytest.raises(Exception, match="无法识别"):
            any_house.do("w3", CompleteTask(task, {"acceptance": "accept"}))
    any_house.move(START + timedelta(days=20))
    assert len(rows(any_house, incidents)) == 1
