"""Whoever is refused stands in the trail of the house, without what they asked for; a flood does not fill it."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from engine.audit.house import HOUSE, line_up, record
from engine.audit.verify import verify_case
from engine.clock import SimulatedClock
from engine.errors import NoRoom
from engine.storage.database import WriteTransaction
from engine.storage.models import audit
from tests.support.house import House
from tests.webapp.pages.browserless import Visitor


def refusals(house: House) -> list[tuple[Any, ...]]:
    """(who, route, what else was kept) of every refusal, in order."""
    lines = select(audit.c.actor, audit.c.element, audit.c.after).where(
        audit.c.case_id == HOUSE, audit.c.action.in_(("refused", "refusals_not_listed"))
    )
    with house.engine.db.read() as conn:
        return [(row[0], row[1], json.loads(row[2])) for row in conn.execute(lines.order_by(audit.c.seq))]


@pytest.mark.checklist(3, 57)
def test_a_stranger_a_wrong_group_and_a_guessed_number_are_kept(any_house: House) -> None:
    house = any_house
    no = house.register()
    house.person(None).get("/api/cases")
    house.person("unit-SC-SS").get(f"/api/cases/{no}")
    house.person("auditor").post(f"/api/cases/{no}/urge", {"reason": "保密的话"})
    at = {"address": "127.0.0.1"}
    assert refusals(house) == [
        ("-", "/api/cases", {**at, "method": "GET", "status": 401, "kind": "SignInNeeded"}),
        ("unit-SC-SS", "/api/cases/<no>", {**at, "method": "GET", "status": 404, "kind": "NotFound"}),
        ("auditor", "/api/cases/<no>/urge", {**at, "method": "POST", "status": 403, "kind": "NotYours"}),
    ]
    assert house.engine.read(lambda ctx: verify_case(ctx.conn, HOUSE)) is None


@pytest.mark.checklist(3, 16, 57)
def test_a_form_without_its_token_is_kept(house: House) -> None:
    Visitor.of(house.app).sign_in("w3").client.post("/register", data={"title": "x"})
    assert [(who, route, more["kind"]) for who, route, more in refusals(house)] == [("w3", "/register", "ForeignForm")]


def test_it_is_dated_by_the_clock_the_house_goes_by_now_also_where_that_was_set_anew(house: House) -> None:
    stranger = house.person(None)
    house.engine.clock = SimulatedClock(house.engine.clock.now() + timedelta(days=9))
    stranger.get("/api/cases")
    with house.engine.db.read() as conn:
        at = conn.scalar(select(audit.c.at).where(audit.c.action == "refused"))
    assert at == house.engine.clock.now()


def test_a_line_that_had_to_wait_is_dated_when_it_is_written_and_not_before_the_line_it_follows(
    any_house: House,
) -> None:
    house, waited = any_house, threading.Event()

    def refused() -> None:
        house.person(None).get("/api/cases")
        waited.set()

    stranger = threading.Thread(target=refused)

    def work(tx: WriteTransaction) -> None:
        tx.begin_writing()
        line_up(tx.conn)
        stranger.start()
        _until_somebody_waits(house, waited)
        house.engine.clock = SimulatedClock(house.engine.clock.now() + timedelta(hours=1))
        record(tx.conn, house.engine.clock.now(), "admin", "calendar_imported")

    house.engine.db.write(work)
    stranger.join(30)
    with house.engine.db.read() as conn:
        told = conn.execute(select(audit.c.action, audit.c.at).where(audit.c.case_id == HOUSE).order_by(audit.c.seq))
        (before, since), (last, at) = told.all()[-2:]
    assert (before, last, at >= since) == ("calendar_imported", "refused", True)


def _until_somebody_waits(house: House, waited: threading.Event) -> None:
    """On SQLite nobody gets as far as to read the clock."""
    blocked = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    while house.engine.db.dialect == "postgresql" and not waited.is_set():
        with house.engine.db.read() as conn:
            if conn.scalar(blocked):
                return


def test_what_was_allowed_or_leads_nowhere_is_not_kept(house: House) -> None:
    w3 = house.person("w3")
    for path in ("/api/cases", "/api/nothing", "/nothing", "/static/nothing.js", "/inbox"):
        w3.get(path)
    assert refusals(house) == []


def test_of_a_flood_the_beginning_is_kept_and_the_rest_counted(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    meter = house.app.extensions["meter"]
    monkeypatch.setattr(meter, "wait", counting({}, 5))
    stranger = house.person(None)
    for _ in range(12):
        stranger.get("/api/cases")
    assert len(refusals(house)) == 5
    house.person("auditor").post("/api/cases/BCS-2026-0001/urge", {"reason": "x"})
    assert refusals(house)[5] == ("-", None, {"address": "127.0.0.1", "count": 7})
    assert len(refusals(house)) == 7


def counting(asked: dict[str, int], most: int) -> Any:
    """A minute that never ends."""

    def wait(key: str, _: int) -> int:
        asked[key] = asked.get(key, 0) + 1
        return 0 if asked[key] <= most or key == "refused" else 60

    return wait


@pytest.mark.checklist(54)
def test_a_refusal_that_cannot_be_kept_stays_a_refusal(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise NoRoom

    no = house.register()
    with monkeypatch.context() as disk:
        disk.setattr(house.engine.db, "write", full)
        assert house.person("unit-SC-SS").get(f"/api/cases/{no}").status_code == 404
        assert house.person(None).get("/api/cases").status_code == 401
    house.person(None).get("/api/cases")
    assert [(who, more.get("count")) for who, _, more in refusals(house)] == [("unit-SC-SS", 1), ("-", 1), ("-", None)]
