"""The liaison directory: kept by each unit for itself, confirmed once a quarter, traced without naming anybody."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from sqlalchemy import select

from engine.audit.house import HOUSE
from engine.clock import ZONE
from engine.directory.commands import ChangeLiaison, ConfirmLiaison
from engine.directory.liaison import LiaisonEntry
from engine.directory.rules import Rules
from engine.errors import BadInput, NotFound, NotYours
from engine.queries.liaison import LiaisonLine, liaison_line
from engine.queries.notices import notice_list
from engine.scheduler.beat import beat
from engine.storage.models import audit
from tests.support.house import House, instant

KEPT = {"a": ("王一", "010-00002001转12"), "b": ("李二", "010 0000 2002"), "chief": ("赵三", "")}


def line(house: House, unit: str = "SC-SS", who: str = "w1") -> LiaisonLine:
    return house.engine.read_as(house.actor(who), liaison_line, unit)


def past(house: House) -> list[tuple[str, str, str, str | None]]:
    query = select(audit.c.actor, audit.c.action, audit.c.element, audit.c.after)
    query = query.where(audit.c.case_id == HOUSE, audit.c.action.startswith("liaison")).order_by(audit.c.seq)
    return [tuple(row) for row in house.engine.read(lambda ctx: ctx.conn.execute(query).all())]


def test_the_shipped_entry_has_never_been_confirmed(house: House) -> None:
    shipped = line(house)
    assert (shipped.contacts["a"].name, shipped.contacts["a"].phone) == ("社保分中心联络员A", "010-00002001")
    assert (shipped.contacts["b"].name, shipped.contacts["b"].phone) == ("社保分中心联络员B", None)
    assert (shipped.state, shipped.confirmed_at, shipped.parent) == ("overdue", None, "区人社局")


@pytest.mark.parametrize("who", ["unit-SC-SS", "unit-SC-SS-b", "head-SC-SS"])
def test_a_unit_keeps_its_own_entry_which_confirms_it(any_house: House, who: str) -> None:
    any_house.do(who, ChangeLiaison("SC-SS", KEPT))
    kept = line(any_house, who=who)
    assert (kept.contacts["a"].name, kept.contacts["a"].phone) == ("王一", "010-00002001转12")
    assert (kept.contacts["head"].name, kept.contacts["chief"].name) == (None, "赵三")
    assert (kept.state, kept.own, kept.confirmed_at) == ("fresh", True, any_house.clock.now())
    assert any_house.engine.directory.unit("SC-SS").liaison == "王一"


def test_the_trail_names_posts_and_nobody(house: House) -> None:
    house.do("unit-SC-SS", ChangeLiaison("SC-SS", KEPT))
    house.do("head-SC-SS", ConfirmLiaison("SC-SS"))
    changed, *confirmed = past(house)
    assert changed[:3] == ("unit-SC-SS", "liaison_changed", "SC-SS")
    assert json.loads(changed[3] or "") == {"posts": ["a", "b", "head", "deputy", "chief"]}
    assert [each[:3] for each in confirmed] == [
        ("unit-SC-SS", "liaison_confirmed", "SC-SS"),
        ("head-SC-SS", "liaison_confirmed", "SC-SS"),
    ]
    assert "王一" not in str(past(house))


@pytest.mark.parametrize("who", ["unit-SC-MI", "deputy-SC-SS", "chief-SC-SS", "w1", "bureau", "admin"])
def test_nobody_else_keeps_it(house: House, who: str) -> None:
    for command in (ChangeLiaison("SC-SS", KEPT), ConfirmLiaison("SC-SS")):
        with pytest.raises(NotYours):
            house.do(who, command)
    assert past(house) == [] and line(house).confirmed_at is None


@pytest.mark.parametrize("unit", ["CP", "W1", "NONE"])
def test_what_has_no_desk_has_no_entry(house: House, unit: str) -> None:
    with pytest.raises(NotFound):
        house.do("unit-SC-SS", ConfirmLiaison(unit))
    with pytest.raises(NotFound):
        line(house, unit)


@pytest.mark.parametrize(
    ("contacts", "field"),
    [
        ({"a": ("", "010-00002001")}, "a.name"),
        ({"a": ("王一", "")}, "a.phone"),
        ({"a": ("王一", "138 0000 0000")}, "a.phone"),
        ({"a": ("王一", "8613800000000")}, "a.phone"),
        ({**KEPT, "b": ("李二", "打总机")}, "b.phone"),
        ({**KEPT, "chief": ("赵" * 51, "")}, "chief.name"),
        ({**KEPT, "chief": ("赵\n三", "")}, "chief.name"),
    ],
)
def test_what_cannot_be_called_is_refused(house: House, contacts: dict[str, tuple[str, str]], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        house.do("unit-SC-SS", ChangeLiaison("SC-SS", contacts))
    assert list(refused.value.fields) == [field]
    assert past(house) == []


@pytest.mark.parametrize(
    ("confirmed", "now", "state"),
    [
        ("2026-10-01", "2026-12-31", "fresh"),
        ("2026-09-30", "2026-10-31", "due"),
        ("2026-07-01", "2026-10-01", "due"),
        ("2026-09-30", "2026-11-01", "overdue"),
        ("2026-06-30", "2026-10-01", "overdue"),
        ("2025-12-31", "2026-01-31", "due"),
        ("2025-12-31", "2026-02-01", "overdue"),
        (None, "2026-10-01", "overdue"),
    ],
)
def test_an_entry_is_confirmed_in_the_first_month_of_each_quarter(confirmed: str | None, now: str, state: str) -> None:
    def at(day: str) -> datetime:
        return datetime.fromisoformat(f"{day}T10:00").replace(tzinfo=ZONE)

    assert LiaisonEntry("SC-SS", {}, at(confirmed) if confirmed else None, None).state(at(now)) == state


def asked(house: House, who: str) -> list[str]:
    lines = house.engine.read_as(house.actor(who), notice_list).lines
    return [each.unit_code or "" for each in lines if each.kind == "liaison_due"]


def test_units_are_asked_once_when_a_quarter_begins(any_house: House) -> None:
    beat(any_house.engine, share=False, rules=Rules(strict=False))
    assert asked(any_house, "unit-SC-SS") == []
    any_house.move(instant("2026-10-08 08:00"))
    for _ in range(2):
        beat(any_house.engine, share=False, rules=Rules(strict=False))
    assert asked(any_house, "unit-SC-SS") == []  # not before the office opens
    any_house.move(instant("2026-10-08 09:00"))
    assert asked(any_house, "unit-SC-SS") == ["SC-SS"]
    assert asked(any_house, "unit-SC-MI") == ["SC-MI"]
    assert asked(any_house, "w1") == []
