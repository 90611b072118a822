"""A diagram as SVG with the way a case took through it. Never colour alone: done has a tick and a thick line, current a
dashed frame and a word, late an octagon's red frame and a word, what somebody intervened in a flag with a number.

Everything is said by attributes: a policy that forbids style sheets, a PDF and another program show the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from xml.sax.saxutils import escape, quoteattr

from engine.pictures.layout import Bounds, Edge, Layout, Shape
from engine.pictures.room import FRAMES, HEIGHT, Room
from engine.pictures.symbols import marker, symbol
from engine.vocabulary import label

INK, DONE, HERE, LATE, FLAG, FOUND = "#1b2632", "#1b6e3c", "#0b4f91", "#a61b1b", "#5b2a86", "#8a4b00"
_FONT = "'Noto Sans CJK SC', 'Source Han Sans SC', 'Microsoft YaHei', 'PingFang SC', sans-serif"
_SIZE, _LINE = 12, 15


@dataclass(frozen=True)
class Way:
    """What to mark: ids of elements and flows passed, of those stood on, of those late, and how often intervened in.

    `pinned`: element → how many findings are pinned to it; `jumps`: → how often something went on there that had stood
    elsewhere, or the other way round.
    """

    done: frozenset[str] = frozenset()
    current: frozenset[str] = frozenset()
    late: frozenset[str] = frozenset()
    flags: Mapping[str, int] = field(default_factory=dict)
    pinned: Mapping[str, int] = field(default_factory=dict)
    jumps: Mapping[str, int] = field(default_factory=dict)


def svg_of(layout: Layout, way: Way, title: str) -> str:
    """The picture, whole by itself; `title` says what it shows to who cannot see it."""
    box = layout.around
    return "".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box.x:g} {box.y:g} {box.width:g} {box.height:g}" '
            f'width="{box.width:g}" height="{box.height:g}" role="img" aria-label={quoteattr(title)} '
            f'font-family="{_FONT}" font-size="{_SIZE}" fill="{INK}">',
            f"<title>{escape(title)}</title>",
            f'<rect x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}" fill="#fff"/>',
            *(_frame(shape, way) for shape in layout.shapes if shape.kind in FRAMES),
            *(_edge(edge, edge.id in way.done) for edge in layout.edges),
            *(_node(shape, way) for shape in layout.shapes if shape.kind not in FRAMES),
            *_tags(layout, way),
            "</svg>",
        ]
    )


# ------------------------------------------------------------------ shapes
def _frame(shape: Shape, way: Way) -> str:
    at, here = shape.at, shape.id in way.current
    rounded = 0 if shape.kind in ("participant", "lane") else 10
    line = f'stroke="{HERE}" stroke-width="3" stroke-dasharray="9 5"' if here else 'stroke="#66758a"'
    body = f'<rect data-id={quoteattr(shape.id)} {_place(at)} rx="{rounded}" fill="none" {line}/>'
    if shape.kind in ("participant", "lane"):
        x, y = at.x + 15, at.y + at.height / 2
        turned = f'transform="translate({x:g} {y:g}) rotate(-90)" text-anchor="middle"'
        return f"{body}<text {turned}>{escape(shape.name)}</text>"
    return body + _text(Bounds(at.x + 8, at.y + 4, at.width - 16, 20), shape.name, top=True)


def _node(shape: Shape, way: Way) -> str:
    draw = _DRAWN.get(shape.kind, _task)
    stroke, width, dash, fill = _look(shape, way)
    around = f'stroke="{stroke}" stroke-width="{width}"{dash} fill="{fill}"'
    here = ' data-here=""' if shape.id in way.current else ""
    return f"<g data-id={quoteattr(shape.id)}{here}>{draw(shape, around)}</g>"


def _look(shape: Shape, way: Way) -> tuple[str, str, str, str]:
    """Colour and width of the line, its dashes, the ground."""
    if shape.id in way.late:
        return LATE, "5", ' stroke-dasharray="9 5"', "#fdecec"
    if shape.id in way.current:
        return HERE, "4", ' stroke-dasharray="9 5"', "#e6f0fa"
    if shape.id in way.done:
        return DONE, "2.5", "", "#eaf5ee"
    return INK, "1.5", "", "#fff"


def _task(shape: Shape, around: str) -> str:
    heavy = around.replace('stroke-width="1.5"', 'stroke-width="3.5"') if shape.kind == "callActivity" else around
    body = f'<rect {_place(shape.at)} rx="10" {heavy}/>{marker(shape)}'
    return body + _text(shape.at, shape.name)


def _gateway(shape: Shape, around: str) -> str:
    at, x, y = shape.at, shape.at.x + shape.at.width / 2, shape.at.y + shape.at.height / 2
    points = f"{x:g},{at.y:g} {at.x + at.width:g},{y:g} {x:g},{at.y + at.height:g} {at.x:g},{y:g}"
    return f'<polygon points="{points}" {around}/>{symbol(shape)}{_label(shape.label, shape.name)}'


def _event(shape: Shape, around: str) -> str:
    x, y, r = shape.at.x + shape.at.width / 2, shape.at.y + shape.at.height / 2, shape.at.width / 2
    body = f'<circle cx="{x:g}" cy="{y:g}" r="{r:g}" {around}/>'
    if shape.kind == "endEvent":
        body = body.replace('stroke-width="1.5"', 'stroke-width="4"')
    if shape.kind in ("boundaryEvent", "intermediateCatchEvent", "intermediateThrowEvent"):
        dashes = "" if shape.interrupting else ' stroke-dasharray="4 3"'
        body += f'<circle cx="{x:g}" cy="{y:g}" r="{r - 4:g}" fill="none" stroke="{INK}"{dashes}/>'
    return body + symbol(shape) + _label(shape.label, shape.name)


def _note(shape: Shape, around: str) -> str:
    at = shape.at
    line = f'<path d="M{at.x + 12:g} {at.y:g}H{at.x:g}V{at.y + at.height:g}h12" fill="none" stroke="#66758a"/>'
    return line + _text(Bounds(at.x + 6, at.y + 4, at.width - 8, at.height), shape.name, top=True)


_DRAWN: Mapping[str, Callable[[Shape, str], str]] = {
    **dict.fromkeys(
        ("exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway", "complexGateway"), _gateway
    ),
    **dict.fromkeys(
        ("startEvent", "endEvent", "boundaryEvent", "intermediateCatchEvent", "intermediateThrowEvent"), _event
    ),
    "textAnnotation": _note,
}


# ------------------------------------------------------------------ edges
@lru_cache(maxsize=4096)  # few diagrams are drawn again and again, each time with another way
def _edge(edge: Edge, done: bool) -> str:
    points = " ".join(f"{x:g},{y:g}" for x, y in edge.points)
    dashes = "" if edge.kind == "sequenceFlow" else ' stroke-dasharray="3 4"'
    colour, width = (DONE, "3") if done else (INK, "1.2")
    line = f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="{width}"{dashes}/>'
    head = _head(edge.points[-2], edge.points[-1], colour) if edge.kind == "sequenceFlow" else ""
    return line + head + _label(edge.label, edge.name)


def _head(before: tuple[float, float], tip: tuple[float, float], colour: str) -> str:
    dx, dy = tip[0] - before[0], tip[1] - before[1]
    length = (dx * dx + dy * dy) ** 0.5 or 1.0
    ux, uy = dx / length, dy / length
    left = f"{tip[0] - 10 * ux - 4.5 * uy:g},{tip[1] - 10 * uy + 4.5 * ux:g}"
    right = f"{tip[0] - 10 * ux + 4.5 * uy:g},{tip[1] - 10 * uy - 4.5 * ux:g}"
    return f'<polygon points="{tip[0]:g},{tip[1]:g} {left} {right}" fill="{colour}"/>'


# ------------------------------------------------------------------ what was done, where it stands
def _tags(layout: Layout, way: Way) -> Iterator[str]:
    """Each where it belongs, or where there is room at its element."""
    room = Room(layout)
    for shape in layout.shapes:
        if (stand := _stand(shape, way)) is not None:
            at, words, colour = stand
            yield _tag(room.place(shape, at.width, at), words, colour)
    marks = (("jumped", way.jumps, "⚑", FLAG), ("intervened", way.flags, "⚑", FLAG), ("found", way.pinned, "◆", FOUND))
    for word, counts, sign, colour in marks:
        for shape in (each for each in layout.shapes if each.id in counts):
            said = f"{sign} {label('mark', word)} {counts[shape.id]}"
            yield _tag(room.place(shape, _wide(said)), said, colour)


def _stand(shape: Shape, way: Way) -> tuple[Bounds, str, str] | None:
    """Place, words and colour of the mark of a node that is stood on or done."""
    at = shape.at
    if shape.id in way.current and shape.kind not in FRAMES:
        words, colour = ("当前·已超期", LATE) if shape.id in way.late else ("当前在此", HERE)
        return Bounds(at.x, at.y - HEIGHT, _wide(words), HEIGHT), words, colour
    if shape.id in way.done and (shape.kind.endswith("Task") or shape.kind == "callActivity"):
        return Bounds(at.x + at.width - 14, at.y - HEIGHT / 2, _wide("✓"), HEIGHT), "✓", DONE
    return None


def _wide(words: str) -> float:
    return 8 + sum(12 if ord(char) > 0x2E7F else 8 for char in words)


def _tag(at: Bounds, words: str, colour: str) -> str:
    return (
        f'<g><rect {_place(at)} rx="3" fill="{colour}"/>'
        f'<text x="{at.x + at.width / 2:g}" y="{at.y + 13.5:g}" text-anchor="middle" font-weight="bold" fill="#fff">'
        f"{escape(words)}</text></g>"
    )


# ------------------------------------------------------------------ words
def _label(at: Bounds | None, words: str) -> str:
    return "" if at is None or not words else _text(Bounds(at.x - 6, at.y, at.width + 12, at.height), words, top=True)


@lru_cache(maxsize=4096)
def _text(at: Bounds, words: str, top: bool = False) -> str:
    lines = wrapped(words, at.width - 6)
    if not lines:
        return ""
    x, first = at.x + at.width / 2, at.y + (11 if top else at.height / 2 - (len(lines) - 1) * _LINE / 2 + 4.5)
    spans = (f'<tspan x="{x:g}" y="{first + n * _LINE:g}">{escape(line)}</tspan>' for n, line in enumerate(lines))
    return f'<text text-anchor="middle">{"".join(spans)}</text>'


def wrapped(words: str, width: float) -> list[str]:
    """Broken into lines of this width; a Chinese character is as wide as the letters are high, a Latin one a half."""
    lines: list[str] = []
    left = 0.0
    for char in words.replace("\n", " "):
        wide = _SIZE if ord(char) > 0x2E7F else _SIZE * 0.56
        if not lines or left + wide > width:
            lines.append("")
            left = 0.0
        lines[-1] += char
        left += wide
    return [line.strip() for line in lines if line.strip()]


def _place(at: Bounds) -> str:
    return f'x="{at.x:g}" y="{at.y:g}" width="{at.width:g}" height="{at.height:g}"'
