"""People and tokens are entered at the command line, and the house remembers it."""

from __future__ import annotations

import pytest

from engine.audit.verify import verify_all
from engine.clock import SystemClock
from engine.directory import authenticate, authenticate_token, find_person
from engine.storage.database import Database
from tests.cli.conftest import Bancheng


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
    assert [tuple(line) for line in lines[1:]] == [("user_added", "zhang"), ("token_issued", "zhang")]
