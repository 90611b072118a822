"""Whoever sees a citizen in clear is noted, and the auditor can tell who saw what."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, text

from engine.cases.commands import Unmask
from engine.queries.accesses import accesses_of
from engine.queries.case import case
from engine.queries.case_page import case_page
from engine.storage.database import WriteTransaction
from engine.storage.models import accesses
from tests.support.asked import asked_of, plans_of
from tests.support.house import START, House


def noted(house: House) -> list[tuple[str, str]]:
    query = select(accesses.c.person, accesses.c.what).order_by(accesses.c.id)
    return house.engine.read(lambda ctx: [(person, what) for person, what in ctx.conn.execute(query)])


def look(house: House, name: str, no: str) -> None:
    house.engine.read_as(house.actor(name), case, no)


@pytest.mark.checklist(57, 65)
def test_what_is_seen_in_clear_is_noted_once_in_ten_minutes(any_house: House) -> None:
    no = any_house.register()
    for _ in range(3):
        look(any_house, "w1", no)
    any_house.engine.read_as(any_house.actor("w1"), case_page, no)
    look(any_house, "w2", no)
    assert noted(any_house) == [("w1", "case"), ("w2", "case")]
    any_house.clock.move(START + timedelta(minutes=11))
    look(any_house, "w1", no)
    assert noted(any_house)[2:] == [("w1", "case")]


def test_what_is_seen_masked_is_not(any_house: House) -> None:
    no = any_house.register()
    for name in ("auditor", "supervisor", "callback"):
        look(any_house, name, no)
    any_house.engine.read(case, no)
    assert noted(any_house) == []


def test_what_cannot_be_noted_is_not_shown(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    no = house.register()

    def full(*_: Any) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("engine.facade.write_down", full)
    with pytest.raises(OSError):
        look(house, "w1", no)


def test_an_act_whose_answer_shows_the_person_is_noted_with_it(any_house: House) -> None:
    no = any_house.register()
    any_house.person("w3").post(f"/api/cases/{no}/supplement", {"text": "又带来一份材料"}, key="k")
    assert noted(any_house) == [("w3", "case")]


@pytest.mark.checklist(65)
def test_the_report_covers_all_cases_of_the_same_citizen_and_no_others(any_house: House) -> None:
    first = any_house.register()
    second = any_house.register(applicant={"kind": "person", "name": "戴建国", "phone": "+86 138-1234-1234"})
    other = any_house.register(applicant={"kind": "person", "name": "戴建国", "phone": "13900000000"})
    for no in (first, second, other):
        look(any_house, "w1", no)
    any_house.do("callback", Unmask(second, {"reason": "核对"}))
    found = any_house.engine.read_as(any_house.actor("auditor"), accesses_of, first)
    assert [(each.no, each.person, each.what) for each in found.items] == [
        (second, "callback", "unmask"),
        (second, "w1", "case"),
        (first, "w1", "case"),
    ]
    assert (found.name, found.phone, found.total) == ("戴某", "138****1234", 3)


@pytest.mark.checklist(65)
def test_the_report_looks_rows_up_and_reads_no_table_through(house: House) -> None:
    no = house.register()
    for n in range(9):
        house.register(applicant={"kind": "person", "name": "李四", "phone": f"1390000000{n}"})

    def fill(tx: WriteTransaction) -> None:
        tx.begin_writing()
        rows = [{"case_id": n % 10 + 1, "person": "w1", "what": "case", "at": START} for n in range(1000)]
        tx.conn.execute(insert(accesses), rows)
        tx.conn.execute(text("ANALYZE"))

    house.engine.db.write(fill)
    with asked_of(house.engine.db) as asked:
        assert house.engine.read(accesses_of, no).total == 100
    reports = [(sql, values) for sql, values in asked if "FROM accesses" in sql]
    plans = plans_of(house.engine.db, reports)
    steps = [step for plan in plans for step in plan]
    assert len(plans) == 2 and not any(step.startswith("SCAN accesses") for step in steps), steps
    assert any("ix_accesses" in step for step in steps)


# ------------------------------------------------------------------ at the doors
@pytest.mark.checklist(65)
def test_the_report_is_for_auditors(house: House) -> None:
    no = house.register()
    look(house, "w1", no)
    answer = house.person("auditor").get(f"/api/cases/{no}/accesses")
    assert [item["person"] for item in answer.json["items"]] == ["w1"]
    assert answer.json["name"] == "戴某" and "13812341234" not in answer.text
    for name in ("w1", "supervisor", "bureau", "admin"):
        assert house.person(name).get(f"/api/cases/{no}/accesses").status_code == 403
