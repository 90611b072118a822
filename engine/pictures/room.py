"""Where marks find room in a picture: each at its element, and on nothing else that stands there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from engine.pictures.layout import Bounds, Edge, Layout, Shape

FRAMES = frozenset({"participant", "lane", "subProcess", "transaction", "adHocSubProcess"})
HEIGHT = 18.0  # of a mark
_ROOMY = 80.0  # a task as wide as this has room for a mark below its name
_AROUND = 90.0  # no mark is farther from its element than this
_APART = 2.0


class _Box(NamedTuple):
    """A rectangle by its corners, and whose body it is."""

    left: float
    top: float
    right: float
    bottom: float
    of: str = ""


class Room:
    """What of a picture is taken: by nodes, by names, by marks that have been placed."""

    def __init__(self, layout: Layout) -> None:
        nodes = [shape for shape in layout.shapes if shape.kind not in FRAMES]
        self._taken = [_box(shape.at, shape.id) for shape in nodes]
        drawn: list[Shape | Edge] = [*nodes, *layout.edges]
        self._taken += [_box(each.label) for each in drawn if each.label is not None and each.name]
        self._edges = layout.edges

    @cached_property
    def _flows(self) -> list[_Box]:
        return [line for edge in self._edges for line in _lines(edge.points)]

    def place(self, shape: Shape, width: float, wanted: Bounds | None = None) -> Bounds:
        """A place for a mark as wide as this, which is taken from now on: the one that is wanted, else one over no
        flow, else any with room; where there is none at all, that at the lower left corner."""
        around = [box for box in _meeting(_grown(shape.at), self._taken) if box.of != shape.id]
        found = wanted if wanted is not None and _free(wanted, around) else self._found(shape, width, around)
        self._taken.append(_box(found))
        return found

    def _found(self, shape: Shape, width: float, around: list[_Box]) -> Bounds:
        spots = [Bounds(x, y, width, HEIGHT) for x, y in _spots(shape, width)]
        free = [spot for spot in spots if _free(spot, around)]
        flows = _meeting(_grown(shape.at), self._flows)
        return next((spot for spot in free if _free(spot, flows)), (free or spots)[0])


def _spots(shape: Shape, width: float) -> Iterator[tuple[float, float]]:
    """Upper left corners: on the lower edge, in the task, on the upper edge, beneath, above, beside."""
    at, half = shape.at, HEIGHT / 2
    left, right, bottom = at.x - 6, at.x + at.width - width + 6, at.y + at.height
    yield from ((left, bottom - half), (right, bottom - half))
    if at.width >= _ROOMY and shape.kind.endswith("Task") and not shape.several:
        yield from ((at.x + 5, bottom - HEIGHT - 4), (at.x + at.width - width - 5, bottom - HEIGHT - 4))
    yield from ((right, at.y - half), (left, at.y - half), (at.x + at.width / 2 - 6 - width, at.y - HEIGHT))
    middle, above = at.x + (at.width - width) / 2, at.y - HEIGHT - half
    row = HEIGHT + _APART + 1
    for y in (bottom - half, *(bottom + 4 + n * row for n in range(3)), *(above - 2 - n * row for n in range(3))):
        yield from ((left, y), (right, y), (middle, y))
    for x in (at.x + at.width + 4, at.x - width - 4):
        yield from ((x, bottom - HEIGHT), (x, at.y), (x, bottom - HEIGHT - row), (x, bottom + 4))


def _lines(points: tuple[tuple[float, float], ...]) -> Iterator[_Box]:
    for (x, y), (to_x, to_y) in pairwise(points):
        yield _Box(min(x, to_x), min(y, to_y), max(x, to_x), max(y, to_y))


def _box(at: Bounds, of: str = "") -> _Box:
    return _Box(at.x, at.y, at.x + at.width, at.y + at.height, of)


def _grown(at: Bounds) -> _Box:
    return _Box(at.x - _AROUND, at.y - _AROUND, at.x + at.width + _AROUND, at.y + at.height + _AROUND)


def _free(spot: Bounds, boxes: Sequence[_Box]) -> bool:
    """Whether none of the boxes is closer than `_APART`."""
    left, top, right, bottom, _ = _box(spot)
    return not _meeting(_Box(left - _APART, top - _APART, right + _APART, bottom + _APART), boxes)


def _meeting(one: _Box, boxes: Sequence[_Box]) -> list[_Box]:
    """Those of the boxes that this one meets."""
    left, top, right, bottom, _ = one
    return [box for box in boxes if left < box[2] and box[0] < right and top < box[3] and box[1] < bottom]
