"""The stage of the tests in which statements fail."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.stage import Stage
from tests.support.house import House


@pytest.fixture
def stage(any_house: House) -> Iterator[Stage]:
    opened = Stage(any_house)
    yield opened
    opened.close()
