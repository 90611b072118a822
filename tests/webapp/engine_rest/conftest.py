"""Process clients of a demo house."""

from __future__ import annotations

import pytest

from tests.support.house import House
from tests.webapp.engine_rest.client import Client


@pytest.fixture
def client(house: House) -> Client:
    """Clients of a house on SQLite; the clock stands at 10:10."""
    return Client(house)


@pytest.fixture
def either_client(any_house: House) -> Client:
    """Clients of a house on either database: the test runs once on each kind."""
    return Client(any_house)
