"""People and tokens are entered at the command line, and the house remembers it."""

from __future__ import annotations

import pytest

from engine.audit.verify import verify_all
from engine.clock import SystemClock
from engine.directory import authenticate, authenticate_token, find_person
from engine.directory.accounts import find_account
from engine.storage.database import Database
from tests.cli.conftest import Bancheng
from tests.support.house import FURNISHING


@pytest.fixture
def db(bancheng: Bancheng, sqlite_url: str) -> Database:
    """The database of the command, with one person in it."""
    added = bancheng(
        "user", "add", "zhang", "--group", "unit:SC-SS", "--display", "张", "--password-stdin", typed="correct horse\n"
    )
    assert added.exit_code == 0, added.stderr
    return Database(sqlite_url)


def test_an_added_user_signs_in_with_the_password_from_stdin(db: Database) -> None:
    with db.read() as conn:
        person = authenticate(conn, "zhang", "correct horse")
        assert person is not None
        assert (person.display, set(person.groups), person.unit) == ("张", {"unit:SC-SS"}, "SC-SS")


def test_groups_may_be_repeated_or_follow_one_another(bancheng: Bancheng, db: Database) -> None:
    bancheng("user", "add", "a", "--group", "window", "--group", "callback", "--password-stdin", typed="a password 1\n")
    bancheng("user", "add", "b", "--group", "window", "callback", "--password-stdin", typed="a password 1\n")
    with db.read() as conn:
        for name in ("a", "b"):
            person = find_person(conn, name)
            assert person is not None and person.groups == {"window", "callback"}


def test_the_password_is_asked_for_twice_at_a_terminal(bancheng: Bancheng, db: Database) -> None:
    added = bancheng("user", "add", "li", "--group", "window", typed="a password 1\na password 1\n")
    assert added.exit_code == 0
    with db.read() as conn:
        assert authenticate(conn, "li", "a password 1")


@pytest.mark.parametrize(
    ("words", "typed", "named"),
    [
        (["zhang", "--group", "window"], "a password 1\n", "name"),
        (["li", "--group", "pirates"], "a password 1\n", "groups"),
        (["li", "--group", "window"], "short\n", "password"),
        (["li", "--group", "window"], "", "password"),
        (["li", "--group", "window", "--unit", "XX"], "a password 1\n", "unit"),
    ],
)
def test_an_unfit_user_is_refused_in_one_line(
    bancheng: Bancheng, db: Database, words: list[str], typed: str, named: str
) -> None:
    refused = bancheng("user", "add", *words, "--password-stdin", typed=typed)
    assert refused.exit_code == 1
    assert refused.stderr.startswith(f"{named}：")
    assert refused.stderr.count("\n") == 1


def test_a_token_is_printed_alone_and_opens_the_door(bancheng: Bancheng, db: Database) -> None:
    token = bancheng("token", "create", "--user", "zhang").stdout
    assert token.count("\n") == 1
    with db.read() as conn:
        bearer = authenticate_token(conn, token.strip(), SystemClock().now())
        assert bearer is not None and bearer.person.name == "zhang"


def test_nobody_gets_a_token_for_somebody_unknown(bancheng: Bancheng, db: Database) -> None:
    refused = bancheng("token", "create", "--user", "wang")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr == "错误：没有名为“wang”的用户。\n"


def test_both_acts_stand_on_the_trail_of_the_house(bancheng: Bancheng, db: Database) -> None:
    bancheng("token", "create", "--user", "zhang")
    with db.read() as conn:
        assert list(verify_all(conn)) == []
        lines = conn.exec_driver_sql("SELECT action, element FROM audit WHERE case_id = 0 ORDER BY seq").all()
    assert [tuple(line) for line in lines[FURNISHING:]] == [("user_added", "zhang"), ("token_issued", "zhang")]


def test_a_new_first_password_replaces_the_old_one(bancheng: Bancheng, db: Database) -> None:
    said = bancheng("user", "password", "zhang", "--password-stdin", typed="another horse\n")
    assert said.exit_code == 0 and "24 小时" in said.stdout
    with db.read() as conn:
        assert authenticate(conn, "zhang", "correct horse") is None
        account = find_account(conn, "zhang")
        assert account is not None and account.initial
    assert bancheng("user", "password", "zhang", "--password-stdin", typed="short\n").stderr.startswith("password：")


@pytest.mark.parametrize(
    ("words", "action"),
    [
        (("unlock",), "unlocked"),
        (("disable",), "user_disabled"),
        (("second-factor", "reset"), "second_factor_reset"),
    ],
)
def test_what_an_operator_does_for_somebody_is_on_the_trail(
    bancheng: Bancheng, db: Database, words: tuple[str, ...], action: str
) -> None:
    assert bancheng("user", *words, "zhang").exit_code == 0
    refused = bancheng("user", *words, "wang")
    assert (refused.exit_code, refused.stderr) == (1, "错误：没有名为“wang”的用户。\n")
    with db.read() as conn:
        lines = conn.exec_driver_sql("SELECT action, element FROM audit WHERE case_id = 0 ORDER BY seq").all()
    assert tuple(lines[-1]) == (action, "zhang")


def test_tokens_are_listed_by_id_and_revoked_by_it(bancheng: Bancheng, db: Database) -> None:
    assert bancheng("token", "list").stdout == "没有令牌。\n"
    token = bancheng("token", "create", "--user", "zhang", "--label", "热线", "--days", "30").stdout.strip()
    _, line = bancheng("token", "list", "--user", "zhang").stdout.splitlines()
    id, person, *_, label = line.split()
    assert (person, label, token in line) == ("zhang", "热线", False)
    assert bancheng("token", "revoke", id).exit_code == 0
    assert bancheng("token", "revoke", id).exit_code == 1
    with db.read() as conn:
        assert authenticate_token(conn, token, SystemClock().now()) is None
