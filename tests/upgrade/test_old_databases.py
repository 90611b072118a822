"""Databases left by earlier versions upgrade, and their cases are finished on the diagrams they began on."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import zstandard
from sqlalchemy import select

from engine.audit.contents import verify_contents
from engine.audit.verify import verify_all
from engine.cases.commands import AskErasure, SendMessage, StartProcess
from engine.cases.heard import Heard, read_heard
from engine.definitions.gate import publish_files
from engine.definitions.shipped import CASE_PROCESS, RECTIFICATION, SHIPPED, read_folder
from engine.errors import NobodyWaits, NotNow
from engine.facade import Engine
from engine.house import enter_house, open_house
from engine.queries.cases import CaseFilter, list_cases
from engine.queries.rectification_papers import papers_of
from engine.queries.rectifications import findings_of
from engine.settings import Settings
from engine.storage.models import cases
from tests.support.replayed import unlike_their_trails
from tests.upgrade.course import answered_by, complete, finish, open_tasks, person, register, status
from tests.upgrade.make_fixture import FIXTURES

LANDED = sorted(path.name.removesuffix(".json") for path in FIXTURES.glob("*.json"))
LONG_ENOUGH = timedelta(days=120)  # a pending case is looked at once a month
HELD_TO = datetime.fromisoformat("2026-10-28T17:00:00+08:00")  # accepted Tuesday 10-20, due Tuesday 10-27
every_fixture = pytest.mark.parametrize("name", LANDED)

About = tuple[dict[str, str], datetime]  # the step each case was left at, and what the clock said
Opened = tuple[Engine, dict[str, str], datetime]
Kept = Callable[[str], Path]
Open = Callable[[str], Opened]


def told_of(name: str) -> About:
    about = json.loads((FIXTURES / f"{name}.json").read_text())
    return about["cases"], datetime.fromisoformat(about["now"])


def settings_for(path: Path) -> Settings:
    return Settings(database_url=f"sqlite:///{path}", demo=True)


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """The file an old database has become, as it was left when the house was first opened again; to copy from.

    Upgraded once for all tests. One that cannot be upgraded is tried anew by each, and fails each.
    """
    folder = tmp_path_factory.mktemp("upgraded")
    kept: dict[str, Path] = {}

    def upgrade(name: str) -> Path:
        if name not in kept:
            path, (_, now) = folder / f"{name}.db", told_of(name)
            path.write_bytes(zstandard.decompress((FIXTURES / f"{name}.db.zst").read_bytes()))
            open_house(settings_for(path), now).db.close()
            kept[name] = path
        return kept[name]

    return upgrade


@pytest.fixture(scope="module")
def finished(upgraded: Kept, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """The same with all its cases finished by this version; where one cannot be, each test that needs it fails."""
    folder = tmp_path_factory.mktemp("finished")
    kept: dict[str, Path] = {}

    def finish_all(name: str) -> Path:
        if name not in kept:
            path, (cases, now) = folder / f"{name}.db", told_of(name)
            shutil.copy(upgraded(name), path)
            engine = enter_house(settings_for(path), simulated=True)
            try:
                for no in cases:
                    finish(engine, no, now + LONG_ENOUGH)
            finally:
                engine.db.close()
            kept[name] = path
        return kept[name]

    return finish_all


@pytest.fixture
def opened(upgraded: Kept, tmp_path: Path, request: pytest.FixtureRequest) -> Open:
    """A house of its own in what an old database has become; entered, so that no second opening mends anything."""
    return lambda name: entered(upgraded(name), name, tmp_path, request)


@pytest.fixture
def opened_finished(finished: Kept, tmp_path: Path, request: pytest.FixtureRequest) -> Open:
    """The same with all its cases finished."""
    return lambda name: entered(finished(name), name, tmp_path, request)


def entered(file: Path, name: str, folder: Path, request: pytest.FixtureRequest) -> Opened:
    shutil.copy(file, folder / "old.db")
    engine = enter_house(settings_for(folder / "old.db"), simulated=True)
    request.addfinalizer(engine.db.close)
    return engine, *told_of(name)


def test_every_landed_version_left_a_fixture() -> None:
    assert {"v0.1", "v0.2", "v0.3", "v0.4", "v0.5", "v0.6", "v0.7", "v0.8"} <= set(LANDED)


@every_fixture
def test_every_case_of_an_old_database_comes_to_the_archive(name: str, opened_finished: Open) -> None:
    engine, cases, _ = opened_finished(name)
    assert {status(engine, no) for no in cases} == {"archived"}


@every_fixture
def test_the_trail_of_an_old_database_verifies_after_the_upgrade(name: str, opened: Open) -> None:
    engine, _, _ = opened(name)
    with engine.db.read() as conn:
        assert list(verify_all(conn)) == []
        assert list(verify_contents(conn, engine.keys)) == []


def test_an_old_database_can_put_findings_to_units_and_counts_its_cases_on(opened: Open) -> None:
    engine, cases, _ = opened("v0.1")
    about = next(no for no, step in cases.items() if step == "acknowledge")
    asked = {"case_no": about, "element": "accept", "text": "晚了", "ask": "说明", "unit": "ZX", "days": 5}
    put = engine.execute(StartProcess(RECTIFICATION, asked), person(engine, "supervisor"))
    assert put.no.startswith("ZG-") and put.no.endswith("-0001")
    assert register(engine) > max(cases)


def test_findings_of_an_old_database_are_answered_checked_and_settled(opened: Open) -> None:
    engine, cases, now = opened("v0.6")
    answered, asked = (f"ZG-{now.year}-000{n}" for n in (1, 2))
    answered_by(engine, "supervisor2", answered, verdict="accept")
    answered_by(engine, "unit-ZX", asked, found="人手不够", done="已加人", done_by="2026-10-20")
    answered_by(engine, "bureau", asked, verdict="withdraw", reason="另案处理")
    about = [next(no for no, step in cases.items() if step == place) for place in ("handle", "review")]
    states = [finding.status for no in about for finding in engine.read(findings_of, no)]
    assert states == ["accepted", "withdrawn"]


def take_back(engine: Engine, no: str) -> None:
    engine.execute(SendMessage("withdraw_finding", no, {"reason": "另案处理"}), person(engine, "bureau"))


def test_findings_put_before_finish_by_their_version_and_new_ones_go_by_that_of_the_release(
    opened: Open,
) -> None:
    engine, cases, now = opened("v0.6")
    asked = f"ZG-{now.year}-0002"
    with pytest.raises(NobodyWaits):
        take_back(engine, asked)  # by its diagram it is answered first
    answered_by(engine, "unit-ZX", asked, found="人手不够", done="已加人", done_by="2026-10-20")
    answered_by(engine, "bureau", asked, verdict="accept")
    about = next(no for no, step in cases.items() if step == "handle")
    given = {"case_no": about, "element": "accept", "text": "晚了", "ask": "说明", "unit": "ZX", "days": 5}
    new = engine.execute(StartProcess(RECTIFICATION, given), person(engine, "supervisor"))
    take_back(engine, new.no)
    found = {each.no: each.status for each in engine.read(findings_of, about)}
    assert (status(engine, asked), found[new.no], new.version.version) == ("accepted", "withdrawn", 2)
    assert engine.read(unlike_their_trails) == {}


def test_a_release_is_published_once_and_never_over_what_the_house_has_drawn_itself(
    opened: Open, tmp_path: Path
) -> None:
    engine, _, now = opened("v0.6")
    settings = settings_for(tmp_path / "old.db")
    before = {each.external_id for each in engine.read(lambda ctx: ctx.versions.all(ctx.conn))}
    own = dict(read_folder(SHIPPED / RECTIFICATION))
    own["rectification.bpmn"] = own["rectification.bpmn"].replace("提出问题".encode(), "交办".encode())
    engine.db.close()
    again = open_house(settings, now)
    assert {each.external_id for each in again.read(lambda ctx: ctx.versions.all(ctx.conn))} == before
    publish_files(again, own, "supervisor")
    again.db.close()
    once_more = open_house(settings, now)
    running = once_more.read(lambda ctx: ctx.versions.latest(ctx.conn, RECTIFICATION))
    assert (running.version, running.author) == (3, "supervisor")
    assert once_more.read(lambda ctx: ctx.versions.latest(ctx.conn, CASE_PROCESS)).version == 2  # by two people alone
    with once_more.db.read() as conn:
        assert list(verify_all(conn)) == []


def test_a_paper_that_waited_for_its_answer_goes_with_it_and_what_was_taken_back_stays_so(opened: Open) -> None:
    engine, cases, now = opened("v0.7")
    about = [next(no for no, step in cases.items() if step == place) for place in ("handle", "review")]
    answered_by(engine, "unit-ZX", f"ZG-{now.year}-0002", found="人手不够", done="已加人", done_by="2026-10-20")
    assert [paper.name for paper in engine.read(papers_of, f"ZG-{now.year}-0002")] == ["照片.png"]
    states = {finding.no[-1]: finding.status for no in about for finding in engine.read(findings_of, no)}
    assert states == {"1": "answered", "2": "answered", "3": "asked", "4": "withdrawn"}


def test_what_was_put_under_preservation_before_is_still_erased_by_nobody(opened: Open) -> None:
    engine, cases, _ = opened("v0.6")
    no = next(no for no, step in cases.items() if step == "withdrawn")
    with pytest.raises(NotNow):
        engine.execute(AskErasure(no, "request", "本人来函"), person(engine, "lead"))


def test_a_held_escalation_is_still_held_after_the_upgrade(opened: Open) -> None:
    engine, cases, _ = opened("v0.2")
    no = next(no for no, step in cases.items() if step == "held")
    struck = {fired.due for fired in engine.move_clock(HELD_TO) if (fired.no, fired.activity) == (no, "overdue")}
    assert struck == {HELD_TO}


def test_a_return_on_the_diagrams_of_0_1_is_reassigned_to_the_new_unit(opened: Open) -> None:
    engine, cases, _ = opened("v0.1")
    no = next(no for no, step in cases.items() if step == "acknowledge")
    complete(engine, no, "acknowledge", action="return", reason="不属本单位职责")
    complete(engine, no, "adjudicate_return")
    assert ("acknowledge", "unit:SC-RE") in {(task.element, task.group) for task in open_tasks(engine, no)}


@every_fixture
def test_every_case_of_an_old_database_replays_line_by_line_to_what_is_stored_of_it(name: str, opened: Open) -> None:
    engine, _, _ = opened(name)
    assert engine.read(unlike_their_trails) == {}


@every_fixture
def test_it_still_replays_when_this_version_has_finished_its_cases(name: str, opened_finished: Open) -> None:
    engine, _, _ = opened_finished(name)
    assert engine.read(unlike_their_trails) == {}


@every_fixture
def test_every_case_of_an_old_database_is_found_by_its_words_and_its_person(name: str, opened: Open) -> None:
    engine, cases, _ = opened(name)
    for words in ("升级样件", "占位人", "占", "0000", "BCS-2026"):
        found = engine.read(list_cases, CaseFilter(words=words), limit=200).items
        assert {row.no for row in found} == set(cases), words
        received = [row.received_at for row in found]
        assert received == sorted(received, reverse=True), words


@every_fixture
def test_the_rates_count_the_cases_of_an_old_database_by_their_records(name: str, opened: Open) -> None:
    engine, _, _ = opened(name)
    with engine.db.read() as conn:
        found = conn.execute(select(cases.c.heard, cases.c.facts)).all()
    records = [json.loads(facts) for _, facts in found]
    assert [read_heard(heard) for heard, _ in found] == [Heard.of(each["facts"], each["anonymous"]) for each in records]
