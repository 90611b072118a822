"""What strangers may upload, by class: refused with a sentence, or harmless; nothing outside is read or reached.

The library that reads XML opens files without Python's knowledge, so no hook sees it. A pipe nobody writes to would
hold it for ever, and a listener would hear it: both are named wherever a file can name a place.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.bpmn.expressions import ExpressionError, parse
from engine.definitions.apart import examined_apart
from engine.errors import Finding
from tests.bpmn import drawing as d

OPEN = {"type": "object", "additionalProperties": False, "title": "表", "properties": {}}
TASK = d.user("t", bc_groups="window")


@dataclass(frozen=True)
class Places:
    """What must not be opened (a pipe) and not be called (a listener)."""

    file: str
    address: str
    listener: socket.socket

    def called(self) -> bool:
        try:
            self.listener.accept()[0].close()
        except BlockingIOError:
            return False
        return True


@pytest.fixture
def places(tmp_path: Path) -> Iterator[Places]:
    os.mkfifo(tmp_path / "pipe")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        yield Places((tmp_path / "pipe").as_uri(), f"http://127.0.0.1:{listener.getsockname()[1]}/x", listener)


def found(files: Mapping[str, bytes]) -> list[Finding]:
    """Every one a sentence in Chinese; it says what is wrong in less than a page."""
    findings = examined_apart(files).findings
    for finding in findings:
        assert any("\u4e00" <= character <= "\u9fff" for character in finding.message), finding
        assert len(finding.message) < 1_000
    return findings


def assigned(expression: str, process: str = "p") -> bytes:
    """Assigned when the process ends."""
    parts = (d.start(), TASK, d.end("s", bc_set=f"x = {expression}"), d.flows("start t s"))
    return d.document(d.process(*parts, id=process))


def with_form(form: object, text: str | None = None) -> dict[str, bytes]:
    content = json.dumps(form) if text is None else text
    return {"p.bpmn": d.straight(d.user("t", bc_groups="window", bc_form="f")), "forms/f.json": content.encode()}


def calls_itself() -> bytes:
    call = d.node("callActivity", "c", calledElement="p")
    return d.straight(call)


def nested_scopes(depth: int) -> bytes:
    inside = d.user("t", bc_groups="window")
    first = "t"
    for n in range(depth):
        name = f"s{n}"
        inside = d.sub(name, d.start(f"a{n}"), inside, d.end(f"e{n}"), d.flows(f"a{n} {first} e{n}"))
        first = name
    return d.document(d.process(d.start(), inside, d.end(), d.flows(f"start {first} end")))


def headed(head: str, body: bytes | None = None) -> bytes:
    return head.encode() + (d.straight(TASK) if body is None else body)


def inside(extra: str) -> bytes:
    """Something beside the process, in the definitions."""
    return d.straight(TASK).replace(b"<bpmn:process", extra.encode() + b"<bpmn:process", 1)


OUTWARD: Mapping[str, Callable[[str], bytes]] = {
    "entity": lambda place: f'<!DOCTYPE x [<!ENTITY e SYSTEM "{place}">]><x>&e;</x>'.encode(),
    "doctype": lambda place: headed(f'<!DOCTYPE d SYSTEM "{place}">'),
    "parameter entity": lambda place: headed(f'<!DOCTYPE x [<!ENTITY % p SYSTEM "{place}"> %p;]>'),
    "stylesheet": lambda place: headed(f'<?xml-stylesheet type="text/xsl" href="{place}"?>'),
    "include": lambda place: inside(
        f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{place}" parse="text"/>'
    ),
    "import": lambda place: inside(
        f'<bpmn:import importType="http://www.omg.org/spec/BPMN/20100524/MODEL" location="{place}" namespace="n"/>'
    ),
    "schema": lambda place: inside(
        '<bpmn:extensionElements xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xsi:schemaLocation="n {place}"/>'
    ),
}


@pytest.mark.parametrize("title", sorted(OUTWARD))
def test_what_points_outside_is_never_followed(places: Places, title: str) -> None:
    pointing = OUTWARD[title]
    findings = found({"a.bpmn": pointing(places.file), "b.bpmn": pointing(places.address)})
    assert not {"TOO_SLOW", "OUTSIDE", "CRASH"} & {finding.code for finding in findings}
    assert not places.called()
    if "entity" in title or title == "doctype":
        refused = {finding.file for finding in findings if "DOCTYPE" in finding.message}
        assert refused == {"a.bpmn", "b.bpmn"}


def test_the_pipe_and_the_listener_notice_whoever_comes(places: Places) -> None:
    with socket.create_connection(places.listener.getsockname()):
        assert places.called()
    with pytest.raises(subprocess.TimeoutExpired):
        subprocess.run(["cat", places.file.removeprefix("file://")], timeout=0.2, check=False)


@pytest.mark.parametrize("place", ["file", "address"])
def test_a_form_that_fetches_another_is_refused(places: Places, place: str) -> None:
    form = {**OPEN, "properties": {"a": {"$ref": getattr(places, place)}}}
    assert [finding.file for finding in found(with_form(form))][:1] == ["forms/f.json"]
    assert not places.called()


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
REFUSED: Mapping[str, Mapping[str, bytes]] = {
    "entities that grow": {"p.bpmn": f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]><x>&l11;</x>'.encode()},
    "elements without end": {"p.bpmn": b"<x>" * 600_000},
    "deep elements": {"p.bpmn": b"<x>" * 250_000 + b"</x>" * 250_000},
    "deep scopes": {"p.bpmn": nested_scopes(400)},
    "a huge file": {"p.bpmn": d.straight(TASK) + b" " * 3_000_000},
    "many attributes": {"p.bpmn": ("<x " + " ".join(f'a{n}="1"' for n in range(100_000)) + "/>").encode()},
    "a script task": {"p.bpmn": d.straight(d.node("scriptTask", "s", "<bpmn:script>x = 1</bpmn:script>"))},
    "a process that calls itself": {"p.bpmn": calls_itself()},
    "one id twice": {"p.bpmn": d.straight(TASK, d.node("task", "u")).replace(b'id="u"', b'id="t"')},
    "one process twice": {"a.bpmn": d.straight(TASK), "b.bpmn": d.straight(TASK)},
    "null bytes": {"p.bpmn": d.straight(TASK).replace(b'id="t"', b'id="t\x00"')},
    "a pattern that takes for ever": with_form(
        {**OPEN, "properties": {"a": {"type": "string", "title": "甲", "pattern": "^(a+)+$", "default": "a" * 40}}}
    ),
    "a deep form": with_form(None, '{"a":' * 50_000 + "1" + "}" * 50_000),
    "a form of deep lists": with_form(None, "[" * 100_000 + "]" * 100_000),
    "a form that is not one": with_form(None, "NaN"),
}


EXPRESSIONS: Mapping[str, str] = {
    "dunder names": "__import__('os')",
    "dunder fields": "'a'.__class__.__mro__",
    "a call of a method": "'{0.__class__}'.format(1)",
    "a function": "lambda: 1",
    "a comprehension": "[n for n in [1]]",
    "a huge power": "9 ** 9 ** 9 ** 9",
    "a huge shift": "1 << 9999999999",
    "a huge number": "9" * 1_500,
    "a long expression": "+".join(["1"] * 5_000),
    "a deep expression": "(" * 900 + "1" + ")" * 900,
    "a name read backwards": "'\u202eabc'",
    "a name with nothing in it": "na\u200bme",
    "another alphabet's underscore": "\uff3f\uff3fimport\uff3f\uff3f('os')",
}


@pytest.fixture(scope="module")
def of_expressions() -> list[Finding]:
    """All of them are looked at in one process, each in a file of its own."""
    files = {f"{n}.bpmn": assigned(each, f"p{n}") for n, each in enumerate(EXPRESSIONS.values())}
    return found({**files, "sound.bpmn": assigned("1 + 1", "sound")})


@pytest.mark.parametrize(("place", "title"), list(enumerate(EXPRESSIONS)))
def test_an_expression_that_reaches_for_more_is_refused(of_expressions: list[Finding], place: int, title: str) -> None:
    codes = [(finding.code, finding.element) for finding in of_expressions if finding.file == f"{place}.bpmn"]
    assert codes == [("EXPRESSION", "s")], title


@pytest.mark.parametrize("expression", ["'" + "a" * 1_900 + "' * 1000000", "t + t", "[t] * 1000000", "t % 5"])
def test_what_only_the_run_can_judge_ends_there_with_a_sentence(expression: str) -> None:
    with pytest.raises(ExpressionError, match=r"需要数字|太长"):
        parse(expression).evaluate({"t": "a" * 9_000}, {})


def test_the_sound_one_among_them_is_not(of_expressions: list[Finding]) -> None:
    assert [finding for finding in of_expressions if finding.file == "sound.bpmn"] == []


@pytest.mark.parametrize("title", sorted(REFUSED))
def test_what_is_hostile_is_refused_with_its_reason(title: str) -> None:
    findings = found(REFUSED[title])
    assert findings
    assert findings[0].code not in ("CRASH", "OUTSIDE")


def test_the_picture_they_are_drawn_into_is_sound() -> None:
    assert found({"p.bpmn": assigned("1 + 1")}) == []
    assert found(with_form(OPEN)) == []
