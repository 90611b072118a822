"""Every name an expression reads is given somewhere, and what it holds can be compared, added and waited for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from lxml import etree

from engine.bpmn.decisions import Decision, read_decision
from engine.bpmn.durations import looks_like_duration
from engine.bpmn.elements import Element, read_elements, read_flows
from engine.bpmn.expressions import parse, parse_assignments, parse_template
from engine.bpmn.lint.bundle import Bundle, Scope, label
from engine.bpmn.lint.expressions import owner_node
from engine.bpmn.lint.kinds import NULL, Judging, Kinds, said
from engine.bpmn.lint.sources import Sources, sources_of
from engine.bpmn.xml import bc, bpmn
from engine.errors import Finding

INSTANT: Kinds = frozenset({"text", "null"})
COUNT: Kinds = frozenset({"number"})
COLLECTION: Kinds = frozenset({"list", "object"})
_INNER = {"timeDuration": INSTANT, "loopCardinality": COUNT, "completionCondition": None, "loopCondition": None}


def rules(bundle: Bundle) -> Iterator[Finding]:
    """Names and kinds in all diagrams, then in the tables they use."""
    found = sources_of(bundle)
    used = set()
    for process in bundle.processes.values():
        for element, place, text, wanted in _expressions(process):
            for code, sentence in _judge(bundle, found, text, wanted):
                yield process.finding(code, element, f"{place}：{sentence}")
        used |= {element.decision for element in read_elements(process.node)}
    yield from _tables(bundle, found, used)
    for scope in bundle.scopes:
        for node in scope.nodes.values():
            yield from _collection(scope, node, found)


def _expressions(process: Scope) -> Iterator[tuple[str, str, str, Kinds | None]]:
    """(element, how a sentence speaks of the place, text, kinds it must give) of every expression of a process."""
    for flow in read_flows(process.node):
        if flow.condition is not None:
            yield flow.id, f"“{flow.name or flow.id}”的条件", flow.condition, None
    for element in read_elements(process.node):
        yield from _of_element(element)
    for tag, wanted in _INNER.items():
        for node in process.node.iter(bpmn(tag)):
            text, owner = (node.text or "").strip(), owner_node(node)
            if text and not looks_like_duration(text):
                yield owner.get("id") or "", f"{label(owner)}的表达式", text, wanted


def _of_element(element: Element) -> Iterator[tuple[str, str, str, Kinds | None]]:
    for part, text in (("时限", element.due), ("计时", element.timer)):
        if text is not None:
            yield element.id, f"“{element.name}”的{part}", text, INSTANT
    for _, value in parse_assignments(element.assign or ""):
        yield element.id, f"“{element.name}”的赋值", value.source, None
    for each in parse_template(element.groups or "").parts:
        if not isinstance(each, str):
            yield element.id, f"“{element.name}”的岗位", each.source, None


def _judge(bundle: Bundle, found: Sources, text: str, wanted: Kinds | None) -> Iterator[tuple[str, str]]:
    unknown = [] if found.open else sorted(parse(text).names - found.kinds.keys())
    for name in unknown:
        yield "NAME", _nobody_gives(name, found.kinds)
    judged = Judging(text, found.kinds, bundle.word_kinds)
    for sentence in judged.wrong:
        yield "TYPE", sentence
    given = judged.kinds - NULL
    if wanted is not None and not judged.wrong and given and not given & wanted:
        yield "TYPE", f"这里需要{_WANTED[wanted]}，“{text[:80]}”给出的是{said(judged.kinds)}，请改正"


_WANTED = {INSTANT: "时刻", COUNT: "个数"}


def _nobody_gives(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, list(known), 1)
    way_out = "请在表单、决策表或赋值里给出它，或改正名称"
    return f"没有一张表单、决策表或赋值给出“{name}”，{way_out}" + (f"；是不是“{near[0]}”？" if near else "")


def _tables(bundle: Bundle, found: Sources, used: Iterable[str | None]) -> Iterator[Finding]:
    wanted = set(used)
    for file, root in bundle.decision_files():
        decision = read_decision(root)
        for text in _texts(decision) if decision.id in wanted else ():
            for code, sentence in _judge(bundle, found, text, None):
                yield Finding(file, code, decision.id, f"决策表“{decision.name}”：{sentence}")


def _texts(decision: Decision) -> Iterable[str]:
    return dict.fromkeys(each.source for each in decision.expressions())


def _collection(scope: Scope, node: etree._Element, found: Sources) -> Iterator[Finding]:
    loop = node.find(bpmn("multiInstanceLoopCharacteristics"))
    name = (
        None if loop is None else loop.get(bc("collection")) or (loop.findtext(bpmn("loopDataInputRef")) or "").strip()
    )
    if not name:
        return
    id = node.get("id") or ""
    if name not in found.kinds:
        if not found.open:
            yield scope.finding("NAME", id, f"{label(node)}的集合：{_nobody_gives(name, found.kinds)}")
    elif not found.kinds[name] & COLLECTION:
        kinds = said(found.kinds[name])
        yield scope.finding("TYPE", id, f"{label(node)}的集合“{name}”应是列表，不会是{kinds}，请改正")
