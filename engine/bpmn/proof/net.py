"""A bundle as the proof reads it: one net of nodes and flows per process and sub-process.

What the proof has no rule for is an `Unread`: it cannot be proved, and nothing is skipped in silence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from lxml import etree

from engine.bpmn.elements import SCOPES, USER_TASKS, Element, read_elements
from engine.bpmn.lint.bundle import Bundle, Scope
from engine.bpmn.lint.events import code_of, definitions, sort_of
from engine.bpmn.lint.flows import condition_of
from engine.bpmn.xml import bc, bpmn, local_name

Key: TypeAlias = tuple[str, str]  # process, and the scope in it
WAITING = USER_TASKS | {"receiveTask", "intermediateCatchEvent", "eventBasedGateway"}
KNOWN = (
    WAITING
    | {"subProcess", "callActivity", "serviceTask", "businessRuleTask", "sendTask"}
    | {"startEvent", "endEvent", "intermediateThrowEvent", "boundaryEvent"}
    | {"exclusiveGateway", "parallelGateway", "inclusiveGateway"}
)


class Unread(ValueError):
    """An element the proof has no rule for; nothing is said about the diagram then."""

    def __init__(self, scope: Scope, element: str, why: str) -> None:
        super().__init__(why)
        self.scope, self.element = scope, element


@dataclass(frozen=True)
class Way:
    """One sequence flow out of a node."""

    id: str
    target: str
    condition: str | None
    name: str


@dataclass(frozen=True)
class Loop:
    """A multi-instance or a loop: what it runs over, and when it stops early."""

    collection: str | None
    item: str | None
    isolated: bool  # the data of the instances stays with them
    until: str | None
    number: str | None


@dataclass(frozen=True)
class Node:
    """One flow node. `trigger` and `code`: what an event waits for or throws. `inside`: the net a host runs."""

    id: str
    kind: str
    name: str
    drawn: Element
    trigger: str | None
    code: str | None
    instant: str | None
    out: tuple[Way, ...]
    into: tuple[str, ...]
    default: str | None
    boundary: tuple[str, ...]
    inside: Key | None
    loop: Loop | None

    @property
    def waits(self) -> bool:
        """Whether a token rests here, whatever comes."""
        return self.kind in WAITING

    @property
    def joins(self) -> bool:
        """Whether tokens wait here for each other."""
        return self.kind in ("parallelGateway", "inclusiveGateway") and len(self.into) > 1


@dataclass(frozen=True)
class Net:
    """The nodes drawn directly in one process or sub-process; `beside`: those only reached beside a host."""

    key: Key
    scope: Scope
    name: str
    nodes: Mapping[str, Node]
    start: str
    beside: frozenset[str]

    @cached_property
    def catches(self) -> frozenset[str | None]:
        """Codes of the escalations some boundary event of this net waits for; None waits for all."""
        events = (node for node in self.nodes.values() if node.kind == "boundaryEvent")
        return frozenset(node.code for node in events if node.trigger == "escalation")

    @cached_property
    def gathers(self) -> bool:
        """Whether the data of a course beside can be what the net ends with: not where it ends by terminating."""
        ends = (node for node in self.nodes.values() if node.kind == "endEvent" and node.id not in self.beside)
        return any(node.trigger != "terminate" for node in ends)


def read_nets(bundle: Bundle) -> dict[Key, Net]:
    """Every executable process and sub-process; raises Unread."""
    elements = {(e.process, e.id): e for p in bundle.processes.values() for e in read_elements(p.node)}
    return {(scope.process, scope.id): _net(bundle, scope, elements) for scope in bundle.scopes}


def _net(bundle: Bundle, scope: Scope, elements: Mapping[Key, Element]) -> Net:
    nodes = {id: _node(bundle, scope, id, node, elements[scope.process, id]) for id, node in scope.nodes.items()}
    beside = frozenset(nodes) - scope.main_path
    name = scope.node.get("name") or scope.id
    return Net((scope.process, scope.id), scope, name, nodes, scope.starts[0], beside)


def _node(bundle: Bundle, scope: Scope, id: str, node: etree._Element, drawn: Element) -> Node:
    _check(scope, id, node)
    trigger, code = _event(bundle, scope, node)
    return Node(
        id=id,
        kind=drawn.kind,
        name=drawn.name,
        drawn=drawn,
        trigger=trigger,
        code=code,
        instant=_instant(node) if trigger == "timer" else None,
        out=tuple(_ways(scope, id, drawn.kind)),
        into=tuple(flow.get("id") or "" for flow in scope.incoming(id)),
        default=node.get("default"),
        boundary=scope.boundary.get(id, ()),
        inside=_inside(scope, id, drawn),
        loop=_loop(scope, node),
    )


def _check(scope: Scope, id: str, node: etree._Element) -> None:
    if local_name(node) not in KNOWN:
        raise Unread(scope, id, f"{local_name(node)} 不能证明")
    if node.find(bpmn("ioSpecification")) is not None or any(
        local_name(child) in ("dataInputAssociation", "dataOutputAssociation") for child in node
    ):
        raise Unread(scope, id, "数据对象的读写不能证明，请改用变量（bc:set）")


def _ways(scope: Scope, id: str, kind: str) -> Iterator[Way]:
    """In the order the engine looks at them: from top to bottom of the drawing."""
    for flow in sorted(scope.outgoing(id), key=lambda flow: _height(scope, flow.get("targetRef") or "")):
        condition = condition_of(flow) if kind in ("exclusiveGateway", "inclusiveGateway") else None
        yield Way(flow.get("id") or "", flow.get("targetRef") or "", condition, flow.get("name") or "")


def _height(scope: Scope, id: str) -> float:
    root = scope.node.getroottree().getroot()
    bounds = root.find(f".//{{*}}BPMNShape[@bpmnElement='{id}']/{{*}}Bounds")
    return 0.0 if bounds is None else float(bounds.get("y") or 0)


def _inside(scope: Scope, id: str, drawn: Element) -> Key | None:
    if drawn.kind == "callActivity":
        return (drawn.called or "", drawn.called or "")
    return (scope.process, id) if drawn.kind in SCOPES else None


def _event(bundle: Bundle, scope: Scope, node: etree._Element) -> tuple[str | None, str | None]:
    """What triggers it, and the name or code it is known by."""
    if local_name(node) in ("receiveTask", "sendTask"):
        return "message", _named(bundle, node.get("messageRef"), "message")
    for definition in definitions(node):
        sort = sort_of(definition)
        if sort in ("error", "escalation"):
            return sort, code_of(bundle, scope, definition)
        return sort, _named(bundle, definition.get(f"{sort}Ref"), sort)
    return None, None


def _named(bundle: Bundle, reference: str | None, sort: str) -> str | None:
    found = (each for _, root in bundle.diagrams() for each in root.iterchildren(bpmn(sort)))
    return next((each.get("name") for each in found if each.get("id") == reference), reference)


def _instant(node: etree._Element) -> str:
    (definition,) = definitions(node)
    texts = (definition.findtext(bpmn(tag)) for tag in ("timeDate", "timeDuration"))
    return next((text.strip() for text in texts if text and text.strip()), "null")


def _loop(scope: Scope, node: etree._Element) -> Loop | None:
    many = node.find(bpmn("multiInstanceLoopCharacteristics"))
    if many is not None:
        own = many.get(bc("collection"))
        named = many.findtext(bpmn("loopDataInputRef"))
        item = many.find(bpmn("inputDataItem"))
        return Loop(
            collection=own or (named.strip() if named else None),
            item=many.get(bc("element")) or (None if item is None else item.get("id") or item.get("name")),
            isolated=own is not None,
            until=_text(many, "completionCondition"),
            number=_text(many, "loopCardinality"),
        )
    if node.find(bpmn("standardLoopCharacteristics")) is None:
        return None
    return Loop(None, None, False, _text(node, "standardLoopCharacteristics", "loopCondition"), None)


def _text(node: etree._Element, *path: str) -> str | None:
    text = node.findtext("/".join(bpmn(tag) for tag in path))
    return text.strip() if text and text.strip() else None
