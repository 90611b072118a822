"""Bar charts as SVG, drawn on the server: a bar per word, its number beside it. The table beneath says the same."""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import east_asian_width

from markupsafe import Markup, escape

_ROW = 26  # pixels
_BAR = 16
_WIDTH = 640
_LABELS = 170
_NUMBERS = 60
_LABEL_COLUMNS = 22  # of half a Chinese character each


def bars(title: str, counts: Sequence[tuple[str, int]]) -> Markup:
    """Horizontal bars on a common scale that begins at zero; nothing for no counts."""
    if not counts:
        return Markup("")
    most, height = max(number for _, number in counts) or 1, _ROW * len(counts)
    drawn = Markup("").join(_bar(place, word, number, most) for place, (word, number) in enumerate(counts))
    return Markup('<svg class="bars" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        _WIDTH, height, f"{title}条形图，数字见下表", drawn
    )


def _bar(place: int, word: str, number: int, most: int) -> Markup:
    top = place * _ROW
    length = max(1, round((_WIDTH - _LABELS - _NUMBERS) * number / most)) if number else 0
    baseline = top + _ROW - 9
    return Markup(
        '<text x="{}" y="{}" text-anchor="end">{}</text><rect x="{}" y="{}" width="{}" height="{}"/>'
        '<text x="{}" y="{}">{}</text>'
    ).format(
        _LABELS - 8,
        baseline,
        escape(short(word)),
        _LABELS,
        top + (_ROW - _BAR) // 2,
        length,
        _BAR,
        _LABELS + length + 6,
        baseline,
        number,
    )


def short(word: str) -> str:
    """The word as far as it fits."""
    shown = ""
    for letter in word:
        if _columns(shown + letter) > _LABEL_COLUMNS:
            return f"{shown}…"
        shown += letter
    return shown


def _columns(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
