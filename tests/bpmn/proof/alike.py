"""A process in the engine, stored and read back after every event, beside all situations the proof holds possible.

The engine does one thing; the proof, which does not know what words give, holds several possible. After every event
one of them at least must show what the engine shows.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

from engine.bpmn.definition import Definition, Files, read_definition
from engine.bpmn.elements import Element
from engine.bpmn.lint.bundle import read_bundle
from engine.bpmn.proof.domains import plain
from engine.bpmn.proof.explore import Explorer
from engine.bpmn.proof.graph import Edge
from engine.bpmn.proof.house import INSTANT, House
from engine.bpmn.proof.model import Model, read_model
from engine.bpmn.proof.net import Key, Net
from engine.bpmn.proof.tokens import Event, Exit, Marking
from engine.bpmn.proof.values import OTHER, SET, Valuation, data_of, freeze, valuation
from engine.bpmn.runtime import OpenTask, ProcessRun
from engine.definitions.proving import OPERATIONS, house
from engine.definitions.shipped import SHIPPED, read_folder
from tests.bpmn.generated import Generator
from tests.bpmn.plain_host import BASE, PlainHost
from tests.bpmn.proof.drawings import DRAWINGS, DRAWN, GENERATED

Wanted = Callable[[Edge], bool]
Seen = tuple[Counter[Any], Counter[Any], bool]


class Differs(AssertionError):
    """Nothing the proof holds possible looks like the engine."""


@dataclass(frozen=True)
class Config:
    """One net as it stands: its situation, and what runs inside its hosts."""

    key: Key
    marking: Marking
    inside: tuple[tuple[str, Config], ...]


class Host(PlainHost):
    """Operations do to the data what the proof is told they do."""

    def operate(self, operation: str, element: Element, data: dict[str, Any]) -> None:
        effect = OPERATIONS.get(operation)
        if effect is not None:
            data.update({**dict.fromkeys(effect.writes, OTHER), **effect.leaves(dict(data))})


class Twin:
    """One random run of both."""

    def __init__(self, explored: tuple[Definition, Explorer], seed: int) -> None:
        self.definition, self.explorer = explored
        self.model = self.explorer.model
        self.random = Random(seed)
        self.visited: Counter[str] = Counter()  # how often each element was acted on
        self.host = Host()
        self._forgotten: set[str] = set()
        self._start()

    def forget(self, event: str) -> None:
        """Let the proof not know of a timer."""
        self._forgotten.add(event)

    # ------------------------------------------------------------------ the engine
    def _start(self) -> None:
        graph = self.explorer.graphs[self.model.entry]
        answers = self.explorer.answers(graph.net, graph.net.nodes[graph.net.start])
        given = self.random.choice(answers)
        begun = next(iter(graph.roots))
        self.run = ProcessRun.started(self.definition, self.host, BASE, {**data_of(begun), **given.sets})
        self.possible: set[Config | Exit] = set(self._entered(self.model.entry, begun))
        self._compare("start")

    def _stored(self) -> None:
        state = self.run.dump()
        self.run = ProcessRun.loaded(self.definition, self.host, BASE, state)

    def play(self, events: int) -> None:
        """Random events until nothing is open, with a comparison after each."""
        for _ in range(events):
            choices = [*self._completions(), *self._strikes(), *self._messages()]
            if self.run.ended or not choices:
                return
            self.random.choice(choices)()
            self._stored()
            self._compare("event")

    def _completions(self) -> Iterator[Any]:
        for task in self.run.open_tasks():
            yield lambda task=task: self._complete(task)

    def _complete(self, task: OpenTask) -> None:
        element = task.element
        key, net = self._net_of(element)
        answers = [a for a in self.explorer.answers(net, net.nodes[element.id]) if not _signals(element, a.sets)]
        answer = self.random.choice(answers)
        unset = dict.fromkeys(_fields(self.model, element))
        self.run.complete(task.id, {**unset, **answer.sets})
        self._happened(key, lambda edge: edge.event[:2] == ("complete", element.id), element.id)

    def _net_of(self, element: Element) -> tuple[Key, Net]:
        key = (element.process, element.scope)
        return key, self.explorer.graphs[key].net

    def _strikes(self) -> Iterator[Any]:
        """Few clocks at a time: beside the main line the proof follows two steps of a kind."""
        beside = Counter(task.element.id for task in self.run.open_tasks())
        if max(beside.values(), default=0) < 2:
            for timer in self.run.timers():
                yield lambda timer=timer: self._strike(timer.id, timer.element)

    def _strike(self, id: str, element: Element) -> None:
        self.run.fire(id)
        key, _ = self._net_of(element)
        self._happened(key, lambda edge: edge.event[:2] == ("timer", element.id), element.id)

    def _happened(self, key: Key, wanted: Wanted, element: str) -> None:
        self.visited[element] += 1
        self.possible = {after for config in self.possible for after in self._after(config, key, wanted)}

    def _messages(self) -> Iterator[Any]:
        names = {
            node.code for net in self.model.nets.values() for node in net.nodes.values() if node.trigger == "message"
        }
        for name in sorted(filter(None, names)):
            if self.run.waits_for(name) and self.random.random() < 0.1:
                yield lambda name=name: self._send(name)

    def _send(self, name: str) -> None:
        self.run.send(name, {})
        self.visited[name] += 1
        self.possible = {after for config in self.possible for after in self._told(config, name)}

    def _told(self, config: Config | Exit, name: str) -> set[Config | Exit]:
        """It wakes whatever waits for it, wherever that is, and nothing that begins to wait by it."""

        def wanted(edge: Edge) -> bool:
            return edge.event[:2] == ("message", name)

        found = {config}
        for key in [key for key in self.model.nets if any(self._after(config, key, wanted))]:
            found = {after for each in found for after in set(self._after(each, key, wanted)) or {each}}
        return found

    # ------------------------------------------------------------------ the proof
    def _entered(self, key: Key, entry: Valuation) -> Iterator[Config | Exit]:
        for edge in self.explorer.graphs[key].roots.get(entry, ()):
            yield from self._landed(key, (), edge)

    def _landed(self, key: Key, inside: tuple[tuple[str, Config], ...], edge: Edge) -> Iterator[Any]:
        """Where an edge leads, what it enters included."""
        if not isinstance(edge.target, Marking):
            yield edge.target
            return
        hosts = Counter(token.node for token in edge.target.tokens if token.inner)
        for kept in _fitting(inside, hosts):
            missing = list((hosts - Counter(host for host, _ in kept)).elements())
            yield from self._filled(key, edge, kept, missing)

    def _filled(self, key: Key, edge: Edge, inside: tuple[Any, ...], missing: list[str]) -> Iterator[Config]:
        if not missing:
            assert isinstance(edge.target, Marking)
            yield Config(key, edge.target, tuple(sorted(inside, key=repr)))
            return
        host, *rest = missing
        entries = {(k, entry) for each, k, entry in edge.outcome.entered if each == host}
        for inner, entry in entries:
            for config in self._entered(inner, entry):
                if isinstance(config, Config):
                    yield from self._filled(key, edge, (*inside, (host, config)), rest)

    def _after(self, config: Config | Exit, key: Key, wanted: Wanted) -> Iterator[Any]:
        """Everything that may come of an event somewhere in the net `key`."""
        if not isinstance(config, Config):
            return
        graph = self.explorer.graphs[config.key]
        if config.key == key:
            for edge in graph.edges[config.marking]:
                if wanted(edge):
                    yield from self._landed(key, config.inside, edge)
        for place, (host, inner) in enumerate(config.inside):
            others = config.inside[:place] + config.inside[place + 1 :]
            for after in self._after(inner, key, wanted):
                if isinstance(after, Config):
                    yield Config(config.key, config.marking, tuple(sorted((*others, (host, after)), key=repr)))
                elif isinstance(after, Exit):
                    for edge in graph.edges[config.marking]:
                        if edge.event == Event("inner", host, after):
                            yield from self._landed(config.key, others, edge)

    # ------------------------------------------------------------------ what shows
    def _compare(self, what: str) -> None:
        engine = self._engine_seen()
        self.possible = {config for config in self.possible if self._seen(config) == engine}
        if not self.possible:
            raise Differs(f"{what}: {engine}")

    def _engine_seen(self) -> Seen:
        tasks = Counter((t.element.process, t.element.id, self._kept(t)) for t in self.run.open_tasks())
        timers = Counter((t.element.process, t.element.id) for t in self.run.timers())
        return tasks, timers, self.run.ended

    def _kept(self, task: OpenTask) -> Valuation:
        """What matters of a task's data, as the proof writes it."""
        _, net = self._net_of(task.element)
        names = {name for name in self.explorer.live.at(net, task.element.id) if not name.startswith("$")}
        return tuple((n, freeze(self._abstract(n, task.data[n]))) for n in sorted(names) if n in task.data)

    def _abstract(self, name: str, value: Any) -> Any:
        if name in self.model.asked_whether:
            return bool(value)
        if name not in self.model.read_names:
            return SET
        return _plain(value)

    def _seen(self, config: Config | Exit) -> Seen:
        tasks: Counter[Any] = Counter()
        timers: Counter[Any] = Counter()
        if isinstance(config, Config):
            self._collect(config, tasks, timers)
        return tasks, timers, not isinstance(config, Config)

    def _collect(self, config: Config, tasks: Counter[Any], timers: Counter[Any]) -> None:
        net = self.explorer.graphs[config.key].net
        for token in config.marking.tokens:
            node = net.nodes[token.node]
            if node.kind == "userTask":
                data = tuple((n, _plain_frozen(v)) for n, v in token.data if not n.startswith("$"))
                tasks[net.key[0], node.id, data] += 1
            struck = (id for id in token.armed if net.nodes[id].trigger == "timer" and id not in self._forgotten)
            timers.update((net.key[0], id) for id in struck)
        for _, inner in config.inside:
            self._collect(inner, tasks, timers)


def _fitting(inside: tuple[tuple[str, Config], ...], hosts: Counter[str]) -> Iterator[tuple[tuple[str, Config], ...]]:
    """What may still run inside, where as many hosts are left."""
    present = Counter(host for host, _ in inside)
    over = next((host for host in present if present[host] > hosts[host]), None)
    if over is None:
        yield inside
        return
    for place, (host, _) in enumerate(inside):
        if host == over:
            yield from _fitting(inside[:place] + inside[place + 1 :], hosts)


def _signals(element: Element, sets: Mapping[str, Any]) -> bool:
    """What reaches another part of the case by a signal is no part of this comparison; nor are several orders."""
    return sets.get("action") == "reassign" or bool(sets.get("co_units"))


def _fields(model: Model, element: Element) -> list[str]:
    form = model.forms.get(element.form or "", {})
    return [*(n for n in form.get("properties", {}) if n in model.read_names), *form.get("ui", {}).get("flags", {})]


def _plain(value: Any) -> Any:
    """Instants and units as the proof knows them."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, str) and value[4:5] == "-" and "T" in value:
        return INSTANT
    return OTHER if value == "SC-SS" else plain(value)


def _plain_frozen(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(_plain_frozen(part) for part in value)
    return _plain(value)


@cache
def the_family() -> tuple[Definition, Explorer]:
    return _explored(read_folder(SHIPPED), "five_step_loop", house(True))


@cache
def drawn(name: str) -> tuple[Definition, Explorer]:
    return _explored({"p.bpmn": DRAWINGS[name]}, "p", DRAWN)


def generated(seed: int) -> tuple[Definition, Explorer]:
    """A random block-structured diagram, each of its tasks for a post."""
    files = {name: _UNPOSTED.sub(rb'<bpmn:\1 bc:groups="g" ', text) for name, text in Generator(seed).files().items()}
    return _explored(files, "p", GENERATED, x=seed % 3, items=["a"])


_UNPOSTED = re.compile(rb"<bpmn:(userTask|manualTask|task) (?![^>]*bc:groups)")


def _explored(files: Files, entry: str, surroundings: House, **begun: Any) -> tuple[Definition, Explorer]:
    explorer = Explorer(read_model(read_bundle(files)[0], entry, surroundings), 10**6, 60)
    explorer.run(valuation(begun, begun))
    return read_definition(files, entry), explorer
