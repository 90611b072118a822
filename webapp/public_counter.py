"""The public counter as every page shows it: counted anew at most once a minute."""

from __future__ import annotations

import time

from flask import current_app

from engine.queries.solved import Solved, solved
from webapp.guard import engine

_FRESH = 60.0  # seconds


def counter() -> Solved:
    """How many were solved, at most a minute old."""
    known: tuple[float, Solved] | None = current_app.extensions.get("solved")
    at = time.monotonic()
    if known is None or at - known[0] > _FRESH:
        settings = current_app.extensions["settings"]
        known = at, engine().read(solved, settings.counter_since, settings.counter_offset)
        current_app.extensions["solved"] = known
    return known[1]


def counter_line() -> str:
    """自 2022 年 1 月以来累计解决 260 件."""
    return counter().text
