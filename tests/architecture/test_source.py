"""Rules that hold in every line of the product: one committer, one clock, no text that runs, nothing too long."""

from __future__ import annotations

import pytest

from tests.support.rules import code_runners, commits, long_functions, wall_clock_reads
from tests.support.source import PACKAGES, modules

MODULE_LINES = 600
FUNCTION_LINES = 80


def test_only_the_database_module_commits() -> None:
    assert [line for m in modules() if m.path != "engine/storage/database.py" for line in commits(m)] == []


def test_only_the_clock_reads_the_wall_clock() -> None:
    assert [line for m in modules() if m.path != "engine/clock.py" for line in wall_clock_reads(m)] == []


@pytest.mark.checklist(24)
def test_no_text_and_no_stored_bytes_become_running_code() -> None:
    assert [line for m in modules() for line in code_runners(m)] == []


def test_no_module_is_too_long_to_read() -> None:
    lines = {m.path: m.text.count("\n") for m in modules(*PACKAGES, "tests")}
    assert {path: count for path, count in lines.items() if count > MODULE_LINES} == {}


def test_no_function_is_too_long_to_read() -> None:
    assert [line for m in modules(*PACKAGES, "tests") for line in long_functions(m, FUNCTION_LINES)] == []
