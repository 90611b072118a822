"""How people call what a diagram draws: by its name; what has none by its kind and what stands around it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from engine.bpmn.elements import Element, Flow

KINDS = {
    "userTask": "用户任务",
    "manualTask": "用户任务",
    "task": "用户任务",
    "serviceTask": "自动步骤",
    "businessRuleTask": "查表步骤",
    "sendTask": "发送步骤",
    "receiveTask": "等待步骤",
    "scriptTask": "脚本步骤",
    "callActivity": "调用的流程",
    "subProcess": "子流程",
    "exclusiveGateway": "分支",
    "inclusiveGateway": "多选分支",
    "parallelGateway": "并行分支",
    "eventBasedGateway": "等几件事之一",
    "startEvent": "开始",
    "endEvent": "结束",
    "boundaryEvent": "边界事件",
    "intermediateCatchEvent": "等待事件",
    "intermediateThrowEvent": "发出事件",
}


def called(elements: Mapping[tuple[str, str], Element], flows: Iterable[Flow]) -> dict[tuple[str, str], str]:
    """Process and id of every element → what it is called, like 结束（在“提级督办”之后）."""
    links: dict[str, list[tuple[str, str]]] = {}
    for flow in flows:
        links.setdefault(flow.process, []).append((flow.source, flow.target))
    own: dict[str, dict[str, str | None]] = {}
    for (process, id), each in elements.items():
        own.setdefault(process, {})[id] = None if each.name == id else each.name
    return {
        (process, id): own[process][id] or _by_place(each, own[process], links.get(process, ()))
        for (process, id), each in elements.items()
    }


def _by_place(drawn: Element, names: Mapping[str, str | None], links: Sequence[tuple[str, str]]) -> str:
    """`names`: id of every element of the process → its name, None where it has none."""
    nameless = {id for id, name in names.items() if name is None}
    found = (beyond(links, drawn.id, nameless, back) for back in (True, False))
    before, after = ([name for id in ids if (name := names.get(id))] for ids in found)
    host = names.get(drawn.attached_to or "")
    place = f"附在“{host}”上" if host else between(before, after)
    kind = KINDS.get(drawn.kind, "元素")
    return f"{kind}（{place}）" if place else kind


def between(before: Sequence[str], after: Sequence[str]) -> str:
    """Where something stands by the names before and after it; empty where there are none."""
    earlier, later = listed(before), listed(after)
    if earlier and later:
        return f"在{earlier}与{later}之间"
    if earlier or later:
        return f"在{earlier}之后" if earlier else f"在{later}之前"
    return ""


def listed(names: Iterable[str]) -> str:
    """Like “受理”、“分类”."""
    return "、".join(f"“{name}”" for name in names)


def beyond(links: Iterable[tuple[str, str]], id: str, through: Collection[str], back: bool) -> list[str]:
    """The nearest nodes before or after one, none of those that are only gone through; `links`: from, to."""
    links = list(links)
    found: dict[str, None] = {}
    seen, todo = {id}, [id]
    while todo:
        here = todo.pop(0)
        for source, target in links:
            near, far = (target, source) if back else (source, target)
            if near == here and far not in seen:
                seen.add(far)
                if far in through:
                    todo.append(far)
                else:
                    found[far] = None
    return list(found)
