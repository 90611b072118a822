"""全区联络机制网络图 as SVG, drawn on the server. The table beneath says the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from webapp.labels import shape
from webapp.network_layout import WIDTH, Box, Chart, Heading, Line

_PADDING = 8
_FIRST, _STEP = 17, 15.5  # baseline of the first line of text, and from one to the next


@dataclass(frozen=True)
class Face:
    """What stands on a node: its name, and lines below it; `mark`: a light's code for how fresh it is, with its words.

    `vertical`: led from above the district, drawn with another border and said in words.
    """

    name: str
    lines: tuple[str, ...] = ()
    mark: str | None = None
    mark_words: str = ""
    vertical: bool = False


def drawn(chart: Chart, faces: Mapping[str, Face], title: str) -> Markup:
    """The chart with a face on each node."""
    parts = [*map(_line, chart.lines), *map(_heading, chart.headings)]
    parts += [_node(box, faces[box.code]) for box in chart.boxes]
    height = round(chart.height + 2)
    return Markup('<svg class="network" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        WIDTH, height, f"{title}，下表内容相同", Markup("").join(parts)
    )


def _line(line: Line) -> Markup:
    points = " ".join(f"{x:g},{y:g}" for x, y in line.points)
    return Markup('<polyline class="net-{}" points="{}"/>').format(line.kind, points)


def _heading(heading: Heading) -> Markup:
    return Markup('<text class="net-heading" x="{}" y="{}">{}</text>').format(
        f"{heading.x:g}", f"{heading.y:g}", escape(heading.text)
    )


def _node(box: Box, face: Face) -> Markup:
    centred = box.kind in ("office", "window")
    around = f"net-node net-{box.kind}{' net-vertical' if face.vertical else ''}"
    x, y, width, height = (f"{each:g}" for each in (box.x, box.y, box.width, box.height))
    return Markup('<g class="{}"><rect x="{}" y="{}" width="{}" height="{}" rx="5"/>{}{}</g>').format(
        around, x, y, width, height, _texts(box, face, centred), _mark(box, face)
    )


def _texts(box: Box, face: Face, centred: bool) -> Markup:
    x = box.middle if centred else box.x + _PADDING
    anchor = Markup(' text-anchor="middle"') if centred else Markup("")
    lines: Sequence[str] = (face.name, *face.lines)
    return Markup("").join(
        _text(anchor, f"{x:g}", box.y + _FIRST + place * _STEP, place, line) for place, line in enumerate(lines)
    )


def _text(anchor: Markup, x: str, y: float, place: int, text: str) -> Markup:
    look = "net-line" if place else "net-name"
    return Markup('<text{} class="{}" x="{}" y="{}">{}</text>').format(anchor, look, x, f"{y:g}", escape(text))


def _mark(box: Box, face: Face) -> Markup:
    if face.mark is None:
        return Markup("")
    x, y = box.x + box.width - 18, box.bottom - 18
    place = Markup('x="{}" y="{}" width="13" height="13" viewBox="0 0 20 20"').format(f"{x:g}", f"{y:g}")
    return Markup('<svg class="net-mark net-{}" {}><title>{}</title>{}</svg>').format(
        face.mark, place, face.mark_words, shape(face.mark)
    )
