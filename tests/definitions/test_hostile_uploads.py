"""What strangers may upload, by class: refused with a sentence, or harmless; nothing outside is read or reached.

The library that reads XML opens files without Python's knowledge, so no hook sees it. A pipe nobody writes to would
hold it for ever, and a listener would hear it: both are named wherever a file can name a place. Every upload is
examined in a child with the limits of the house, and measured: five seconds of the processor, 256 MB.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import socket
import subprocess
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.bpmn.expressions import ExpressionError, parse
from engine.bpmn.lint import check_files, notes_of
from engine.definitions import apart
from engine.definitions.apart import LIMITS, examined_apart
from engine.errors import Finding
from tests.bpmn import drawing as d
from tests.definitions.zygote import Zygote

SECONDS, BYTES = 5, 256 << 20
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


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    with Zygote() as started:
        yield started


@pytest.fixture(autouse=True)
def measured(zygote: Zygote, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever a test has examined was cheap."""
    monkeypatch.setattr(apart, "_told", zygote.told)
    before = len(zygote.costs)
    yield
    assert [cost for cost in zygote.costs[before:] if cost.seconds > SECONDS or cost.bytes > BYTES] == []


def found(files: Mapping[str, bytes]) -> list[Finding]:
    """Every one a sentence in Chinese; it says what is wrong in less than a page."""
    findings = examined_apart(files, limits=LIMITS).findings
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


def zipped(content: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("p.bpmn", content)
    return stream.getvalue()


def encoded(name: str, text: str | None = None) -> bytes:
    """A drawing in another encoding, which its head names."""
    body = d.straight(TASK).decode() if text is None else text
    return f'<?xml version="1.0" encoding="{name}"?>{body}'.encode(name)


def crowded(part: str, count: int) -> bytes:
    """A sound process with so many more of these in it."""
    more = "".join(part.format(n) for n in range(count)).encode()
    return d.straight(TASK).replace(b"</bpmn:process>", more + b"</bpmn:process>")


def at_once(ways: int) -> bytes:
    tasks = [d.user(f"t{n}", bc_groups="window") for n in range(ways)]
    split, join = d.node("parallelGateway", "s"), d.node("parallelGateway", "j")
    along = [f"s t{n} j" for n in range(ways)]
    return d.document(d.process(d.start(), split, *tasks, join, d.end(), d.flows("start s", "j end", *along)))


def calls(id: str, called: str) -> bytes:
    call = d.node("callActivity", f"{id}_c", calledElement=called)
    parts = (d.start(f"{id}_s"), call, d.end(f"{id}_e"), d.flows(f"{id}_s {id}_c {id}_e"))
    return d.document(d.process(*parts, id=id))


def imports(id: str, location: str) -> bytes:
    """A process that imports another file."""
    kind = "http://www.omg.org/spec/BPMN/20100524/MODEL"
    pointer = f'<bpmn:import importType="{kind}" location="{location}" namespace="n"/>'
    return calls(id, "p").replace(b"<bpmn:process", pointer.encode() + b"<bpmn:process", 1)


def table(rows: int, columns: int, cell: Callable[[int], str]) -> bytes:
    """Rows that all have to be compared with each other."""
    asked = '<inputExpression typeRef="number"><text>x</text></inputExpression>'
    inputs, result = f"<input>{asked}</input>" * columns, "<outputEntry><text>1</text></outputEntry>"
    cells = (f"<inputEntry><text>{cell(n)}</text></inputEntry>" * columns for n in range(rows))
    drawn = "".join(f"<rule>{each}{result}</rule>" for each in cells)
    head = '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="f" name="t" namespace="n">'
    inside = f'<decisionTable>{inputs}<output name="y"/>{drawn}</decisionTable>'
    return f'{head}<decision id="t" name="t">{inside}</decision></definitions>'.encode()


GROOVY = b'<bpmn:conditionExpression language="groovy">Runtime.exec()</bpmn:conditionExpression>'
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
ATTACKS: Mapping[str, Callable[[], Mapping[str, bytes]]] = {
    "entities one after the other": lambda: {
        "p.bpmn": f'<!DOCTYPE x [<!ENTITY a "{"a" * 50_000}">]><x>{"&a;" * 20_000}</x>'.encode()
    },
    "entities that grow": lambda: {"p.bpmn": f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]><x>&l11;</x>'.encode()},
    "elements without end": lambda: {"p.bpmn": b"<x>" * 600_000},
    "deep elements": lambda: {"p.bpmn": b"<x>" * 250_000 + b"</x>" * 250_000},
    "deep scopes": lambda: {"p.bpmn": nested_scopes(400)},
    "a huge file": lambda: {"p.bpmn": d.straight(TASK) + b" " * 3_000_000},
    "many attributes": lambda: {"p.bpmn": ("<x " + " ".join(f'a{n}="1"' for n in range(100_000)) + "/>").encode()},
    "a script task": lambda: {"p.bpmn": d.straight(d.node("scriptTask", "s", "<bpmn:script>x = 1</bpmn:script>"))},
    "a process that calls itself": lambda: {"p.bpmn": calls_itself()},
    "one id twice": lambda: {"p.bpmn": d.straight(TASK, d.node("task", "u")).replace(b'id="u"', b'id="t"')},
    "one process twice": lambda: {"a.bpmn": d.straight(TASK), "b.bpmn": d.straight(TASK)},
    "null bytes": lambda: {"p.bpmn": d.straight(TASK).replace(b'id="t"', b'id="t\x00"')},
    "a pattern that takes for ever": lambda: with_form(
        {**OPEN, "properties": {"a": {"type": "string", "title": "甲", "pattern": "^(a+)+$", "default": "a" * 40}}}
    ),
    "a deep form": lambda: with_form(None, '{"a":' * 50_000 + "1" + "}" * 50_000),
    "a form of deep lists": lambda: with_form(None, "[" * 100_000 + "]" * 100_000),
    "a form that is not one": lambda: with_form(None, "NaN"),
    "a doctype in another alphabet": lambda: {"p.bpmn": encoded("utf-16", "<!DOCTYPE x><x/>")},
    "letters that hide in seven bits": lambda: {
        "p.bpmn": b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE x+AD4APA-x/+AD4-'
    },
    "another encoding than it says": lambda: {"p.bpmn": encoded("utf-16").decode("utf-16").encode()[:-5]},
    "an encoding nobody knows": lambda: {"p.bpmn": b'<?xml version="1.0" encoding="x-evil"?>' + d.straight(TASK)},
    "a zip": lambda: {"p.bpmn": zipped(d.straight(TASK))},
    "a zip that grows": lambda: {"p.bpmn": gzip.compress(b" " * 200_000_000)},
    "two that call each other": lambda: {"a.bpmn": calls("a", "b"), "b.bpmn": calls("b", "a")},
    "imports in a circle": lambda: {"a.bpmn": imports("a", "b.bpmn"), "b.bpmn": imports("b", "a.bpmn")},
    "a hundred thousand elements": lambda: {"p.bpmn": crowded("<bpmn:task/>", 100_000)},
    "seventy thousand tasks": lambda: {"p.bpmn": crowded('<bpmn:task id="x{}"/>', 70_000)},
    "as many flows": lambda: {"p.bpmn": crowded('<bpmn:sequenceFlow id="f{}" sourceRef="t" targetRef="end"/>', 25_000)},
    "as many ways at once": lambda: {"p.bpmn": at_once(30)},
    "many processes": lambda: {f"p{n}.bpmn": at_once(12).replace(b'id="p"', f'id="p{n}"'.encode()) for n in range(100)},
    "rows without end": lambda: {"t.dmn": table(5_000, 2, lambda n: str(n))},
    "rows that all overlap": lambda: {
        "t.dmn": table(500, 8, lambda n: ",".join(str(n * 37 % 1_000 + more) for more in range(60)))
    },
    "a process named like a path": lambda: {"p.bpmn": d.straight(TASK).replace(b'id="p"', b'id="../p"')},
    "a name of a megabyte": lambda: {"p.bpmn": d.straight(d.user("t" * 1_000_000))},
    "code of another engine": lambda: {
        "p.bpmn": d.straight(d.node("serviceTask", "t", camunda_class="java.lang.Runtime"))
    },
    "a bean of another engine": lambda: {
        "p.bpmn": d.straight(d.user("t", camunda_assignee="${execution.getVariable('x')}"))
    },
    "a condition of another language": lambda: {
        "p.bpmn": d.straight(TASK).replace(b"</bpmn:sequenceFlow>", GROOVY + b"</bpmn:sequenceFlow>", 1)
    },
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
    "a format": "f'{t}'",
    "a walrus": "(t := 1)",
    "a star": "[*t]",
    "a pattern": "re.match('(a+)+$', 'aaaa')",
    "bytes": "b'a'",
    "a slice": "t[::-1]",
    "an await": "await t",
    "a generator": "(n for n in t)",
    "a set": "{1, 2}",
    "a call of a call": "t()()",
    "keywords unpacked": "minutes(**t)",
    "many minus signs": "-" * 500 + "1",
    "a null byte": "t == 'a\\x00'",
    "an ellipsis": "...",
    "a complex number": "1j",
    "digits of another alphabet": "\u0661 + 1",
    "Java": "T(java.lang.Runtime).getRuntime()",
    "a template": "{{7*7}}",
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


@pytest.mark.parametrize(
    "expression", ["'" + "a" * 1_900 + "' * 1000000", "t + t", "[t] * 1000000", "t % 5", "'%s' % t"]
)
def test_what_only_the_run_can_judge_ends_there_with_a_sentence(expression: str) -> None:
    with pytest.raises(ExpressionError, match=r"需要数字|太长"):
        parse(expression).evaluate({"t": "a" * 9_000}, {})


def test_the_sound_one_among_them_is_not(of_expressions: list[Finding]) -> None:
    assert [finding for finding in of_expressions if finding.file == "sound.bpmn"] == []


@pytest.mark.parametrize("title", sorted(ATTACKS))
def test_what_is_hostile_is_refused_with_its_reason(title: str) -> None:
    findings = found(ATTACKS[title]())
    assert findings
    assert findings[0].code not in ("CRASH", "OUTSIDE", "PARSE")


OTHERS = (
    '<camunda:executionListener event="start"><camunda:script scriptFormat="groovy">x()</camunda:script>'
    '</camunda:executionListener><camunda:taskListener class="a.B" event="create"/><camunda:inputOutput>'
    '<camunda:inputParameter name="x"><camunda:script scriptFormat="javascript">x()</camunda:script>'
    "</camunda:inputParameter></camunda:inputOutput><camunda:connector/><spiffworkflow:serviceTaskOperator/>"
    "<spiffworkflow:instructionsForEndUser>{{ x }}</spiffworkflow:instructionsForEndUser>"
    '<other:code xmlns:other="urn:other">rm -rf /</other:code>'
)
TOLD = "<bpmn:documentation><![CDATA[<script>x()</script>]]></bpmn:documentation>"
HARMLESS: Mapping[str, bytes] = {
    "extensions": d.straight(
        d.node("userTask", "t", f"<bpmn:extensionElements>{OTHERS}</bpmn:extensionElements>", bc_groups="window")
    ),
    "attributes": d.straight(d.user("t", bc_groups="window", camunda_class="a.B", camunda_resultVariable="x")),
    "a comment": d.straight(TASK).replace(b"<bpmn:process", b"<!-- <script>x()</script> --><bpmn:process", 1),
    "an instruction": headed('<?php system("id") ?>'),
    "words about it": d.straight(d.node("userTask", "t", TOLD, bc_groups="window")),
    "another encoding": encoded("utf-16"),
    "a mark before it": b"\xef\xbb\xbf" + d.straight(TASK),
    "a name that is a tag": d.straight(d.user("t", bc_groups="window", name="<script>x()</script>")),
    "another name for the language": d.straight(TASK).replace(b"bpmn:", b"x:").replace(b"xmlns:bpmn", b"xmlns:x"),
    "pictures": inside('<di:x xmlns:di="urn:x" href="http://127.0.0.1:1/x"/>'),
    "a timer of another engine": d.straight(d.user("t", bc_groups="window", camunda_followUpDate="${now()}")),
}


@pytest.mark.parametrize("title", sorted(HARMLESS))
def test_what_is_of_no_consequence_passes_and_what_it_loses_is_told(title: str) -> None:
    files = {"p.bpmn": HARMLESS[title]}
    assert found(files) == []
    ignored = {note.code for note in notes_of(files)}
    assert ignored == ({"IGNORED"} if title in ("extensions", "attributes", "a timer of another engine") else set())
    assert check_files(files) == []


def test_the_picture_they_are_drawn_into_is_sound() -> None:
    assert found({"p.bpmn": assigned("1 + 1")}) == []
    assert found(with_form(OPEN)) == []
