"""What bpmn-js and Camunda's moddle read and write again says the same: every element, attribute and text of the model.

How it is drawn is no part of it: bpmn-js rounds, completes and, where a file has several drawings, keeps one.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from zipfile import ZipFile

from lxml import etree

from engine.bpmn.xml import BPMN, read_xml
from tests.support.chromium import chromium, new_desk
from tests.webapp.designer.board import FAMILY, ROOT, Board

DI = "http://www.omg.org/spec/BPMN/20100524/DI"
UI = ROOT / "webapp" / "ui"
NODE_MISSING = "先在 webapp/ui 里运行 npm ci（要 Node）"
_QUALIFIED = frozenset({"structureRef", "itemSubjectRef", "messageRef", "type", "bpmnElement", "category"})
_LINKS = frozenset({"incoming", "outgoing", "flowNodeRef"})  # order means nothing, and bpmn-js completes them
_DEFAULTS = {  # what the schema of BPMN 2.0.2 says where nothing is written; moddle does not write it
    "associationDirection": "None",
    "behavior": "All",
    "cancelActivity": "true",
    "cancelRemainingInstances": "true",
    "completionQuantity": 1.0,
    "eventGatewayType": "Exclusive",
    "expressionLanguage": "http://www.w3.org/1999/XPath",
    "gatewayDirection": "Unspecified",
    "implementation": "##WebService",
    "instantiate": "false",
    "isClosed": "false",
    "isCollection": "false",
    "isExecutable": "false",
    "isForCompensation": "false",
    "isInterrupting": "true",
    "isSequential": "false",
    "isUnlimited": "false",
    "itemKind": "Information",
    "ordering": "Parallel",
    "parallelMultiple": "false",
    "processType": "None",
    "startQuantity": 1.0,
    "testBefore": "false",
    "textFormat": "text/plain",
    "triggeredByEvent": "false",
    "typeLanguage": "http://www.w3.org/2001/XMLSchema",
    "waitForCompletion": "true",
}
LIMITS = {  # of moddle itself, with files of other vendors: (way, model) -> why
    ("bpmn-js", "C.8.1.bpmn"): "references to nothing and a vendor's attribute written twice are dropped",
    ("camunda-bpmn-moddle", "C.8.1.bpmn"): "references to nothing and a vendor's attribute written twice are dropped",
    ("camunda-bpmn-moddle", "C.1.0.bpmn"): "a vendor's prefix that is declared inside is not written",
    ("camunda-bpmn-moddle", "C.1.1.bpmn"): "a vendor's prefix that is declared inside is not written",
}
Again = Mapping[str, "bytes | str"]  # a text: why it could not be written


def models() -> dict[str, bytes]:
    """The shipped diagrams and the reference models of the MIWG."""
    with ZipFile(ROOT / "tests" / "bpmn" / "fixtures" / "miwg.zip") as archive:
        reference = {name: archive.read(name) for name in archive.namelist() if name.endswith(".bpmn")}
    return {**{name: content for name, content in FAMILY.items() if name.endswith(".bpmn")}, **reference}


def by_bpmn_js(given: Mapping[str, bytes]) -> dict[str, bytes]:
    """Each drawn in the designer and saved again."""
    with chromium() as browser, new_desk(browser) as context:
        name = next(iter(given))
        board = Board(context.new_page(), name, given[name]).open()
        return {name: board.saved(content) for name, content in given.items()}


def by_camunda(given: Mapping[str, bytes]) -> dict[str, bytes | str]:
    """Each read and written by the moddle of Camunda Modeler."""
    asked = json.dumps([[name, content.decode("utf-8-sig")] for name, content in given.items()])
    answer = subprocess.run(["node", "camunda.mjs"], input=asked, capture_output=True, text=True, cwd=UI, check=True)
    return {name: text.encode() if text else str(why[0]) for name, text, *why in json.loads(answer.stdout)}


def differences(before: bytes, after: bytes) -> Iterator[str]:
    """Everything said in one and not in the other; white space, prefixes and the order of attributes say nothing."""
    old, new = dict(_said(before)), dict(_said(after))
    for place in dict.fromkeys([*old, *new]):
        if old.get(place) != new.get(place):
            yield f"{place}: {old.get(place)} -> {new.get(place)}"


def _said(content: bytes) -> Iterator[tuple[str, Any]]:
    root = read_xml(content)
    for node in root.iter():
        if not isinstance(node.tag, str):
            continue
        name = etree.QName(node)
        if (name.namespace == BPMN and name.localname in _LINKS) or _is_drawn(node):
            continue
        yield _place(node), (_attributes(node), (node.text or "").strip() if not len(node) else "")


def _is_drawn(node: etree._Element) -> bool:
    return any(etree.QName(each).namespace == DI for each in (node, *node.iterancestors()))


def _place(node: etree._Element) -> str:
    """By its id; without one by the way from the nearest element that has one, counted among its like."""
    if node.get("id"):
        return f"#{node.get('id')}"
    parent = node.getparent()
    if parent is None:
        return "/"
    alike = [child for child in parent if child.tag == node.tag]
    return f"{_place(parent)}/{etree.QName(node).localname}[{alike.index(node)}]"


def _attributes(node: etree._Element) -> tuple[tuple[str, Any], ...]:
    found = {str(name): _value(node, str(name), str(value)) for name, value in node.attrib.items()}
    return tuple(
        sorted((n, v) for n, v in found.items() if _DEFAULTS.get(etree.QName(n).localname, "") != v and v is not None)
    )


def _value(node: etree._Element, name: str, value: str) -> Any:
    """Numbers as numbers; names with a prefix without it; who wrote the file says nothing."""
    local = etree.QName(name).localname
    if local in ("exporter", "exporterVersion"):
        return None
    if local in _QUALIFIED:
        return value.rpartition(":")[2]
    try:
        return float(value)
    except ValueError:
        return " ".join(value.split())  # a parser may turn the ends of lines into spaces


def told(ways: Iterable[tuple[str, Again]], given: Mapping[str, bytes]) -> Iterator[tuple[str, str, list[str]]]:
    """(way, model, differences) for every model."""
    for way, again in ways:
        for name, content in given.items():
            found = again[name]
            yield way, name, [f"not written: {found}"] if isinstance(found, str) else list(differences(content, found))
