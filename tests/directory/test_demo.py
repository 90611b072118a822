"""The people of a demonstration, by the names and groups that the interface contract promises."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, func, select

from engine.directory import Directory, authenticate, find_person
from engine.directory import demo as demo_people
from engine.directory.demo import PASSWORD, seed_demo_people
from engine.storage.models import people

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.fixture
def demo(conn: Connection, directory: Directory) -> Connection:
    seed_demo_people(conn, directory, PASSWORD, NOW)
    return conn


@pytest.mark.parametrize(
    ("name", "groups"),
    [
        ("w1", {"window"}),
        ("w5", {"window"}),
        ("lead", {"window", "window_lead"}),
        ("lead2", {"window", "window_lead"}),
        ("group", {"work_group"}),
        ("group2", {"work_group"}),
        ("callback2", {"callback"}),
        ("unit-SC-SS", {"unit:SC-SS"}),
        ("unit-SC-SS-b", {"unit:SC-SS"}),
        ("head-T05", {"unit_head:T05"}),
        ("deputy-SCJG", {"unit_deputy:SCJG"}),
        ("chief-ZX", {"unit_chief:ZX"}),
        ("bureau", {"bureau"}),
        ("leading", {"leading_group"}),
        ("restricted", {"restricted"}),
        ("supervisor2", {"supervisor"}),
        ("auditor", {"auditor"}),
        ("admin", {"admin"}),
        ("admin2", {"admin"}),
    ],
)
def test_a_demo_person_is_in_these_groups_and_no_other(demo: Connection, name: str, groups: set[str]) -> None:
    person = find_person(demo, name)
    assert person is not None and person.groups == groups


def test_window_officers_sit_at_their_window_and_unit_people_in_their_unit(demo: Connection) -> None:
    officer, liaison = find_person(demo, "w3"), find_person(demo, "unit-SC-SS")
    assert officer is not None and (officer.window, officer.unit) == ("W3", None)
    assert liaison is not None and (liaison.window, liaison.unit) == (None, "SC-SS")


def test_everybody_signs_in_with_the_demo_password(demo: Connection) -> None:
    assert authenticate(demo, "w1", PASSWORD)
    assert authenticate(demo, "chief-T22", PASSWORD)
    assert authenticate(demo, "w1", "bancheng") is None


def test_units_without_a_desk_have_no_people(demo: Connection) -> None:
    assert find_person(demo, "unit-EX-FY") is None
    assert find_person(demo, "head-XZ") is None


def test_seeding_is_quick_and_can_be_repeated(
    conn: Connection, directory: Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []

    def hash_it(password: str) -> str:
        hashed.append(password)
        return f"hash {len(hashed)}"

    monkeypatch.setattr(demo_people, "hash_password", hash_it)
    seed_demo_people(conn, directory, PASSWORD, NOW)
    assert hashed == [PASSWORD], "one hash for all: three hundred would take many seconds"
    seed_demo_people(conn, directory, PASSWORD, NOW)
    assert conn.scalar(select(func.count()).select_from(people)) == 5 + 14 + 63 * 5


def test_the_password_of_the_last_start_is_the_one_that_opens(demo: Connection, directory: Directory) -> None:
    seed_demo_people(demo, directory, "another password", NOW)
    assert authenticate(demo, "w1", "another password")
    assert authenticate(demo, "w1", PASSWORD) is None
