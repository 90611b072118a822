"""Decision tables: DMN files read into rows and evaluated by our own expressions.

One table per file. Every hit policy of the standard (DMN 1.3, 8.2.8) does what it says: UNIQUE is checked, ANY too,
PRIORITY and OUTPUT ORDER follow the list of values of the result columns, COLLECT may sum, count, or take the least or
greatest. Where no row applies the default results count, else null. Input cells: see `cells.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from engine.bpmn.cells import Cell, read_cell
from engine.bpmn.expressions import Expression, ExpressionError, Words, parse
from engine.bpmn.overlap import NUMBERS, TEXTS, overlapping
from engine.bpmn.xml import local_name

MAX_ROWS = 500
MAX_COLUMNS = 50
SINGLE = ("UNIQUE", "FIRST", "ANY", "PRIORITY")
LISTING = ("COLLECT", "RULE ORDER", "OUTPUT ORDER")
RANKED = ("PRIORITY", "OUTPUT ORDER")
AGGREGATORS = ("SUM", "MIN", "MAX", "COUNT")
Check = Callable[[], None]


class TableRefused(ValueError):
    """A decision table that cannot be executed; the message says why, in Chinese."""


@dataclass(frozen=True)
class Rule:
    """One row: a test per input, an expression per output."""

    tests: tuple[Cell, ...]
    outputs: tuple[Expression | None, ...]
    cells: tuple[str, ...]  # as written, inputs then outputs


@dataclass(frozen=True)
class Decision:
    """One executable table. `ranks`: per output the values in order of priority, empty where none are listed."""

    id: str
    name: str
    hit_policy: str
    inputs: tuple[Expression, ...]
    outputs: tuple[str, ...]
    rules: tuple[Rule, ...]
    types: tuple[str, ...] = ()  # of the inputs, lower case; empty for none
    given: tuple[Cell | None, ...] = ()  # values the inputs are said to take
    aggregator: str | None = None
    ranks: tuple[tuple[Any, ...], ...] = ()
    otherwise: tuple[Expression | None, ...] = ()  # results where no row applies

    @property
    def names(self) -> frozenset[str]:
        """Variables the table reads."""
        return frozenset().union(*(cell.names for cell in self.expressions()))

    @property
    def words(self) -> frozenset[str]:
        """Words it calls."""
        return frozenset().union(*(cell.words for cell in self.expressions()))

    def expressions(self) -> Iterator[Expression]:
        """What its columns ask and its rows give."""
        yield from self.inputs
        for row in (*(rule.outputs for rule in self.rules), self.otherwise):
            yield from (cell for cell in row if cell is not None)

    def evaluate(self, variables: Mapping[str, Any], words: Words, check: Check = lambda: None) -> dict[str, Any]:
        """Output name -> value; the default results, else null, when no row applies. Raises ExpressionError.

        `check` is asked before every row; what it raises ends a table that takes too long.
        """
        values = [cell.evaluate(variables, words) for cell in self.inputs]
        rows = [self._row(rule.outputs, variables, words) for rule in self._hits(values, check)]
        if self.hit_policy in RANKED:
            rows = sorted(rows, key=self._rank)
        if self.hit_policy in LISTING:
            return self._together(rows)
        self._agreed(rows)
        return rows[0] if rows else self._default(variables, words)

    def _hits(self, values: Sequence[Any], check: Check) -> Iterator[Rule]:
        for rule in self.rules:
            check()
            if all(test(value) for test, value in zip(rule.tests, values, strict=True)):
                yield rule

    def _agreed(self, rows: Sequence[Mapping[str, Any]]) -> None:
        if self.hit_policy == "UNIQUE" and len(rows) > 1:
            raise ExpressionError(f"决策表“{self.name}”同时有 {len(rows)} 行适用，应只有一行")
        if self.hit_policy == "ANY" and any(row != rows[0] for row in rows):
            raise ExpressionError(f"决策表“{self.name}”适用的几行结果不一致")

    def _default(self, variables: Mapping[str, Any], words: Words) -> dict[str, Any]:
        given = self.otherwise or (None,) * len(self.outputs)
        return self._row(given, variables, words)

    def _together(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """A list per output, or what the aggregator makes of it: null of nothing, but nothing counts 0."""
        listed = {name: [row[name] for row in rows] for name in self.outputs}
        if self.aggregator is None:
            return listed
        return {name: self._aggregated(values) for name, values in listed.items()}

    def _aggregated(self, values: Sequence[Any]) -> Any:
        if self.aggregator == "COUNT":
            return len(values)
        if any(isinstance(value, bool) or not isinstance(value, int | float) for value in values):
            raise ExpressionError(f"决策表“{self.name}”用 {self.aggregator} 汇总，结果应都是数字")
        if not values:
            return None
        if self.aggregator == "SUM":
            return sum(values)
        return min(values) if self.aggregator == "MIN" else max(values)

    def _rank(self, row: Mapping[str, Any]) -> tuple[int, ...]:
        """Lower comes first; result columns count from left to right."""
        return tuple(
            self._place(name, row[name], rank) for name, rank in zip(self.outputs, self.ranks, strict=True) if rank
        )

    def _place(self, name: str, value: Any, rank: Sequence[Any]) -> int:
        if value not in rank:
            raise ExpressionError(f"决策表“{self.name}”的结果“{name}”给出了没有列出的值“{value}”，无法排先后")
        return rank.index(value)

    def _row(self, outputs: Sequence[Expression | None], variables: Mapping[str, Any], words: Words) -> dict[str, Any]:
        values = (None if cell is None else cell.evaluate(variables, words) for cell in outputs)
        return dict(zip(self.outputs, values, strict=True))

    def overlaps(self) -> Iterator[tuple[int, int]]:
        """Pairs of rows that surely apply together for some values, though the policy wants one answer."""
        pairs = overlapping(self.inputs, self.types, self.given, [rule.tests for rule in self.rules])
        if self.hit_policy == "UNIQUE":
            yield from pairs
        elif self.hit_policy == "ANY":
            yield from ((a, b) for a, b in pairs if self._differ(self.rules[a - 1], self.rules[b - 1]))

    def _differ(self, one: Rule, other: Rule) -> bool:
        """Whether two rows surely give different results: constants only."""
        results = [
            [None if cell is None else cell.evaluate({}, {}) for cell in rule.outputs]
            for rule in (one, other)
            if not any(cell.names or cell.words for cell in rule.outputs if cell is not None)
        ]
        return len(results) == 2 and results[0] != results[1]


def read_decision(root: etree._Element) -> Decision:
    """The one table of a DMN file; raises TableRefused."""
    decisions = [node for node in root.iter() if local_name(node) == "decision"]
    tables = [node for node in root.iter() if local_name(node) == "decisionTable"]
    if len(decisions) != 1 or len(tables) != 1:
        raise TableRefused("一个文件里应恰好有一张决策表，请分成几个文件")
    policy, aggregator = tables[0].get("hitPolicy", "UNIQUE"), tables[0].get("aggregation")
    if policy not in SINGLE + LISTING:
        raise TableRefused(f"不认识命中策略“{policy}”，应是 {'、'.join(SINGLE + LISTING)} 之一")
    if aggregator is not None and (policy != "COLLECT" or aggregator not in AGGREGATORS):
        raise TableRefused(f"汇总“{aggregator}”不起作用，请改用 COLLECT 和 {'、'.join(AGGREGATORS)} 之一，或去掉汇总")
    _check_languages(root)
    _check_size(tables[0])
    return _decision(decisions[0], tables[0], policy, aggregator)


def _check_languages(root: etree._Element) -> None:
    for node in root.iter():
        language = node.get("expressionLanguage", "") if isinstance(node.tag, str) else ""
        if language and "feel" not in language.lower():
            raise TableRefused(f"表达式语言“{language[:40]}”不执行，请在建模工具里改成 FEEL")


def _check_size(table: etree._Element) -> None:
    rows, columns = len(_children(table, "rule")), len(_children(table, "input")) + len(_children(table, "output"))
    if rows > MAX_ROWS or columns > MAX_COLUMNS:
        raise TableRefused(f"决策表太大（{rows} 行 {columns} 列），最多 {MAX_ROWS} 行 {MAX_COLUMNS} 列，请拆成几张")


def _decision(decision: etree._Element, table: etree._Element, policy: str, aggregator: str | None) -> Decision:
    inputs, outputs = _children(table, "input"), _children(table, "output")
    try:
        found = Decision(
            id=decision.get("id", ""),
            name=decision.get("name") or decision.get("id") or "",
            hit_policy=policy,
            inputs=tuple(parse(_child_text(node, "inputExpression")) for node in inputs),
            outputs=tuple(node.get("name") or node.get("label") or "" for node in outputs),
            rules=tuple(_rule(node) for node in _children(table, "rule")),
            types=tuple(_type(node) for node in inputs),
            given=tuple(read_cell(text) if (text := _child_text(node, "inputValues")) else None for node in inputs),
            aggregator=aggregator,
            ranks=tuple(_ranked(_child_text(node, "outputValues")) for node in outputs),
            otherwise=_defaults(outputs),
        )
    except ExpressionError as error:
        raise TableRefused(str(error)) from None
    _check_columns(found)
    _check_policy(found)
    return found


def _type(node: etree._Element) -> str:
    """The type named for an input, `feel:string` or `string`, in lower case."""
    expression = _children(node, "inputExpression")
    return (expression[0].get("typeRef") or "").rpartition(":")[2].lower().replace("any", "") if expression else ""


def _ranked(text: str) -> tuple[Any, ...]:
    return tuple(read_cell(text).bounds) if text else ()


def _defaults(outputs: Sequence[etree._Element]) -> tuple[Expression | None, ...]:
    texts = [_child_text(node, "defaultOutputEntry") for node in outputs]
    return tuple(parse(text) if text else None for text in texts) if any(texts) else ()


def _check_columns(decision: Decision) -> None:
    """Every row fills every column, and every result has a name a condition can use."""
    names = decision.outputs
    if not names or len(set(names)) < len(names) or not all(name.isidentifier() for name in names):
        raise TableRefused("请给每个结果列一个自己的名称，由字母、数字和下划线组成")
    for number, rule in enumerate(decision.rules, 1):
        if (len(rule.tests), len(rule.outputs)) != (len(decision.inputs), len(names)):
            raise TableRefused(f"第 {number} 行的单元格与表的列对不上，请补齐或删去多余的")
        for cell, type in zip(rule.tests, decision.types, strict=True):
            _check_type(number, cell, type)


def _check_type(number: int, cell: Cell, type: str) -> None:
    """A text in a column of numbers would silently never apply."""
    for bound in cell.bounds:
        if not fits(bound, type):
            raise TableRefused(f"第 {number} 行的“{cell.text[:40]}”与列的类型 {type} 对不上，永远不会适用，请改正")


def fits(bound: Any, type: str) -> bool:
    """Whether a constant may stand in a column of this type; a type nobody knows takes any."""
    if bound is None or type not in NUMBERS | TEXTS | {"boolean"}:
        return True
    if isinstance(bound, bool):
        return type == "boolean"
    return type in (TEXTS if isinstance(bound, str) else NUMBERS)


def _check_policy(decision: Decision) -> None:
    if decision.hit_policy in RANKED and not any(decision.ranks):
        raise TableRefused(f"{decision.hit_policy} 按结果列里值的先后排，请在结果列的“允许的值”里按先后列出")
    if decision.aggregator is not None and len(decision.outputs) > 1:
        raise TableRefused(f"用 {decision.aggregator} 汇总的表只能有一个结果列，请拆成几张表")
    for number, rule in enumerate(decision.rules if decision.hit_policy in RANKED else (), 1):
        _check_ranked(number, rule, decision.ranks)


def _check_ranked(number: int, rule: Rule, ranks: Sequence[Sequence[Any]]) -> None:
    """A value that is not listed has no place in the order."""
    for cell, rank in zip(rule.outputs, ranks, strict=True):
        constant = cell is None or not (cell.names or cell.words)
        if rank and constant and (None if cell is None else cell.evaluate({}, {})) not in rank:
            raise TableRefused(f"第 {number} 行的结果不在“允许的值”里，排不出先后，请把它列进去")


def _rule(node: etree._Element) -> Rule:
    inputs = [_cell(entry) for entry in _children(node, "inputEntry")]
    outputs = [_cell(entry) for entry in _children(node, "outputEntry")]
    return Rule(
        tests=tuple(read_cell(cell) for cell in inputs),
        outputs=tuple(parse(cell) if cell else None for cell in outputs),
        cells=(*inputs, *outputs),
    )


def _children(node: etree._Element, name: str) -> list[etree._Element]:
    return [child for child in node if local_name(child) == name]


def _child_text(node: etree._Element, name: str) -> str:
    return _cell(_children(node, name)[0]) if _children(node, name) else ""


def _cell(node: etree._Element) -> str:
    return "".join(text.text or "" for text in _children(node, "text")).strip()
