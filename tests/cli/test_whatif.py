"""`bancheng whatif`: the cases of a period over another version or a draft, before and after."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import update

from engine.storage.database import WriteTransaction
from engine.storage.models import cases
from tests.cli.conftest import Bancheng
from tests.cli.test_simulate import drafted
from tests.queries.test_what_if import begin, finish, handed_on
from tests.support.house import House

OCTOBER = ("--from", "2026-10-01", "--to", "2026-10-31")


@pytest.fixture
def lived(house: House, monkeypatch: pytest.MonkeyPatch, bancheng: Bancheng) -> Bancheng:
    """The command on a house in which a general case was done on Friday, the fourth of its five working days."""
    begin(house)
    finish(house, handed_on(house), "10-23 09:30")
    monkeypatch.setenv("BANCHENG_DATABASE_URL", house.settings.database_url)
    return bancheng


def test_before_and_after_stand_beside_each_other(lived: Bancheng, tmp_path: Path) -> None:
    said = lived("whatif", str(drafted(tmp_path / "draft")), *OCTOBER)
    assert said.exit_code == 0, said.stderr
    told = [line.split() for line in said.stdout.splitlines()]
    assert ["超期", "0", "/", "1", "件（0.0%）", "1", "/", "1", "件（100.0%）", "+1", "件"] in told
    assert "重放与实际一致 1/1。" in said.stdout
    assert "BCS-2026-0001 late False → True" in said.stdout
    assert "说明：每件还在原来的时刻到来" in said.stdout


def test_a_program_reads_it_as_json(lived: Bancheng) -> None:
    said = lived("whatif", "--version", "1", *OCTOBER, "--json")
    answer = json.loads(said.stdout)
    assert (answer["cases"]["agreeing"], answer["cases"]["replayed"], answer["differing"]) == (1, 1, [])
    assert answer["before"] == answer["after"]
    assert answer["before"]["in_time"] == {"value": 1.0, "numerator": 1, "denominator": 1, "excluded": {}}


def test_a_replay_that_is_not_what_happened_fails_the_command(lived: Bancheng, house: House) -> None:
    def harm(tx: WriteTransaction) -> None:
        tx.begin_writing()
        tx.conn.execute(update(cases).values(tier=4))

    house.engine.db.write(harm)
    said = lived("whatif", "--version", "1", *OCTOBER)
    assert said.exit_code == 1
    assert "BCS-2026-0001 重放与实际不一致：tier" in said.stdout


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "请给出草稿文件夹，或用 --version 给出版本"),
        (("--version", "9"), "没有第 9 版"),
    ],
)
def test_what_is_not_there_is_said(lived: Bancheng, words: tuple[str, ...], sentence: str) -> None:
    said = lived("whatif", *words, *OCTOBER)
    assert said.exit_code != 0
    assert sentence in said.stderr


def test_a_draft_that_cannot_run_is_told_finding_by_finding(lived: Bancheng, tmp_path: Path) -> None:
    folder = drafted(tmp_path / "draft")
    (folder / "five_step_loop.bpmn").write_text("<unfinished", "utf-8")
    said = lived("whatif", str(folder), *OCTOBER)
    assert said.exit_code == 1
    assert "five_step_loop.bpmn" in said.stdout
