"""Numbers before and after as SVG, drawn on the server: two bars per word, told apart by outline and by word.

The table beneath says the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from webapp.charts import short

_WIDTH = 700  # pixels
_LABELS, _SIDES, _NUMBERS = 190, 40, 70
_BAR, _PAIR = 15, 48
_SIDE = ("当时", "试算")


@dataclass(frozen=True)
class Two:
    """A word with its number before and after."""

    word: str
    before: float
    after: float


def pairs(title: str, rows: Sequence[Two]) -> Markup:
    """Horizontal bars on a common scale that begins at zero; nothing for no rows."""
    if not rows:
        return Markup("")
    most = max(max(row.before, row.after) for row in rows) or 1
    drawn = Markup("").join(_pair(place * _PAIR, row, most) for place, row in enumerate(rows))
    return Markup('<svg class="bars pairs" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        _WIDTH, _PAIR * len(rows), f"{title}前后对比图，数字见下表", drawn
    )


def _pair(top: int, row: Two, most: float) -> Markup:
    word = Markup('<text x="{}" y="{}" text-anchor="end">{}</text>').format(
        _LABELS - 10, top + 26, escape(short(row.word))
    )
    return word + _bar(top + 4, 0, row.before, most) + _bar(top + 6 + _BAR, 1, row.after, most)


def _bar(top: int, side: int, number: float, most: float) -> Markup:
    left = _LABELS + _SIDES
    length = max(2, round((_WIDTH - left - _NUMBERS) * number / most)) if number else 0
    return Markup(
        '<text class="side" x="{}" y="{}">{}</text><rect class="{}" x="{}" y="{}" width="{}" height="{}"/>'
        '<text x="{}" y="{}">{}</text>'
    ).format(
        _LABELS,
        top + 12,
        _SIDE[side],
        ("was", "would")[side],
        left,
        top + 1,
        length,
        _BAR - 2,
        left + length + 6,
        top + 12,
        f"{number:g}",
    )
