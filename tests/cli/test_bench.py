"""`bancheng bench inbox` and `bench search`, on a small house."""

from __future__ import annotations

from engine.queries.queues import QUEUES
from tests.cli.conftest import Bancheng


def test_every_queue_of_every_reader_is_measured(bancheng: Bancheng) -> None:
    done = bancheng("bench", "inbox", "--tasks", "100", "--times", "1", "--plain")
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert len(lines) == 4 * (1 + len(QUEUES))
    assert all("p50" in line and "p95" in line and "毫秒" in line and "处理器" in line for line in lines)


def test_both_searches_are_measured_in_a_database_of_ones_own(bancheng: Bancheng, database_url: str) -> None:
    again = ("bench", "search", "--tasks", "100", "--times", "1", "--database", database_url)
    done = bancheng(*again)
    assert done.exit_code == 0, done.output
    assert {"/cases/search", "/inbox/search"} == {line.split("毫秒")[1].split()[0] for line in done.stdout.splitlines()}
    refused = bancheng(*again)
    assert (refused.exit_code, "换一个空的" in refused.stderr, refused.stdout) == (1, True, "")
