"""Flows: where they may start, which conditions are looked at, and whether everything is reached and left."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.elements import GATEWAYS
from engine.bpmn.lint.bundle import Bundle, Scope, label, reached
from engine.bpmn.lint.events import definitions, sort_of
from engine.bpmn.xml import bpmn, local_name
from engine.errors import Finding

DECIDING = ("exclusiveGateway", "inclusiveGateway")


def rules(bundle: Bundle) -> Iterator[Finding]:
    """Each flow and gateway by itself."""
    for scope in bundle.scopes:
        yield from _ends(scope)
        for flow in scope.flows:
            yield from _flow(scope, flow)
        for id, node in scope.of_kind(*DECIDING):
            yield from _gateway(scope, id, node)
        for id, node in scope.of_kind("eventBasedGateway"):
            yield from _event_gateway(scope, id, node)


def graph_rules(bundle: Bundle) -> Iterator[Finding]:
    """The whole of each scope: everything reached, everything left. Stands on sound flows."""
    for scope in bundle.scopes:
        yield from _leaving(scope)
        yield from _unreached(scope)


def condition_of(flow: etree._Element) -> str | None:
    """The text of a flow's condition, None when there is none."""
    text = flow.findtext(bpmn("conditionExpression"))
    return text.strip() if text and text.strip() else None


def _ends(scope: Scope) -> Iterator[Finding]:
    starts = len(scope.starts)
    if starts != 1:
        yield scope.finding("START", scope.id, f"{label(scope.node)}应恰好有一个开始事件，现有 {starts} 个")
    if not any(scope.of_kind("endEvent")):
        yield scope.finding("END", scope.id, f"{label(scope.node)}没有结束事件，永远不会办结，请补画")


def _flow(scope: Scope, flow: etree._Element) -> Iterator[Finding]:
    id, source, target = flow.get("id") or "", flow.get("sourceRef") or "", flow.get("targetRef") or ""
    if source not in scope.nodes or target not in scope.nodes:
        yield scope.finding("FLOW", id, f"连线{label(flow)}的两端应在同一层流程里，请重新连接")
        return
    if scope.kind(source) == "endEvent":
        yield scope.finding("FLOW", id, f"连线{label(flow)}从结束事件出发，请删去")
    if scope.kind(target) in ("startEvent", "boundaryEvent"):
        yield scope.finding("FLOW", id, f"连线{label(flow)}不能连到开始事件或边界事件，请改连到任务")
    if condition_of(flow) is None:
        return
    if scope.kind(source) not in DECIDING:
        where = label(scope.nodes[source])
        yield scope.finding("FLOW_CONDITION", id, f"{where}出来的连线上的条件不会被检查，请先连到排他网关再写条件")
    elif scope.nodes[source].get("default") == id:
        yield scope.finding("FLOW_CONDITION", id, f"默认连线{label(flow)}上的条件不会被检查，请删去条件")


def _gateway(scope: Scope, id: str, node: etree._Element) -> Iterator[Finding]:
    outgoing = scope.outgoing(id)
    default = node.get("default")
    if default is not None and default not in [flow.get("id") for flow in outgoing]:
        yield scope.finding("NO_DEFAULT", id, f"网关{label(node)}的默认连线不是它自己的连线，请重新指定")
    elif default is None and (len(outgoing) > 1 or any(condition_of(flow) for flow in outgoing)):
        yield scope.finding("NO_DEFAULT", id, f"网关{label(node)}没有默认连线，条件都不满足时会停住，请指定一条")
    for flow in outgoing:
        if len(outgoing) > 1 and flow.get("id") != default and condition_of(flow) is None:
            yield scope.finding(
                "NO_CONDITION", flow.get("id") or "", f"网关{label(node)}的连线{label(flow)}没有条件，请写上或设为默认"
            )


def _event_gateway(scope: Scope, id: str, node: etree._Element) -> Iterator[Finding]:
    targets = [target for target in scope.targets(id) if target in scope.nodes]
    timers = [t for t in targets if any(sort_of(d) == "timer" for d in definitions(scope.nodes[t]))]
    if len(timers) > 1:
        yield scope.finding(
            "TWO_TIMERS", id, f"事件网关{label(node)}后面有 {len(timers)} 个计时，只有一个会到，请只留一个"
        )
    for target in targets:
        kind = scope.kind(target)
        if kind not in ("intermediateCatchEvent", "receiveTask"):
            yield scope.finding(
                "EVENT_GATEWAY", target, f"事件网关{label(node)}后面只能接消息、信号、计时事件或接收任务"
            )
        elif len(scope.incoming(target)) > 1:
            yield scope.finding(
                "EVENT_GATEWAY",
                target,
                f"{label(scope.nodes[target])}除了事件网关还有别的连线进来，会一步跳过，请另画一个事件",
            )


def _leaving(scope: Scope) -> Iterator[Finding]:
    for id, node in scope.nodes.items():
        leaving = len(scope.outgoing(id))
        kind = local_name(node)
        if leaving == 0 and kind != "endEvent":
            yield scope.finding("DEAD_END", id, f"{label(node)}后面没有连线，流程会停在这里，请连到下一步或结束事件")
        if leaving > 1 and kind not in GATEWAYS | {"startEvent"}:
            yield scope.finding(
                "MANY_OUTGOING", id, f"{label(node)}后面有 {leaving} 条连线，请先连到网关，再由网关分开"
            )


def _unreached(scope: Scope) -> Iterator[Finding]:
    seen = reached(scope.steps, scope.starts)
    for id, node in scope.nodes.items():
        if id not in seen:
            yield scope.finding("UNREACHABLE", id, f"从开始事件走不到{label(node)}，请连上或删去")
