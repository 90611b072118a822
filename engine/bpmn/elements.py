"""What a diagram says about its elements beyond the flow: phase, form, groups, due, operation, decision.

Own attributes (`bc:…`) win over Camunda's synonyms. Everything is read from the XML, since the engine's own
parser keeps only part of it.
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from engine.bpmn.xml import NAMESPACES, bc, bpmn, camunda, local_name

USER_TASKS = frozenset({"userTask", "manualTask", "task"})
AUTOMATIC_TASKS = frozenset({"scriptTask", "serviceTask", "businessRuleTask", "sendTask"})
SCOPES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
GATEWAYS = frozenset({"exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway", "complexGateway"})
EVENTS = frozenset({"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"})
FLOW_NODES = USER_TASKS | AUTOMATIC_TASKS | SCOPES | GATEWAYS | EVENTS | {"receiveTask", "callActivity"}


@dataclass(frozen=True)
class Element:
    """One flow node of a diagram. Text attributes are kept as drawn; None where nothing was said."""

    id: str
    kind: str  # BPMN tag: userTask, boundaryEvent, …
    name: str
    process: str  # id of the process that draws it
    scope: str  # id of the process or sub-process directly around it
    lane: str | None
    phase: str | None
    form: str | None
    groups: str | None
    due: str | None
    priority: str | None
    operation: str | None
    decision: str | None
    assign: str | None
    not_by: str | None  # four eyes: elements whose performers may not do this one; * is anyone who acted
    timer: str | None  # expression of a timeDate
    called: str | None  # process a call activity runs
    attached_to: str | None
    interrupting: bool
    documentation: str | None


@dataclass(frozen=True)
class Flow:
    """One sequence flow."""

    id: str
    source: str
    target: str
    process: str
    condition: str | None
    name: str


def is_executable(process: etree._Element) -> bool:
    """Whether a process is meant to run; one that says nothing is."""
    return process.get("isExecutable", "true") == "true"


def read_elements(process: etree._Element) -> list[Element]:
    """All flow nodes of one process, sub-processes included, in document order."""
    process_id = process.get("id", "")
    lanes = _lanes(process)
    nodes = (node for node in process.iter() if local_name(node) in FLOW_NODES)
    return [_element(node, process_id, lanes) for node in nodes]


def read_flows(process: etree._Element) -> list[Flow]:
    """All sequence flows of one process, in document order."""
    return [_flow(node, process.get("id", "")) for node in process.iter(bpmn("sequenceFlow"))]


def _flow(node: etree._Element, process: str) -> Flow:
    condition = node.findtext(bpmn("conditionExpression"))
    return Flow(
        node.get("id", ""),
        node.get("sourceRef", ""),
        node.get("targetRef", ""),
        process,
        condition.strip() if condition and condition.strip() else None,
        node.get("name", ""),
    )


def _lanes(process: etree._Element) -> dict[str, str]:
    """Element id -> name of its innermost lane."""
    found: dict[str, str] = {}
    for lane in process.iter(bpmn("lane")):
        name = lane.get("name")
        for reference in lane.findall(bpmn("flowNodeRef")):
            if reference.text and name:
                found[reference.text.strip()] = name
    return found


def _element(node: etree._Element, process: str, lanes: dict[str, str]) -> Element:
    scope = _scope(node)
    return Element(
        id=node.get("id", ""),
        kind=local_name(node),
        name=node.get("name") or node.get("id") or "",
        process=process,
        scope=scope.get("id", ""),
        lane=_lane(node, lanes),
        phase=_inherited(node, "phase"),
        form=_first(node, bc("form"), camunda("formKey"), camunda("formRef")),
        groups=_groups(node),
        due=_first(node, bc("due"), camunda("dueDate")),
        priority=_first(node, bc("priority"), camunda("priority")),
        operation=node.get(bc("operation")),
        decision=_first(node, bc("decision"), camunda("decisionRef")),
        assign=node.get(bc("set")),
        not_by=node.get(bc("notBy")),
        timer=_timer(node),
        called=node.get("calledElement"),
        attached_to=node.get("attachedToRef"),
        interrupting=node.get("cancelActivity", "true") == "true",
        documentation=node.findtext(bpmn("documentation")),
    )


def _scope(node: etree._Element) -> etree._Element:
    parent = node.getparent()
    while parent is not None and local_name(parent) not in SCOPES | {"process"}:
        parent = parent.getparent()
    return node if parent is None else parent


def _lane(node: etree._Element, lanes: dict[str, str]) -> str | None:
    current: etree._Element | None = node
    while current is not None:
        name = lanes.get(current.get("id", ""))
        if name is not None:
            return name
        current = current.getparent()
    return None


def _inherited(node: etree._Element, attribute: str) -> str | None:
    """An own attribute of the node or, failing that, of the nearest scope around it."""
    current: etree._Element | None = node
    while current is not None:
        value = current.get(bc(attribute))
        if value is not None:
            return value
        current = current.getparent()
    return None


def _first(node: etree._Element, *names: str) -> str | None:
    return next((value for name in names if (value := node.get(name)) is not None), None)


def _groups(node: etree._Element) -> str | None:
    own = node.get(bc("groups"))
    if own is not None:
        return own
    listed = [value for name in ("candidateGroups", "candidateUsers", "assignee") if (value := node.get(camunda(name)))]
    if listed:
        return listed[0]
    named = node.xpath("./bpmn:potentialOwner//bpmn:formalExpression/text()", namespaces=NAMESPACES)
    return str(named[0]).strip() if isinstance(named, list) and named else None


def _timer(node: etree._Element) -> str | None:
    text = node.findtext(f"{bpmn('timerEventDefinition')}/{bpmn('timeDate')}")
    return text.strip() if text and text.strip() else None
