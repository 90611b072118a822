"""Another version of the shipped diagrams, drawn by a few strokes: each takes the files and gives them changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

from lxml import etree

from engine.bpmn.xml import bc, bpmn
from engine.definitions.shipped import CASE_PROCESS, SHIPPED, read_folder
from engine.definitions.versions import publish
from engine.facade import Engine
from engine.storage.database import WriteTransaction

Files = dict[str, bytes]
Stroke = Callable[[Files], Files]
FAMILY: Mapping[str, bytes] = read_folder(SHIPPED)
MAIN, ORDER = "five_step_loop.bpmn", "work_order.bpmn"
_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"


def redrawn(*strokes: Stroke) -> Files:
    """The shipped files after these strokes."""
    return reduce(lambda files, stroke: stroke(files), strokes, dict(FAMILY))


def put_in_force(engine: Engine, files: Mapping[str, bytes], key: str = CASE_PROCESS) -> int:
    """Store a version without asking the gate; returns its number."""

    def store(tx: WriteTransaction) -> int:
        tx.begin_writing()
        return publish(tx.conn, key, files, "supervisor", engine.clock.now()).version

    return engine.db.write(store)


def text(name: str, before: str, after: str) -> Stroke:
    """One text of one file for another."""

    def stroke(files: Files) -> Files:
        whole = files[name].decode()
        assert before in whole, before
        return {**files, name: whole.replace(before, after, 1).encode()}

    return stroke


def step(flow: str, id: str = "sign_off", name: str = "会签", file: str = MAIN, due: str = "workdays(1)") -> Stroke:
    """A new step of the work group on a sequence flow."""

    def draw(root: Any) -> None:
        line = _node(root, flow)
        task = etree.SubElement(line.getparent(), bpmn("userTask"), id=id, name=name)
        task.set(bc("groups"), "work_group")
        task.set(bc("due"), due)
        task.set(bc("phase"), "completion")
        _flow(line.getparent(), id, line.get("targetRef"))
        line.set("targetRef", id)

    return _drawing(file, draw)


def without(id: str, file: str = MAIN) -> Stroke:
    """A step taken out with all that stands on it: what came to it goes on to where it led."""

    def draw(root: Any) -> None:
        after = next(f.get("targetRef") for f in root.iter(bpmn("sequenceFlow")) if f.get("sourceRef") == id)
        for flow in root.iter(bpmn("sequenceFlow")):
            if flow.get("targetRef") == id:
                flow.set("targetRef", after)
        for node in [n for n in root.iter() if n.get("attachedToRef") == id]:
            _erase(root, node.get("id"))
        _erase(root, id)
        _sweep(root)

    return _drawing(file, draw)


def without_event(id: str, file: str = MAIN) -> Stroke:
    """A boundary event taken out, and of its branch what nothing else leads to."""

    def draw(root: Any) -> None:
        _erase(root, id)
        _sweep(root)

    return _drawing(file, draw)


def timer(on: str, id: str, at: str, file: str = MAIN, interrupting: bool = False, to: str | None = None) -> Stroke:
    """A new timer on an activity; its branch leads to `to`, or ends at once."""

    def draw(root: Any) -> None:
        scope = _node(root, on).getparent()
        attributes = {"id": id, "name": id, "attachedToRef": on, "cancelActivity": str(interrupting).lower()}
        event = etree.SubElement(scope, bpmn("boundaryEvent"), attributes)
        date = etree.SubElement(etree.SubElement(event, bpmn("timerEventDefinition")), bpmn("timeDate"))
        date.set(_TYPE, "bpmn:tFormalExpression")
        date.text = at
        if to is None:
            etree.SubElement(scope, bpmn("endEvent"), id=f"{id}_end")
        _flow(scope, id, to or f"{id}_end")

    return _drawing(file, draw)


def strikes(id: str, at: str, file: str = MAIN) -> Stroke:
    """A timer with another expression."""

    def draw(root: Any) -> None:
        next(_node(root, id).iter(bpmn("timeDate"))).text = at

    return _drawing(file, draw)


def given(id: str, file: str = MAIN, **attributes: str) -> Stroke:
    """An element with other attributes of the house (`due`, `groups`, …) or of BPMN (`calledElement`, `name`)."""

    def draw(root: Any) -> None:
        for name, value in attributes.items():
            own = name in ("due", "groups", "form", "priority", "phase", "set")
            _node(root, id).set(bc(name) if own else name, value)

    return _drawing(file, draw)


def as_kind(id: str, kind: str, file: str = MAIN) -> Stroke:
    """An element drawn as another kind of element."""

    def draw(root: Any) -> None:
        _node(root, id).tag = bpmn(kind)

    return _drawing(file, draw)


def changed(id: str, draw: Callable[[Any], None], file: str = MAIN) -> Stroke:
    """An element drawn upon freely."""
    return _drawing(file, lambda root: draw(_node(root, id)))


# ------------------------------------------------------------------ drawing
def _drawing(file: str, draw: Callable[[Any], None]) -> Stroke:
    def stroke(files: Files) -> Files:
        root = etree.fromstring(files[file])
        draw(root)
        return {**files, file: etree.tostring(root, xml_declaration=True, encoding="UTF-8")}

    return stroke


def _node(root: Any, id: str) -> Any:
    return next(node for node in root.iter() if node.get("id") == id)


def _flow(scope: Any, source: str, target: str) -> None:
    ends = {"id": f"{source}__{target}", "sourceRef": source, "targetRef": target}
    etree.SubElement(scope, bpmn("sequenceFlow"), ends)


def _erase(root: Any, id: str) -> None:
    node = _node(root, id)
    node.getparent().remove(node)
    for flow in [f for f in root.iter(bpmn("sequenceFlow")) if id in (f.get("sourceRef"), f.get("targetRef"))]:
        flow.getparent().remove(flow)


def _sweep(root: Any) -> None:
    """Elements that nothing leads to any more."""
    while True:
        led_to = {flow.get("targetRef") for flow in root.iter(bpmn("sequenceFlow"))}
        kinds = ("userTask", "serviceTask", "callActivity", "endEvent", "intermediateCatchEvent", "exclusiveGateway")
        left = [node.get("id") for kind in kinds for node in root.iter(bpmn(kind)) if node.get("id") not in led_to]
        if not left:
            return
        for id in left:
            _erase(root, id)
