"""Entering and changing people: separation of duties, a second administrator, a line of the house for each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from engine.audit import house as trail
from engine.audit.verify import verify_all
from engine.cases.commands import SYSTEM
from engine.directory import authenticate, find_person
from engine.directory.commands import (
    ChangeGroups,
    ChangePerson,
    DecideGrant,
    EnterPerson,
    ExportPeople,
    OfficeCommand,
    SetActive,
)
from engine.directory.people import Person
from engine.errors import BadInput, EngineError, NotFound, NotNow, NotYours
from engine.queries.staff import waiting_grants
from tests.support.house import FURNISHING, House

PASSWORD = "correct horse battery"


def person(house: House, name: str) -> Person:
    found = house.engine.read(lambda ctx: find_person(ctx.conn, name))
    assert found is not None
    return found


def lines(house: House) -> list[tuple[str, str, str, Any, Any]]:
    """Actor, action, element, before, after of what the house recorded since it was furnished."""
    query = "SELECT actor, action, element, before, after FROM audit WHERE case_id = 0 ORDER BY seq"
    rows = house.engine.read(lambda ctx: ctx.conn.exec_driver_sql(query).all())[FURNISHING:]
    assert house.engine.read(lambda ctx: list(verify_all(ctx.conn))) == []
    return [(*row[:3], *(None if text is None else json.loads(text) for text in row[3:])) for row in rows]


def request_of(house: House, name: str) -> int:
    return house.engine.read(waiting_grants, name)[0].id


# ------------------------------------------------------------------ entering and changing
@pytest.mark.checklist(57)
def test_every_change_of_a_person_is_a_line_from_before_to_after(any_house: House) -> None:
    any_house.do("admin", EnterPerson("zhang", "张三", PASSWORD, ("window",), None, "W3"))
    any_house.do("admin", ChangeGroups("zhang", ("callback",), ("window",)))
    any_house.do("admin", ChangePerson("zhang", "张三丰", None, "W4"))
    any_house.do("admin", SetActive("zhang", False))
    any_house.do("admin", SetActive("zhang", True))
    assert [line[:3] for line in lines(any_house)] == [
        ("admin", action, "zhang")
        for action in ("user_added", "groups_changed", "user_changed", "user_disabled", "user_enabled")
    ]
    groups, details = lines(any_house)[1:3]
    assert groups[3:] == ({"groups": ["window"]}, {"groups": ["callback"]})
    assert (details[3]["window"], details[4]["window"]) == ("W3", "W4")
    assert person(any_house, "zhang") == Person("zhang", "张三丰", frozenset({"callback"}), None, "W4", True)


@pytest.mark.checklist(57)
def test_without_its_line_a_change_does_not_happen(any_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError("no room for the line")

    monkeypatch.setattr(trail, "record", full)
    for command in (ChangeGroups("w1", ("callback",)), SetActive("w1", False), ChangePerson("w1", "改名")):
        with pytest.raises(OSError):
            any_house.do("admin", command)
    assert person(any_house, "w1") == Person("w1", "1号窗口工作人员", frozenset({"window"}), None, "W1", True)


def test_what_changes_nothing_leaves_no_line(any_house: House) -> None:
    any_house.do("admin", ChangeGroups("w1", ("window",), ("callback",)))
    any_house.do("admin", SetActive("w1", True))
    any_house.do("admin", ChangePerson("w1", "1号窗口工作人员", None, "W1"))
    assert lines(any_house) == []


def test_taking_out_the_list_is_a_line(house: House) -> None:
    house.do("admin", ExportPeople())
    assert [line[:3] for line in lines(house)] == [("admin", "people_exported", "people")]


@pytest.mark.parametrize(
    ("command", "fields"),
    [
        (
            EnterPerson("w1", "", PASSWORD, ("window", "pirates"), "XX", "W9"),
            ["display", "groups", "name", "unit", "window"],
        ),
        (EnterPerson("li", "李四", "short"), ["password"]),
        (ChangePerson("w1", " ", "W3", "SC-SS"), ["display", "unit", "window"]),
        (ChangeGroups("w1", ("pirates",)), ["groups"]),
        (ChangeGroups("w1", (), ("pirates",)), ["groups"]),
        (ChangeGroups("w1", ("unit:NOWHERE",)), ["groups"]),
    ],
)
def test_what_cannot_be_is_told_whole_and_changes_nothing(
    house: House, command: OfficeCommand, fields: Sequence[str]
) -> None:
    with pytest.raises(BadInput) as refused:
        house.do("admin", command)
    assert sorted(refused.value.fields) == fields
    assert lines(house) == []


@pytest.mark.parametrize("command", [ChangeGroups("nobody"), ChangePerson("nobody", "x"), SetActive("nobody", False)])
def test_nobody_is_changed_who_is_not_there(house: House, command: OfficeCommand) -> None:
    with pytest.raises(NotFound):
        house.do("admin", command)


@pytest.mark.checklist(6)
@pytest.mark.parametrize("who", ["w1", "lead", "bureau", "supervisor", "auditor", "restricted", "chief-SC-SS"])
def test_only_administrators_change_people(house: House, who: str) -> None:
    commands: list[OfficeCommand] = [
        EnterPerson("li", "李四", PASSWORD),
        ChangePerson("w2", "x"),
        ChangeGroups(who, ("admin",)),
        SetActive("w2", False),
        DecideGrant(1, True),
        ExportPeople(),
    ]
    for command in commands:
        with pytest.raises(NotYours):
            house.do(who, command)
    assert lines(house) == []


# ------------------------------------------------------------------ separation of duties
@pytest.mark.checklist(6, 7)
@pytest.mark.parametrize(
    ("name", "add"),
    [
        ("w1", ("admin",)),
        ("w1", ("auditor",)),
        ("group", ("supervisor",)),
        ("restricted", ("auditor",)),
        ("supervisor", ("auditor",)),
        ("supervisor", ("bureau",)),
        ("auditor", ("window",)),
        ("unit-SC-SS", ("supervisor",)),
        ("admin2", ("supervisor",)),
    ],
)
def test_who_manages_or_audits_handles_no_cases_and_does_one_of_them(
    house: House, name: str, add: tuple[str, ...]
) -> None:
    for actor in (house.actor("admin"), SYSTEM):  # the operator of the server neither
        with pytest.raises(BadInput) as refused:
            house.engine.execute(ChangeGroups(name, add), actor)
        assert "不能" in refused.value.fields["groups"]
    with pytest.raises(BadInput):
        house.engine.execute(EnterPerson("li", "李四", PASSWORD, (*person(house, name).groups, *add)), SYSTEM)


@pytest.mark.checklist(6)
@pytest.mark.parametrize("post", ["auditor", "supervisor", "admin"])
def test_one_administrator_alone_gives_nobody_such_a_post(any_house: House, post: str) -> None:
    any_house.do("admin", ChangeGroups("w1", (post,), ("window",)))
    assert person(any_house, "w1").groups == frozenset()
    asked = request_of(any_house, "w1")
    with pytest.raises(NotYours):
        any_house.do("admin", DecideGrant(asked, True))
    assert person(any_house, "w1").groups == frozenset()
    any_house.do("admin2", DecideGrant(asked, True))
    assert person(any_house, "w1").groups == {post}
    assert [line[:2] for line in lines(any_house)][1:] == [("admin", "post_asked"), ("admin2", "post_granted")]


def test_a_newcomer_has_the_post_only_when_it_is_granted(house: House) -> None:
    house.do("admin", EnterPerson("li", "李四", PASSWORD, ("auditor",)))
    assert person(house, "li").groups == frozenset()
    house.do("admin2", DecideGrant(request_of(house, "li"), False))
    assert person(house, "li").groups == frozenset()
    assert lines(house)[-1][:3] == ("admin2", "post_declined", "li")


def test_a_request_is_decided_once_and_not_asked_twice(house: House) -> None:
    house.do("admin", ChangeGroups("w1", ("auditor",), ("window",)))
    with pytest.raises(BadInput):
        house.do("admin2", ChangeGroups("w1", ("auditor",)))
    asked = request_of(house, "w1")
    house.do("admin2", DecideGrant(asked, True))
    with pytest.raises(NotNow):
        house.do("admin2", DecideGrant(asked, False))
    with pytest.raises(NotFound):
        house.do("admin2", DecideGrant(asked + 1, True))


def test_nobody_grants_a_post_to_themself(house: House) -> None:
    house.engine.execute(EnterPerson("admin3", "丙", PASSWORD, ("admin",)), SYSTEM)
    house.do("admin", ChangeGroups("admin2", ("auditor",), ("admin",)))
    asked = request_of(house, "admin2")
    house.engine.execute(ChangeGroups("admin2", ("admin",)), SYSTEM)
    with pytest.raises(NotYours):
        house.do("admin2", DecideGrant(asked, True))
    with pytest.raises(NotNow):  # meanwhile the posts do not go together
        house.do("admin3", DecideGrant(asked, True))


def test_the_operator_of_the_server_needs_nobody(house: House) -> None:
    house.engine.execute(EnterPerson("shen", "审", PASSWORD, ("auditor",)), SYSTEM)
    assert person(house, "shen").groups == {"auditor"}


def test_nobody_changes_their_own_posts_or_shuts_themself_off(house: House) -> None:
    for command in (SetActive("admin", False), SetActive("admin", True), ChangeGroups("admin", (), ("admin",))):
        with pytest.raises(NotYours):
            house.do("admin", command)


def test_the_last_administrator_stays(any_house: House) -> None:
    any_house.do("admin", SetActive("admin2", False))
    refused: list[type[EngineError]] = []
    for command in (SetActive("admin", False), ChangeGroups("admin", ("window",), ("admin",))):
        with pytest.raises(NotNow):
            any_house.engine.execute(command, SYSTEM)
        refused.append(NotNow)
    any_house.engine.execute(SetActive("admin2", True), SYSTEM)
    any_house.engine.execute(SetActive("admin", False), SYSTEM)
    assert not person(any_house, "admin").active


@pytest.mark.checklist(9)
def test_who_is_shut_off_signs_in_no_more(house: House) -> None:
    house.do("admin", SetActive("w1", False))
    assert house.engine.read(lambda ctx: authenticate(ctx.conn, "w1", "bancheng-demo")) is None
