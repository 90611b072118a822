"""`bancheng migrate-cases`: a table of what would become of each case, and then of what became of it."""

from __future__ import annotations

import pytest

from engine.queries.case import case
from tests.cli.conftest import Bancheng
from tests.support.house import START, House
from tests.support.redrawn import put_in_force, redrawn, step, without


@pytest.fixture
def at_home(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """Three cases: one to be classified, one to be accepted, one restricted. Version 2 has no classification."""
    monkeypatch.setenv("BANCHENG_DATABASE_URL", house.settings.database_url)
    house.move(START)  # and kept: the command goes by the same clock
    first = house.register()
    house.complete("w3", first, "accept", acceptance="accept")
    house.register()
    house.register(confidential=True)
    return house


def version_of(house: House, no: str) -> str:
    return house.engine.read(case, no).definition_version.split(":")[1]


def cells(stdout: str) -> list[list[str]]:
    return [line.split(maxsplit=4) for line in stdout.splitlines()]


def test_a_dry_run_tells_what_would_be_and_changes_nothing(bancheng: Bancheng, at_home: House) -> None:
    put_in_force(at_home.engine, redrawn(without("classify")))
    told = bancheng("migrate-cases", "five_step_loop", "--to", "2", "--dry-run")
    why = "正在“分类定级”，目标版本里没有这一步；请指定由哪一步接续，或让这件按原版办完"
    assert cells(told.stdout) == [
        ["no", "state", "from", "to", "reason"],
        ["BCS-2026-0001", "blocked", "1", "2", why],
        ["BCS-2026-0002", "moves", "1", "2", "-"],
    ]
    assert told.exit_code == 1
    assert [version_of(at_home, f"BCS-2026-000{n}") for n in (1, 2, 3)] == ["1", "1", "1"]


def test_what_can_go_over_does_and_a_second_run_finds_it_there(bancheng: Bancheng, at_home: House) -> None:
    put_in_force(at_home.engine, redrawn(without("classify")))
    words = ("migrate-cases", "five_step_loop", "--to", "2", "--user", "supervisor", "--reason", "新规定")
    assert [line[1] for line in cells(bancheng(*words).stdout)[1:]] == ["blocked", "moved"]
    assert [line[1] for line in cells(bancheng(*words).stdout)[1:]] == ["blocked", "stays"]
    assert [version_of(at_home, f"BCS-2026-000{n}") for n in (1, 2, 3)] == ["1", "2", "1"]


def test_another_step_takes_over(bancheng: Bancheng, at_home: House) -> None:
    put_in_force(at_home.engine, redrawn(step("classify__grade_limits", "grading"), without("classify")))
    words = ("migrate-cases", "five_step_loop", "--to", "2", "--map", "classify=grading")
    assert bancheng(*words).exit_code == 0
    assert version_of(at_home, "BCS-2026-0001") == "2"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--to", "9"), "没有第 9 版"),
        (("--to", "1", "--user", "nobody"), "没有名为 nobody 的用户"),
        (("--to", "1", "--map", "classify"), "FROM=TO"),
    ],
)
def test_what_it_cannot_do_it_says(bancheng: Bancheng, at_home: House, words: tuple[str, ...], said: str) -> None:
    refused = bancheng("migrate-cases", "five_step_loop", *words)
    assert refused.exit_code != 0
    assert said in refused.stderr


def test_who_may_not_moves_nothing(bancheng: Bancheng, at_home: House) -> None:
    put_in_force(at_home.engine, redrawn(step("review__review_given")))
    told = bancheng("migrate-cases", "five_step_loop", "--to", "2", "--user", "w1")
    assert "只有流程管理员可以迁移" in told.stdout
    assert version_of(at_home, "BCS-2026-0002") == "1"
