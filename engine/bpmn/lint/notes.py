"""What will be ignored, or be otherwise than one may expect; said, so that nothing is dropped in silence."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.lint.attributes import owner_of
from engine.bpmn.lint.bundle import Bundle, Scope, label
from engine.bpmn.lint.events import definitions, sort_of
from engine.bpmn.lint.shapes import SPIFF
from engine.bpmn.xml import BC, CAMUNDA, bpmn, camunda, local_name
from engine.errors import Finding

_READ = frozenset({"formKey", "formRef", "candidateGroups", "candidateUsers", "assignee", "dueDate", "decisionRef"})
# Bookkeeping of other engines: without meaning here, and nobody would miss it.
_HARMLESS = frozenset(
    {
        "asyncAfter",
        "asyncBefore",
        "decisionRefBinding",
        "exclusive",
        "formRefBinding",
        "historyTimeToLive",
        "isStartableInTasklist",
        "jobPriority",
        "priority",
        "versionTag",
    }
)

# Said about every element without harm: types and languages of XML itself.
_OF_XML = frozenset({"http://www.w3.org/2001/XMLSchema-instance", "http://www.w3.org/XML/1998/namespace"})


def rules(bundle: Bundle) -> Iterator[Finding]:
    """Notes of every executable process."""
    for process in bundle.processes.values():
        for node in process.node.iter():
            if isinstance(node.tag, str):
                yield from _foreign(process, node)
    for scope in bundle.scopes:
        for id, node in scope.nodes.items():
            yield from _performers(scope, node)
            yield from _once(scope, id, node)
            yield from _loop(scope, node)
    yield from _other_entries(bundle)


def _foreign(process: Scope, node: etree._Element) -> Iterator[Finding]:
    owner = owner_of(node)
    for name, value in node.attrib.items():
        qualified = etree.QName(name)
        if qualified.namespace in (None, BC, *_OF_XML):
            yield from _language(process, owner, qualified.localname, str(value))
        elif qualified.namespace != CAMUNDA:
            yield process.finding("IGNORED", owner, f"{_prefixed(node, qualified)} 不起作用")
        elif qualified.localname in _READ:
            continue
        elif qualified.localname == "priority" and not str(value).isdecimal():
            yield process.finding("IGNORED", owner, f"camunda:priority 不是整数，按 50 处理：“{str(value)[:40]}”")
        elif qualified.localname not in _HARMLESS:
            yield process.finding("IGNORED", owner, f"camunda:{qualified.localname} 不起作用")
    parent = node.getparent()
    if parent is not None and local_name(parent) == "extensionElements":
        space = etree.QName(node).namespace
        prefix = {CAMUNDA: "camunda", SPIFF: "spiffworkflow"}.get(space or "", node.prefix or "")
        yield process.finding("IGNORED", owner, f"扩展元素 {prefix}:{local_name(node)} 不起作用")


def _prefixed(node: etree._Element, name: etree.QName) -> str:
    """As it is written in the file."""
    prefix = next((prefix for prefix, space in node.nsmap.items() if space == name.namespace and prefix), "")
    return f"{prefix}:{name.localname}"


def _language(process: Scope, owner: str, name: str, value: str) -> Iterator[Finding]:
    """A condition said to be in another language is read as an expression of the house all the same."""
    if name in ("language", "expressionLanguage") and value:
        yield process.finding("IGNORED", owner, f"{name}“{value[:40]}”不起作用，一律照本系统的表达式读")


def _performers(scope: Scope, node: etree._Element) -> Iterator[Finding]:
    named = [name for name in ("candidateGroups", "candidateUsers", "assignee") if node.get(camunda(name))]
    for name in named[1:]:
        yield scope.finding(
            "IGNORED", node.get("id") or "", f"{label(node)}的 camunda:{name} 不起作用，以 camunda:{named[0]} 为准"
        )


def _once(scope: Scope, id: str, node: etree._Element) -> Iterator[Finding]:
    if local_name(node) != "boundaryEvent" or node.get("cancelActivity") != "false":
        return
    if any(sort_of(definition) in ("message", "signal", "escalation") for definition in definitions(node)):
        yield scope.finding("ONCE", id, f"不打断的边界事件{label(node)}在一次停留中只触发一次")


def _loop(scope: Scope, node: etree._Element) -> Iterator[Finding]:
    loop = node.find(bpmn("multiInstanceLoopCharacteristics"))
    if loop is not None and loop.find(bpmn("loopDataInputRef")) is not None:
        yield scope.finding(
            "LOOP_DATA",
            node.get("id") or "",
            f"{label(node)}的 loopDataInputRef 会被建模工具丢掉，也不能第二次进入，建议改用 bc:collection",
        )


def _other_entries(bundle: Bundle) -> Iterator[Finding]:
    for entry in bundle.entries[1:]:
        process = bundle.processes[entry]
        yield process.finding("OTHER_PROCESS", entry, f"流程{label(process.node)}没有被调用，要单独发布才会运行")
