"""The rows of the ledger that are kept say what would be worked out, at every moment, and no longer than it is true."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from engine.bench.many import multiply, samples_of
from engine.cases.commands import SYSTEM, Actor, StartProcess
from engine.clock import SimulatedClock
from engine.definitions.shipped import CASE_PROCESS
from engine.demo import live_through, past_of
from engine.exports.keeping import keep_ledger
from engine.exports.ledger import export_ledger
from engine.facade import Engine, ReadContext
from engine.house import open_house
from engine.queries.ledger import LedgerFilter, ledger_lines
from engine.queries.ledger_columns import COLUMNS
from engine.scheduler.beat import beat
from engine.settings import Settings
from engine.spreadsheet import harmless
from engine.storage.database import WriteTransaction
from engine.storage.models import answers, case_people, cases, ledger_rows, people, units
from engine.vocabulary import LIGHT
from tests.support.house import instant
from tests.support.play import REGISTRATION, Play, any_play, play, postgres_play

__all__ = ["any_play", "play", "postgres_play"]  # fixtures handed on

LIVED = instant("2026-11-20 10:00")
UNHAPPY: dict[str, Any] = {"contacted": True, "resolved": False, "satisfaction": 1, "dissatisfied_reason": "result"}
STORED = select(ledger_rows.c.cells)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A house in which all samples have been lived through: done, late, paused, pending, merged, done over."""
    url = f"sqlite:///{tmp_path_factory.mktemp('lived') / 'lived.db'}"
    engine = open_house(Settings(database_url=url, demo=True), LIVED)
    live_through(engine, past_of(engine, busy=True), lambda: None)
    window = Actor("w3", "三号窗口", frozenset({"window"}))
    engine.execute(StartProcess(CASE_PROCESS, {**REGISTRATION, "applicant": {"kind": "anonymous"}}), window)
    engine.execute(StartProcess(CASE_PROCESS, {**REGISTRATION, "confidential": True}), window)
    yield engine
    engine.db.close()


def worked_out(ctx: ReadContext) -> list[list[str]]:
    """The file as the lines of the ledger have it, cell by cell."""
    return [[_text(column.said(line)) for column in COLUMNS] for line in ledger_lines(ctx, LedgerFilter())]


def _text(cell: Any) -> str:
    if isinstance(cell, datetime):
        return f"{cell.date()} {cell.time()}"
    return str(cell) if isinstance(cell, date | int) else harmless(cell or "")


def written(engine: Engine, folder: Path) -> list[list[str]]:
    path = folder / "ledger.csv"
    export_ledger(engine, SYSTEM, LedgerFilter(), path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))[1:]


def keep(engine: Engine, most: int = 50) -> int:
    """Until there is nothing left to keep; returns how many cases were looked at."""
    return sum(iter(lambda: keep_ledger(engine, most), 0))


def changed(engine: Engine, *statements: Any) -> None:
    """Change rows behind the back of the house."""

    def work(tx: WriteTransaction) -> None:
        tx.begin_writing()
        for statement in statements:
            tx.conn.execute(statement)

    engine.db.write(work)


def rows(engine: Engine, query: Any) -> list[Any]:
    with engine.db.read() as conn:
        return list(conn.scalars(query))


def of_column(told: list[list[str]], key: str) -> list[str]:
    place = [column.key for column in COLUMNS].index(key)
    return [row[place] for row in told]


# ------------------------------------------------------------------ the same at every moment
def test_a_kept_row_says_at_every_moment_what_would_be_worked_out(lived: Engine, tmp_path: Path) -> None:
    keep(lived, most=7)
    lines = lived.read(worked_out)
    assert len(rows(lived, STORED)) == len(lines) > 20
    deadlines = [at for at in rows(lived, select(cases.c.deadline)) if at is not None]
    moments = {LIVED + timedelta(hours=14 * step) for step in range(30)}
    moments |= {at + timedelta(microseconds=more) for at in deadlines for more in (-1, 0, 1) if at >= LIVED}
    lights = set()
    for moment in sorted(moments):  # nothing happens, time goes by
        lived.clock = SimulatedClock(moment)
        expected = lived.read(worked_out)
        assert written(lived, tmp_path) == expected, moment
        lights.add(tuple(of_column(expected, "light")))
    assert len(lights) > 3, "the lights must have changed on the way"
    lived.clock = SimulatedClock(LIVED)


def test_the_samples_hold_what_makes_rows_differ(lived: Engine) -> None:
    told = lived.read(worked_out)
    assert set(LIGHT.values()) <= set(of_column(told, "light"))
    assert {"个人", "企业", "匿名"} <= set(of_column(told, "kind"))
    assert any("并入" in said for said in of_column(told, "remarks"))
    assert all(any(of_column(told, key)) for key in ("course", "result", "services", "pain", "visit", "moves"))
    assert (any(of_column(told, "in_time")), "是" in of_column(told, "called_back")) == (True, True)


def test_what_is_not_kept_yet_is_worked_out_in_its_place(lived: Engine, tmp_path: Path) -> None:
    changed(lived, delete(ledger_rows), update(cases).values(ledger_seq=0))
    assert 0 < keep_ledger(lived, most=5) < len(lived.read(worked_out))
    assert written(lived, tmp_path) == lived.read(worked_out)
    assert len(rows(lived, STORED)) <= 5


def test_a_row_kept_at_a_later_instant_than_the_present_is_worked_out(lived: Engine, tmp_path: Path) -> None:
    changed(lived, delete(ledger_rows), update(cases).values(ledger_seq=0))
    lived.clock = SimulatedClock(LIVED + timedelta(days=60))
    keep(lived)
    lived.clock = SimulatedClock(LIVED)
    assert written(lived, tmp_path) == lived.read(worked_out)


# ------------------------------------------------------------------ no longer than it is true
def test_what_happens_to_a_case_is_in_the_next_file_and_in_the_kept_row_after_the_next_beat(
    any_play: Play, tmp_path: Path
) -> None:
    any_play.until("give_feedback")
    any_play.at("10-23 10:00")
    any_play.do("return_visit", "callback", **UNHAPPY)
    beat(any_play.engine, share=False)
    assert len(rows(any_play.engine, STORED)) == 1
    any_play.do("approve_redo", "group", approved=True, measure="换人再办")
    any_play.act("amend", "w3", field="description", value="说错了，是转移。", reason="听错")
    told = written(any_play.engine, tmp_path)
    assert of_column(told, "problem") == ["新生儿医保参保：说错了，是转移。"]
    assert (of_column(told, "remarks"), "换人再办" in of_column(told, "pain")[0]) == (["重办 1 次"], True)
    beat(any_play.engine, share=False)
    assert rows(any_play.engine, select(ledger_rows.c.seq)) == rows(any_play.engine, select(cases.c.audit_seq))
    assert written(any_play.engine, tmp_path) == told == any_play.engine.read(worked_out)
    assert keep_ledger(any_play.engine) == 0


def test_whoever_registered_a_case_and_a_unit_bear_their_present_names(play: Play, tmp_path: Path) -> None:
    play.until("return_visit")
    keep(play.engine)
    renamed = update(units).where(units.c.code == "SC-MI").values(short="医保窗口")
    changed(play.engine, update(people).where(people.c.name == "w3").values(display="=新名"), renamed)
    play.engine.forget_directory()
    told = written(play.engine, tmp_path)
    assert (of_column(told, "lead"), of_column(told, "officer")) == (["医保窗口"], ["'=新名"])
    assert (keep(play.engine), written(play.engine, tmp_path), keep(play.engine)) == (1, told, 0)


def test_a_restricted_case_has_no_row(play: Play) -> None:
    play.at("10-19 14:00")
    play.register(title="反映工作人员", confidential=True)
    assert (keep(play.engine), rows(play.engine, STORED)) == (1, [])


def test_a_row_is_sealed_for_its_case(play: Play, tmp_path: Path) -> None:
    play.at("10-19 14:00")
    play.register(title="平常的事")
    keep(play.engine)
    [stored] = rows(play.engine, STORED)
    assert "平常的事".encode() not in stored
    assert "平常的事" in of_column(written(play.engine, tmp_path), "problem")[0]


@pytest.mark.parametrize(
    "spoilt",
    [update(answers).values(variables="~00000000~AAAA"), update(cases).values(facts="{")],
    ids=["does not open", "is no record"],
)
def test_a_case_that_cannot_be_read_keeps_no_other_from_its_row(play: Play, spoilt: Any) -> None:
    play.at("10-19 14:00")
    for title in ("一", "二", "三"):
        play.register(title=title)
    second = rows(play.engine, select(cases.c.id).order_by(cases.c.id))[1]
    changed(play.engine, spoilt.where((answers.c.case_id if spoilt.table is answers else cases.c.id) == second))
    assert keep(play.engine) == 3
    assert second not in rows(play.engine, select(ledger_rows.c.case_id).order_by(ledger_rows.c.case_id))
    assert rows(play.engine, select(func.count()).select_from(ledger_rows)) == [2]
    play.harmed = True


# ------------------------------------------------------------------ while it is written
def test_what_is_erased_while_a_file_is_written_breaks_nothing(any_play: Play, tmp_path: Path) -> None:
    any_play.at("10-19 14:00")
    for title in ("一", "二", "三"):
        any_play.register(title=title)
    engine, path = any_play.engine, tmp_path / "l.csv"
    gone = (delete(ledger_rows), delete(answers), update(case_people).values(name=None, phone=None))
    whole = written(engine, tmp_path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("engine.queries.ledger.BATCH", 1)
        keep_ledger(engine, most=1)  # one is read as it is kept, the others are worked out
        export_ledger(engine, SYSTEM, LedgerFilter(), path, lambda at, of: changed(engine, *gone) if at == 1 else None)
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[1:] == whole
    after = written(engine, tmp_path)
    assert (of_column(after, "no"), of_column(after, "person")) == (of_column(whole, "no"), ["", "", ""])
    any_play.harmed = True


def test_many_cases_are_kept_and_written_alike(lived: Engine, tmp_path: Path) -> None:
    multiply(lived, samples_of(lived, (case_people, answers)), 120)
    expected = lived.read(worked_out)
    assert written(lived, tmp_path) == expected
    keep(lived)
    assert len(rows(lived, STORED)) == len(expected)
    assert written(lived, tmp_path) == expected
