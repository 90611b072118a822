"""The public counter: how many cases were solved since a month (自 2022 年 1 月以来累计解决 N 件)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from engine.clock import midnight
from engine.facade import ReadContext
from engine.storage.models import cases

FEWEST = 5  # DOMAIN.md "Privacy": smaller public counts are not told


@dataclass(frozen=True)
class Solved:
    """`solved`: null when there are too few to tell; `since` is the first day of the first month."""

    since: date
    solved: int | None
    text: str


def solved(ctx: ReadContext, since: date, before: int = 0) -> Solved:
    """Cases that ended 办成 since, and `before`: those solved since then, but before this house kept count."""
    wanted = (cases.c.outcome == "done", cases.c.counted_at >= midnight(since))
    number = before + ctx.conn.execute(select(func.count()).select_from(cases).where(*wanted)).scalar_one()
    told = None if number < FEWEST else int(number)
    said = f"少于 {FEWEST} 件" if told is None else f"{told} 件"
    return Solved(since, told, f"自 {since.year} 年 {since.month} 月以来累计解决 {said}")
