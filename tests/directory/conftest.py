"""A transaction on a database of either kind that holds the shipped directory; undone after each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, create_engine

from engine.directory import Directory, load_directory, seed_directory
from engine.storage.models import metadata


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def seeded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('directory') / 'test.db'}"
    else:
        server = request.getfixturevalue("postgres")
        url = server.url(server.create())
    engine = create_engine(url)
    with engine.begin() as connection:
        metadata.create_all(connection)
        seed_directory(connection)
    yield engine
    engine.dispose()


@pytest.fixture
def conn(seeded: Engine) -> Iterator[Connection]:
    with seeded.connect() as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def directory(conn: Connection) -> Directory:
    return load_directory(conn)
