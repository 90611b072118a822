"""A house is opened by one call, as often and by as many as like; a simulated clock stands where it stood."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from engine.audit.verify import verify_all
from engine.cases.commands import StartProcess
from engine.clock import ZONE
from engine.definitions.shipped import CASE_PROCESS
from engine.directory import actor_of, authenticate, find_person
from engine.facade import Engine
from engine.house import NotADemo, NotOpened, enter_house, open_house
from engine.settings import Settings
from engine.storage.models import audit, bundles, people, timers, units

START = datetime(2026, 9, 23, 9, 0, tzinfo=ZONE)
LATER = datetime(2026, 9, 24, 17, 0, tzinfo=ZONE)


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings(database_url, demo=True)


@pytest.fixture
def on_sqlite(sqlite_url: str) -> Settings:
    return Settings(sqlite_url, demo=True)


@contextmanager
def opened(settings: Settings, start: datetime | None = None) -> Iterator[Engine]:
    engine = open_house(settings, start)
    try:
        yield engine
    finally:
        engine.db.close()


def counts(engine: Engine) -> dict[str, Any]:
    tables = (people, units, bundles, audit)
    with engine.db.read() as conn:
        return {table.name: conn.scalar(select(func.count()).select_from(table)) for table in tables}


def register(engine: Engine) -> None:
    variables = {
        "channel": "window",
        "title": "社保转移报错",
        "description": "三次提交都报错",
        "appeal_type": "undone",
        "applicant": {"kind": "anonymous"},
    }
    person = engine.read(lambda ctx: find_person(ctx.conn, "w3"))
    assert person is not None
    engine.execute(StartProcess(CASE_PROCESS, variables), actor_of(person))


def test_a_new_house_has_directory_diagrams_and_in_a_demo_its_people(settings: Settings) -> None:
    with opened(settings) as engine:
        assert counts(engine) == {"people": 334, "units": 82, "bundles": 2, "audit": 2}
        assert engine.read(lambda ctx: ctx.versions.latest(ctx.conn, CASE_PROCESS).version) == 1
        with engine.db.read() as conn:
            assert list(verify_all(conn)) == []


def test_opening_it_again_changes_nothing(settings: Settings) -> None:
    with opened(settings) as first:
        before = counts(first)
    with opened(settings) as again:
        assert counts(again) == before


def test_several_processes_may_open_a_new_house_at_once(settings: Settings) -> None:
    with ThreadPoolExecutor(4) as processes:
        engines = list(processes.map(lambda _: open_house(settings), range(4)))
    assert counts(engines[0])["people"] == 334
    assert counts(engines[0])["bundles"] == 2
    for engine in engines:
        engine.db.close()


def test_without_demo_nobody_can_sign_in_yet(on_sqlite: Settings) -> None:
    with opened(replace(on_sqlite, demo=False)) as engine:
        assert counts(engine)["people"] == 0
        assert counts(engine)["units"] > 0


def test_a_real_house_is_not_opened_as_a_demo(on_sqlite: Settings) -> None:
    with opened(replace(on_sqlite, demo=False)) as real:
        with pytest.raises(NotADemo, match="不是演示库"):
            open_house(on_sqlite)
        assert counts(real)["people"] == 0


def test_the_demo_password_is_the_one_of_the_last_start(on_sqlite: Settings) -> None:
    with opened(on_sqlite), opened(replace(on_sqlite, demo_password="changed it")) as again:
        assert again.read(lambda ctx: authenticate(ctx.conn, "w1", "changed it"))
        assert again.read(lambda ctx: authenticate(ctx.conn, "w1", "bancheng-demo")) is None


def test_a_simulated_clock_stands_after_a_restart_where_it_stood(settings: Settings) -> None:
    with opened(settings, START) as engine:
        engine.move_clock(LATER)
    with opened(settings, START) as again:
        assert again.clock.simulated
        assert again.clock.now() == LATER


def test_a_process_that_joins_reads_the_same_instant(on_sqlite: Settings) -> None:
    with opened(on_sqlite, START) as engine:
        engine.move_clock(LATER)
        assert enter_house(on_sqlite, simulated=True).clock.now() == LATER
        assert not enter_house(on_sqlite, simulated=False).clock.simulated


def test_a_later_start_moves_the_clock_and_fires_what_falls_due_on_the_way(on_sqlite: Settings) -> None:
    with opened(on_sqlite, START) as engine:
        register(engine)
    with opened(on_sqlite, LATER) as again:
        assert again.clock.now() == LATER
        waiting = again.read(lambda ctx: set(ctx.conn.scalars(select(timers.c.due))))
        assert all(due > LATER for due in waiting)
        acts = again.read(lambda ctx: list(ctx.conn.scalars(select(audit.c.action).where(audit.c.case_id > 0))))
        assert "timer_fired" in acts


def test_nobody_joins_a_house_that_was_never_opened(on_sqlite: Settings) -> None:
    with pytest.raises(NotOpened, match="bancheng run"):
        enter_house(on_sqlite, simulated=False)
