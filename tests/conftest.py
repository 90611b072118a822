"""Fixtures for every test: fresh databases of both kinds, and a browser.

A missing server or browser fails the test that needs it, with the sentence what to install; nothing is skipped.
"""

from __future__ import annotations

import gc
import logging
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from engine.settings import CHECK_SECONDS
from engine.storage.database import Database
from tests.support.chromium import chromium, new_desk
from tests.support.compiled import compile_once
from tests.support.house import any_house, furnished_file, furnished_name, house, postgres_house
from tests.support.overheard import Overhearing
from tests.support.patience import unhurried
from tests.support.postgres import Cluster, cluster
from tests.support.room import room

__all__ = ["any_house", "furnished_file", "furnished_name", "house", "postgres_house"]  # fixtures kept with their types

os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(room()))  # read when the first test asks for a folder

# Two shared cores, and sometimes slow ones: what the check of a diagram may take is a matter of tests of its own.
os.environ.setdefault(CHECK_SECONDS, "60")

compile_once()

# A million objects, modules and tests among them, live as long as the run: they are looked through for garbage seldom.
gc.set_threshold(50_000, 20, 20)

# Two shared cores: how long something takes says nothing. And the same examples at every run: what a run finds, the
# next one finds too.
unhurried()
hypothesis.settings.register_profile(
    "unhurried",
    deadline=None,
    derandomize=True,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("unhurried")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests first, then those with many, so that no worker waits at the end for a long file.

    The workers get the files in this order with `--no-loadscope-reorder`; by itself `--dist loadfile` puts files with
    many tests first, and those that open every page in a browser have three.
    """
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    many = Counter(item.path for item in items)
    items.sort(key=lambda item: (item.path not in slow, -many[item.path]))


def pytest_collection_finish() -> None:
    """What has been collected stays: no later search for garbage goes through it."""
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _nobody_is_named_in_the_logs() -> Iterator[None]:
    """Row 64 of docs/security.md, over the whole run of this process: the last test fails when somebody was."""
    overhearing = Overhearing()
    logging.getLogger().addHandler(overhearing)
    yield
    logging.getLogger().removeHandler(overhearing)
    assert overhearing.heard == []


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """One PostgreSQL server for the whole run of this process."""
    try:
        with cluster() as server:
            yield server
    except FileNotFoundError as missing:
        pytest.fail(str(missing), pytrace=False)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """Address of an SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'test.db'}"


@pytest.fixture
def postgres_url(postgres: Cluster) -> Iterator[str]:
    """Address of a new, empty PostgreSQL database."""
    name = postgres.create()
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Address of a new, empty database: the test runs once on each kind."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture(scope="session")
def _migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with today's tables, to copy from."""
    path = tmp_path_factory.mktemp("template") / "migrated.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def _migrated_name(postgres: Cluster) -> str:
    """A PostgreSQL database with today's tables, to copy from."""
    name = postgres.create()
    _migrate(postgres.url(name))
    return name


@pytest.fixture
def sqlite(sqlite_url: str, tmp_path: Path, _migrated_file: Path) -> Iterator[Database]:
    """An SQLite database with all tables and no rows."""
    shutil.copy(_migrated_file, tmp_path / "test.db")
    opened = Database(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture
def postgresql(postgres: Cluster, _migrated_name: str) -> Iterator[Database]:
    """A PostgreSQL database with all tables and no rows."""
    name = postgres.create(template=_migrated_name)
    opened = Database(postgres.url(name))
    yield opened
    opened.close()
    postgres.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Database:
    """A database with all tables and no rows: the test runs once on each kind."""
    opened: Database = request.getfixturevalue(request.param)
    return opened


def _migrate(url: str) -> None:
    database = Database(url)
    database.upgrade()
    database.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run of this process; `browser.new_context()` is a new person at another desk."""
    try:
        with chromium() as running:
            yield running
    except FileNotFoundError as missing:
        pytest.fail(str(missing), pytrace=False)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A new person's browser."""
    desk = new_desk(browser)
    yield desk
    desk.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A blank page of that person."""
    return context.new_page()
