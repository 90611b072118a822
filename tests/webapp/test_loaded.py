"""What a web process has loaded is not gone through for garbage in the middle of somebody's page."""

from __future__ import annotations

import gc

from engine.settings import Settings
from tests.support.house import House
from webapp.server import Listening, Server


def test_a_web_process_sets_aside_what_it_has_loaded(house: House) -> None:
    settings = Settings(database_url="sqlite://", demo=True)
    server = Server(settings, Listening("127.0.0.1", 0), lambda: house.engine, ticking=False, announce=str)
    before = gc.get_freeze_count()
    try:
        app = server.load()
        assert gc.get_freeze_count() - before > 10_000
        assert not any(each is app for each in gc.get_objects())
    finally:
        gc.unfreeze()
