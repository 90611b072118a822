"""Events: which definitions an event of each kind may carry, and whether anybody catches what is thrown."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.elements import EVENTS
from engine.bpmn.lint.bundle import Bundle, Scope, label
from engine.bpmn.xml import bpmn, local_name
from engine.errors import Finding

_RUNS = {
    "startEvent": set(),
    "endEvent": {"message", "error", "escalation", "terminate"},
    "intermediateCatchEvent": {"message", "signal", "timer"},
    "intermediateThrowEvent": {"message", "signal", "escalation"},
    "boundaryEvent": {"message", "signal", "timer", "error", "escalation"},
}
_SPECIAL = {
    "link": ("LINK", "链接事件会让流程停住不动，请直接连线"),
    "compensate": ("COMPENSATION", "补偿事件不执行，请画成普通分支"),
    "conditional": ("CONDITIONAL", "条件事件不会自己触发，请改用消息、信号或计时"),
    "cancel": ("TRANSACTION", "取消事件只用于事务子流程，不执行，请改用升级事件"),
}


def rules(bundle: Bundle) -> Iterator[Finding]:
    """Every event of every scope."""
    for scope in bundle.scopes:
        for _, node in scope.of_kind(*EVENTS):
            yield from _event(bundle, scope, node)
        for _, node in scope.of_kind("sendTask", "receiveTask"):
            yield from _message_task(bundle, scope, node)
        yield from _catch_all(bundle, scope)
        yield from _uncaught_errors(bundle, scope)


def definitions(node: etree._Element) -> list[etree._Element]:
    """Event definitions drawn in an event."""
    return [child for child in node if local_name(child).endswith("EventDefinition")]


def sort_of(definition: etree._Element) -> str:
    """timer, message, signal, …"""
    return local_name(definition).removesuffix("EventDefinition")


def _event(bundle: Bundle, scope: Scope, node: etree._Element) -> Iterator[Finding]:
    id, kind, found = node.get("id") or "", local_name(node), definitions(node)
    if len(found) > 1:
        yield scope.finding("MULTIPLE_EVENTS", id, f"事件{label(node)}有 {len(found)} 个触发条件，请分成几个事件")
        return
    if kind in ("boundaryEvent", "intermediateCatchEvent") and not found:
        yield scope.finding("EVENT", id, f"事件{label(node)}没有触发条件，请选择计时、消息或信号")
    if kind == "boundaryEvent" and node.get("attachedToRef") not in scope.nodes:
        yield scope.finding("BOUNDARY", id, f"边界事件{label(node)}没有附在本层的任务上，请重新拖到任务边上")
    for definition in found:
        yield from _definition(bundle, scope, node, definition)


def _definition(bundle: Bundle, scope: Scope, node: etree._Element, definition: etree._Element) -> Iterator[Finding]:
    id, kind, sort = node.get("id") or "", local_name(node), sort_of(definition)
    if sort in _SPECIAL:
        code, way_out = _SPECIAL[sort]
        yield scope.finding(code, id, f"{label(node)}：{way_out}")
    elif kind == "startEvent":
        yield scope.finding("START_EVENT", id, f"开始事件{label(node)}带有触发条件，流程只能由人或接口启动，请去掉")
    elif kind == "endEvent" and sort == "signal":
        yield scope.finding(
            "SIGNAL_END", id, f"结束事件{label(node)}的信号不会发出，请在它前面加一个抛出信号的中间事件"
        )
    elif sort not in _RUNS[kind]:
        yield scope.finding("EVENT", id, f"{label(node)}这里不能用 {sort} 事件，请换一种事件")
    elif sort == "timer":
        yield from _timer(scope, node, definition)
    else:
        yield from _reference(bundle, scope, node, definition, sort)


def _timer(scope: Scope, node: etree._Element, definition: etree._Element) -> Iterator[Finding]:
    id = node.get("id") or ""
    given = [t for t in ("timeDate", "timeDuration") if (definition.findtext(bpmn(t)) or "").strip()]
    if definition.find(bpmn("timeCycle")) is not None:
        yield scope.finding(
            "CYCLE_TIMER", id, f"{label(node)}用了循环计时，不执行，请改用时刻计时（timeDate）并画出回路"
        )
    elif len(given) != 1:
        yield scope.finding("TIMER", id, f"计时事件{label(node)}没有写时刻，请填写如 workdays(5) 的表达式")


def _reference(
    bundle: Bundle, scope: Scope, node: etree._Element, definition: etree._Element, sort: str
) -> Iterator[Finding]:
    """What the definition refers to exists and has a name; an error or escalation may do without (catch-all)."""
    if sort == "terminate":
        return
    reference = definition.get(f"{sort}Ref")
    if reference is None:
        if sort in ("message", "signal"):
            yield scope.finding(
                _UNDECLARED[sort], node.get("id") or "", f"{label(node)}没有选定{_CHINESE[sort]}，请在属性里选一个"
            )
        return
    target = _global(bundle, scope, sort, reference)
    if target is None or (sort in ("message", "signal") and not target.get("name")):
        yield scope.finding(
            _UNDECLARED[sort],
            node.get("id") or "",
            f"{label(node)}所指的{_CHINESE[sort]}“{reference}”不存在或没有名称，请补上",
        )


_UNDECLARED = {
    "message": "MESSAGE_REF",
    "signal": "SIGNAL_REF",
    "error": "ERROR_REF",
    "escalation": "ESCALATION_REF",
}
_CHINESE = {"message": "消息", "signal": "信号", "error": "错误", "escalation": "升级"}


def _global(bundle: Bundle, scope: Scope, sort: str, reference: str) -> etree._Element | None:
    """A message, signal, … by its id: its own file's first, else that of another file of the bundle."""
    roots = [bundle.documents[scope.file], *(root for _, root in bundle.diagrams())]
    found = (each for root in roots for each in root.iterchildren(bpmn(sort)))
    return next((each for each in found if each.get("id") == reference), None)


def _message_task(bundle: Bundle, scope: Scope, node: etree._Element) -> Iterator[Finding]:
    definition = next(iter(definitions(node)), node)
    if definition.get("messageRef") is None:
        yield scope.finding(
            "MESSAGE_REF", node.get("id") or "", f"{label(node)}没有选定消息，会一步跳过，请在属性里选一个消息"
        )
    else:
        yield from _reference(bundle, scope, node, definition, "message")


def code_of(bundle: Bundle, scope: Scope, definition: etree._Element) -> str | None:
    """The code an error or escalation is known by; None catches all."""
    sort = sort_of(definition)
    reference = definition.get(f"{sort}Ref")
    target = None if reference is None else _global(bundle, scope, sort, reference)
    return None if target is None else target.get(f"{sort}Code")


def _catch_all(bundle: Bundle, scope: Scope) -> Iterator[Finding]:
    """A specific and a catch-all boundary on one activity would both fire."""
    for host, boundary in scope.boundary.items():
        for sort in ("error", "escalation"):
            drawn = [d for id in boundary for d in definitions(scope.nodes[id]) if sort_of(d) == sort]
            codes = [code_of(bundle, scope, definition) for definition in drawn]
            if len(codes) > 1 and None in codes:
                which = f"{_CHINESE[sort]}边界事件有的指定、有的不指定代码，两个会同时触发，请都指定代码"
                yield scope.finding("CATCH_ALL", host, f"“{host}”上的{which}")


def _uncaught_errors(bundle: Bundle, scope: Scope) -> Iterator[Finding]:
    """An error nobody catches would quietly let the outer process go on as if nothing had happened."""
    for id, node in scope.of_kind("endEvent"):
        for definition in definitions(node):
            if sort_of(definition) != "error" or _is_outermost(bundle, scope):
                continue
            code = code_of(bundle, scope, definition)
            if not _caught(bundle, scope, code, {}):
                yield scope.finding(
                    "UNCAUGHT_ERROR", id, f"错误结束{label(node)}没有人接，请在外层任务上加错误边界事件，或改成普通结束"
                )


def _is_outermost(bundle: Bundle, scope: Scope) -> bool:
    return scope.level == 0 and scope.id not in bundle.called


def _caught(bundle: Bundle, scope: Scope, code: str | None, known: dict[tuple[str, str], bool]) -> bool:
    """Whether every way out of the scope meets a boundary event for that code; a circle of calls catches nothing."""
    key = (scope.process, scope.id)
    if key not in known:
        known[key] = False
        hosts = _hosts(bundle, scope)
        known[key] = bool(hosts) and all(
            _catches(bundle, outer, host, code)
            or (not _is_outermost(bundle, outer) and _caught(bundle, outer, code, known))
            for outer, host in hosts
        )
    return known[key]


def _hosts(bundle: Bundle, scope: Scope) -> list[tuple[Scope, str]]:
    """The activities a scope runs in: its own shape, or the calls of a process."""
    if scope.level > 0:
        return [(outer, scope.id) for outer in bundle.scopes if outer.nodes.get(scope.id) is scope.node]
    return [
        (outer, id)
        for outer in bundle.scopes
        for id, node in outer.of_kind("callActivity")
        if node.get("calledElement") == scope.id
    ]


def _catches(bundle: Bundle, scope: Scope, host: str, code: str | None) -> bool:
    boundary = (scope.nodes[id] for id in scope.boundary.get(host, ()))
    codes = [code_of(bundle, scope, d) for node in boundary for d in definitions(node) if sort_of(d) == "error"]
    return None in codes or code in codes
