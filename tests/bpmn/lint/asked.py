"""Asking the check about a small diagram."""

from __future__ import annotations

from collections.abc import Mapping

from engine.bpmn.lint import check_files, notes_of
from engine.errors import Finding
from tests.bpmn import drawing as d

WORDS = frozenset({"minutes", "workdays", "returns"})
OPERATIONS = frozenset({"note", "remind"})


def findings(files: bytes | Mapping[str, bytes], law: bool = False) -> list[Finding]:
    """What is found in one diagram, or in several files."""
    bundle = {"p.bpmn": files} if isinstance(files, bytes) else dict(files)
    return check_files(bundle, law, words=WORDS, operations=OPERATIONS)


def codes(files: bytes | Mapping[str, bytes], law: bool = False) -> list[tuple[str, str]]:
    """(code, element) of every finding; each of them a Chinese sentence that says the way out."""
    found = findings(files, law)
    for finding in found:
        assert any("\u4e00" <= character <= "\u9fff" for character in finding.message), finding
        assert any(word in finding.message for word in ("请", "应", "只能")), finding
    return [(finding.code, finding.element) for finding in found]


def notes(drawn: bytes) -> list[tuple[str, str]]:
    return [(note.code, note.element) for note in notes_of({"p.bpmn": drawn})]


def between(*parts: str, along: str, rest: str = "") -> bytes:
    """start, the given nodes, end, along these flows."""
    return d.document(d.process(d.start(), *parts, d.end(), d.flows(along)), rest)
