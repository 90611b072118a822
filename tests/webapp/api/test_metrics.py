"""What a watcher of the house gets: figures alone, the same from every process, and not for everybody."""

from __future__ import annotations

from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.support.house import House, Person
from webapp.app import create_app

OUTSIDE = {"REMOTE_ADDR": "203.0.113.9"}


def figures(person: Person) -> dict[str, float]:
    """Figure with its labels → value."""
    text = person.get("/metrics").text
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    labels = ("route", "method", "status")
    return {
        " ".join((each.name, *(each.labels[name] for name in labels if each.labels))): each.value for each in samples
    }


@pytest.mark.checklist(55)
def test_what_waits_is_counted(any_house: House) -> None:
    any_house.register(acceptance="accept")
    found = figures(any_house.person(None))
    assert (found["bancheng_open_tasks"], found["bancheng_open_incidents"]) == (1, 0)
    assert found["bancheng_waiting_timers"] >= 1
    assert found["bancheng_timer_lag_seconds"] == 0


def test_every_process_tells_the_same(house: House) -> None:
    other = Person(create_app(house.engine, house.settings).test_client(), "w1")
    for number in range(3):
        other.get(f"/api/cases/BCS-2026-{number:04}")
    figures(Person(other.client, None))
    assert figures(house.person(None))["bancheng_requests_total /api/cases/<no> GET 404"] == 3


@pytest.mark.checklist(55, 64)
def test_neither_numbers_nor_names_are_in_them(house: House) -> None:
    no = house.register()
    for name in ("w3", "unit-SC-SS", None):
        house.person(name).get(f"/api/cases/{no}")
        house.person(name).get("/戴建国")
    text = house.person(None).get("/metrics").text
    assert not [word for word in (no, "戴建国", "w3", "unit-SC-SS", "127.0.0.1") if word in text]


def status(house: House, name: str | None, path: str = "/metrics") -> Any:
    return house.person(name).get(path, environ_base=OUTSIDE)


@pytest.mark.checklist(55)
def test_from_outside_the_figures_are_for_those_who_look_after_the_house(house: House) -> None:
    names = (None, "w1", "bureau", "auditor", "admin", "supervisor")
    assert [status(house, name).status_code for name in names] == [401, 403, 403, 403, 200, 200]


@pytest.mark.checklist(55)
def test_from_outside_one_learns_that_the_house_is_ready_and_nothing_more(house: House) -> None:
    assert status(house, None, "/readyz").json == {"ready": True}
    assert status(house, None, "/healthz").json == {"status": "up"}
