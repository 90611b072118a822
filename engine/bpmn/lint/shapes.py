"""Size, ids, and constructs the engine would ignore, hang on or break."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from lxml import etree

from engine.bpmn.elements import FLOW_NODES, SCOPES
from engine.bpmn.lint.bundle import Bundle, Scope, is_bpmn, label
from engine.bpmn.xml import BPMN, bpmn, local_name
from engine.errors import Finding

MAX_NODES = 300  # in one scope: the library walks a straight line recursively
MAX_TOTAL = 2_000
MAX_LEVEL = 8
MAX_ID = 100
_ID = re.compile(r"[^\W\d][\w.\-]*")
SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"

# What may stand in a scope beside flow nodes, without meaning for the run.
_BESIDE = frozenset(
    {
        "artifact",
        "association",
        "auditing",
        "category",
        "dataObject",
        "dataObjectReference",
        "documentation",
        "extensionElements",
        "group",
        "incoming",
        "ioSpecification",
        "laneSet",
        "monitoring",
        "multiInstanceLoopCharacteristics",
        "outgoing",
        "potentialOwner",
        "property",
        "sequenceFlow",
        "standardLoopCharacteristics",
        "textAnnotation",
    }
)
_LOOPS = frozenset({"standardLoopCharacteristics", "multiInstanceLoopCharacteristics"})
_UNSUPPORTED = {
    "adHocSubProcess": ("ADHOC", "临时子流程（ad-hoc）不执行，请改画成普通子流程"),
    "complexGateway": ("COMPLEX_GATEWAY", "复杂网关不执行，请改用排他、并行或包容网关"),
    "scriptTask": ("SCRIPT", "脚本任务不执行，请改用服务任务的 bc:operation，或用 bc:set 赋值"),
    "transaction": ("TRANSACTION", "事务子流程不执行，请改画成普通子流程"),
    "dataStoreReference": ("DATA_STORE", "数据存储不执行，请删去，或把数据放进表单变量"),
}


def sizes(bundle: Bundle) -> Iterator[Finding]:
    """Bounds, checked before anything walks the graph."""
    for scope in bundle.scopes:
        if len(scope.nodes) > MAX_NODES:
            many = f"{label(scope.node)}里有 {len(scope.nodes)} 个节点，一层最多 {MAX_NODES} 个，请拆成子流程"
            yield scope.finding("TOO_BIG", scope.id, many)
        if scope.level > MAX_LEVEL:
            yield scope.finding("TOO_DEEP", scope.id, f"子流程嵌套超过 {MAX_LEVEL} 层，请改用调用活动")
    total = sum(len(scope.nodes) for scope in bundle.scopes)
    if total > MAX_TOTAL:
        first = bundle.scopes[0]
        yield first.finding("TOO_BIG", first.id, f"共有 {total} 个节点，最多 {MAX_TOTAL} 个，请分成几次发布")


def identities(bundle: Bundle) -> Iterator[Finding]:
    """Every node and flow has an id of its own, made of letters, digits, `_`, `-` and `.`."""
    for name, root in bundle.diagrams():
        ids = [node.get("id") or "" for node in root.iter() if _is_bpmn(node) and node.get("id") is not None]
        for id, count in Counter(ids).items():
            if count > 1:
                yield Finding(name, "DUPLICATE_ID", id, f"标识“{id}”用了 {count} 次，请各取一个")
    yield from _shared_scopes(bundle)
    for scope in bundle.scopes:
        for node in (scope.node, *scope.nodes.values(), *scope.flows):
            yield from _identity(scope, node)


def _shared_scopes(bundle: Bundle) -> Iterator[Finding]:
    """Processes and sub-processes share one space of ids in a bundle, over all its files."""
    tags = [bpmn(tag) for tag in ("process", *SCOPES)]
    owners: dict[str, list[str]] = {}
    for name, root in bundle.diagrams():
        for node in root.iter(*tags):
            owners.setdefault(node.get("id") or "", []).append(name)
    for id, names in owners.items():
        if len(set(names)) > 1:
            where = "、".join(dict.fromkeys(names))
            yield Finding(names[-1], "DUPLICATE_ID", id, f"{where} 里都有叫“{id}”的流程或子流程，请各取一个标识")


def _identity(scope: Scope, node: etree._Element) -> Iterator[Finding]:
    id = node.get("id") or ""
    if not _ID.fullmatch(id) or len(id) > MAX_ID:
        rule = f"以字母开头、由字母数字和 _ - . 组成、不超过 {MAX_ID} 个字符"
        yield scope.finding("ID", id[:MAX_ID], f"{label(node)[:MAX_ID]}的标识应{rule}")


def _is_bpmn(node: etree._Element) -> bool:
    return isinstance(node.tag, str) and etree.QName(node).namespace == BPMN


def constructs(bundle: Bundle) -> Iterator[Finding]:
    """Elements that parse and then do nothing, or hang, or cannot be parsed at all."""
    for scope in bundle.scopes:
        for child in scope.node:
            yield from _construct(scope, child)
        for node in scope.nodes.values():
            yield from _scripts(scope, node)
            yield from _loop(scope, node)
        yield from _data(scope)


def _construct(scope: Scope, child: etree._Element) -> Iterator[Finding]:
    kind = local_name(child)
    if not _is_bpmn(child):
        return
    if kind in _UNSUPPORTED:
        code, way_out = _UNSUPPORTED[kind]
        yield scope.finding(code, child.get("id") or "", f"{label(child)}：{way_out}")
    elif kind == "subProcess" and child.get("triggeredByEvent") == "true":
        yield scope.finding(
            "EVENT_SUBPROCESS", child.get("id") or "", f"事件子流程{label(child)}不会按图打断，请改用边界事件"
        )
    elif not is_bpmn(child, FLOW_NODES | _BESIDE):
        yield scope.finding("UNKNOWN", child.get("id") or "", f"{label(child)}（{kind}）不执行，请删去或换一种画法")
    if child.get("isForCompensation") == "true":
        yield scope.finding("COMPENSATION", child.get("id") or "", f"{label(child)}：补偿不执行，请画成普通分支")


def _scripts(scope: Scope, node: etree._Element) -> Iterator[Finding]:
    for name in ("preScript", "postScript"):
        if node.find(f"{bpmn('extensionElements')}/{{{SPIFF}}}{name}") is not None:
            yield scope.finding(
                "PRE_POST_SCRIPT", node.get("id") or "", f"{label(node)}带有脚本（{name}），不执行，请改用 bc:set"
            )


def _loop(scope: Scope, node: etree._Element) -> Iterator[Finding]:
    loops = [child for child in node if is_bpmn(child, _LOOPS)]
    if len(loops) > 1:
        yield scope.finding(
            "LOOP", node.get("id") or "", f"{label(node)}写了 {len(loops)} 种重复，只会照一种办，请只留一种"
        )
    loop = node.find(bpmn("standardLoopCharacteristics"))
    if loop is None or len(loops) > 1:
        return
    limit, condition = loop.get("loopMaximum"), loop.findtext(bpmn("loopCondition"))
    if limit is None and not (condition and condition.strip()):
        yield scope.finding("LOOP", node.get("id") or "", f"{label(node)}的循环没有次数也没有条件，请填写其一")
    elif limit is not None and not (limit.isdecimal() and 0 < int(limit[:9]) <= 1_000):
        yield scope.finding("LOOP", node.get("id") or "", f"{label(node)}的循环次数应是 1 到 1000 的整数")


def _data(scope: Scope) -> Iterator[Finding]:
    """Data associations are resolved in the same scope or the one around it; deeper the library looks for ever."""
    near = [scope.node] if scope.level == 0 else [scope.node, scope.node.getparent()]
    known = {id for each in near if each is not None for id in _data_objects(each)}
    for node in scope.nodes.values():
        for reference in (*node.iterfind(_DATA_IN), *node.iterfind(_DATA_OUT)):
            if (reference.text or "").strip() not in known:
                yield scope.finding(
                    "DATA",
                    node.get("id") or "",
                    f"{label(node)}连到的数据对象不在同一层流程里，请把数据对象画到同一层，或改用变量",
                )


_DATA_IN = f"{bpmn('dataInputAssociation')}/{bpmn('sourceRef')}"
_DATA_OUT = f"{bpmn('dataOutputAssociation')}/{bpmn('targetRef')}"


def _data_objects(scope: etree._Element) -> Iterator[str]:
    """Ids of the references in a scope that point to a data object of the same scope."""
    objects = {child.get("id") for child in scope.iterchildren(bpmn("dataObject"))}
    for child in scope.iterchildren(bpmn("dataObjectReference")):
        if child.get("dataObjectRef") in objects:
            yield child.get("id") or ""
