"""Own attributes: known ones, on the elements that read them, with values that mean something."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.elements import FLOW_NODES, USER_TASKS
from engine.bpmn.lint.bundle import Bundle, Scope, label
from engine.bpmn.xml import BC, bc, bpmn, local_name
from engine.errors import Finding
from engine.vocabulary import PHASE

_ASSIGNING = frozenset(
    {
        "startEvent",
        "endEvent",
        "intermediateThrowEvent",
        "boundaryEvent",
        "serviceTask",
        "businessRuleTask",
        "callActivity",
    }
)
_LOOP = frozenset({"multiInstanceLoopCharacteristics"})
# Attribute -> the elements that read it.
READ_BY = {
    "phase": FLOW_NODES | {"process"},
    "form": USER_TASKS | {"startEvent"},
    "groups": USER_TASKS,
    "due": USER_TASKS,
    "priority": USER_TASKS,
    "notBy": USER_TASKS,
    "operation": frozenset({"serviceTask"}),
    "decision": frozenset({"businessRuleTask"}),
    "set": _ASSIGNING,
    "collection": _LOOP,
    "element": _LOOP,
}


def rules(bundle: Bundle) -> Iterator[Finding]:
    """Every own attribute and own element of every executable process."""
    for process in bundle.processes.values():
        for node in process.node.iter():
            if isinstance(node.tag, str):
                yield from _attributes(process, node)
    for scope in bundle.scopes:
        for node in scope.nodes.values():
            yield from _loop(scope, node)
            yield from _four_eyes(bundle, scope, node)


def _attributes(process: Scope, node: etree._Element) -> Iterator[Finding]:
    owner = owner_of(node)
    if etree.QName(node).namespace == BC:
        yield process.finding("ATTRIBUTE", owner, f"不认识的元素 bc:{local_name(node)}，请删去，改用 bc: 属性")
    for name, value in node.attrib.items():
        qualified = etree.QName(name)
        if qualified.namespace == BC:
            yield from _attribute(process, node, owner, qualified.localname, str(value))


def _attribute(process: Scope, node: etree._Element, owner: str, name: str, value: str) -> Iterator[Finding]:
    readers = READ_BY.get(name)
    if readers is None:
        yield process.finding("ATTRIBUTE", owner, f"不认识的属性 bc:{name}，请检查拼写，可用的有 {'、'.join(READ_BY)}")
    elif local_name(node) not in readers:
        yield process.finding("ATTRIBUTE", owner, f"bc:{name} 写在{label(node)}上不起作用，请移到会读它的元素上")
    elif name == "phase" and value not in PHASE:
        yield process.finding("ATTRIBUTE", owner, f"bc:phase 应是 {'、'.join(PHASE)} 之一，不是“{value[:40]}”")
    elif name == "priority" and not value.isdecimal():
        yield process.finding("ATTRIBUTE", owner, f"bc:priority 应是 0 到 100 的整数，不是“{value[:40]}”")


def owner_of(node: etree._Element) -> str:
    """Id of the element, or of the nearest one around it that has one."""
    current: etree._Element | None = node
    while current is not None and not current.get("id"):
        current = current.getparent()
    return "" if current is None else current.get("id") or ""


def _loop(scope: Scope, node: etree._Element) -> Iterator[Finding]:
    """A multi-instance runs over one plain variable; an expression there fails when it is reached."""
    loop = node.find(bpmn("multiInstanceLoopCharacteristics"))
    if loop is None:
        return
    own = loop.get(bc("collection"))
    named = (loop.findtext(bpmn("loopDataInputRef")) or "").strip()
    counted = (loop.findtext(bpmn("loopCardinality")) or "").strip()
    given = [text for text in (own, named, counted) if text]
    id = node.get("id") or ""
    if len(given) != 1:
        yield scope.finding("COLLECTION", id, f"{label(node)}应恰好写明一个集合，请填写 bc:collection（变量名）")
    for text in (own, named, loop.get(bc("element"))):
        if text and not text.isidentifier():
            yield scope.finding(
                "COLLECTION", id, f"{label(node)}的集合和元素应是变量名，不能是“{text[:40]}”这样的表达式"
            )
    if loop.get(bc("element")) is not None and own is None:
        yield scope.finding("COLLECTION", id, f"{label(node)}写了 bc:element 却没有 bc:collection，请补上")


def _four_eyes(bundle: Bundle, scope: Scope, node: etree._Element) -> Iterator[Finding]:
    listed = (part.strip() for part in (node.get(bc("notBy")) or "").split(",") if part.strip())
    known = {id for each in bundle.scopes for id in each.nodes}
    for part in listed:
        if part != "*" and part not in known:
            yield scope.finding("NOT_BY", node.get("id") or "", f"bc:notBy 所指的“{part}”不存在，请改成已有任务的标识")
