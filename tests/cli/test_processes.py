"""`bancheng run`, `serve` and `worker` as real processes, spoken to over HTTP and by signals."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from engine.cases.commands import StartProcess
from engine.clock import ZONE
from engine.definitions.shipped import CASE_PROCESS
from engine.keys import new_secret
from engine.outbox.messages import OutboxMessage, enqueue
from engine.replay.http import HttpStage
from engine.storage.database import Database, WriteTransaction
from engine.storage.models import audit, cases, outbox
from tests.cli.conftest import Bancheng
from tests.support.house import House
from tests.support.processes import Process, running
from tests.support.source import ROOT

SAMPLES = str(ROOT / "engine" / "replay" / "sample_cases.json")
START = "2026-08-18T08:00+08:00"
LATER = datetime(2026, 8, 20, 10, 0, tzinfo=ZONE)
START_FORM = {
    "channel": "window",
    "title": "社保转移报错",
    "description": "三次提交都报错",
    "appeal_type": "undone",
    "applicant": {"kind": "anonymous"},
}


def simulated(url: str) -> Any:
    return running(url, "run", "--demo", "--no-cases", "--clock", START)


def stage(process: Process) -> HttpStage:
    return HttpStage(process.url, "bancheng-demo")


def soon(happens: Callable[[], bool], seconds: float = 120) -> bool:
    """Whether it happens within that time; a process needs a moment."""
    last_look = time.monotonic() + seconds
    while not (happened := happens()) and time.monotonic() < last_look:
        time.sleep(0.05)
    return happened


# ------------------------------------------------------------------ run, with a simulated clock
def test_recorded_cases_replay_over_http_to_their_dates_states_and_outcomes(
    bancheng: Bancheng, sqlite_url: str
) -> None:
    numbers = [f"BCS-2026-{no}" for no in ("0801", "0802", "0803", "0806", "0809")]
    only = [word for no in numbers for word in ("--only", no)]
    with simulated(sqlite_url) as demo:
        played = bancheng("replay", SAMPLES, "--url", demo.url, *only)
        assert (played.exit_code, played.stdout) == (0, "".join(f"{no} ok\n" for no in numbers))
        again = bancheng("replay", SAMPLES, "--url", demo.url)
        assert again.exit_code == 1
        assert again.stderr.startswith("错误：演示的时钟已走到 2026-10-23 10:00")
        assert demo.stop() == 0


def test_all_sample_cases_replay_over_http_on_postgresql(bancheng: Bancheng, postgres_url: str) -> None:
    with simulated(postgres_url) as demo:
        played = bancheng("replay", SAMPLES, "--url", demo.url)
        assert (played.exit_code, played.stdout.count(" ok\n")) == (0, 12), played.stdout


def test_the_clock_and_the_cases_survive_a_restart(sqlite_url: str) -> None:
    with simulated(sqlite_url) as demo:
        no = stage(demo).register("w3", START_FORM)
        stage(demo).move_clock(LATER)
        assert demo.stop() == 0
    with simulated(sqlite_url) as demo:
        assert stage(demo).now() == LATER
        assert stage(demo).case("w3", no)["title"] == "社保转移报错"
        assert "模拟时钟 2026-08-20T10:00:00+08:00" in demo.said


def test_a_killed_web_process_is_replaced_and_knows_what_time_it_is(sqlite_url: str) -> None:
    with simulated(sqlite_url) as demo:
        stage(demo).move_clock(LATER)
        (first,) = demo.children()
        os.kill(first, signal.SIGKILL)
        assert soon(lambda: demo.children() not in ([], [first]))
        assert stage(demo).now() == LATER


def test_the_demo_password_of_the_surroundings_is_used_and_told(sqlite_url: str) -> None:
    with running(sqlite_url, "run", "--demo", "--no-cases", BANCHENG_DEMO_PASSWORD="open sesame") as demo:
        assert "口令 open sesame" in demo.said
        with pytest.raises(OSError, match="真实时间"):
            HttpStage(demo.url, "open sesame")


# ------------------------------------------------------------------ run, by the machine's clock
@pytest.mark.slow
def test_a_demo_starts_with_the_sample_cases_and_loads_them_once(sqlite_url: str) -> None:
    for _ in range(2):
        with running(sqlite_url, "run", "--demo") as demo:
            assert demo.stop() == 0, demo.said
        assert count(sqlite_url, cases) == 12


def test_what_fell_due_while_nobody_was_there_fires_at_the_start(house: House) -> None:
    house.do("w3", StartProcess(CASE_PROCESS, START_FORM))
    with running(house.settings.database_url, "run", "--demo", BANCHENG_SWEEP_SECONDS="0.1"):
        assert soon(lambda: "accept_late" in fired(house.engine.db))


def test_a_taken_port_is_told_before_anything_is_opened(bancheng: Bancheng, sqlite_url: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = bancheng("run", "--port", str(port))
    assert refused.exit_code == 1
    assert refused.stderr.startswith(f"错误：不能在 127.0.0.1:{port} 上监听")


def test_a_real_house_is_not_run_as_a_demo(bancheng: Bancheng) -> None:
    bancheng("user", "add", "zhang", "--group", "window", "--password-stdin", typed="correct horse\n")
    refused = bancheng("run", "--demo", "--port", "0")
    assert refused.exit_code == 1
    assert refused.stderr.startswith("错误：这个数据库不是演示库")


# ------------------------------------------------------------------ serve and worker
def test_several_web_processes_and_workers_share_one_house(postgres_url: str) -> None:
    key = {"BANCHENG_SECRET_KEY": new_secret()}
    with (
        running(postgres_url, "serve", "--workers", "2", **key) as web,
        running(postgres_url, "worker", **key) as worker,
    ):
        assert soon(lambda: len(web.children()) == 2)
        db = Database(postgres_url)
        db.write(leave_a_message)
        assert soon(lambda: sent(db) == 1)
        db.close()
        assert worker.stop() == 0
        assert web.stop() == 0


def test_a_worker_fires_what_is_due(postgres_house: House) -> None:
    postgres_house.do("w3", StartProcess(CASE_PROCESS, START_FORM))
    url = postgres_house.settings.database_url
    with running(url, "worker", BANCHENG_SWEEP_SECONDS="0.1"), running(url, "worker", BANCHENG_SWEEP_SECONDS="0.1"):
        assert soon(lambda: "accept_late" in fired(postgres_house.engine.db))
        assert fired(postgres_house.engine.db).count("accept_late") == 1


def leave_a_message(tx: WriteTransaction) -> None:
    tx.begin_writing()
    enqueue(tx.conn, [OutboxMessage("one", None, "notice", ("window",), {})], datetime.now(UTC))


def sent(db: Database) -> int:
    with db.read() as conn:
        return conn.scalar(select(func.count()).where(outbox.c.sent_at.is_not(None))) or 0


def fired(db: Database) -> list[str]:
    """Elements of the timers that have struck."""
    with db.read() as conn:
        return [name or "" for name in conn.scalars(select(audit.c.element).where(audit.c.action == "timer_fired"))]


def count(url: str, table: Any) -> int:
    db = Database(url)
    with db.read() as conn:
        found = conn.scalar(select(func.count()).select_from(table))
    db.close()
    return found or 0
