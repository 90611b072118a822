"""The operator of the server changes people at the command line, alone, and the house remembers it."""

from __future__ import annotations

import pytest

from engine.directory import find_person
from engine.storage.database import Database
from tests.cli.conftest import Bancheng


@pytest.fixture
def db(bancheng: Bancheng, sqlite_url: str) -> Database:
    """A house with one window officer."""
    added = bancheng("user", "add", "zhang", "--group", "window", "--password-stdin", typed="correct horse battery\n")
    assert added.exit_code == 0, added.stderr
    return Database(sqlite_url)


def test_groups_are_changed_and_shown(bancheng: Bancheng, db: Database) -> None:
    assert bancheng("user", "groups", "zhang").stdout == "zhang：window\n"
    changed = bancheng("user", "groups", "zhang", "--add", "callback", "--add", "unit:SC-SS", "--remove", "window")
    assert changed.stdout == "zhang：callback、unit:SC-SS\n"


@pytest.mark.checklist(6)
def test_the_operator_gives_such_a_post_alone(bancheng: Bancheng, db: Database) -> None:
    given = bancheng("user", "groups", "zhang", "--add", "auditor", "--remove", "window")
    assert given.stdout == "zhang：auditor\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["groups", "zhang", "--add", "auditor"], "不能同时担任办件的岗位"),
        (["groups", "zhang", "--add", "pirates"], "没有这些组：pirates"),
        (["groups", "wang", "--add", "window"], "没有名为“wang”的用户"),
        (["disable", "wang"], "没有名为“wang”的用户"),
        (["add", "li", "--group", "admin", "--group", "window", "--password-stdin"], "不能同时担任办件的岗位"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(bancheng: Bancheng, db: Database, words: list[str], said: str) -> None:
    refused = bancheng("user", *words, typed="correct horse battery\n")
    assert refused.exit_code == 1 and said in refused.stderr and refused.stderr.count("\n") == 1


def test_the_last_administrator_is_not_shut_off(bancheng: Bancheng, db: Database) -> None:
    bancheng("user", "groups", "zhang", "--add", "admin", "--remove", "window")
    refused = bancheng("user", "disable", "zhang")
    assert refused.exit_code == 1 and "最后一位系统管理员" in refused.stderr


def test_people_are_shut_off_let_in_again_and_listed(bancheng: Bancheng, db: Database) -> None:
    assert bancheng("user", "disable", "zhang").stdout == "已停用 zhang。\n"
    assert bancheng("user", "list", "--inactive").stdout.split() == ["zhang", "zhang", "window", "已停用"]
    with db.read() as conn:
        person = find_person(conn, "zhang")
        assert person is not None and not person.active
    assert bancheng("user", "enable", "zhang").stdout == "已启用 zhang。\n"
    assert bancheng("user", "list", "--inactive").stdout == ""
    assert "在用" in bancheng("user", "list", "--group", "window").stdout


@pytest.mark.checklist(57)
def test_each_act_is_a_line_of_the_house(bancheng: Bancheng, db: Database) -> None:
    bancheng("user", "groups", "zhang", "--add", "callback")
    bancheng("user", "disable", "zhang")
    with db.read() as conn:
        lines = conn.exec_driver_sql("SELECT actor, action FROM audit WHERE case_id = 0 ORDER BY seq").all()
    assert [tuple(line) for line in lines][-2:] == [("system", "groups_changed"), ("system", "user_disabled")]
