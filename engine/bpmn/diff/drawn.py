"""What a diagram says, in a form that two diagrams can be compared by: layout, order and ids of flows left out."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

from lxml import etree

from engine.bpmn.definition import Files
from engine.bpmn.elements import FLOW_NODES, USER_TASKS, Element, is_executable, read_elements, read_flows
from engine.bpmn.expressions import unwrap
from engine.bpmn.xml import BC, CAMUNDA, bc, bpmn, local_name, read_xml

# What of an element is compared, by the name of its attribute here.
EXPRESSIONS = frozenset({"due", "timer", "duration", "cycle", "condition", "completion"})
COMPARED = tuple(f.name for f in fields(Element) if f.name not in ("id", "process", "interrupting"))
_TOLD = frozenset(
    {"id", "name", "attachedToRef", "cancelActivity", "calledElement", "default", "isInterrupting", "triggeredByEvent"}
)
_READ = frozenset({"phase", "form", "groups", "due", "priority", "operation", "decision", "set", "notBy"})
_SYNONYMS = frozenset({"formKey", "formRef", "candidateGroups", "candidateUsers", "assignee", "dueDate", "priority"})
_CHILDREN = frozenset(
    {"incoming", "outgoing", "documentation", "multiInstanceLoopCharacteristics", "standardLoopCharacteristics"}
)


@dataclass(frozen=True)
class Node:
    """One flow node. `said`: what it says by attribute, absent where it says nothing."""

    id: str
    name: str
    kind: str
    scope: str
    said: Mapping[str, str]


@dataclass(frozen=True)
class Edge:
    """One sequence flow, without its id."""

    source: str
    target: str
    condition: str | None
    default: bool
    name: str


@dataclass(frozen=True)
class Drawn:
    """One process."""

    id: str
    name: str
    nodes: Mapping[str, Node]
    edges: tuple[Edge, ...]

    def called(self, id: str) -> str:
        """What a node is called; a nameless one by its id."""
        return self.nodes[id].name if id in self.nodes else id


def read_drawn(files: Files) -> dict[str, Drawn]:
    """Every executable process by id, in the order of the files. Raises XmlRefused."""
    roots = [read_xml(files[name]) for name in sorted(files) if name.endswith(".bpmn")]
    found = [_drawn(process, _references(root)) for root in roots for process in _processes(root)]
    return {each.id: each for each in found}


def _processes(root: etree._Element) -> Iterator[etree._Element]:
    return (process for process in root.iter(bpmn("process")) if is_executable(process))


def _id(node: etree._Element) -> str:
    return node.get("id") or ""


def _references(root: etree._Element) -> dict[str, str]:
    """Ids of messages, signals, errors and escalations, with what they are matched by."""
    kinds = {"message": "name", "signal": "name", "error": "errorCode", "escalation": "escalationCode"}
    return {
        _id(node): node.get(kinds[local_name(node)]) or node.get("name") or _id(node)
        for node in root
        if local_name(node) in kinds
    }


def _drawn(process: etree._Element, references: Mapping[str, str]) -> Drawn:
    elements = read_elements(process)
    inner = {_id(node): node for node in process.iter() if local_name(node) in FLOW_NODES}
    nodes = {element.id: _node(element, inner[element.id], references) for element in elements}
    defaults = {node.get("default") for node in inner.values()}
    edges = (
        Edge(flow.source, flow.target, _expression(flow.condition), flow.id in defaults, flow.name)
        for flow in read_flows(process)
    )
    return Drawn(_id(process), process.get("name") or _id(process), nodes, tuple(edges))


def _node(element: Element, node: etree._Element, references: Mapping[str, str]) -> Node:
    own: dict[str, str | None] = {name: getattr(element, name) for name in COMPARED}
    own |= {"interrupting": _interrupting(node), **_events(node, references), **_loop(node), "other": _rest(node)}
    if element.groups is not None or element.kind not in USER_TASKS:
        own["lane"] = None  # but for a task that names no groups the lane is a picture
    texts = ((name, _expression(text) if name in EXPRESSIONS else _plain(text)) for name, text in own.items())
    said = {name: text for name, text in texts if text}
    return Node(element.id, element.name, element.kind, element.scope, said)


def _plain(text: str | None) -> str | None:
    return None if text is None else " ".join(text.split())


def _interrupting(node: etree._Element) -> str | None:
    if local_name(node) != "boundaryEvent":
        return None
    return "no" if node.get("cancelActivity") == "false" else "yes"


def _events(node: etree._Element, references: Mapping[str, str]) -> dict[str, str | None]:
    found: dict[str, str | None] = {"duration": None, "cycle": None}
    sorts = []
    for definition in (child for child in node if local_name(child).endswith("EventDefinition")):
        sort = local_name(definition).removesuffix("EventDefinition")
        reference = definition.get(f"{sort}Ref")
        sorts.append(f"{sort} {references.get(reference, reference)}" if reference else sort)
        found["duration"] = definition.findtext(bpmn("timeDuration")) or found["duration"]
        found["cycle"] = definition.findtext(bpmn("timeCycle")) or found["cycle"]
    return {**found, "event": "、".join(sorts)}


def _loop(node: etree._Element) -> dict[str, str | None]:
    several = node.find(bpmn("multiInstanceLoopCharacteristics"))
    if several is None:
        again = node.find(bpmn("standardLoopCharacteristics"))
        return {} if again is None else {"loop": "again", "completion": again.findtext(bpmn("loopCondition"))}
    return {
        "loop": "one by one" if several.get("isSequential") == "true" else "side by side",
        "collection": several.get(bc("collection")) or several.findtext(bpmn("loopDataInputRef")),
        "item": several.get(bc("element")),
        "count": several.findtext(bpmn("loopCardinality")),
        "completion": several.findtext(bpmn("completionCondition")),
    }


def _rest(node: etree._Element) -> str | None:
    """What is said beside all this, so that no difference goes unnoticed."""
    names = (etree.QName(name) for name in node.attrib)
    attributes = sorted(f"{name.localname}={node.get(name.text)}" for name in names if not _is_told(name))
    children = [child for child in node if local_name(child) not in _CHILDREN | FLOW_NODES | {"sequenceFlow"}]
    texts = sorted(_canonical(child) for child in children if not local_name(child).endswith("EventDefinition"))
    inner = local_name(node) in ("subProcess", "transaction", "adHocSubProcess")
    return " ".join([*attributes, *([] if inner else texts)]) or None


def _is_told(name: etree.QName) -> bool:
    known = {None: _TOLD, BC: _READ, CAMUNDA: _SYNONYMS | {"decisionRef"}}
    return name.localname in known.get(name.namespace, frozenset())


def _canonical(node: etree._Element) -> str:
    return " ".join(etree.tostring(node, method="c14n2").decode().split())


def _expression(text: str | None) -> str | None:
    """The same for texts that are the same expression, however they are spaced or quoted."""
    if text is None or not text.strip():
        return None
    try:
        return ast.unparse(ast.parse(unwrap(text), mode="eval"))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return " ".join(text.split())
