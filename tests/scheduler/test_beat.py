"""A beat fires and delivers what is due; a case that cannot go on stops nobody."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select, update

from engine.cases.commands import StartProcess
from engine.definitions.shipped import CASE_PROCESS
from engine.scheduler.beat import beat
from engine.storage.database import WriteTransaction
from engine.storage.models import audit, cases, incidents, outbox, timers
from tests.support.asked import asked_of, plans_of
from tests.support.house import House, instant

START_FORM = {
    "channel": "window",
    "title": "社保转移报错",
    "description": "三次提交都报错",
    "appeal_type": "undone",
    "applicant": {"kind": "anonymous"},
}
LATE = instant("2026-09-24 17:00")  # `accept` is due: closing time of the working day after registration


@pytest.fixture
def numbers(any_house: House) -> list[str]:
    """Two registered cases, both late by now; nothing has fired yet."""
    registered = [any_house.do("w3", StartProcess(CASE_PROCESS, START_FORM)).no for _ in range(2)]
    any_house.clock.move(LATE)
    return registered


def spoil(house: House, no: str) -> None:
    """Make the stored state of a case unreadable."""

    def spoil_it(tx: WriteTransaction) -> None:
        tx.begin_writing()
        tx.conn.execute(update(cases).where(cases.c.no == no).values(state=b"spoilt"))

    house.engine.db.write(spoil_it)


def rows(house: House, query: Any) -> list[Any]:
    with house.engine.db.read() as conn:
        return list(conn.scalars(query))


@pytest.mark.parametrize("share", [False, True], ids=["alone", "shared"])
def test_a_beat_fires_what_is_due_and_delivers_its_notices(any_house: House, numbers: list[str], share: bool) -> None:
    beat(any_house.engine, share)
    fired = select(audit.c.element).where(audit.c.action == "timer_fired")
    assert rows(any_house, fired) == ["accept_late", "accept_late"]
    assert rows(any_house, select(outbox.c.id).where(outbox.c.sent_at.is_(None), outbox.c.skipped.is_(None))) == []


def test_a_beat_before_anything_is_due_changes_nothing(any_house: House) -> None:
    any_house.do("w3", StartProcess(CASE_PROCESS, START_FORM))
    before = rows(any_house, select(audit.c.hash))
    beat(any_house.engine, share=False)
    assert rows(any_house, select(audit.c.hash)) == before


def test_a_spoilt_case_waits_for_its_incident_and_the_other_goes_on(any_house: House, numbers: list[str]) -> None:
    spoil(any_house, numbers[0])
    for _ in range(3):
        beat(any_house.engine, share=False)
    fired = select(cases.c.no).join(audit, audit.c.case_id == cases.c.id).where(audit.c.action == "timer_fired")
    assert rows(any_house, fired) == [numbers[1]]
    assert rows(any_house, select(incidents.c.kind)) == ["StateCorrupt"]
    waiting = select(timers.c.parked).join(cases).where(cases.c.no == numbers[0])
    assert set(rows(any_house, waiting)) == set(rows(any_house, select(incidents.c.id)))
    counted = select(cases.c.incidents).order_by(cases.c.no)
    assert rows(any_house, counted) == [1, 0]


def test_a_beat_with_nothing_to_do_walks_through_no_table_of_cases(house: House) -> None:
    """However many cases there are, and were new when somebody had them counted: what is new about them is found off
    indexes that hold no others."""
    house.register()
    with house.engine.db.pool.connect() as conn:
        conn.exec_driver_sql("PRAGMA query_only=OFF")
        conn.exec_driver_sql("ANALYZE")
        conn.commit()
    for _ in range(3):
        beat(house.engine, share=False, places=[])
    with asked_of(house.engine.db) as asked:
        beat(house.engine, share=False, places=[])
    questions = [(sql, values) for sql, values in asked if sql.startswith("SELECT") and "cases" in sql]
    steps = [step for plan in plans_of(house.engine.db, questions) for step in plan]
    for index in ("ix_cases_unchecked", "ix_cases_unwalked", "ix_cases_unled", "ix_cases_unledgered"):
        assert f"SCAN cases USING INDEX {index}" in steps
    walked = re.compile(r"SCAN (cases|case_\w+|audit|answers|outbox|notices|timers|tasks|task_groups)(?! USING)")
    assert [step for step in steps if walked.match(step)] == []
