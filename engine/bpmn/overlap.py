"""Whether two rows of a table can apply to the same values: decided before any case meets them.

Each column is tried on every constant written in it and on values between and beyond them, which decides it exactly
for numbers, texts, truths and null. Columns that read the same variable through different expressions, or ask more
than one word of the house, are left to the run: nothing is claimed that is not certain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, pairwise

from engine.bpmn.cells import Cell, Scalar
from engine.bpmn.expressions import Expression

WHOLE = frozenset({"integer", "long"})
NUMBERS = WHOLE | {"number", "double"}
TEXTS = frozenset({"string", "date", "datetime", "time"})


def overlapping(
    inputs: Sequence[Expression], types: Sequence[str], given: Sequence[Cell | None], rows: Sequence[Sequence[Cell]]
) -> Iterator[tuple[int, int]]:
    """Pairs of row numbers, from 1, that surely apply together for some values.

    `types`: the type named for each column, lower case, empty for none; `given`: the values its list allows.
    """
    if not _independent(inputs):
        return
    masks = list(zip(*_columns(inputs, types, given, rows), strict=True)) if inputs else [()] * len(rows)
    for (one, first), (other, second) in combinations(enumerate(masks, 1), 2):
        if all(a & b for a, b in zip(first, second, strict=True)):
            yield one, other


def _independent(inputs: Sequence[Expression]) -> bool:
    """Whether the columns can take any values beside each other; the same expression twice is one column."""
    different = {each.source: each for each in inputs}.values()
    names = [name for each in different for name in each.names]
    return len(names) == len(set(names)) and sum(bool(each.words) for each in different) <= 1


def _columns(
    inputs: Sequence[Expression], types: Sequence[str], given: Sequence[Cell | None], rows: Sequence[Sequence[Cell]]
) -> Iterator[list[int]]:
    """For each different expression, per row the values it takes, a bit each."""
    for source in dict.fromkeys(each.source for each in inputs):
        places = [place for place, each in enumerate(inputs) if each.source == source]
        cells = [[row[place] for place in places] for row in rows]
        limits = [cell for place in places if (cell := given[place]) is not None]
        bounds = {bound for cell in (*limits, *(c for row in cells for c in row)) for bound in cell.bounds}
        values = [v for v in _values(bounds, types[places[0]]) if all(limit(v) for limit in limits)]
        yield [sum(1 << n for n, v in enumerate(values) if all(cell(v) for cell in row)) for row in cells]


def _values(bounds: Iterable[Scalar], type: str) -> list[Scalar]:
    """Values to try: of the column's type where one is named, else of every kind."""
    listed = list(bounds)
    numbers = {each for each in listed if isinstance(each, int | float) and not isinstance(each, bool)}
    texts = {each for each in listed if isinstance(each, str)}
    found: list[Scalar] = []
    if type in NUMBERS or not type or type not in TEXTS | {"boolean"}:
        found += _numbers(numbers, type in WHOLE)
    if type in TEXTS or type not in NUMBERS | {"boolean"}:
        found += _texts(texts)
    if type not in NUMBERS | TEXTS:
        found += [True, False]
    return [*found, None]


def _numbers(bounds: set[int | float], whole: bool) -> list[Scalar]:
    ends = sorted(bounds)
    if whole:
        near = {value for end in ends for value in (int(end) - 1, int(end), int(end) + 1)}
        return [*sorted(near)] or [0]
    between = [(a + b) / 2 for a, b in pairwise(ends)]
    return [*ends, *between, ends[0] - 1, ends[-1] + 1] if ends else [0]


def _texts(bounds: set[str]) -> list[Scalar]:
    """Each text and the one next after it, and one that is none of them."""
    return ["", *(text for bound in sorted(bounds) for text in (bound, bound + "\0"))]
