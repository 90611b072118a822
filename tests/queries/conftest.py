"""Desks in a demo house."""

from __future__ import annotations

import pytest

from tests.queries.desk import Desk
from tests.support.house import House


@pytest.fixture
def desk(house: House) -> Desk:
    """A desk in a house on SQLite."""
    return Desk(house)


@pytest.fixture
def either_desk(any_house: House) -> Desk:
    """A desk in a house on either database: the test runs once on each kind."""
    return Desk(any_house)
