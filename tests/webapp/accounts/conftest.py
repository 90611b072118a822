"""A house that is no demo, its doors by a clock of their own, and people who have settled in."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import pyotp
import pytest
from flask import Flask
from sqlalchemy import Connection, select, update

from engine.clock import SimulatedClock
from engine.directory.passwords import hash_password
from engine.directory.people import NewPerson, enter_people
from engine.settings import Settings
from engine.storage.database import WriteTransaction
from engine.storage.models import audit
from engine.storage.models import people as people_table
from tests.support.house import FURNISHING, START, House
from tests.webapp.pages.browserless import Visitor
from webapp.app import create_app

PASSWORD = "Lotus-River-Lamp-9"
_HASH = hash_password(PASSWORD)
_PEOPLE = (
    NewPerson("wen", "文", ("window",), window="W1"),
    NewPerson("ada", "阿达", ("admin",)),
    NewPerson("sun", "孙", ("supervisor",)),
    NewPerson("aud", "奥", ("auditor",)),
)

T = TypeVar("T")


@dataclass
class Strict:
    """The doors of a real house; `clock` is what browsers and programs live by."""

    house: House
    app: Flask
    clock: SimulatedClock

    def browser(self, address: str = "10.0.0.1") -> Visitor:
        """A new browser at this address of the network."""
        client = self.app.test_client()
        client.environ_base["REMOTE_ADDR"] = address
        return Visitor(client, client.get("/sign-in"))

    def sign_in(self, name: str, password: str = PASSWORD, address: str = "10.0.0.1") -> Visitor:
        """A browser in which somebody has given their password."""
        return self.browser(address).sign_in(name, password)

    def basic(self, name: str, password: str = PASSWORD, path: str = "/api/cases", address: str = "10.0.0.1") -> Any:
        """The answer to a program that shows name and password."""
        pair = base64.b64encode(f"{name}:{password}".encode()).decode()
        return self._get(path, f"Basic {pair}", address)

    def bearer(self, token: str, path: str = "/api/cases") -> Any:
        """The answer to a program that shows a token."""
        return self._get(path, f"Bearer {token}", "10.0.0.1")

    def _get(self, path: str, authorization: str, address: str) -> Any:
        headers = {"Authorization": authorization}
        return self.app.test_client().get(path, headers=headers, environ_base={"REMOTE_ADDR": address})

    def enrol(self, visitor: Visitor) -> tuple[pyotp.TOTP, list[str]]:
        """Enrol a second factor on the page that shows it; returns the telephone and the recovery codes."""
        secret = visitor.text.partition('class="key">')[2].partition("<")[0].replace(" ", "")
        phone = pyotp.TOTP(secret)
        visitor.send("/account/second-factor", sealed=sealed(visitor), code=self.code(phone))
        codes = [part.partition("<")[0] for part in visitor.text.split('<li class="key">')[1:]]
        return phone, codes

    def code(self, phone: pyotp.TOTP) -> str:
        """What the telephone shows now."""
        return phone.at(self.clock.now())

    def later(self, **ahead: float) -> None:
        """Let time pass."""
        self.clock.move(self.clock.now() + timedelta(**ahead))

    def write(self, work: Callable[[Connection], T]) -> T:
        def begun(tx: WriteTransaction) -> T:
            tx.begin_writing()
            return work(tx.conn)

        return self.house.engine.db.write(begun)

    def change(self, name: str, **values: Any) -> None:
        """Change the row of a person."""
        self.write(lambda conn: conn.execute(update(people_table).where(people_table.c.name == name).values(**values)))

    def trail(self, *wanted: str) -> list[tuple[str, str, str | None]]:
        """(actor, action, element) of the lines of the house since it was furnished, of these actions if named."""
        lines = select(audit.c.actor, audit.c.action, audit.c.element).where(audit.c.case_id == 0).order_by(audit.c.seq)
        with self.house.engine.db.read() as conn:
            found = [(line.actor, line.action, line.element) for line in conn.execute(lines)]
        return [line for line in found if line[1] in wanted] if wanted else found[FURNISHING:]


def sealed(visitor: Visitor) -> str:
    """The sealed secret the enrolment page carries."""
    return visitor.text.partition('name="sealed" value="')[2].partition('"')[0]


@pytest.fixture
def strict(any_house: House) -> Strict:
    """A real house on either kind of database, at `START`."""
    app = create_app(any_house.engine, Settings(database_url=any_house.settings.database_url))
    clock = app.extensions["clock"] = SimulatedClock(START)
    app.config["PREFERRED_URL_SCHEME"] = "https"
    found = Strict(any_house, app, clock)
    found.write(lambda conn: enter_people(conn, _PEOPLE, _HASH, START))
    return found
