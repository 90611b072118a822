"""Desks in a demo house."""

from __future__ import annotations

import pytest

from tests.queries.desk import Desk
from tests.support.house import House
from tests.support.play import any_play, play, postgres_play

__all__ = ["any_play", "play", "postgres_play"]  # fixtures handed on


@pytest.fixture
def desk(house: House) -> Desk:
    """A desk in a house on SQLite."""
    return Desk(house)


@pytest.fixture
def either_desk(any_house: House) -> Desk:
    """A desk in a house on either database: the test runs once on each kind."""
    return Desk(any_house)
