"""Whether a monitor hears of it when the house cannot work."""

from __future__ import annotations

from datetime import timedelta

from engine.clock import SimulatedClock
from engine.facade import Engine
from engine.keys import demo_keys
from engine.storage.database import Database
from tests.support.house import START, House, Person
from webapp.app import create_app


def test_a_house_in_order_is_ready(any_house: House) -> None:
    answer = any_house.person(None).get("/readyz")
    told = {"ready": True, "database": True, "migrations": True, "timer_lag_seconds": 0.0}
    assert (answer.status_code, answer.json) == (200, told)


def test_timers_that_nobody_fires_are_noticed(house: House) -> None:
    house.register()
    asleep = Engine(house.engine.db, SimulatedClock(START + timedelta(days=30)), demo_keys())
    answer = Person(create_app(asleep, house.settings).test_client(), None).get("/readyz")
    assert (answer.status_code, answer.json["ready"]) == (503, False)
    assert answer.json["timer_lag_seconds"] > 86_400


def test_a_database_without_tables_is_not_ready(house: House, sqlite_url: str) -> None:
    empty = Database(sqlite_url)
    client = create_app(Engine(empty, house.clock, demo_keys()), house.settings).test_client()
    answer = Person(client, None).get("/readyz")
    empty.close()
    assert (answer.status_code, answer.json["database"], answer.json["migrations"]) == (503, True, False)


def test_a_database_that_is_gone_is_told_without_its_address(house: House) -> None:
    gone = Database("postgresql+psycopg://nobody@/gone?host=/nowhere")
    client = create_app(Engine(gone, house.clock, demo_keys()), house.settings).test_client()
    answer = Person(client, None).get("/readyz")
    gone.close()
    assert (answer.status_code, answer.json["database"], "nowhere" in answer.text) == (503, False, False)
    assert Person(client, None).get("/healthz").status_code == 200
