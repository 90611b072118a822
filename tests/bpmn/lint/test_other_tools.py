"""The reference models as other tools write them again: another prefix, other attributes and extensions, another
encoding, with or without the picture. What is said of them does not change.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache

import pytest
from lxml import etree

from engine.bpmn.lint import check_files, notes_of
from engine.bpmn.xml import BPMN
from engine.errors import Finding
from tests.bpmn.lint.test_foreign_files import MODELS, decided, executable

DI = "http://www.omg.org/spec/BPMN/20100524/DI"
SIGNAVIO = "http://www.signavio.com"
FLOWABLE = "http://flowable.org/bpmn"


def prefixed(prefix: str | None) -> Callable[[bytes], bytes]:
    """The names of BPMN under another prefix, or under none."""

    def written(content: bytes) -> bytes:
        root = etree.fromstring(content)
        spaces = {name: space for name, space in root.nsmap.items() if space != BPMN and name != prefix}
        again = etree.Element(root.tag, dict(root.attrib), nsmap={**spaces, prefix: BPMN})
        again.extend(list(root))
        return etree.tostring(again, xml_declaration=True, encoding="UTF-8")

    return written


def extended(space: str, *names: str) -> Callable[[bytes], bytes]:
    """Every element of the process with attributes and extensions of a vendor."""

    def written(content: bytes) -> bytes:
        root = etree.fromstring(content)
        for node in list(root.iter(f"{{{BPMN}}}process", f"{{{BPMN}}}userTask", f"{{{BPMN}}}task")):
            for name in names:
                node.set(f"{{{space}}}{name}", "x")
            extension = node.find(f"{{{BPMN}}}extensionElements")
            if extension is None:
                extension = etree.Element(f"{{{BPMN}}}extensionElements")
                node.insert(len(node.findall(f"{{{BPMN}}}documentation")), extension)
            etree.SubElement(extension, f"{{{space}}}metaData", metaKey="bgcolor", metaValue="#ffffff")
        return etree.tostring(root)

    return written


def without_picture(content: bytes) -> bytes:
    root = etree.fromstring(content)
    for picture in root.findall(f"{{{DI}}}BPMNDiagram"):
        root.remove(picture)
    return etree.tostring(root)


def recoded(content: bytes) -> bytes:
    return etree.tostring(etree.fromstring(content), xml_declaration=True, encoding="UTF-16")


def spaced(content: bytes) -> bytes:
    """A mark before it, other line ends, comments and instructions between."""
    root = etree.fromstring(content)
    for node in list(root.iter(f"{{{BPMN}}}process")):
        node.insert(0, etree.Comment(" written by another tool "))
        node.insert(0, etree.ProcessingInstruction("tool", "version=1"))
    return b"\xef\xbb\xbf" + etree.tostring(root, pretty_print=True).replace(b"\n", b"\r\n")


TOOLS: Mapping[str, Callable[[bytes], bytes]] = {
    "bpmn": prefixed("bpmn"),
    "bpmn2": prefixed("bpmn2"),
    "semantic": prefixed("semantic"),
    "no prefix": prefixed(None),
    "Signavio": extended(SIGNAVIO, "x"),
    "Flowable": extended(FLOWABLE, "x", "assigneeName"),
    "no picture": without_picture,
    "another encoding": recoded,
    "comments": spaced,
}


@cache
def said(content: bytes) -> set[tuple[str, str]]:
    return {(finding.code, finding.element) for finding in decided(content)}


@pytest.mark.parametrize("tool", TOOLS)
def test_what_another_tool_writes_is_decided_alike(tool: str) -> None:
    for name, content in MODELS.items():
        given = executable(content)
        assert said(TOOLS[tool](given)) == said(given), name


@pytest.mark.parametrize("tool", ["Signavio", "Flowable"])
def test_what_of_it_will_be_ignored_is_told(tool: str) -> None:
    notes = notes_of({"p.bpmn": TOOLS[tool](executable(MODELS["A.1.0"]))})
    assert {note.code for note in notes} == {"IGNORED"}
    told = " ".join(note.message for note in notes)
    assert re.search(r"扩展元素 \w+:metaData 不起作用", told)
    assert re.search(r"\w+:x 不起作用", told)


def test_a_drawing_of_another_edition_is_told_so() -> None:
    old = MODELS["A.1.0"].replace(BPMN.encode(), b"http://schema.omg.org/spec/BPMN/1.2")
    found: list[Finding] = check_files({"p.bpmn": old})
    assert [finding.code for finding in found] == ["NO_PROCESS"]
