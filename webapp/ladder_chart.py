"""The ladder of a case as SVG, drawn on the server: a row per rung, as long as it takes. The list beneath says it too.

Days that are not worked are shaded; a rung that raises the case carries its tier.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from markupsafe import Markup, escape

from engine.clock import ZONE, local, midnight

WIDTH = 860
_LABELS, _TIMES = 190, 110  # left of the time scale, and right of it
_HEAD, _ROW = 24, 26
_DAY = timedelta(days=1)
_MOST_MARKS = 10


@dataclass(frozen=True)
class Row:
    """One rung: when, what it is called, to which tier it raises (0: to none)."""

    at: datetime
    name: str
    tier: int


@dataclass(frozen=True)
class _Scale:
    """From instants to pixels."""

    first: datetime
    last: datetime

    def x(self, at: datetime) -> float:
        whole = (self.last - self.first).total_seconds() or 1.0
        share = (at - self.first).total_seconds() / whole
        return round(_LABELS + (WIDTH - _LABELS - _TIMES) * min(max(share, 0.0), 1.0), 1)


def timeline(begin: datetime, rows: Sequence[Row], closed: Sequence[date], title: str) -> Markup:
    """The picture; nothing for no rungs."""
    if not rows:
        return Markup("")
    last = local(max(row.at for row in rows))
    scale = _Scale(midnight(local(begin).date()), datetime.combine(last.date(), time(), ZONE) + _DAY)
    height = _HEAD + _ROW * len(rows) + 6
    parts = [*_shades(scale, closed, height), *_days(scale, height)]
    parts += [_row(scale, begin, place, row) for place, row in enumerate(rows)]
    return Markup('<svg class="ladder" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        WIDTH, height, f"{title}，下面的列表内容相同", Markup("").join(parts)
    )


def _shades(scale: _Scale, closed: Sequence[date], height: int) -> Iterator[Markup]:
    for day in closed:
        left, right = scale.x(midnight(day)), scale.x(midnight(day + _DAY))
        yield Markup('<rect class="closed" x="{}" y="{}" width="{}" height="{}"/>').format(
            left, _HEAD, round(right - left, 1), height - _HEAD
        )


def _days(scale: _Scale, height: int) -> Iterator[Markup]:
    """A few dates along the top, each with a line down."""
    days = (scale.last - scale.first).days
    for number in range(0, days, max(1, -(-days // _MOST_MARKS))):
        day = (local(scale.first) + number * _DAY).date()
        x = scale.x(midnight(day))
        yield Markup('<line x1="{0}" x2="{0}" y1="{1}" y2="{2}"/><text class="day" x="{0}" y="15">{3}</text>').format(
            x, _HEAD - 4, height, f"{day:%m-%d}"
        )


def _row(scale: _Scale, begin: datetime, place: int, row: Row) -> Markup:
    middle = _HEAD + _ROW * place + _ROW // 2
    start, end = scale.x(begin), scale.x(row.at)
    return Markup(
        '<text class="name" x="{}" y="{}" text-anchor="end">{}</text>'
        '<rect class="wait" x="{}" y="{}" width="{}" height="4"/>{}'
        '<text class="at" x="{}" y="{}">{}</text>'
    ).format(
        _LABELS - 12,
        middle + 5,
        escape(row.name),
        start,
        middle - 2,
        round(max(end - start, 0), 1),
        _mark(end, middle, row.tier),
        WIDTH - _TIMES + 14,
        middle + 5,
        f"{local(row.at):%m-%d %H:%M}",
    )


def _mark(x: float, y: int, tier: int) -> Markup:
    if not tier:
        return Markup('<circle class="mark" cx="{}" cy="{}" r="5"/>').format(x, y)
    corners = f"{x:g},{y - 11} {x + 11:g},{y} {x:g},{y + 11} {x - 11:g},{y}"
    return Markup(
        '<polygon class="raised" points="{}"/><text class="tier" x="{}" y="{}" text-anchor="middle">{}</text>'
    ).format(corners, x, y + 4, tier)
