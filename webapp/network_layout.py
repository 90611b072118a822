"""Where each unit stands on the chart of the liaison network, and the lines between them. Pure; units are pixels.

From above: the leading group, the bureau, hall and working group, the windows; below them the specialised sub-centres
over the bureaus they belong to, the other bureaus, the towns. Every unit hangs on the trunk of the working group.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

WIDTH = 1312
NODE = 72  # height of a unit
_HIGH, _WIN = 46, 40  # height of the offices above, of a window
_WIDE, _NARROW = 8, 11  # units in a row
_MARGIN = 26  # left of the rows, for the trunk
_TRUNK = 8
_HEADING, _GAP, _BELONGS = 30, 20, 38


@dataclass(frozen=True)
class Box:
    """One node: `code` of the unit or window, its place, and what it is: office, window, subcenter, bureau, town."""

    code: str
    kind: str
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return self.x + self.width / 2

    @property
    def bottom(self) -> float:
        return self.y + self.height


@dataclass(frozen=True)
class Line:
    """A line through these points; `kind`: reports (who orders and escalates), liaison, belongs (by profession)."""

    kind: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Heading:
    """What the rows below are."""

    text: str
    x: float
    y: float


@dataclass(frozen=True)
class Chart:
    """Everything drawn, and how high it is."""

    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    headings: tuple[Heading, ...]
    height: float


@dataclass(frozen=True)
class Network:
    """Codes by what they are. `above`: leading group, bureau, hall, working group; `parents`: of the sub-centres."""

    above: tuple[str, str, str, str]
    windows: tuple[str, ...]
    subcenters: tuple[str, ...]
    parents: Mapping[str, str]
    bureaus: tuple[str, ...]
    towns: tuple[str, ...]


class _Pen:
    """What has been drawn, and how far down."""

    def __init__(self) -> None:
        self.boxes: list[Box] = []
        self.lines: list[Line] = []
        self.headings: list[Heading] = []
        self.y = 0.0

    def box(self, code: str, kind: str, middle: float, y: float, width: float, height: float) -> Box:
        drawn = Box(code, kind, middle - width / 2, y, width, height)
        self.boxes.append(drawn)
        return drawn

    def line(self, kind: str, *points: tuple[float, float]) -> None:
        self.lines.append(Line(kind, points))

    def heading(self, text: str) -> None:
        self.headings.append(Heading(text, _MARGIN, self.y + 20))
        self.y += _HEADING


def chart(network: Network) -> Chart:
    """The whole chart."""
    pen = _Pen()
    group = _offices(pen, network)
    top = pen.y
    _subcenters(pen, network)
    belonging = set(network.parents.values())
    others = [code for code in network.bureaus if code not in belonging]
    _rows(pen, "bureau", f"其他委办局 {len(others)} 个" if belonging else f"委办局 {len(others)} 个", others)
    _rows(pen, "town", f"镇街中心 {len(network.towns)} 个", network.towns)
    lowest = max((line.points[0][1] for line in pen.lines if line.points[0][0] == _TRUNK), default=top)
    pen.line("liaison", (group.middle, group.bottom), (group.middle, top - 8), (_TRUNK, top - 8), (_TRUNK, lowest))
    return Chart(tuple(pen.boxes), tuple(pen.lines), tuple(pen.headings), pen.y)


def _offices(pen: _Pen, network: Network) -> Box:
    """The offices above; returns the working group."""
    leading, bureau, hall, group = network.above
    first = pen.box(leading, "office", WIDTH / 2, 1, 330, _HIGH)
    second = pen.box(bureau, "office", WIDTH / 2, 71, 330, _HIGH)
    halls = pen.box(hall, "office", WIDTH / 4, 141, 330, _HIGH)
    groups = pen.box(group, "office", WIDTH * 3 / 4, 141, 330, _HIGH)
    pen.line("reports", (first.middle, first.bottom), (second.middle, second.y))
    pen.line("reports", (halls.middle, halls.y), (halls.middle, 129), (groups.middle, 129), (groups.middle, groups.y))
    pen.line("reports", (second.middle, second.bottom), (second.middle, 129))
    pen.line("reports", (halls.x + halls.width, halls.y + _HIGH / 2), (groups.x, groups.y + _HIGH / 2))
    _windows(pen, network.windows, halls)
    pen.y = 276
    return groups


def _windows(pen: _Pen, windows: Sequence[str], hall: Box) -> None:
    pitch, y = 126, 212
    first = hall.middle - pitch * (len(windows) - 1) / 2
    for place, code in enumerate(windows):
        box = pen.box(code, "window", first + place * pitch, y, 116, _WIN)
        pen.line("reports", (hall.middle, hall.bottom), (hall.middle, y - 12), (box.middle, y - 12), (box.middle, y))


def _subcenters(pen: _Pen, network: Network) -> None:
    """The sub-centres, each over the bureau it belongs to; what belongs to the same one stands together."""
    pen.heading(f"专业分中心 {len(network.subcenters)} 个，下面是归口的委办局")
    ordered = _together(network)
    rows = [ordered[at : at + _WIDE] for at in range(0, len(ordered), _WIDE)]
    for row in rows:
        boxes = _row(pen, "subcenter", row, _WIDE)
        below = boxes[0].bottom + _BELONGS
        hung = [
            _parent(pen, parent, list(own), below)
            for parent, own in groupby(boxes, lambda b: network.parents.get(b.code))
            if parent
        ]
        pen.y = below
        if hung:
            bus = below + NODE + 10
            _hang(pen, bus, [(box.middle, box.bottom) for box in hung])
            pen.y = bus + 6


def _together(network: Network) -> list[str]:
    """The sub-centres in their order, those of one bureau side by side."""
    first: dict[str, int] = {}
    for place, code in enumerate(network.subcenters):
        first.setdefault(network.parents.get(code, code), place)
    return sorted(network.subcenters, key=lambda code: first[network.parents.get(code, code)])


def _parent(pen: _Pen, code: str, own: Sequence[Box], y: float) -> Box:
    middle = (own[0].middle + own[-1].middle) / 2
    box = pen.box(code, "bureau", middle, y, own[0].width, NODE)
    fork = y - _BELONGS / 2
    for each in own:
        pen.line("belongs", (each.middle, each.bottom), (each.middle, fork), (middle, fork), (middle, y))
    return box


def _rows(pen: _Pen, kind: str, heading: str, codes: Sequence[str]) -> None:
    if not codes:
        return
    pen.heading(heading)
    for at in range(0, len(codes), _NARROW):
        _row(pen, kind, codes[at : at + _NARROW], _NARROW)
        pen.y += NODE + 6


def _row(pen: _Pen, kind: str, codes: Sequence[str], most: int) -> list[Box]:
    """One row under its own line from the trunk; leaves the pen at the top of the nodes."""
    pitch = (WIDTH - _MARGIN) / most
    bus = pen.y + 4
    pen.y += _GAP - 6
    middles = [_MARGIN + pitch * (place + 0.5) - 4 for place in range(len(codes))]
    boxes = [pen.box(code, kind, middle, pen.y, pitch - 9, NODE) for code, middle in zip(codes, middles, strict=True)]
    _hang(pen, bus, [(box.middle, box.y) for box in boxes])
    return boxes


def _hang(pen: _Pen, bus: float, ends: Sequence[tuple[float, float]]) -> None:
    pen.line("liaison", (_TRUNK, bus), (ends[-1][0], bus))
    for x, y in ends:
        pen.line("liaison", (x, bus), (x, y))
