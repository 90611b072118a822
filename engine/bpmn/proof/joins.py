"""Gateways at which tokens wait for each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.bpmn.proof.net import Net, Node
from engine.bpmn.proof.tokens import Token
from engine.bpmn.proof.values import data_of

Opened = tuple[Node, list[Token], dict[str, Any], bool]


def opened(net: Net, tokens: list[Token]) -> Opened | None:
    """A gateway all of whose tokens are there: the node, the tokens it takes, their data in one, whether beside."""
    waiting: dict[str, dict[str, Token]] = {}
    for token in tokens:
        if token.via is not None:
            waiting.setdefault(token.node, {}).setdefault(token.via, token)
    for id, by_flow in waiting.items():
        node = net.nodes[id]
        whole = set(by_flow).issuperset(node.into)
        if whole or (node.kind == "inclusiveGateway" and _none_to_come(net, node, tokens, by_flow)):
            used = list(by_flow.values())
            return node, used, _merged(used), all(token.beside for token in used)
    return None


def _merged(tokens: Iterable[Token]) -> dict[str, Any]:
    """The data of all, the later over the earlier."""
    data: dict[str, Any] = {}
    for token in tokens:
        data |= data_of(token.data)
    return data


def _none_to_come(net: Net, node: Node, tokens: list[Token], arrived: Mapping[str, Token]) -> bool:
    """Whether no token elsewhere can still reach an input that has none (BPMN 2.0.2, 13.4.3)."""
    live = {token.node for token in tokens if token.node != node.id}
    still_empty = _behind(net, node, (flow for flow in node.into if flow not in arrived))
    return live.isdisjoint(still_empty - _behind(net, node, arrived))


def _behind(net: Net, gateway: Node, flows: Iterable[str]) -> set[str]:
    """The nodes from which one of these flows is reached without passing the gateway."""
    sources = {way.id: node.id for node in net.nodes.values() for way in node.out}
    found: set[str] = set()
    todo = [sources[flow] for flow in flows]
    while todo:
        id = todo.pop()
        if id in found or id == gateway.id:
            continue
        found.add(id)
        before = [sources[flow] for flow in net.nodes[id].into]
        host = net.nodes[id].drawn.attached_to
        todo.extend([*before, *([host] if host else [])])
    return found
