"""The law of the house that can be seen on the drawing: nothing waits without a clock."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.elements import USER_TASKS
from engine.bpmn.lint.bundle import Bundle, Scope, label
from engine.bpmn.lint.events import definitions, sort_of
from engine.bpmn.xml import bc, camunda, local_name
from engine.errors import Finding


def rules(bundle: Bundle) -> Iterator[Finding]:
    """Every place where a case may rest has a due instant or a timer, on itself or on a scope around it.

    A message awaited beside a host is excused: the host's clock goes on.
    """
    for scope in bundle.scopes:
        for id, node in scope.nodes.items():
            if _rests(node, id in scope.main_path) and not (_has_due(node) or _timed(bundle, scope, id)):
                yield scope.finding(
                    "NO_CLOCK", id, f"{label(node)}没有时限也没有计时，可能无限期等待，请填写 bc:due 或加计时边界事件"
                )


def _rests(node: etree._Element, on_main_path: bool) -> bool:
    kind = local_name(node)
    if kind in USER_TASKS:
        return True
    waits = kind in ("receiveTask", "eventBasedGateway") or (kind == "intermediateCatchEvent" and not _is_timer(node))
    return waits and on_main_path


def _is_timer(node: etree._Element) -> bool:
    return any(sort_of(definition) == "timer" for definition in definitions(node))


def _has_due(node: etree._Element) -> bool:
    return bool(node.get(bc("due")) or node.get(camunda("dueDate")))


def _timed(bundle: Bundle, scope: Scope, id: str) -> bool:
    """A timer on the node, behind its event gateway, before it at one, or on a sub-process around it."""
    beside = [*scope.boundary.get(id, ())]
    if scope.kind(id) == "eventBasedGateway":
        beside += scope.targets(id)
    for flow in scope.incoming(id):
        source = flow.get("sourceRef") or ""
        if scope.kind(source) == "eventBasedGateway":
            beside += [*scope.targets(source), *scope.boundary.get(source, ())]
    if any(_is_timer(scope.nodes[each]) for each in beside):
        return True
    outer = next((each for each in bundle.scopes if each.nodes.get(scope.id) is scope.node), None)
    return outer is not None and _timed(bundle, outer, scope.id)
