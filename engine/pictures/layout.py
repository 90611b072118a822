"""Where a diagram draws what: shapes and edges as BPMN DI gives them, in the order in which they are painted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from lxml import etree

from engine.bpmn.xml import bpmn, local_name, read_xml

_DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
_DC = "{http://www.omg.org/spec/DD/20100524/DC}"
_WAY = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
_MARGIN = 20.0
_TRIGGERS = ("timer", "message", "escalation", "error", "signal", "terminate", "conditional", "link")


@dataclass(frozen=True)
class Bounds:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Shape:
    """A node. `kind`: its BPMN tag; `trigger`: what an event waits for or throws; `several`: many side by side."""

    id: str
    kind: str
    name: str
    at: Bounds
    label: Bounds | None
    trigger: str | None
    interrupting: bool
    several: bool


@dataclass(frozen=True)
class Edge:
    """A flow: `kind` its BPMN tag, `points` its bends, `label` where its name stands."""

    id: str
    kind: str
    name: str
    points: tuple[tuple[float, float], ...]
    label: Bounds | None


@dataclass(frozen=True)
class Layout:
    """A diagram; `around` is what it takes, with a margin."""

    around: Bounds
    shapes: tuple[Shape, ...]
    edges: tuple[Edge, ...]


def near(layout: Layout, element: str, width: float = 560, height: float = 300) -> Layout:
    """The part of a diagram around one element, no larger than the whole; the whole for what is not in it."""
    shape = next((each for each in layout.shapes if each.id == element), None)
    if shape is None:
        return layout
    whole, at = layout.around, shape.at
    across, down = min(max(width, at.width + 80), whole.width), min(height, whole.height)
    x = min(max(at.x + at.width / 2 - across / 2, whole.x), whole.x + whole.width - across)
    y = min(max(at.y + min(at.height, height - 80) / 2 - down / 2, whole.y), whole.y + whole.height - down)
    return replace(layout, around=Bounds(x, y, across, down))


def layout_of(content: bytes) -> Layout:
    """The layout of the first diagram of a BPMN file; empty where it has none. Raises XmlRefused."""
    root = read_xml(content)
    drawn = {node.get("id", ""): node for node in root.iter() if node.get("id")}
    plane = next(root.iter(f"{_DI}BPMNPlane"), None)
    parts = [] if plane is None else list(plane)
    shapes = tuple(_shapes(parts, drawn))
    edges = tuple(_edges(parts, drawn))
    return Layout(_around(shapes, edges), shapes, edges)


def _shapes(parts: list[etree._Element], drawn: Mapping[str, etree._Element]) -> Iterator[Shape]:
    """Frames first, so that what stands in them is painted over them."""
    found = [_shape(part, drawn) for part in parts if local_name(part) == "BPMNShape"]
    yield from sorted((shape for shape in found if shape is not None), key=_depth)


def _depth(shape: Shape) -> tuple[int, float]:
    order = {"participant": 0, "lane": 1, "subProcess": 2, "boundaryEvent": 4}
    return order.get(shape.kind, 3), -shape.at.width * shape.at.height


def _shape(part: etree._Element, drawn: Mapping[str, etree._Element]) -> Shape | None:
    node, at = drawn.get(part.get("bpmnElement", "")), _bounds(part.find(f"{_DC}Bounds"))
    if node is None or at is None:
        return None
    return Shape(
        id=node.get("id", ""),
        kind=local_name(node),
        name=node.get("name") or (node.findtext(bpmn("text")) or "").strip(),
        at=at,
        label=_label(part),
        trigger=_trigger(node),
        interrupting=node.get("cancelActivity", node.get("isInterrupting", "true")) != "false",
        several=node.find(bpmn("multiInstanceLoopCharacteristics")) is not None,
    )


def _trigger(node: etree._Element) -> str | None:
    found = {local_name(child).removesuffix("EventDefinition") for child in node}
    return next((trigger for trigger in _TRIGGERS if trigger in found), None)


def _edges(parts: list[etree._Element], drawn: Mapping[str, etree._Element]) -> Iterator[Edge]:
    for part in parts:
        node = drawn.get(part.get("bpmnElement", ""))
        points = tuple((float(way.get("x", 0)), float(way.get("y", 0))) for way in part.findall(_WAY))
        if local_name(part) == "BPMNEdge" and node is not None and len(points) > 1:
            yield Edge(node.get("id", ""), local_name(node), node.get("name", ""), points, _label(part))


def _label(part: etree._Element) -> Bounds | None:
    label = part.find(f"{_DI}BPMNLabel")
    return None if label is None else _bounds(label.find(f"{_DC}Bounds"))


def _bounds(node: etree._Element | None) -> Bounds | None:
    if node is None:
        return None
    return Bounds(*(float(node.get(name, 0)) for name in ("x", "y", "width", "height")))


def _around(shapes: tuple[Shape, ...], edges: tuple[Edge, ...]) -> Bounds:
    corners = [(s.at.x, s.at.y) for s in shapes] + [(s.at.x + s.at.width, s.at.y + s.at.height) for s in shapes]
    corners += [point for edge in edges for point in edge.points] or [(0.0, 0.0)]
    left, top = (min(corner[axis] for corner in corners) - _MARGIN for axis in (0, 1))
    right, bottom = (max(corner[axis] for corner in corners) + _MARGIN for axis in (0, 1))
    return Bounds(left, top, right - left, bottom - top)
