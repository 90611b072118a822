"""What bpmn-js 18 reads and saves again keeps every attribute: the bundle of the house, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from zipfile import ZipFile

import pytest
from lxml import etree
from playwright.sync_api import Page, Route

from engine.bpmn.elements import read_elements, read_flows
from engine.bpmn.lint import check_files
from engine.bpmn.xml import BPMN, read_xml
from engine.cases.effects import OPERATIONS
from engine.cases.words import CATALOGUE
from engine.definitions.shipped import SHIPPED, read_folder

ROOT = Path(__file__).parents[2]
PLACE = "http://office.test"
FAMILY = read_folder(SHIPPED)
DIAGRAMS = sorted(name for name in FAMILY if name.endswith(".bpmn"))
SAVE = "async (xml) => { await viewer.importXML(xml); return (await viewer.saveXML({ format: true })).xml; }"
BOUNDS = (
    '<bpmndi:BPMNDiagram xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
    'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" id="d"><bpmndi:BPMNPlane id="pl" bpmnElement="p">'
    '<bpmndi:BPMNShape id="s" bpmnElement="t"><dc:Bounds x="0" y="0" width="100" height="80"/></bpmndi:BPMNShape>'
    "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"
)
OTHERS = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t" id="x" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:bc="http://bancheng.org/schema/bpmn">'
    '<process id="p" isExecutable="true" bc:phase="acceptance" camunda:historyTimeToLive="P30D">'
    '<userTask id="t" name="一" bc:groups="unit:${unit}" bc:due="workdays(1)" bc:form="f" bc:priority="80" '
    'bc:notBy="*" camunda:candidateGroups="window" camunda:formKey="f" camunda:assignee="x">'
    '<extensionElements><camunda:taskListener event="create" class="a.B"/></extensionElements>'
    '<multiInstanceLoopCharacteristics id="mi" isSequential="true" bc:collection="units" bc:element="unit">'
    "<completionCondition>done == true</completionCondition></multiInstanceLoopCharacteristics>"
    f"</userTask></process>{BOUNDS}</definitions>"
).encode()


@pytest.fixture
def modeler(page: Page) -> Page:
    """A page that shows a diagram; the viewer in it can be asked to read and save others."""
    page.route(f"{PLACE}/**", serve)
    page.goto(f"{PLACE}/page")
    page.wait_for_function("() => window.viewer")
    return page


def serve(route: Route) -> None:
    path = route.request.url.removeprefix(PLACE)
    if path == "/page":
        diagram = '<div class="diagram" data-xml-url="/escalation.bpmn"></div>'
        drawn = f'<!doctype html>{diagram}<script src="/viewer.js"></script>'
        route.fulfill(body=drawn, content_type="text/html; charset=utf-8")
    elif path == "/viewer.js":
        script = (ROOT / "webapp/static/viewer.js").read_text("utf-8")
        held, count = re.subn(r"await (\w+)\.importXML\(", r"await (window.viewer=\1).importXML(", script)
        assert count == 1
        route.fulfill(body=held, content_type="text/javascript; charset=utf-8")
    elif path[1:] in FAMILY:
        route.fulfill(body=FAMILY[path[1:]], content_type="application/xml")
    else:
        route.fulfill(status=404)


def saved(modeler: Page, content: bytes) -> bytes:
    text: str = modeler.evaluate(SAVE, content.decode())
    return text.encode()


def said(content: bytes) -> Mapping[str, object]:
    """All that is said of an element that has an id: its kind, its attributes, and the texts in it."""
    root = read_xml(content)
    found = (node for node in root.iter() if isinstance(node.tag, str) and node.get("id"))
    return {node.get("id", ""): (node.tag, _attributes(node), _texts(node)) for node in found if _is_model(node)}


def _is_model(node: etree._Element) -> bool:
    return etree.QName(node).namespace == BPMN and etree.QName(node).localname != "definitions"


def _attributes(node: etree._Element) -> dict[str, str]:
    return {str(name): str(value) for name, value in node.attrib.items()}


def _texts(node: etree._Element) -> list[tuple[str, str, dict[str, str]]]:
    """Of what stands directly in it and has no id of its own: conditions, instants, extensions."""
    own = (child for child in node.iterdescendants() if isinstance(child.tag, str) and not child.get("id"))
    left_out = {f"{{{BPMN}}}{name}" for name in ("incoming", "outgoing", "flowNodeRef")}
    kept = (child for child in own if child.tag not in left_out and _owner(child) is node)
    return sorted((str(child.tag), (child.text or "").strip(), _attributes(child)) for child in kept)


def _owner(node: etree._Element) -> etree._Element:
    return next(each for each in node.iterancestors() if each.get("id"))


def test_the_shipped_diagrams_keep_everything_and_may_be_published_again(modeler: Page) -> None:
    again = {name: saved(modeler, FAMILY[name]) for name in DIAGRAMS}
    for name in DIAGRAMS:
        before, after = read_xml(FAMILY[name]), read_xml(again[name])
        assert said(again[name]) == said(FAMILY[name])
        for one, other in zip(before.iter(f"{{{BPMN}}}process"), after.iter(f"{{{BPMN}}}process"), strict=True):
            assert list(read_elements(other)) == list(read_elements(one))
            assert list(read_flows(other)) == list(read_flows(one))
    assert check_files({**FAMILY, **again}, True, words=CATALOGUE, operations=OPERATIONS) == []


def test_so_does_a_drawing_with_everything_that_can_be_said_of_a_task(modeler: Page) -> None:
    assert said(saved(modeler, OTHERS)) == said(OTHERS)


def test_what_is_lost_would_be_seen() -> None:
    assert said(OTHERS.replace(b' bc:due="workdays(1)"', b"")) != said(OTHERS)
    assert said(OTHERS.replace(b"done == true", b"")) != said(OTHERS)
    assert said(OTHERS.replace(b' class="a.B"', b"")) != said(OTHERS)


def test_the_reference_models_are_decided_as_before(modeler: Page) -> None:
    """As bpmn.io would write them again."""
    with ZipFile(ROOT / "tests" / "bpmn" / "fixtures" / "miwg.zip") as archive:
        models = {name: archive.read(name) for name in archive.namelist() if name.endswith(".bpmn")}
    for name in ("A.3.0.bpmn", "B.2.0.bpmn", "C.1.0.bpmn", "C.5.0.bpmn", "C.9.1.bpmn"):
        codes = [
            sorted({(finding.code, finding.element) for finding in check_files({"p.bpmn": each})})
            for each in (models[name], saved(modeler, models[name]))
        ]
        assert codes[0] == codes[1], name
