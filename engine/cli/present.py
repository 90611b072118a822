"""The house of this machine, for commands that go by it where there is one and by what is shipped elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url

from engine.facade import Engine
from engine.house import NotOpened, enter_house
from engine.settings import read_settings


@contextmanager
def house_if_any() -> Iterator[Engine | None]:
    """An engine to read from; None where no house has been opened yet. A database is never made by looking."""
    engine = _engine()
    try:
        yield engine
    finally:
        if engine is not None:
            engine.db.close()


def _engine() -> Engine | None:
    settings = read_settings()
    file = make_url(settings.database_url).database or ""
    if settings.database_url.startswith("sqlite") and not Path(file).is_file():
        return None
    try:
        return enter_house(settings, simulated=False)
    except NotOpened:
        return None
