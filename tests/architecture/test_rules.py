"""The rules themselves notice what they forbid, however it is spelled, and leave the rest alone."""

from __future__ import annotations

import pytest

from tests.support.rules import code_runners, commits, long_functions, wall_clock_reads
from tests.support.source import Module


def module(text: str) -> Module:
    return Module("example.py", text)


@pytest.mark.parametrize(
    "text",
    [
        "from datetime import UTC, datetime\nat = datetime.now(UTC)",
        "import datetime as dt\nat = dt.datetime.utcnow()",
        "from datetime import date\nday = date.today().isoformat()",
        "import time\nseconds = time.time()",
        "from time import time as seconds",
        "from datetime import datetime\nread = datetime.now",
        "from sqlalchemy import func\nat = func.now()",
    ],
)
def test_a_read_of_the_wall_clock_is_found(text: str) -> None:
    assert list(wall_clock_reads(module(text)))


@pytest.mark.parametrize(
    "text",
    [
        "import time\nstarted = time.monotonic()\ntime.sleep(1)",
        "from engine.clock import Clock\ndef at(clock: Clock): return clock.now()",
        "from datetime import datetime\nat = datetime.fromisoformat('2026-10-08')",
    ],
)
def test_measuring_and_the_given_clock_are_free(text: str) -> None:
    assert list(wall_clock_reads(module(text))) == []


@pytest.mark.parametrize("text", ["connection.commit()", "open().begin().commit()", "cursor.execute('COMMIT')"])
def test_a_commit_is_found(text: str) -> None:
    assert list(commits(module(text)))


def test_a_commitment_is_no_commit() -> None:
    assert list(commits(module("digest = commit(salt, value)\ntext = 'commit'"))) == []


@pytest.mark.parametrize(
    "text",
    [
        "eval('1')",
        "import builtins\nbuiltins.exec('x = 1')",
        "import pickle",
        "from pickle import loads as read",
        "import yaml as y\ny.load(text)",
        "import os\nos.system('ls')",
        "import subprocess\nsubprocess.run('ls', shell=True)",
        "import subprocess\nsubprocess.run('ls', shell=wanted)",
    ],
)
def test_text_that_would_run_is_found(text: str) -> None:
    assert list(code_runners(module(text)))


@pytest.mark.parametrize(
    "text",
    [
        "import subprocess\nsubprocess.run(['ls'], shell=False)",
        "table.eval(cell)",
        "connection.exec_driver_sql('BEGIN')",
        "import re\nre.compile('a')",
    ],
)
def test_a_method_of_that_name_is_free(text: str) -> None:
    assert list(code_runners(module(text))) == []


def test_a_function_is_measured_from_its_first_line_to_its_last() -> None:
    text = "class A:\n    def long(self):\n        x = 1\n        return x\n    def short(self): return 1\n"
    assert list(long_functions(module(text), 2)) == ["example.py:2 long 3"]
