"""How long is waited for the database while tests run: much longer than in a house that people work in.

A house tells whoever has waited for 5 or 15 seconds to come again. On two shared cores that would meet the last of ten
in a row by chance; whether they are served in their turn is what the tests ask.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from engine.storage import connections

_SECONDS = 300
_WAITS = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
_DELIVERED = (
    connections._WAIT_SECONDS,
    dict(connections._POSTGRESQL_SETTINGS),
    dict(connections._POSTGRESQL_CONNECT),
)


def unhurried() -> None:
    """Let databases opened from now on in this process be waited for."""
    connections._WAIT_SECONDS = _SECONDS
    connections._POSTGRESQL_SETTINGS.update({name: f"{_SECONDS}s" for name in _WAITS})
    connections._POSTGRESQL_CONNECT["connect_timeout"] = _SECONDS


@contextmanager
def as_delivered() -> Iterator[None]:
    """Databases opened inside have the settings the house is delivered with."""
    wait, settings, connect = _DELIVERED
    connections._WAIT_SECONDS = wait
    connections._POSTGRESQL_SETTINGS.update(settings)
    connections._POSTGRESQL_CONNECT.update(connect)
    try:
        yield
    finally:
        unhurried()
