"""The trail that belongs to no case, as auditors read it."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from engine.audit.house import record
from engine.audit.verify import verify_all
from engine.cases.commands import PreserveCase
from engine.queries.house import KINDS, HouseFilter, HouseLine, HouseLines, house_lines
from engine.storage.database import WriteTransaction
from engine.storage.models import audit, cases
from engine.vocabulary import HOUSE_ACT, HOUSE_KIND
from tests.support.asked import asked_of, plans_of
from tests.support.house import FURNISHING, START, House


def lines(house: House, after: str | None = None, limit: int = 50, **wanted: Any) -> HouseLines:
    return house.engine.read_as(house.actor("auditor"), house_lines, HouseFilter(**wanted), after, limit)


def acts(house: House, **wanted: Any) -> list[tuple[str, str]]:
    return [(line.actor, line.action) for line in lines(house, **wanted).items]


def note(house: House, minutes: int, actor: str, action: str, element: str | None = None, **said: Any) -> None:
    def write(tx: WriteTransaction) -> None:
        tx.begin_writing()
        record(tx.conn, START + timedelta(minutes=minutes), actor, action, element, said or None)

    house.engine.db.write(write)


def furnished(house: House) -> None:
    note(house, 1, "w1", "signed_in", "w1", address="10.0.0.1")
    note(house, 2, "system", "sign_in_failed", "w1", address="10.0.0.9")
    note(house, 3, "w2", "ledger_exported", "ledger", rows=3)
    note(house, 4, "w2", "signed_out", "w2")


def test_every_act_has_words_and_belongs_to_one_kind() -> None:
    of_kinds = [act for acts in KINDS.values() for act in acts]
    assert sorted(of_kinds) == sorted(HOUSE_ACT)
    assert set(KINDS) == set(HOUSE_KIND)


def test_an_act_that_has_no_words_is_not_written(house: House) -> None:
    with pytest.raises(KeyError):
        note(house, 1, "w1", "made_up")
    assert len(lines(house).items) == FURNISHING


def test_the_newest_line_comes_first_and_pages_neither_lose_nor_repeat_one(any_house: House) -> None:
    furnished(any_house)
    whole = lines(any_house).items
    assert [line.action for line in whole[:4]] == ["signed_out", "ledger_exported", "sign_in_failed", "signed_in"]
    paged: list[HouseLine] = []
    after: str | None = None
    for _ in range(len(whole)):
        page = lines(any_house, after, 2)
        paged += page.items
        after = page.next
        if after is None:
            break
    assert tuple(paged) == whole


def test_they_are_narrowed_by_kind_by_person_and_by_day(any_house: House) -> None:
    furnished(any_house)
    assert acts(any_house, kind="taken_out") == [("w2", "ledger_exported")]
    # what w1 did, and what was tried in the name of w1
    assert acts(any_house, person="w1") == [("system", "sign_in_failed"), ("w1", "signed_in")]
    assert acts(any_house, person="w2", kind="entrance") == [("w2", "signed_out")]
    assert acts(any_house, since=START.date() + timedelta(days=1)) == []
    assert len(acts(any_house, until=START.date(), since=START.date())) == FURNISHING + 4
    assert acts(any_house, until=date(2026, 9, 22)) == []


def test_a_person_is_found_by_the_name_on_screens(any_house: House) -> None:
    furnished(any_house)
    shown = next(line.by for line in lines(any_house, person="w2").items)
    assert shown != "w2"
    assert acts(any_house, person=shown) == [("w2", "signed_out"), ("w2", "ledger_exported")]


def test_numbers_of_people_are_masked_and_a_restricted_case_is_not_named(any_house: House) -> None:
    no = any_house.register()
    any_house.do("bureau", PreserveCase(no, "court", "法院来函"))
    note(any_house, 5, "supervisor", "approval_asked", "five_step_loop", reason="请回电 13812341234")
    (asked, preserved) = (lines(any_house, kind="definitions").items[0], lines(any_house, kind="kept").items[0])
    assert asked.after["reason"] == "请回电 138****1234"
    assert (preserved.no, preserved.after["ground"]) == (no, "court")

    def restrict(tx: WriteTransaction) -> None:
        tx.begin_writing()
        tx.conn.execute(update(cases).where(cases.c.no == no).values(restricted=True))

    any_house.engine.db.write(restrict)
    hidden = lines(any_house, kind="kept").items[0]
    assert (hidden.no, hidden.restricted) == (None, True)
    assert no not in json.dumps(hidden.after)


def test_lines_of_cases_are_not_among_them(house: House) -> None:
    house.register()
    assert len(lines(house).items) == FURNISHING


@pytest.mark.parametrize(
    "wanted",
    [{}, {"kind": "taken_out"}, {"person": "w1"}, {"person": "w1", "kind": "kept"}, {"since": date(2026, 9, 23)}],
)
def test_a_page_is_read_off_an_index_and_nothing_is_sorted_but_the_heads(house: House, wanted: dict[str, Any]) -> None:
    furnished(house)
    auditor = house.actor("auditor")
    with asked_of(house.engine.db) as asked:
        house.engine.read_as(auditor, house_lines, HouseFilter(**wanted))
    plan = next(plan for plan in plans_of(house.engine.db, asked) if any("ix_audit_house" in step for step in plan))
    looked = [step for step in plan if " audit " in f"{step} "]
    assert looked and all("USING INDEX ix_audit_house_" in step for step in looked)
    assert not any(step.startswith("SCAN audit") and "USING INDEX" not in step for step in plan)


@pytest.mark.slow
def test_a_page_of_two_hundred_thousand_lines_reads_as_many_rows_as_it_shows(house: House) -> None:
    """Counted in rows the database steps over, not in time: SQLite tells its own steps."""
    rows = [
        {
            "case_id": 0,
            "seq": seq,
            "at": START + timedelta(seconds=seq),
            "actor": f"p{seq % 500}",
            "action": "signed_in" if seq % 1000 else "case_erased",
            "element": f"p{seq % 500}",
            "prev": "",
            "hash": "",
        }
        for seq in range(10, 200_010)
    ]

    def fill(tx: WriteTransaction) -> None:
        tx.begin_writing()
        for trigger in tx.conn.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all():
            tx.conn.exec_driver_sql(f'DROP TRIGGER "{trigger}"')
        tx.conn.execute(insert(audit), rows)

    house.engine.db.write(fill)
    for wanted in ({}, {"kind": "kept"}, {"person": "p0"}, {"kind": "kept", "since": date(2026, 9, 24)}):
        assert _steps(house, **wanted) < 60_000, wanted


def _steps(house: House, **wanted: Any) -> int:
    """Thousands of steps of SQLite's machine while a page is read."""
    auditor, counted = house.actor("auditor"), [0]

    def read(ctx: Any) -> None:
        raw = ctx.conn.connection.driver_connection
        raw.set_progress_handler(lambda: counted.__setitem__(0, counted[0] + 1000), 1000)
        try:
            house_lines(ctx, HouseFilter(**wanted))
        finally:
            raw.set_progress_handler(None, 0)

    house.engine.read_as(auditor, read)
    return counted[0]


def test_a_line_that_waited_for_another_is_not_dated_before_it_but_a_clock_put_back_is_told(any_house: House) -> None:
    note(any_house, 10, "w1", "signed_in", "w1")
    seconds_before = START + timedelta(minutes=10) - timedelta(seconds=5)

    def write(tx: WriteTransaction) -> None:
        tx.begin_writing()
        record(tx.conn, seconds_before, "w2", "signed_out", "w2")
        record(tx.conn, START, "w3", "signed_in", "w3")

    any_house.engine.db.write(write)
    by_number = sorted(lines(any_house).items, key=lambda line: line.seq)[-3:]
    at = START + timedelta(minutes=10)
    assert [(line.actor, line.at) for line in by_number] == [("w1", at), ("w2", at), ("w3", START)]
    with any_house.engine.db.read() as conn:
        assert list(verify_all(conn)) == []
