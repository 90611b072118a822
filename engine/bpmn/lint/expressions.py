"""Every expression of every diagram can be read, and calls words that exist."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from difflib import get_close_matches
from typing import TypeAlias

from lxml import etree

from engine.bpmn.durations import looks_like_duration, read_duration
from engine.bpmn.elements import FLOW_NODES, Element, Flow, read_elements, read_flows
from engine.bpmn.expressions import Expression, Template, parse, parse_assignments, parse_template
from engine.bpmn.lint.bundle import Bundle, Scope
from engine.bpmn.xml import bpmn, local_name
from engine.errors import Finding

Readable: TypeAlias = Expression | Template


def rules(bundle: Bundle) -> Iterator[Finding]:
    """Conditions, timers, assignments, groups, dues and loops of every process."""
    for process in bundle.processes.values():
        for flow in read_flows(process.node):
            yield from _flow(bundle, process, flow)
        for element in read_elements(process.node):
            yield from _element(bundle, process, element)
        for tag in ("timeDuration", "completionCondition", "loopCardinality", "loopCondition"):
            for node in process.node.iter(bpmn(tag)):
                yield from _inner(bundle, process, node)


def unknown_words(bundle: Bundle, words: frozenset[str]) -> Iterator[str]:
    """A sentence for each word nobody knows."""
    for word in sorted(words) if bundle.words is not None else ():
        if word not in (bundle.words or ()):
            near = get_close_matches(word, list(bundle.words or ()), 1)
            yield f"没有“{word}”这个词，请改用已有的词" + (f"；是不是“{near[0]}”？" if near else "")


def _flow(bundle: Bundle, process: Scope, flow: Flow) -> Iterator[Finding]:
    if flow.condition is not None:
        yield from _checked(bundle, process, flow.id, f"“{flow.name or flow.id}”的条件", _one, flow.condition)


def _element(bundle: Bundle, process: Scope, element: Element) -> Iterator[Finding]:
    parts = (
        ("的时限", _one, element.due),
        ("的计时", _one, element.timer),
        ("的岗位", _template, element.groups),
        ("的赋值", _values, element.assign),
    )
    for part, read, text in parts:
        if text is not None:
            yield from _checked(bundle, process, element.id, f"“{element.name}”{part}", read, text)


def _one(text: str) -> list[Readable]:
    return [parse(text)]


def _template(text: str) -> list[Readable]:
    return [parse_template(text)]


def _values(text: str) -> list[Readable]:
    return [value for _, value in parse_assignments(text)]


def _duration(text: str) -> list[Readable]:
    if not looks_like_duration(text):
        return [parse(text)]
    read_duration(text)
    return []


def _inner(bundle: Bundle, process: Scope, node: etree._Element) -> Iterator[Finding]:
    text = (node.text or "").strip()
    if text:
        owner = owner_node(node)
        place = f"“{owner.get('name') or owner.get('id')}”的表达式"
        read = _duration if local_name(node) == "timeDuration" else _one
        yield from _checked(bundle, process, owner.get("id") or "", place, read, text)


def owner_node(node: etree._Element) -> etree._Element:
    """The flow node around an expression."""
    return next((each for each in node.iterancestors() if local_name(each) in FLOW_NODES), node)


def _checked(
    bundle: Bundle, process: Scope, id: str, place: str, read: Callable[[str], list[Readable]], text: str
) -> Iterator[Finding]:
    try:
        found = read(text)
    except ValueError as error:
        yield process.finding("EXPRESSION", id, f"{place}有误：{error}")
        return
    for each in found:
        for sentence in unknown_words(bundle, each.words):
            yield process.finding("WORD", id, f"{place}：{sentence}")
