"""The way a case took through its diagrams: what to mark in the drawing, and the same in words.

Read from the trail: each line of an act or a timer holds the elements it passed, `process/element`, in order.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.bpmn.definition import Definition
from engine.bpmn.elements import SCOPES, USER_TASKS, Element, Flow

_SPLITS = frozenset({"exclusiveGateway", "eventBasedGateway"})  # one way is taken, not all


@dataclass(frozen=True)
class Passage:
    """What one line of the trail says of the way: `action` as on the trail, `unit` of a work order's task, by name."""

    at: datetime
    actor: str
    action: str
    element: str
    unit: str | None
    path: tuple[str, ...]


@dataclass(frozen=True)
class Here:
    """An open task, and with whom it lies, as on screens."""

    process: str
    element: str
    place: str
    late: bool


@dataclass(frozen=True)
class Stride:
    """One step of the way in words: the task completed or the timer that struck; `current` when it waits still.

    `place`: the unit that did it, or with whom it lies; empty where that says nothing.
    """

    element: str
    name: str
    place: str
    by_clock: bool
    current: bool


@dataclass(frozen=True)
class Walk:
    """The way through one process; `done` are ids of elements and flows, `current` and `late` of open elements.

    Open frames (sub-processes) are in neither: what stands in them is; user tasks come first in `current`.
    """

    process: str
    name: str
    done: tuple[str, ...]
    current: tuple[str, ...]
    late: tuple[str, ...]
    strides: tuple[Stride, ...]


def walks(
    definition: Definition,
    passages: Sequence[Passage],
    begun: Collection[str],
    here: Sequence[Here],
    known: Definition | None = None,
) -> tuple[Walk, ...]:
    """One walk per process the case has entered, the main one first, the others as they came.

    `begun` are the open elements as `process/element`, containers included. `known`: with what earlier versions drew,
    where the case has been migrated: the words tell of it, the drawing cannot.
    """
    passed = [place for passage in passages for place in passage.path if _place(place) in definition.elements]
    entered = dict.fromkeys(place.partition("/")[0] for place in (*passed, *sorted(begun)))
    strides = [*_strides(known or definition, passages), *_standing(definition, here), *_calls(definition, begun)]
    return tuple(
        _walk(definition, process, passed, begun, here, strides)
        for process in sorted(entered, key=lambda each: each != definition.key)
    )


def _place(text: str) -> tuple[str, str]:
    process, _, id = text.partition("/")
    return process, id


def _walk(
    definition: Definition,
    process: str,
    passed: Sequence[str],
    begun: Collection[str],
    here: Sequence[Here],
    strides: Sequence[tuple[str, Stride]],
) -> Walk:
    own = [place.partition("/")[2] for place in passed if place.startswith(f"{process}/")]
    standing = [place.partition("/")[2] for place in sorted(begun) if place.startswith(f"{process}/")]
    frames = {id for id in standing if definition.element(process, id).kind in SCOPES}
    current = _current(definition, process, [id for id in standing if id not in frames])
    flows = [flow for flow in definition.flows if flow.process == process]
    return Walk(
        process=process,
        name=definition.process_names[process],
        done=(
            *dict.fromkeys(id for id in own if id not in frames),
            *_taken(definition, process, flows, own, standing),
        ),
        current=tuple(current),
        late=tuple(id for id in current if _is_late(definition, process, id, here)),
        strides=tuple(stride for drawn_by, stride in strides if drawn_by == process),
    )


def _current(definition: Definition, process: str, standing: Sequence[str]) -> list[str]:
    """Tasks first, then calls; an event that only listens is where nobody stands, unless there is nothing else."""
    drawn = [each for each in definition.elements.values() if each.process == process and each.id in standing]
    stood_on = [each for each in drawn if each.kind != "intermediateCatchEvent" or each.timer] or drawn
    order = {**dict.fromkeys(USER_TASKS, 0), "callActivity": 1}
    return [each.id for each in sorted(stood_on, key=lambda each: order.get(each.kind, 2))]


def _is_late(definition: Definition, process: str, id: str, here: Sequence[Here]) -> bool:
    """Whether the element's own task is late, or one in the process it calls."""
    called = definition.element(process, id).called
    return any(at.late and (at.process == called or (at.process, at.element) == (process, id)) for at in here)


def _taken(
    definition: Definition, process: str, flows: Sequence[Flow], own: Sequence[str], standing: Sequence[str]
) -> list[str]:
    """The flows between what was passed; of a split only those towards what came next."""
    leaving: dict[str, list[Flow]] = {}
    for flow in flows:
        leaving.setdefault(flow.source, []).append(flow)
    walked: dict[str, list[int]] = {}
    for place, id in enumerate([*own, *standing]):
        walked.setdefault(id, []).append(place)
    splits = {id for id in leaving if definition.element(process, id).kind in _SPLITS}
    taken: list[str] = []
    for place, id in enumerate(own):
        if id not in splits and place != walked[id][0]:
            continue  # what is ahead of it now was ahead of it the first time
        ahead = {flow.id: _next(walked.get(flow.target, ()), place) for flow in leaving.get(id, ())}
        reached = {flow: at for flow, at in ahead.items() if at is not None}
        first = min(reached.values(), default=None)
        taken.extend(flow for flow, at in reached.items() if id not in splits or at == first)
    return list(dict.fromkeys(taken))


def _next(places: Sequence[int], place: int) -> int | None:
    """The first of some places, in order, that comes after this one."""
    found = bisect_right(places, place)
    return places[found] if found < len(places) else None


# ------------------------------------------------------------------ in words
def _strides(definition: Definition, passages: Iterable[Passage]) -> Iterator[tuple[str, Stride]]:
    for passage in passages:
        drawn = _drawn(definition, passage)
        if drawn is not None and drawn.kind != "intermediateCatchEvent":  # waiting is no step
            yield drawn.process, _stride(drawn, passage.unit or "", passage.action == "timer_fired", False)


def _drawn(definition: Definition, passage: Passage) -> Element | None:
    """The element the line is about; of a message, and of what is drawn nowhere, None."""
    processes = [place.partition("/")[0] for place in passage.path if place.endswith(f"/{passage.element}")]
    found = [definition.elements.get((process, passage.element)) for process in (*processes, *definition.process_names)]
    return next((element for element in found if element is not None), None)


def _standing(definition: Definition, here: Iterable[Here]) -> Iterator[tuple[str, Stride]]:
    for at in here:
        yield at.process, _stride(definition.element(at.process, at.element), at.place, False, True)


def _calls(definition: Definition, begun: Collection[str]) -> Iterator[tuple[str, Stride]]:
    """In a process that has called another one stands at the call."""
    for drawn in definition.elements.values():
        if drawn.kind == "callActivity" and f"{drawn.process}/{drawn.id}" in begun:
            yield drawn.process, _stride(drawn, "", False, True)


def _stride(drawn: Element, place: str, by_clock: bool, current: bool) -> Stride:
    return Stride(drawn.id, drawn.name, place, by_clock, current)


def phases_passed(definition: Definition, passages: Iterable[Passage]) -> Mapping[str, datetime]:
    """Phase → when the case was last at work in it."""
    found: dict[str, datetime] = {}
    for passage in passages:
        for place in passage.path:
            drawn = definition.elements.get(_place(place))
            if drawn is not None and drawn.phase is not None:
                found[drawn.phase] = max(passage.at, found.get(drawn.phase, passage.at))
    return found
