"""What a diagram names exists: called processes, decision tables, forms, operations."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from difflib import get_close_matches

from engine.bpmn.elements import USER_TASKS, Element, read_elements
from engine.bpmn.lint.bundle import Bundle, Scope, label
from engine.bpmn.xml import local_name
from engine.errors import Finding


def rules(bundle: Bundle) -> Iterator[Finding]:
    """Every reference out of every process."""
    decisions = decision_ids(bundle)
    for scope in bundle.scopes:
        for id, node in scope.of_kind("callActivity"):
            called = node.get("calledElement") or ""
            if called not in bundle.processes:
                yield scope.finding(
                    "CALLED",
                    id,
                    f"{label(node)}调用的流程“{called}”不在这些文件里，请一起发布{_like(called, bundle.processes)}",
                )
    for process in bundle.processes.values():
        for element in read_elements(process.node):
            yield from _element(bundle, process, element, decisions)


def decision_ids(bundle: Bundle) -> set[str]:
    """Ids of every decision in the bundle."""
    found = (node for _, root in bundle.decision_files() for node in root.iter() if local_name(node) == "decision")
    return {node.get("id") or "" for node in found}


def _element(bundle: Bundle, process: Scope, element: Element, decisions: set[str]) -> Iterator[Finding]:
    if element.kind == "businessRuleTask" and (element.decision or "") not in decisions:
        which = f"的决策表“{element.decision}”不在这些文件里" if element.decision else "没有写 bc:decision"
        yield process.finding(
            "DECISION", element.id, f"“{element.name}”{which}，请补上{_like(element.decision or '', decisions)}"
        )
    if element.kind in USER_TASKS | {"startEvent"} and element.form and element.form not in bundle.forms:
        yield process.finding(
            "FORM",
            element.id,
            f"“{element.name}”的表单“{element.form}”不在 forms/ 里，请补上{_like(element.form, bundle.forms)}",
        )
    if element.kind == "serviceTask":
        yield from _operation(bundle, process, element)


def _operation(bundle: Bundle, process: Scope, element: Element) -> Iterator[Finding]:
    if not element.operation:
        yield process.finding(
            "OPERATION", element.id, f"服务任务“{element.name}”没有写 bc:operation，什么也不会做，请填写或改成人工任务"
        )
    elif bundle.operations is not None and element.operation not in bundle.operations:
        yield process.finding(
            "OPERATION",
            element.id,
            f"“{element.name}”的操作“{element.operation}”不存在，请改用已有的操作"
            + _like(element.operation, bundle.operations),
        )


def _like(wanted: str, known: Collection[str]) -> str:
    """The nearest known name, as a help against slips."""
    near = get_close_matches(wanted, list(known), 1)
    return f"；是不是“{near[0]}”？" if near else ""
