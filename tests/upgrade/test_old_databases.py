"""Databases left by earlier versions upgrade, and their cases are finished on the diagrams they began on."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import zstandard

from engine.audit.verify import verify_all
from engine.cases.commands import AskErasure, StartProcess
from engine.definitions.versions import RECTIFICATION
from engine.errors import NotNow
from engine.facade import Engine
from engine.house import open_house
from engine.queries.cases import CaseFilter, list_cases
from engine.queries.rectifications import findings_of
from engine.settings import Settings
from tests.support.replayed import unlike_their_trails
from tests.upgrade.course import answered_by, complete, finish, open_tasks, person, register, status
from tests.upgrade.make_fixture import FIXTURES

LANDED = sorted(path.name.removesuffix(".json") for path in FIXTURES.glob("*.json"))
LONG_ENOUGH = timedelta(days=120)  # a pending case is looked at once a month
HELD_TO = datetime.fromisoformat("2026-10-28T17:00:00+08:00")  # accepted Tuesday 10-20, due Tuesday 10-27
every_fixture = pytest.mark.parametrize("name", LANDED)


def opened(name: str, folder: Path) -> tuple[Engine, dict[str, str], datetime]:
    about = json.loads((FIXTURES / f"{name}.json").read_text())
    path = folder / "old.db"
    path.write_bytes(zstandard.decompress((FIXTURES / f"{name}.db.zst").read_bytes()))
    now = datetime.fromisoformat(about["now"])
    return open_house(Settings(database_url=f"sqlite:///{path}", demo=True), now), about["cases"], now


def test_every_landed_version_left_a_fixture() -> None:
    assert {"v0.1", "v0.2", "v0.3", "v0.4", "v0.5", "v0.6"} <= set(LANDED)


@every_fixture
def test_every_case_of_an_old_database_comes_to_the_archive(name: str, tmp_path: Path) -> None:
    engine, cases, now = opened(name, tmp_path)
    for no in cases:
        finish(engine, no, now + LONG_ENOUGH)
    assert {status(engine, no) for no in cases} == {"archived"}


@every_fixture
def test_the_trail_of_an_old_database_verifies_after_the_upgrade(name: str, tmp_path: Path) -> None:
    engine, _, _ = opened(name, tmp_path)
    with engine.db.read() as conn:
        assert list(verify_all(conn)) == []


def test_an_old_database_can_put_findings_to_units_and_counts_its_cases_on(tmp_path: Path) -> None:
    engine, cases, _ = opened("v0.1", tmp_path)
    about = next(no for no, step in cases.items() if step == "acknowledge")
    asked = {"case_no": about, "element": "accept", "text": "晚了", "ask": "说明", "unit": "ZX", "days": 5}
    put = engine.execute(StartProcess(RECTIFICATION, asked), person(engine, "supervisor"))
    assert put.no.startswith("ZG-") and put.no.endswith("-0001")
    assert register(engine) > max(cases)


def test_findings_of_an_old_database_are_answered_checked_and_settled(tmp_path: Path) -> None:
    engine, cases, now = opened("v0.6", tmp_path)
    answered, asked = (f"ZG-{now.year}-000{n}" for n in (1, 2))
    answered_by(engine, "supervisor2", answered, verdict="accept")
    answered_by(engine, "unit-ZX", asked, found="人手不够", done="已加人", done_by="2026-10-20")
    answered_by(engine, "bureau", asked, verdict="withdraw", reason="另案处理")
    about = [next(no for no, step in cases.items() if step == place) for place in ("handle", "review")]
    states = [finding.status for no in about for finding in engine.read(findings_of, no)]
    assert states == ["accepted", "withdrawn"]


def test_what_was_put_under_preservation_before_is_still_erased_by_nobody(tmp_path: Path) -> None:
    engine, cases, _ = opened("v0.6", tmp_path)
    no = next(no for no, step in cases.items() if step == "withdrawn")
    with pytest.raises(NotNow):
        engine.execute(AskErasure(no, "request", "本人来函"), person(engine, "lead"))


def test_a_held_escalation_is_still_held_after_the_upgrade(tmp_path: Path) -> None:
    engine, cases, _ = opened("v0.2", tmp_path)
    no = next(no for no, step in cases.items() if step == "held")
    struck = {fired.due for fired in engine.move_clock(HELD_TO) if (fired.no, fired.activity) == (no, "overdue")}
    assert struck == {HELD_TO}


def test_a_return_on_the_diagrams_of_0_1_is_reassigned_to_the_new_unit(tmp_path: Path) -> None:
    engine, cases, _ = opened("v0.1", tmp_path)
    no = next(no for no, step in cases.items() if step == "acknowledge")
    complete(engine, no, "acknowledge", action="return", reason="不属本单位职责")
    complete(engine, no, "adjudicate_return")
    assert ("acknowledge", "unit:SC-RE") in {(task.element, task.group) for task in open_tasks(engine, no)}


@every_fixture
def test_every_case_of_an_old_database_replays_line_by_line_to_what_is_stored_of_it(name: str, tmp_path: Path) -> None:
    engine, _, _ = opened(name, tmp_path)
    assert engine.read(unlike_their_trails) == {}


@every_fixture
def test_it_still_replays_when_this_version_has_finished_its_cases(name: str, tmp_path: Path) -> None:
    engine, cases, now = opened(name, tmp_path)
    for no in cases:
        finish(engine, no, now + LONG_ENOUGH)
    assert engine.read(unlike_their_trails) == {}


@every_fixture
def test_every_case_of_an_old_database_is_found_by_its_words_and_its_person(name: str, tmp_path: Path) -> None:
    engine, cases, _ = opened(name, tmp_path)
    for words in ("升级样件", "占位人", "占", "0000", "BCS-2026"):
        found = engine.read(list_cases, CaseFilter(words=words), limit=200).items
        assert {row.no for row in found} == set(cases), words
        received = [row.received_at for row in found]
        assert received == sorted(received, reverse=True), words
