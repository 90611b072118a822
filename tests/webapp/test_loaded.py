"""A process that serves pages does not look for garbage again and again in the middle of one."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from engine.settings import Settings
from tests.support.house import House
from webapp.loaded import keep_loaded
from webapp.server import Listening, Server


@pytest.fixture(autouse=True)
def as_python_begins() -> Iterator[None]:
    threshold = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    yield
    gc.unfreeze()
    gc.set_threshold(*threshold)


def looked_for(number: int) -> int:
    """How often garbage is looked for while so many objects are made that stay."""
    seen: list[str] = []

    def count(phase: str, _: object) -> None:
        seen.append(phase)

    gc.callbacks.append(count)
    kept = [[n] for n in range(number)]
    gc.callbacks.remove(count)
    return len(kept) and seen.count("start")


def test_a_web_process_sets_aside_what_it_has_loaded(house: House) -> None:
    settings = Settings(database_url="sqlite://", demo=True)
    server = Server(settings, Listening("127.0.0.1", 0), lambda: house.engine, ticking=False, announce=str)
    before = gc.get_freeze_count()
    app = server.load()
    assert gc.get_freeze_count() - before > 10_000
    assert not any(each is app for each in gc.get_objects())


def test_what_a_part_of_a_page_makes_is_not_gone_through_while_it_is_made() -> None:
    assert looked_for(4_000) > 0
    keep_loaded()
    assert looked_for(4_000) == 0


def test_what_is_garbage_is_still_found_in_time() -> None:
    keep_loaded()
    assert looked_for(20_000) > 0
