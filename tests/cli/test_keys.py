"""`bancheng key reseal`: everything comes under the new key, and the old one is needed no more."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from engine.cases.commands import Actor, StartProcess
from engine.definitions.shipped import CASE_PROCESS
from engine.house import open_house
from engine.keys import new_secret
from engine.settings import Settings
from tests.cli.conftest import Bancheng
from tests.support.house import REGISTRATION

OLD, NEW = new_secret(), new_secret()


@pytest.fixture
def renewed(bancheng: Bancheng, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Bancheng:
    """The command in a house with a case sealed by the old key, under the new key above the old."""
    engine = open_house(Settings(sqlite_url, secret_key=OLD))
    engine.execute(StartProcess(CASE_PROCESS, REGISTRATION), Actor("w", "w", frozenset({"window"})))
    engine.db.close()
    monkeypatch.setenv("BANCHENG_SECRET_KEY", f"{NEW}\n{OLD}")
    return bancheng


def test_everything_is_sealed_anew_once(renewed: Bancheng, monkeypatch: pytest.MonkeyPatch) -> None:
    first = renewed("key", "reseal")
    assert (first.exit_code, first.stdout, first.stderr) == (0, "", "重新加密 2 处。旧的密钥可以去掉了。\n")
    monkeypatch.setenv("BANCHENG_SECRET_KEY", NEW)
    assert renewed("key", "reseal").stderr == "重新加密 0 处。旧的密钥可以去掉了。\n"


def test_what_no_key_opens_is_named_and_the_old_key_stays(
    renewed: Bancheng, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sqlite3.connect(tmp_path / "test.db") as raw:
        raw.execute("UPDATE answers SET variables = variables || 'A'")
    raw.close()
    told = renewed("key", "reseal")
    assert (told.exit_code, told.stdout) == (1, "answers.variables:1/1\n")
    monkeypatch.setenv("BANCHENG_SECRET_KEY", NEW)
    assert renewed("key", "reseal").exit_code != 0
