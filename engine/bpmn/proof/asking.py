"""Expressions evaluated by the house's own evaluator, over words that may give any of their values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from engine.bpmn.decisions import Decision
from engine.bpmn.durations import looks_like_duration
from engine.bpmn.expressions import ExpressionError, parse, parse_assignments, parse_template
from engine.bpmn.proof.choices import Choose
from engine.bpmn.proof.house import Answers, House
from engine.bpmn.proof.model import Model
from engine.bpmn.proof.net import Node
from engine.bpmn.proof.tokens import Problem

Data = Mapping[str, Any]


class Fails(Exception):
    """An expression that raises in some situation."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class Asking(Mapping[str, Callable[..., Any]]):
    """The words of one look at the data: the same call gives the same answer throughout."""

    def __init__(self, house: House, choose: Choose) -> None:
        self._words, self._choose = house.words, choose
        self._given: dict[Any, Any] = {}

    def __getitem__(self, name: str) -> Callable[..., Any]:
        return partial(self._call, name, self._words[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def __len__(self) -> int:
        return len(self._words)

    def _call(self, name: str, answers: Answers, *given: Any, **named: Any) -> Any:
        key = (name, repr(given), repr(named))
        if key not in self._given:
            options = list(answers(*given, **named))
            self._given[key] = options[0] if len(options) == 1 else self._choose(options)
        return self._given[key]


def _failed(node: Node, what: str, error: ExpressionError) -> Fails:
    unset = "还没有值" in str(error)
    way_out = "请在它之前的每条路上都设好" if unset else "请写明空值或别的类型时怎么办"
    return Fails(Problem("UNSET" if unset else "TYPE", node.id, f"“{node.name}”的{what}会出错：{error}；{way_out}"))


def ask(node: Node, what: str, text: str, data: Data, asking: Asking) -> Any:
    """The value of one expression; raises Fails."""
    try:
        return parse(text).evaluate(data, asking)
    except ExpressionError as error:
        raise _failed(node, what, error) from None


def holds(text: str, data: Data) -> bool:
    """Whether a condition is surely true: without words, and without failing."""
    expression = parse(text)
    try:
        return not expression.words and bool(expression.evaluate(data, {}))
    except ExpressionError:
        return False


def fill(node: Node, data: Data, asking: Asking) -> str:
    """The groups of a task; raises Fails."""
    try:
        text = node.drawn.groups if node.drawn.groups is not None else (node.drawn.lane or "")
        return parse_template(text).fill(data, asking)
    except ExpressionError as error:
        raise _failed(node, "岗位", error) from None


def assign(model: Model, node: Node, data: dict[str, Any], asking: Asking) -> None:
    """Carry out `bc:set`; raises Fails. Numbers are counted no further than makes a difference."""
    for name, value in parse_assignments(node.drawn.assign or ""):
        data[name] = clamp(model, name, ask(node, "赋值", value.source, data, asking))


def clamp(model: Model, name: str, value: Any) -> Any:
    """A number beyond every constant it is compared with stands for all beyond."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    known = [v for v in model.constants.get(name, ()) if isinstance(v, int | float) and not isinstance(v, bool)]
    return max(min([0, *known]) - 1, min(max([0, *known]) + 1, value))


def decide(model: Model, node: Node, data: dict[str, Any], asking: Asking) -> None:
    """Evaluate the table of a business rule task; raises Fails."""
    decision: Decision = model.decisions[node.drawn.decision or ""]
    try:
        data.update(decision.evaluate(data, asking))
    except ExpressionError as error:
        raise _failed(node, "决策表", error) from None


def strikes(node: Node, data: Data, asking: Asking) -> bool:
    """Whether a timer has an instant at all; raises Fails."""
    text = node.instant or "null"
    if looks_like_duration(text):
        return True
    value = ask(node, "计时", text, data, asking)
    if value is not None and not isinstance(value, str):
        raise Fails(Problem("TYPE", node.id, f"“{node.name}”的计时给出的不是时刻，请用 workdays(5) 这样的词"))
    return value is not None
