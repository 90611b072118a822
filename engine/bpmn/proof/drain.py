"""From one event to the next rest: a token goes on through everything automatic, as the engine does it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.bpmn.elements import USER_TASKS
from engine.bpmn.proof import asking as ask
from engine.bpmn.proof.asking import Asking, Fails, holds
from engine.bpmn.proof.choices import Choose
from engine.bpmn.proof.liveness import Liveness, effect_of
from engine.bpmn.proof.model import Model
from engine.bpmn.proof.net import Key, Net, Node, Way
from engine.bpmn.proof.tokens import Exit, Outcome, Problem, Summary, Token
from engine.bpmn.proof.values import ANSWERED, OTHER, PHASE, SET, Valuation, data_of, valuation

MOST_STEPS = 200
Enter = Callable[[Key, Valuation], Summary]


class Drain:
    """One run from one event. What it comes to is in `outcome`."""

    def __init__(self, model: Model, live: Liveness, net: Net, enter: Enter, choose: Choose) -> None:
        self._model, self._live, self._net, self._enter, self._choose = model, live, net, enter, choose
        self.outcome = Outcome()
        self._todo: list[tuple[str, str | None, dict[str, Any], bool]] = []
        self._steps = 0

    # ------------------------------------------------------------------ driving
    def leave(self, node: Node, data: dict[str, Any], beside: bool) -> None:
        """A token goes on from a node along every flow."""
        for way in node.out:
            self.outcome.passed.append(way.id)
            self._todo.append((way.target, way.id, dict(data), beside))

    def begin(self, id: str, data: dict[str, Any], beside: bool) -> None:
        """A token starts at a node: a start event, a boundary event that struck, or a join that opens."""
        self._todo.append((id, None, data, beside))

    def run(self) -> Outcome:
        try:
            while self._todo and self.outcome.problem is None and self.outcome.final is None:
                self._step(*self._todo.pop(0))
        except Fails as failed:
            self.outcome.problem = failed.problem
        if self.outcome.final is not None:
            self.outcome.rest.clear()
            self.outcome.ended.clear()
        self._model.passed[self._net.key].update(self.outcome.passed)
        return self.outcome

    def asking(self) -> Asking:
        return Asking(self._model.house, self._choose)

    def _step(self, id: str, via: str | None, data: dict[str, Any], beside: bool) -> None:
        node = self._net.nodes[id]
        self.outcome.passed.append(id)
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise Fails(Problem("SILENT_LOOP", id, f"经过“{node.name}”会一直自动转下去，请在回路上加人工任务或计时"))
        if beside and id not in self._net.beside and node.kind != "endEvent":
            text = f"旁支并入了主线的“{node.name}”，主线那一份还开着，请让边界事件打断，或让旁支自己结束"
            raise Fails(Problem("LACK_SYNC", id, text))
        if via is not None and node.joins:
            self._rest(Token(id, self._kept(node, data), beside=beside, via=via))
            return
        self._phase(node, data, beside)
        if node.waits or (node.inside is not None):
            self._arrive(node, data, beside)
        else:
            self._pass(node, data, beside)

    def _kept(self, node: Node, data: dict[str, Any]) -> Valuation:
        names = self._live.at(self._net, node.id)
        return valuation({n: self._abstract(n, data[n]) for n in names if n in data}, names)

    def _abstract(self, name: str, value: Any) -> Any:
        """As much of a value as anything can tell."""
        if name in self._model.asked_whether:
            return bool(value)
        return value if name in self._model.read_names or name in (ANSWERED, PHASE) else SET

    def _rest(self, token: Token) -> None:
        self.outcome.rest.append(token)

    # ------------------------------------------------------------------ the law of the loop
    def _phase(self, node: Node, data: dict[str, Any], beside: bool) -> None:
        law, phase = self._model.house.law, node.drawn.phase
        if law is None or beside or not phase:
            return
        before = data.get(PHASE)
        if before != phase and (before, phase) not in law.order:
            text = f"“{node.name}”在“{before}”之后进入“{phase}”，五步的次序不允许，请改画或改 bc:phase"
            raise Fails(Problem("PHASE_ORDER", node.id, text))
        data[PHASE] = phase
        if node.kind in USER_TASKS and phase in law.working:
            data[ANSWERED] = False

    def answers(self, node: Node, data: dict[str, Any]) -> None:
        """Passing a node that tells the citizen."""
        law = self._model.house.law
        if law is None:
            return
        fields = self._model.forms.get(node.drawn.form or "", {}).get("properties", {})
        told = node.kind in USER_TASKS and not law.fields.isdisjoint(fields)
        waited = node.kind == "receiveTask" and node.code in law.vouched
        if told or waited or node.drawn.operation in law.operations:
            data[ANSWERED] = True

    # ------------------------------------------------------------------ what passes by itself
    def _pass(self, node: Node, data: dict[str, Any], beside: bool) -> None:
        if node.drawn.assign and node.kind != "callActivity":
            ask.assign(self._model, node, data, self.asking())
        if node.kind == "businessRuleTask":
            ask.decide(self._model, node, data, self.asking())
        elif node.kind == "serviceTask":
            self._operate(node, data)
        elif node.kind in ("intermediateThrowEvent", "endEvent") and node.trigger == "escalation":
            self.outcome.throws.add(node.code)
        if node.kind == "endEvent":
            self._end(node, data, beside)
        elif node.kind in ("exclusiveGateway", "inclusiveGateway"):
            self._decide_way(node, data, beside)
        else:
            self.leave(node, data, beside)

    def _operate(self, node: Node, data: dict[str, Any]) -> None:
        effect = effect_of(self._model, node)
        for name in sorted(effect.reads):
            if name not in data:
                text = f"“{node.name}”要用的变量“{name}”还没有值，请在它之前的每条路上都设好"
                raise Fails(Problem("UNSET", node.id, text))
        left = effect.leaves(data)
        data.update({**dict.fromkeys(effect.writes, OTHER), **left})
        self.answers(node, data)

    def _end(self, node: Node, data: dict[str, Any], beside: bool) -> None:
        after = self._live.leaving(self._net, node)
        left = valuation({n: self._abstract(n, data[n]) for n in after if n in data}, after)
        law = self._model.house.law
        if law and self._net.key == self._model.entry and not beside and not data.get(ANSWERED):
            text = f"走到“{node.name}”时没有给过反馈，请先经过反馈再结束"
            raise Fails(Problem("NO_FEEDBACK", node.id, text))
        if node.trigger == "terminate":
            self.outcome.final = Exit(left)
        elif node.trigger == "error":
            self.outcome.final = Exit(left, node.code or "")
        else:
            self.outcome.ended.append((left, beside))

    def _decide_way(self, node: Node, data: dict[str, Any], beside: bool) -> None:
        words = self.asking()
        told = [way for way in node.out if way.condition is not None and way.id != node.default]
        if node.kind == "exclusiveGateway":
            chosen = next((w for w in told if ask.ask(node, "条件", w.condition or "", data, words)), None)
            found = [] if chosen is None else [chosen]
            self._overlap(node, told, found, data)
        else:
            found = [w for w in told if ask.ask(node, "条件", w.condition or "", data, words)]
        plain = [w for w in node.out if w.id == node.default or (w.condition is None and node.default is None)]
        found = found or plain
        if not found:
            known = "，".join(f"{name}={value!r}" for name, value in sorted(data.items()) if not name.startswith("$"))
            raise Fails(Problem("NO_WAY_OUT", node.id, f"网关“{node.name}”没有一条路走得通（{known}），请指定默认连线"))
        for way in found:
            self.outcome.passed.append(way.id)
            self._todo.append((way.target, way.id, dict(data), beside))

    def _overlap(self, node: Node, told: list[Way], found: list[Way], data: dict[str, Any]) -> None:
        """Two conditions true at once: then the height of a box in the drawing decides. Noted, not refused."""
        if not found or found[0] is told[-1] or (self._net.key, node.id) in self._model.overlaps:
            return
        known = self._model.compared.setdefault((self._net.key, node.id), set())
        if (mark := self._kept(node, data)) not in known:
            known.add(mark)
            for way in told[told.index(found[0]) + 1 :]:
                if holds(way.condition or "", data):
                    self._model.overlaps[self._net.key, node.id] = f"{found[0].id}、{way.id}"

    # ------------------------------------------------------------------ what waits
    def _arrive(self, node: Node, data: dict[str, Any], beside: bool) -> None:
        loop = node.loop
        if loop is not None and loop.collection is not None and not self._several(node, data):
            self.leave(node, without_item(node, data), beside)
        elif node.inside is not None:
            self._host(node, data, beside)
        else:
            self._look(node, self._with_item(node, data))
            self._rest(Token(node.id, self._kept(node, data), self._armed(node, data), beside))

    def _look(self, node: Node, data: dict[str, Any]) -> None:
        """Groups and due are worked out when the wait begins."""
        if node.kind not in USER_TASKS:
            return
        given = ask.fill(node, data, self.asking())
        for group in [part.strip() for part in given.split(",") if part.strip()] or [""]:
            why = "没有指定岗位" if not group else self._model.house.posts(group)
            if why is not None:
                raise Fails(Problem("EMPTY_GROUP", node.id, f"“{node.name}”没有人能办：{why}，请改 bc:groups"))
        if node.drawn.due:
            due = ask.ask(node, "时限", node.drawn.due, data, self.asking())
            if due is not None and not isinstance(due, str):
                raise Fails(Problem("TYPE", node.id, f"“{node.name}”的时限给出的不是时刻，请用 workdays(5) 这样的词"))

    def _armed(self, node: Node, data: dict[str, Any]) -> frozenset[str]:
        """Events that may strike; a timer without an instant never does."""
        events = list(node.boundary)
        if node.kind == "eventBasedGateway":
            events += [way.target for way in node.out]
        elif node.kind == "intermediateCatchEvent":
            events.append(node.id)
        found = [self._net.nodes[id] for id in events]
        return frozenset(e.id for e in found if e.trigger != "timer" or ask.strikes(e, data, self.asking()))

    def _host(self, node: Node, data: dict[str, Any], beside: bool) -> None:
        """A sub-process or a call: it may end at once, or the token rests while it goes on."""
        inner = self.inside(node, data)
        options: list[Exit | None] = sorted(inner.at_once, key=repr)
        if inner.rests:
            options.append(None)
        if not options:
            raise Fails(Problem("INNER", node.id, f"“{node.name}”里面走不到头"))
        chosen = options[0] if len(options) == 1 else self._choose(options)
        if chosen is None:
            self._rest(Token(node.id, self._kept_outside(node, data), self._armed(node, data), beside, inner=inner))
        else:
            self.out_of(node, data, chosen, beside)

    def _kept_outside(self, node: Node, data: dict[str, Any]) -> Valuation:
        """What a host needs once it is entered: what goes on after it, or out of its events."""
        events = frozenset().union(*(self._live.at(self._net, id) for id in node.boundary))
        names = self._live.leaving(self._net, node) | events
        return valuation({n: self._abstract(n, data[n]) for n in names if n in data}, names)

    def _several(self, node: Node, data: dict[str, Any]) -> bool:
        """Whether a multi-instance has anything to run over."""
        name = (node.loop.collection if node.loop else None) or ""
        if name not in data:
            text = f"“{node.name}”的集合“{name}”还没有值，请在它之前的每条路上都设好"
            raise Fails(Problem("UNSET", node.id, text))
        items = data[name]
        if not isinstance(items, list | dict):
            raise Fails(Problem("TYPE", node.id, f"“{node.name}”的集合“{name}”不是列表，请改成列表"))
        return bool(items)

    def inside(self, node: Node, data: dict[str, Any]) -> Summary:
        """What goes on in a host entered with this data."""
        inner = self._model.nets[node.inside or ("", "")]
        given = self._with_item(node, data)
        if node.kind == "callActivity":
            ask.assign(self._model, node, given, self.asking())
        names = self._live.at(inner, inner.start) | self._live.after(inner)
        entry = valuation({n: self._abstract(n, given[n]) for n in names if n in given}, names)
        self.outcome.entered.append((node.id, inner.key, entry))
        return self._enter(inner.key, entry)

    def _with_item(self, node: Node, data: dict[str, Any]) -> dict[str, Any]:
        """The data of one instance of a multi-instance."""
        if node.loop is None or not node.loop.item:
            return dict(data)
        items = list(data[node.loop.collection]) if node.loop.collection else [0]
        same = len(set(map(repr, items))) == 1
        return {**data, node.loop.item: items[0] if same else self._choose(items)}

    def finish(self, node: Node, data: dict[str, Any], exit: Exit, beside: bool) -> None:
        """What goes on in a host that rested has ended."""
        try:
            self.out_of(node, data, exit, beside)
        except Fails as failed:
            self.outcome.problem = failed.problem

    def out_of(self, node: Node, data: dict[str, Any], exit: Exit, beside: bool) -> None:
        """A host has ended: its data take the place of the caller's, but for those of separate instances."""
        if exit.error is not None:
            self._caught(node, data, exit, beside)
            return
        left = data_of(exit.data)
        if node.loop is not None and node.loop.until:
            ask.ask(node, "完成条件", node.loop.until, {**data, **left}, self.asking())
        if node.loop is None or not node.loop.isolated:
            data = {**data, **left}
        self.leave(node, without_item(node, data), beside)

    def _caught(self, node: Node, data: dict[str, Any], exit: Exit, beside: bool) -> None:
        for id in node.boundary:
            event = self._net.nodes[id]
            if event.trigger == "error" and event.code in (None, exit.error or None):
                self.begin(id, {**data, **data_of(exit.data)}, beside)
                return
        self.outcome.final = exit


def without_item(node: Node, data: dict[str, Any]) -> dict[str, Any]:
    """The data once all instances are done: the item of the loop goes with them."""
    item = node.loop.item if node.loop and node.loop.isolated else None
    return {name: value for name, value in data.items() if name != item}
