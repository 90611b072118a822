"""The list of waiting places and ends that `bancheng check --waiting` prints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.bpmn.lint.endings import Ending
from engine.bpmn.lint.waiting import Clock, Place
from engine.cli.table import aligned

_KINDS = {
    "receiveTask": "等消息",
    "intermediateCatchEvent": "等事件",
    "eventBasedGateway": "等几件事之一",
    "callActivity": "等子流程",
}


def waiting_lines(places: Iterable[Place], endings: Iterable[Ending]) -> Iterator[str]:
    """Two aligned tables: where a case can wait and its clocks, where its courses end and what answered before."""
    yield from aligned([("流程", "环节", "等待处", "名称", "种类", "时限"), *map(_place, places)])
    yield ""
    yield from aligned([("流程", "结束处", "名称", "去向", "答复"), *map(_ending, endings)])


def _place(place: Place) -> tuple[str, ...]:
    scopes, kind = "/".join(place.scopes) or "-", _KINDS.get(place.kind, "待办")
    return place.process, scopes, place.element, place.name, kind, "；".join(_clocks(place))


def _clocks(place: Place) -> Iterator[str]:
    if place.without_clock:
        yield "没有时限"
    yield from map(_clock, place.clocks)
    if place.calls:
        yield f"{place.calls} 里各处的时限"
    if place.beside:
        yield f"旁路，{'、'.join(place.beside)} 的时限照走"
    if place.outer:
        yield f"外层 {'、'.join(clock.by for clock in place.outer)}"


def _clock(clock: Clock) -> str:
    return f"{clock.by} {clock.at}"


def _ending(ending: Ending) -> tuple[str, ...]:
    return ending.process, ending.element, ending.name or "-", _goes_to(ending), "、".join(ending.answers) or "-"


def _goes_to(ending: Ending) -> str:
    if ending.beside:
        return f"只结束旁路，{'、'.join(ending.beside)} 照走"
    return f"回到 {ending.back_to}" if ending.back_to else "办完"
