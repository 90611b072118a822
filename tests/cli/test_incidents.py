"""`bancheng incident`: listed, tried again, resolved, repaired from a terminal."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Bancheng
from tests.support.house import House
from tests.webapp.api.test_incidents import fail, spoil


@pytest.fixture
def at_home(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """The house the command looks at."""
    monkeypatch.setenv("BANCHENG_DATABASE_URL", house.settings.database_url)
    return house


def test_nothing_is_listed_where_nothing_failed(bancheng: Bancheng, at_home: House) -> None:
    listed = bancheng("incident", "list")
    assert (listed.exit_code, listed.stdout) == (0, "")


def test_a_failure_is_listed_tried_again_and_resolved(bancheng: Bancheng, at_home: House) -> None:
    fail(at_home)
    assert "no_such_operation" in bancheng("incident", "list").stdout.splitlines()[1]
    again = bancheng("incident", "retry", "1", "--user", "supervisor")
    assert (again.exit_code, "仍然不成" in again.stderr) == (1, True)
    resolved = bancheng("incident", "resolve", "1", "--reason", "已发布新版本", "--user", "supervisor")
    assert (resolved.exit_code, resolved.stdout) == (0, "故障 1 已处理：已发布新版本\n")
    assert bancheng("incident", "list").stdout == ""


def test_a_spoilt_case_is_repaired(bancheng: Bancheng, at_home: House) -> None:
    spoil(at_home, at_home.register())
    assert bancheng("incident", "repair", "1").stdout == "故障 1 已处理：已按办理经过的 1 行留痕重建\n"
    assert bancheng("audit", "verify").exit_code == 0


@pytest.mark.parametrize("words", [("--user", "w1"), ("--user", "nobody")])
def test_only_a_supervisor_may(bancheng: Bancheng, at_home: House, words: tuple[str, ...]) -> None:
    fail(at_home)
    assert bancheng("incident", "resolve", "1", "--reason", "x", *words).exit_code == 1
    assert bancheng("incident", "list").stdout != ""


def test_what_is_not_there_is_said(bancheng: Bancheng, at_home: House) -> None:
    assert bancheng("incident", "repair", "9").exit_code == 1
    assert bancheng("incident", "resolve", "9").exit_code == 2
