"""A site per test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.site import Site, running
from tests.support.house import House


@pytest.fixture
def site(house: House, browser: Browser) -> Iterator[Site]:
    """A demo with nobody's cases yet; its clock stands on Wednesday 2026-09-23, 9:00."""
    with running(house, browser) as opened:
        yield opened
