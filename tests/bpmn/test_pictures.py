"""Diagrams drawn here: everything of the layout is in the picture, the way is marked by more than colour."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from engine.definitions.shipped import SHIPPED
from engine.pictures.layout import Bounds, Edge, Shape, layout_of
from engine.pictures.svg import Way, svg_of, wrapped

SVG = "{http://www.w3.org/2000/svg}"
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
FILES = sorted(Path(SHIPPED).glob("*.bpmn"))


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_every_element_and_flow_of_a_shipped_diagram_is_in_its_picture(file: Path) -> None:
    drawn = ElementTree.fromstring(svg_of(layout_of(file.read_bytes()), Way(), "图"))
    ids = {each.get("data-id") for each in drawn.iter()}
    root = ElementTree.parse(file).getroot()
    kinds = ("userTask", "serviceTask", "startEvent", "endEvent", "boundaryEvent", "exclusiveGateway", "callActivity")
    wanted = {node.get("id") for kind in kinds for node in root.iter(BPMN + kind)}
    flows = len(list(root.iter(f"{BPMN}sequenceFlow")))
    assert wanted - ids == set() and len(wanted) > 5
    assert len(list(drawn.iter(f"{SVG}polyline"))) == flows


def test_names_stand_inside_the_picture_and_what_xml_means_is_kept_out() -> None:
    content = FILES[0].read_bytes()
    picture = svg_of(layout_of(content), Way(), 'a"<b>&c')
    assert ElementTree.fromstring(picture).get("aria-label") == 'a"<b>&c'
    assert "style=" not in picture and "<style" not in picture


def test_done_here_late_and_intervened_are_told_apart_without_colour() -> None:
    layout = layout_of((Path(SHIPPED) / "work_order.bpmn").read_bytes())
    done, here, late = frozenset({"acknowledge"}), frozenset({"handle"}), frozenset({"handle"})
    plain = svg_of(layout, Way(), "")
    assert [word in plain for word in ("✓", "当前", "干预")] == [False, False, False]
    assert "当前在此" in svg_of(layout, Way(current=here), "")
    marked = svg_of(layout, Way(done, here, late, {"acknowledge": 2}), "")
    assert [word in marked for word in ("✓", "当前·已超期", "⚑ 干预 2")] == [True, True, True]


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
@pytest.mark.parametrize("stands", ("done", "current"))
def test_marks_cover_no_other_node_no_name_and_no_other_mark(file: Path, stands: str) -> None:
    """Interventions, jumps and findings, at every task and start at once: the most that can come together."""
    layout = layout_of(file.read_bytes())
    marked = {each.id: 2 for each in layout.shapes if each.kind in ("userTask", "startEvent", "callActivity")}
    all_of_them, none = frozenset(marked), frozenset[str]()
    done, current = (all_of_them if stands == each else none for each in ("done", "current"))
    way = Way(done, current, none, marked, marked, marked)
    drawn = ElementTree.fromstring(svg_of(layout, way, ""))
    tags = [(_rectangle(each), each.findtext(f"{SVG}text") or "") for each in drawn.iter(f"{SVG}g") if _is_tag(each)]
    put = [(at, words) for at, words in tags if words[0] in "⚑◆"]
    named: list[Shape | Edge] = [*layout.shapes, *layout.edges]
    names = [(each.label, each.name) for each in named if each.label and each.name]
    beside = [(at, words) for one, (at, words) in enumerate(put) for other, _ in put[:one] if _over(at, other)]
    on_stands = [words for at, words in put for other, said in tags if said[0] not in "⚑◆" and _over(at, other)]
    on_names = [name for at, _ in put for label, name in names if _over(at, label)]
    small = [each for each in layout.shapes if each.kind.endswith(("Event", "Gateway"))]
    on_nodes = [each.id for at, _ in put for each in small if each.id not in marked and _over(at, each.at)]
    assert (beside, on_stands, on_names, on_nodes) == ([], [], [], [])
    assert len(put) == 3 * len(marked) > 0


def _is_tag(node: ElementTree.Element) -> bool:
    return [each.tag for each in node] == [f"{SVG}rect", f"{SVG}text"] and node.get("data-id") is None


def _rectangle(node: ElementTree.Element) -> Bounds:
    return Bounds(*(float(node[0].get(name, 0)) for name in ("x", "y", "width", "height")))


def _over(one: Bounds, other: Bounds) -> bool:
    across = one.x < other.x + other.width and other.x < one.x + one.width
    return across and one.y < other.y + other.height and other.y < one.y + one.height


def test_a_flow_that_was_taken_is_thicker() -> None:
    layout = layout_of((Path(SHIPPED) / "work_order.bpmn").read_bytes())
    one = layout.edges[0].id
    before, after = (svg_of(layout, way, "") for way in (Way(), Way(done=frozenset({one}))))
    assert after.count('stroke-width="3"') == before.count('stroke-width="3"') + 1


def test_long_words_are_broken_to_the_width() -> None:
    lines = wrapped("逾期未签收时由系统自动签收并告知科室负责人", 94)
    assert all(len(line) <= 7 for line in lines) and "".join(lines) == "逾期未签收时由系统自动签收并告知科室负责人"
    assert wrapped("", 94) == []


def test_a_file_without_a_layout_gives_an_empty_picture() -> None:
    empty = layout_of(b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>')
    assert (empty.shapes, empty.edges) == ((), ())
    assert svg_of(empty, Way(), "").startswith("<svg")


def test_what_stands_in_a_frame_is_painted_after_it() -> None:
    kinds = [shape.kind for shape in layout_of((Path(SHIPPED) / "five_step_loop.bpmn").read_bytes()).shapes]
    order = {"participant": 0, "lane": 1, "subProcess": 2}
    assert all(order.get(a, 3) <= order.get(b, 3) for a, b in pairwise(kinds))
