"""`bancheng key reseal`: everything comes under the new key, and the old one is needed no more."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from engine.cases.commands import Actor, StartProcess
from engine.definitions.shipped import CASE_PROCESS
from engine.house import open_house
from engine.keys import keys_of, new_secret, trail_keys_of
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


def test_a_new_key_and_sealing_anew_stand_on_the_trail_of_the_house(renewed: Bancheng, sqlite_url: str) -> None:
    assert told_of_keys(renewed) == []  # the first key of a house changes nothing
    open_house(Settings(sqlite_url, secret_key=f"{NEW}\n{OLD}")).db.close()
    open_house(Settings(sqlite_url, secret_key=f"{NEW}\n{OLD}")).db.close()
    renewed("key", "reseal")
    old, new = keys_of(OLD).id, keys_of(NEW).id
    assert told_of_keys(renewed) == [
        ["system", "用现在的密钥重新加密", "personal", {"after": {"broken": 0, "key": new, "renewed": 2}}],
        ["system", "更换密钥", "personal", {"after": {"key": new}, "before": {"key": old}}],
    ]
    assert renewed("audit", "verify").exit_code == 0


def test_a_new_key_of_the_trail_stands_on_the_trail_of_the_house_marked_with_it(
    renewed: Bancheng, sqlite_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "test.db.audit-key"
    old, new = file.read_text(), new_secret()
    file.write_text(f"{new}\n{old}")
    open_house(Settings(sqlite_url, secret_key=f"{NEW}\n{OLD}")).db.close()
    trail, personal = told_of_keys(renewed)
    ids = [trail_keys_of(each).id for each in (new, old)]
    assert trail[2:] == ["trail", {"after": {"key": ids[0]}, "before": {"key": ids[1]}}]
    assert personal[2] == "personal" and renewed("audit", "verify").exit_code == 0


def told_of_keys(bancheng: Bancheng) -> list[list[Any]]:
    """What `bancheng audit house` says of keys: who, what, about what, and what else."""
    lines = [line.split("\t")[2:] for line in bancheng("audit", "house", "--kind", "keys").stdout.splitlines()]
    return [[*said, json.loads(more)] for *said, more in lines]


def test_what_no_key_opens_is_named_and_the_old_key_stays(
    renewed: Bancheng, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sqlite3.connect(tmp_path / "test.db") as raw:
        raw.execute("UPDATE answers SET variables = variables || 'A'")
    raw.close()
    told = renewed("key", "reseal")
    assert (told.exit_code, told.stdout) == (1, "answers.variables:1/1\n")
    [line] = told_of_keys(renewed)
    assert (line[1], line[3]["after"]["broken"]) == ("用现在的密钥重新加密", 1)
    monkeypatch.setenv("BANCHENG_SECRET_KEY", NEW)
    assert renewed("key", "reseal").exit_code != 0
