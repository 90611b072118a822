"""Columns that stand under each other on a screen where a Chinese character is two columns wide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from unicodedata import east_asian_width


def aligned(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """One line per row, the last column as long as it is."""
    kept = list(rows)
    widths = [max(map(_width, column)) for column in zip(*kept, strict=True)]
    for row in kept:
        padded = (cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(padded).rstrip()


def _width(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
