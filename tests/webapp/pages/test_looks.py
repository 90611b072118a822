"""谁看过什么: looks of everybody, the auditors' own among them, by person and by day."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from engine.cases.commands import Unmask
from engine.queries.looks import LookFilter, looks
from engine.queries.rules import MANY_LOOKS
from engine.storage.database import WriteTransaction
from engine.storage.models import accesses
from tests.support.asked import asked_of, plans_of
from tests.support.house import START, House
from tests.webapp.pages.browserless import Visitor, cells


def auditor(house: House) -> Visitor:
    return Visitor.of(house.app).sign_in("auditor")


def kept(house: House) -> list[tuple[str, str]]:
    query = select(accesses.c.person, accesses.c.what).order_by(accesses.c.id)
    return house.engine.read(lambda ctx: [(person, what) for person, what in ctx.conn.execute(query)])


@pytest.mark.checklist(65)
def test_the_auditors_own_looks_are_kept_once_in_ten_minutes(any_house: House) -> None:
    no = any_house.register()
    visitor = auditor(any_house)
    for address in (f"/audit/cases/{no}", f"/audit/cases/{no}?at=1", f"/audit/cases/{no}/sheet", f"/audit/cases/{no}"):
        visitor.open(address)
    assert kept(any_house) == [("auditor", "audit"), ("auditor", "sheet")]
    any_house.person("supervisor").get(f"/api/cases/{no}/as-of")
    assert kept(any_house)[2:] == [("supervisor", "audit")]


def test_a_pack_is_kept_as_a_pack_alone(house: House) -> None:
    no = house.register()
    visitor = auditor(house)
    visitor.open(f"/audit/cases/{no}")
    visitor.send(f"/audit/cases/{no}/pack").close()
    assert kept(house) == [("auditor", "audit"), ("auditor", "pack")]


@pytest.mark.checklist(65)
def test_it_says_which_cases_a_person_looked_at_and_whether_in_clear(any_house: House) -> None:
    first, second = any_house.register(), any_house.register()
    any_house.do("callback", Unmask(first, {"reason": "核对"}))
    any_house.person("auditor").get(f"/api/cases/{second}/as-of")
    visitor = auditor(any_house)
    told = [line[2:] for line in cells(visitor.open("/audit/looks").text)]
    assert sorted(told) == sorted([[first, "联系方式", "完整"], [second, "审计页面", "隐去"]])
    assert [line[2] for line in cells(visitor.open("/audit/looks?person=callback").text)] == [first]
    assert [line[2] for line in cells(visitor.open("/audit/looks?what=audit").text)] == [second]
    assert cells(visitor.open("/audit/looks?from=2026-09-24").text) == []
    of_citizen = [line[2:] for line in cells(visitor.open(f"/cases/{first}/accesses").text)]
    assert sorted(of_citizen) == sorted([["联系方式", "完整", first], ["审计页面", "隐去", second]])


def test_a_restricted_case_is_not_named(house: House) -> None:
    no = house.register("restricted", confidential=True)
    house.person("restricted").get(f"/api/cases/{no}")
    visitor = auditor(house)
    (line,) = cells(visitor.open("/audit/looks").text)
    assert line[2] == "限密件"
    assert no not in visitor.text
    assert house.person("auditor").get("/api/audit/looks").json["items"][0]["no"] is None


def test_whoever_looked_at_very_many_leads_to_which(house: House) -> None:
    for _ in range(MANY_LOOKS):
        house.register()

    def look(tx: WriteTransaction) -> None:
        tx.begin_writing()
        seen = [{"person": "w2", "what": "case", "at": START + timedelta(minutes=n)} for n in range(MANY_LOOKS)]
        tx.conn.execute(insert(accesses), [{"case_id": n, **each} for n, each in enumerate(seen, 1)])

    house.engine.db.write(look)
    visitor = auditor(house)
    assert "/audit/looks?person=w2&amp;from=2026-09-23&amp;to=2026-09-23" in visitor.open("/audit/rules").text
    assert len(cells(visitor.open("/audit/looks?person=w2&from=2026-09-23&to=2026-09-23").text)) == MANY_LOOKS
    supervisor = Visitor.of(house.app).sign_in("supervisor")
    assert "/audit/looks" not in supervisor.open("/audit/rules").text


def test_an_auditor_who_looks_at_very_many_masked_cases_is_not_named(house: House) -> None:
    for _ in range(MANY_LOOKS):
        house.person("auditor").get(f"/api/cases/{house.register()}/as-of")
    assert "没有人一天看过" in auditor(house).open("/audit/rules").text


@pytest.mark.parametrize("wanted", [LookFilter(), LookFilter("w1"), LookFilter(since=START.date())])
def test_a_page_is_read_off_an_index(house: House, wanted: LookFilter) -> None:
    reader = house.actor("auditor")
    with asked_of(house.engine.db) as asked:
        house.engine.read_as(reader, looks, wanted)
    reading = [each for each in asked if "FROM accesses" in each[0]]
    steps = [step for plan in plans_of(house.engine.db, reading) for step in plan if " accesses" in step]
    assert steps and all("INDEX ix_accesses_" in step for step in steps), steps


def test_both_pages_lie_under_the_audit_and_a_picture_says_its_version(house: House) -> None:
    visitor, no = auditor(house), house.register()
    for address in ("/audit/looks", "/audit/house"):
        assert '<a href="/audit/cases" aria-current="page">审计' in visitor.open(address).text
    assert re.search(r"<summary>[^<]+（第 1 版）", visitor.open(f"/audit/cases/{no}").text)
