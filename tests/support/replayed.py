"""Holding cases against their trails."""

from __future__ import annotations

from sqlalchemy import select

from engine.cases.again import differences, lead_again
from engine.facade import Engine, ReadContext
from engine.storage import models


def trails_hold(engine: Engine) -> None:
    """Every case of the house, led again by its trail, comes line by line to what is stored of it."""
    assert engine.read(unlike_their_trails) == {}


def unlike_their_trails(ctx: ReadContext) -> dict[str, object]:
    """Cases whose trail does not lead to what is stored, each with the first bad line or the columns that differ."""
    found: dict[str, object] = {}
    for row in [dict(found) for found in ctx.conn.execute(select(models.cases)).mappings()]:
        again, outcome = lead_again(ctx.conn, row, ctx.versions, ctx.calendars, ctx.directory, ctx.keys)
        wrong = outcome.mismatch or differences(row, again.columns)
        if wrong:
            found[str(row["no"] or row["uid"])] = wrong
    return found
