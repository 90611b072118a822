"""Signing in by password and by token, and entering people."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal

import pytest
from argon2 import Parameters, PasswordHasher, extract_parameters
from sqlalchemy import Connection, select, update

from engine.cases.commands import Actor
from engine.directory import (
    Directory,
    actor_of,
    add_person,
    authenticate,
    authenticate_token,
    find_person,
    issue_token,
    passwords,
)
from engine.directory.passwords import hash_password
from engine.errors import BadInput, NotFound
from engine.storage.models import people, tokens

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
PASSWORD = "一条 long 密码 🔑"


@pytest.fixture
def zhang(conn: Connection, directory: Directory) -> Connection:
    add_person(conn, "zhang", "张三", PASSWORD, ["unit:SC-SS", "window"], "SC-SS", "W3", NOW)
    return conn


def test_the_right_password_gives_the_person_with_groups(zhang: Connection) -> None:
    person = authenticate(zhang, "zhang", PASSWORD)
    assert person is not None
    assert actor_of(person) == Actor("zhang", "张三", frozenset({"unit:SC-SS", "window"}), "SC-SS", "W3")


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("zhang", "一条 long 密码"),
        ("zhang", ""),
        ("zhang", "\ud800"),
        ("Zhang", PASSWORD),
        ("nobody", PASSWORD),
        ("", PASSWORD),
        ("zhang\x00", PASSWORD),
        ("\ud800", PASSWORD),
    ],
)
def test_anything_else_gives_nobody(zhang: Connection, name: str, password: str) -> None:
    assert authenticate(zhang, name, password) is None


def test_a_wrong_password_stays_wrong_after_a_right_one(zhang: Connection) -> None:
    assert authenticate(zhang, "zhang", PASSWORD)
    assert authenticate(zhang, "zhang", PASSWORD + "!") is None


def test_an_old_password_is_refused_at_once_after_a_change(zhang: Connection) -> None:
    assert authenticate(zhang, "zhang", PASSWORD)
    zhang.execute(update(people).values(password=hash_password("another one")))
    assert authenticate(zhang, "zhang", PASSWORD) is None
    assert authenticate(zhang, "zhang", "another one")


def test_the_remembered_password_of_one_person_opens_nobody_else(zhang: Connection) -> None:
    add_person(zhang, "li", "李四", "a different one", [], None, None, NOW)
    assert authenticate(zhang, "zhang", PASSWORD)
    assert authenticate(zhang, "li", PASSWORD) is None


def test_a_person_shut_off_is_refused_though_remembered(zhang: Connection) -> None:
    assert authenticate(zhang, "zhang", PASSWORD)
    token = issue_token(zhang, "zhang", NOW)
    zhang.execute(update(people).values(active=False))
    assert authenticate(zhang, "zhang", PASSWORD) is None
    assert authenticate_token(zhang, token, NOW) is None
    person = find_person(zhang, "zhang")
    assert person is not None and not person.active


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[Parameters]:
    """What each check by argon2 cost."""
    found: list[Parameters] = []

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
            found.append(extract_parameters(str(hash)))
            return super().verify(hash, password)

    monkeypatch.setattr(passwords, "_HASHER", Counting(time_cost=2, memory_cost=19 * 1024, parallelism=1))
    return found


def test_the_second_check_costs_no_argon2(zhang: Connection, checked: list[Parameters]) -> None:
    for password, times in ((PASSWORD, 1), (PASSWORD, 1), ("wrong", 2), ("wrong", 3)):
        assert (authenticate(zhang, "zhang", password) is not None) == (password == PASSWORD)
        assert len(checked) == times


@pytest.mark.checklist(37)
def test_an_unknown_name_costs_as_much_as_a_wrong_password(zhang: Connection, checked: list[Parameters]) -> None:
    for name in ("nobody", "zhang"):
        assert authenticate(zhang, name, "wrong") is None
    assert len(checked) == 2 and checked[0] == checked[1]


def test_a_token_gives_its_person_and_is_not_kept_itself(zhang: Connection) -> None:
    token = issue_token(zhang, "zhang", NOW)
    bearer = authenticate_token(zhang, token, NOW)
    assert bearer is not None and bearer.person.name == "zhang"
    assert token not in zhang.scalars(select(tokens.c.hash)).all()


@pytest.mark.parametrize("token", ["", "x", "\ud800", "zhang"])
def test_a_wrong_token_gives_nobody(zhang: Connection, token: str) -> None:
    issue_token(zhang, "zhang", NOW)
    assert authenticate_token(zhang, token, NOW) is None


def test_a_token_needs_a_person(conn: Connection) -> None:
    with pytest.raises(NotFound):
        issue_token(conn, "nobody", NOW)


@pytest.mark.checklist(42)
def test_the_stored_password_is_an_argon2id_hash(zhang: Connection) -> None:
    assert zhang.scalars(select(people.c.password)).one().startswith("$argon2id$")


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("name", {"name": "zhang"}),
        ("name", {"name": "Zhang"}),
        ("name", {"name": ""}),
        ("name", {"name": "a:b"}),
        ("name", {"name": "a b"}),
        ("name", {"name": "a\x00"}),
        ("name", {"name": "x" * 201}),
        ("name", {"name": "system"}),
        ("password", {"password": "short"}),
        ("password", {"password": "eleven sign"}),
        ("password", {"password": "bancheng-demo"}),
        ("groups", {"groups": ["windows"]}),
        ("groups", {"groups": ["unit:NOWHERE"]}),
        ("groups", {"groups": ["unit"]}),
        ("groups", {"groups": ["window:SC-SS"]}),
        ("unit", {"unit": "NOWHERE"}),
    ],
)
def test_an_unfit_person_is_refused_and_nothing_is_stored(
    zhang: Connection, field: str, change: dict[str, Any]
) -> None:
    fit = {"name": "wang", "display": "王五", "password": PASSWORD, "groups": ["callback"], "unit": None}
    with pytest.raises(BadInput) as refused:
        add_person(zhang, **{**fit, **change}, window=None, now=NOW)
    assert list(refused.value.fields) == [field]
    assert zhang.scalars(select(people.c.name)).all() == ["zhang"]


def test_everything_wrong_is_told_at_once(conn: Connection) -> None:
    with pytest.raises(BadInput) as refused:
        add_person(conn, "", "", "", ["nobody"], "NOWHERE", None, NOW)
    assert set(refused.value.fields) == {"name", "password", "groups", "unit"}
