"""Every error the engine raises on purpose has one answer at the web's door."""

from __future__ import annotations

import pkgutil
from importlib import import_module

import engine
from engine.errors import EngineError

MIGRATIONS = "engine.storage.migrations"  # run by alembic alone: importing them starts a migration


def errors_of_the_engine() -> set[type[EngineError]]:
    """All subclasses of EngineError, wherever in the engine they are defined."""
    for found in pkgutil.walk_packages(engine.__path__, "engine."):
        if not found.name.startswith(MIGRATIONS):
            import_module(found.name)
    return set(_below(EngineError))


def _below(error: type[EngineError]) -> list[type[EngineError]]:
    return [each for child in error.__subclasses__() for each in (child, *_below(child))]


def test_every_engine_error_has_its_own_answer() -> None:
    from webapp.errors import ANSWERS

    ours = {error for error in errors_of_the_engine() if error.__module__.startswith("engine.")}
    assert sorted(error.__name__ for error in ours - set(ANSWERS)) == []


def test_every_answer_is_an_http_error() -> None:
    from webapp.errors import ANSWERS

    assert {error: status for error, status in ANSWERS.items() if not 400 <= status < 600} == {}
