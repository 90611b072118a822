"""What the proof works on: nets, tables and forms of a bundle, and which variables matter where."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from engine.bpmn.decisions import Decision
from engine.bpmn.definition import Definition, read_definition
from engine.bpmn.durations import looks_like_duration
from engine.bpmn.expressions import parse_assignments, parse_template, unwrap
from engine.bpmn.lint.bundle import Bundle
from engine.bpmn.proof.house import House
from engine.bpmn.proof.net import Key, Net, Node, read_nets

WHOLE = "*"  # among the constants of a name: it is also used as it is, so that each of its values may matter


@dataclass(frozen=True)
class Model:
    """Everything that is explored. `hosts`: where each net runs."""

    entry: Key
    nets: Mapping[Key, Net]
    decisions: Mapping[str, Decision]
    forms: Mapping[str, Mapping[str, Any]]
    house: House
    read_names: frozenset[str]
    hosts: Mapping[Key, tuple[tuple[Net, Node], ...]]
    overlaps: dict[tuple[Key, str], str] = field(default_factory=dict)  # gateways with two conditions true at once
    compared: dict[tuple[Key, str], set[Any]] = field(default_factory=dict)  # where conditions have been compared
    passed: dict[Key, set[str]] = field(default_factory=dict)  # nodes and flows some run has passed

    def __post_init__(self) -> None:
        self.passed.update({key: set() for key in self.nets})

    @cached_property
    def asked_whether(self) -> frozenset[str]:
        """Variables of which nothing is ever asked but whether they are true: null is as good as false."""
        nodes = [node for net in self.nets.values() for node in net.nodes.values()]
        conditions = {way.condition for node in nodes for way in node.out if way.condition}
        used = frozenset(name for text in self.expressions() for name in _used(text, text in conditions))
        loops = (node.loop for node in nodes if node.loop is not None)
        listed = frozenset(name for loop in loops for name in (loop.collection, loop.item) if name)
        return frozenset().union(*map(names_in, conditions)) - used - listed

    @cached_property
    def constants(self) -> Mapping[str, frozenset[Any]]:
        """Variable or field -> the constants that stand in one expression with it."""
        return constants_of(self.expressions())

    def expressions(self) -> Iterator[str]:
        """Every expression of the diagrams, tables and forms."""
        for net in self.nets.values():
            for node in net.nodes.values():
                yield from expressions_of(node)
        for form in self.forms.values():
            yield from form.get("ui", {}).get("flags", {}).values()
        for decision in self.decisions.values():
            for place, given in enumerate(decision.inputs):
                for rule in decision.rules:
                    yield from (f"({given.source}) == ({part})" for part in _literals(rule.cells[place]))
            for rule in decision.rules:
                for name, cell in zip(decision.outputs, rule.outputs, strict=True):
                    yield from () if cell is None else (f"({name}) == ({cell.source})",)

    @cached_property
    def thrown(self) -> frozenset[str]:
        """Signals that come from somewhere: thrown in a diagram, or sent by the house."""
        throws = (n for net in self.nets.values() for n in net.nodes.values() if n.kind == "intermediateThrowEvent")
        return frozenset(node.code or "" for node in throws if node.trigger == "signal") | frozenset(self.house.signals)


def read_model(bundle: Bundle, entry: str, house: House) -> Model:
    """The model of one entry process and all it calls; raises Unread."""
    nets = read_nets(bundle)
    definition: Definition = read_definition(bundle.files, entry)
    reached = _reached(nets, (entry, entry))
    nets = {key: net for key, net in nets.items() if key in reached}
    hosts: dict[Key, tuple[tuple[Net, Node], ...]] = dict.fromkeys(nets, ())
    for net in nets.values():
        for node in net.nodes.values():
            if node.inside in hosts:
                hosts[node.inside] = (*hosts[node.inside], (net, node))
    return Model((entry, entry), nets, definition.decisions, definition.forms, house, definition.read_names, hosts)


def _reached(nets: Mapping[Key, Net], entry: Key) -> set[Key]:
    seen: set[Key] = set()
    todo = [entry]
    while todo:
        key = todo.pop()
        if key not in seen:
            seen.add(key)
            todo.extend(node.inside for node in nets[key].nodes.values() if node.inside)
    return seen


def expressions_of(node: Node) -> Iterator[str]:
    """Every expression at a node and on the flows out of it, as text."""
    drawn = node.drawn
    yield from (value.source for _, value in parse_assignments(drawn.assign or ""))
    if drawn.groups:
        yield from (part.source for part in parse_template(drawn.groups).parts if not isinstance(part, str))
    timed = [drawn.due, None if node.instant is None or looks_like_duration(node.instant) else node.instant]
    looped = [] if node.loop is None else [node.loop.until, node.loop.number]
    yield from (text for text in [*timed, *looped, *(way.condition for way in node.out)] if text)


def names_in(text: str) -> frozenset[str]:
    """Names and fields an expression mentions."""
    tree = ast.walk(ast.parse(unwrap(text), mode="eval"))
    return frozenset(
        n.id if isinstance(n, ast.Name) else n.attr for n in tree if isinstance(n, ast.Name | ast.Attribute)
    )


def constants_of(texts: Iterable[str]) -> dict[str, frozenset[Any]]:
    """Name -> constants of the expressions that mention it."""
    found: dict[str, set[Any]] = {}
    for text in texts:
        values = {n.value for n in ast.walk(ast.parse(unwrap(text), mode="eval")) if isinstance(n, ast.Constant)}
        for name in names_in(text):
            told = {value for value in values if isinstance(value, str | int | float)}
            found.setdefault(name, set()).update(told or {WHOLE})
    return {name: frozenset(values) for name, values in found.items()}


def _used(text: str, condition: bool) -> frozenset[str]:
    """Names whose value an expression uses otherwise than by asking whether it is true."""
    tree = ast.parse(unwrap(text), mode="eval").body
    asked = {id(part) for node in ast.walk(tree) for part in _asked(node)} | ({id(tree)} if condition else set())
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in asked)
    return frozenset(node.id for node in nodes)


def _asked(node: ast.AST) -> list[ast.expr]:
    """The parts of a node of which only the truth counts."""
    if isinstance(node, ast.BoolOp):
        return node.values
    if isinstance(node, ast.IfExp):
        return [node.test]
    return [node.operand] if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not) else []


def _literals(cell: str) -> Iterator[str]:
    """The constants of an input cell, roughly: numbers and quoted texts."""
    for part in ast.walk(_tolerant(cell)):
        if isinstance(part, ast.Constant) and isinstance(part.value, str | int | float):
            yield json.dumps(part.value, ensure_ascii=False)


def _tolerant(cell: str) -> ast.AST:
    text = cell.replace("..", ",").replace("not(", "(").strip("-[]() ")
    parts = (part.strip().lstrip("<>=! ").strip("[]()") for part in text.split(","))
    try:
        return ast.parse("[" + ",".join(part for part in parts if part) + "]", mode="eval")
    except SyntaxError:
        return ast.parse("[]", mode="eval")
