"""Small diagrams for tests: nodes as XML, flows as lines of text."""

from __future__ import annotations

import itertools
from xml.sax.saxutils import quoteattr

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:bc="http://bancheng.org/schema/bpmn" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core">'
)


def node(kind: str, id: str, inner: str = "", **attributes: str) -> str:
    """One element; `bc_groups="a"` becomes `bc:groups="a"`."""
    written = "".join(f" {_name(key)}={quoteattr(value)}" for key, value in attributes.items())
    return f"<bpmn:{kind} id={quoteattr(id)}{written}>{inner}</bpmn:{kind}>"


def _name(key: str) -> str:
    for prefix in ("bc", "camunda"):
        if key.startswith(prefix + "_"):
            return f"{prefix}:{key.removeprefix(prefix + '_')}"
    return key


def user(id: str, **attributes: str) -> str:
    return node("userTask", id, **attributes)


def service(id: str, operation: str = "note", **attributes: str) -> str:
    return node("serviceTask", id, bc_operation=operation, **attributes)


def start(id: str = "start", **attributes: str) -> str:
    return node("startEvent", id, **attributes)


def end(id: str = "end", inner: str = "", **attributes: str) -> str:
    return node("endEvent", id, inner, **attributes)


def terminate(id: str = "end", **attributes: str) -> str:
    return end(id, f'<bpmn:terminateEventDefinition id="{id}_t"/>', **attributes)


def timer(expression: str, tag: str = "timeDate") -> str:
    """A timer definition to put into an event."""
    text = quoteattr(expression)[1:-1]
    return f"<bpmn:timerEventDefinition><bpmn:{tag}>{text}</bpmn:{tag}></bpmn:timerEventDefinition>"


def event(sort: str, reference: str = "") -> str:
    """Another definition to put into an event: message, signal, error, escalation, …"""
    pointer = f' {sort}Ref="{reference}"' if reference else ""
    return f"<bpmn:{sort}EventDefinition{pointer}/>"


def boundary(id: str, host: str, inner: str, interrupting: bool = True, **attributes: str) -> str:
    cancel = "true" if interrupting else "false"
    return node("boundaryEvent", id, inner, attachedToRef=host, cancelActivity=cancel, **attributes)


def xor(id: str, default: str = "", **attributes: str) -> str:
    """An exclusive gateway; `default` is the node its default flow leads to."""
    return node("exclusiveGateway", id, **({"default": f"{id}__{default}"} if default else {}), **attributes)


def flows(*lines: str) -> str:
    """`a b c` draws a → b → c; `g b: x > 1` puts a condition on g → b. Flow ids are `a__b`."""
    return "".join(_flow(a, b, c) for line in lines for a, b, c in _pairs(line))


def _pairs(line: str) -> list[tuple[str, str, str]]:
    names, _, condition = line.partition(":")
    ids = names.split()
    return [(a, b, condition.strip()) for a, b in itertools.pairwise(ids)]


def _flow(source: str, target: str, condition: str) -> str:
    text = quoteattr(condition)[1:-1]
    inner = f"<bpmn:conditionExpression>{text}</bpmn:conditionExpression>" if condition else ""
    return node("sequenceFlow", f"{source}__{target}", inner, sourceRef=source, targetRef=target)


def process(*parts: str, id: str = "p", **attributes: str) -> str:
    return node("process", id, "".join(parts), isExecutable="true", **attributes)


def sub(id: str, *parts: str, **attributes: str) -> str:
    return node("subProcess", id, "".join(parts), **attributes)


def document(*parts: str) -> bytes:
    """A whole file: processes, messages, signals, …"""
    return (HEAD + "".join(parts) + "</bpmn:definitions>").encode()


def message(id: str) -> str:
    return node("message", id, name=id)


def signal(id: str) -> str:
    return node("signal", id, name=id)


def escalation(id: str) -> str:
    return node("escalation", id, name=id, escalationCode=id)


def error(id: str) -> str:
    return node("error", id, name=id, errorCode=id)


def straight(*parts: str) -> bytes:
    """start → the given nodes → end, in one process `p`."""
    ids = [part.split('id="', 1)[1].split('"', 1)[0] for part in parts]
    return document(process(start(), *parts, end(), flows(" ".join(["start", *ids, "end"]))))


def several(id: str, collection: str = "items", element: str = "item", inner: str = "") -> str:
    """Multi-instance characteristics to put into an activity."""
    own = f'bc:collection="{collection}" bc:element="{element}"'
    return f'<bpmn:multiInstanceLoopCharacteristics id="{id}_mi" {own}>{inner}</bpmn:multiInstanceLoopCharacteristics>'
