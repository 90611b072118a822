"""Diagrams drawn here: everything of the layout is in the picture, the way is marked by more than colour."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from engine.definitions.shipped import SHIPPED
from engine.pictures.layout import layout_of
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
