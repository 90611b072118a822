"""Decision tables: DMN files read into rows and evaluated by our own expressions.

One table per file. Hit policies UNIQUE (checked), FIRST, ANY and COLLECT; others are refused. Input cells are
the simple FEEL tests a table editor writes: `-`, `"a","b"`, `not("a")`, `< 5`, `[1..10]`, literals.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from engine.bpmn.expressions import Expression, ExpressionError, Words, parse
from engine.bpmn.xml import local_name

Test = Callable[[Any], bool]


class TableRefused(ValueError):
    """A decision table that cannot be executed; the message says why, in Chinese."""


@dataclass(frozen=True)
class Rule:
    """One row: a test per input, an expression per output."""

    tests: tuple[Test, ...]
    outputs: tuple[Expression | None, ...]
    cells: tuple[str, ...]  # as written, inputs then outputs


@dataclass(frozen=True)
class Decision:
    """One executable table."""

    id: str
    name: str
    hit_policy: str
    inputs: tuple[Expression, ...]
    outputs: tuple[str, ...]
    rules: tuple[Rule, ...]

    @property
    def names(self) -> frozenset[str]:
        """Variables the table reads."""
        cells = (cell.names for rule in self.rules for cell in rule.outputs if cell is not None)
        return frozenset().union(*(cell.names for cell in self.inputs), *cells)

    def evaluate(self, variables: Mapping[str, Any], words: Words) -> dict[str, Any]:
        """Output name -> value; every output null when no row applies. Raises ExpressionError."""
        values = [cell.evaluate(variables, words) for cell in self.inputs]
        hits = [rule for rule in self.rules if all(t(v) for t, v in zip(rule.tests, values, strict=True))]
        rows = [self._row(rule, variables, words) for rule in hits]
        if self.hit_policy == "COLLECT":
            return {name: [row[name] for row in rows] for name in self.outputs}
        if self.hit_policy == "UNIQUE" and len(rows) > 1:
            raise ExpressionError(f"决策表“{self.name}”同时有 {len(rows)} 行适用，应只有一行")
        if self.hit_policy == "ANY" and any(row != rows[0] for row in rows):
            raise ExpressionError(f"决策表“{self.name}”适用的几行结果不一致")
        return rows[0] if rows else dict.fromkeys(self.outputs)

    def _row(self, rule: Rule, variables: Mapping[str, Any], words: Words) -> dict[str, Any]:
        values = (None if cell is None else cell.evaluate(variables, words) for cell in rule.outputs)
        return dict(zip(self.outputs, values, strict=True))


def read_decision(root: etree._Element) -> Decision:
    """The one table of a DMN file; raises TableRefused."""
    decisions = [node for node in root.iter() if local_name(node) == "decision"]
    tables = [node for node in root.iter() if local_name(node) == "decisionTable"]
    if len(decisions) != 1 or len(tables) != 1:
        raise TableRefused("一个文件里应恰好有一张决策表")
    policy = tables[0].get("hitPolicy", "UNIQUE")
    if policy not in ("UNIQUE", "FIRST", "ANY", "COLLECT") or tables[0].get("aggregation"):
        raise TableRefused(f"不支持命中策略“{policy}”，请用 UNIQUE、FIRST、ANY 或 COLLECT")
    return _decision(decisions[0], tables[0], policy)


def _decision(decision: etree._Element, table: etree._Element, policy: str) -> Decision:
    try:
        found = Decision(
            id=decision.get("id", ""),
            name=decision.get("name") or decision.get("id") or "",
            hit_policy=policy,
            inputs=tuple(parse(_child_text(node, "inputExpression")) for node in _children(table, "input")),
            outputs=tuple(node.get("name") or node.get("label") or "" for node in _children(table, "output")),
            rules=tuple(_rule(node) for node in _children(table, "rule")),
        )
    except ExpressionError as error:
        raise TableRefused(str(error)) from None
    _check_columns(found)
    return found


def _check_columns(decision: Decision) -> None:
    """Every row fills every column, and every result has a name a condition can use."""
    names = decision.outputs
    if not names or len(set(names)) < len(names) or not all(name.isidentifier() for name in names):
        raise TableRefused("请给每个结果列一个自己的名称，由字母、数字和下划线组成")
    for number, rule in enumerate(decision.rules, 1):
        if (len(rule.tests), len(rule.outputs)) != (len(decision.inputs), len(names)):
            raise TableRefused(f"第 {number} 行的单元格与表的列对不上，请补齐或删去多余的")


def _rule(node: etree._Element) -> Rule:
    inputs = [_cell(entry) for entry in _children(node, "inputEntry")]
    outputs = [_cell(entry) for entry in _children(node, "outputEntry")]
    return Rule(
        tests=tuple(read_test(cell) for cell in inputs),
        outputs=tuple(parse(cell) if cell else None for cell in outputs),
        cells=(*inputs, *outputs),
    )


def _children(node: etree._Element, name: str) -> list[etree._Element]:
    return [child for child in node if local_name(child) == name]


def _child_text(node: etree._Element, name: str) -> str:
    return _cell(_children(node, name)[0]) if _children(node, name) else ""


def _cell(node: etree._Element) -> str:
    return "".join(text.text or "" for text in _children(node, "text")).strip()


# ------------------------------------------------------------------ input cells
_RANGE = re.compile(r"([\[\](])\s*([^\s.]+(?:\.\d+)?)\s*\.\.\s*([^\s\])\[]+)\s*([\[\])])")
_COMPARISONS: tuple[tuple[str, Callable[[Any, Any], bool]], ...] = (
    ("<=", lambda a, b: a <= b),
    (">=", lambda a, b: a >= b),
    ("!=", lambda a, b: a != b),
    ("<", lambda a, b: a < b),
    (">", lambda a, b: a > b),
)


def read_test(cell: str) -> Test:
    """A test from one input cell; raises ExpressionError."""
    text = cell.strip()
    if text in ("", "-"):
        return lambda value: True
    if text.startswith("not(") and text.endswith(")"):
        inner = read_test(text[4:-1])
        return lambda value: not inner(value)
    parts = _split(text)
    if len(parts) > 1:
        tests = [read_test(part) for part in parts]
        return lambda value: any(test(value) for test in tests)
    return _range(text) or _comparison(text) or _literal(text)


def _split(text: str) -> list[str]:
    """Split at commas outside quotes and brackets."""
    parts, start, quoted, depth = [], 0, False, 0
    for place, character in enumerate(text):
        if character == '"':
            quoted = not quoted
        elif not quoted:
            depth += (character in "(") - (character in ")")
            if character == "," and depth == 0:
                parts.append(text[start:place])
                start = place + 1
    return [*parts, text[start:]]


def _range(text: str) -> Test | None:
    match = _RANGE.fullmatch(text)
    if match is None:
        return None
    opening, low_text, high_text, closing = match.groups()
    low, high = _constant(low_text), _constant(high_text)

    def inside(value: Any) -> bool:
        if not _comparable(value, low):
            return False
        above = value >= low if opening == "[" else value > low
        below = value <= high if closing == "]" else value < high
        return bool(above and below)

    return inside


def _comparison(text: str) -> Test | None:
    for sign, compare in _COMPARISONS:
        if text.startswith(sign):
            bound = _constant(text[len(sign) :])
            return lambda value: (sign == "!=" or _comparable(value, bound)) and compare(value, bound)
    return None


def _literal(text: str) -> Test:
    wanted = _constant(text)
    return lambda value: bool(value == wanted and isinstance(value, bool) == isinstance(wanted, bool))


def _constant(text: str) -> Any:
    expression = parse(text)
    if expression.names or expression.words:
        raise ExpressionError(f"单元格“{text.strip()}”应是数字或带英文双引号的文字")
    return expression.evaluate({}, {})


def _comparable(value: Any, bound: Any) -> bool:
    number = isinstance(value, int | float) and isinstance(bound, int | float) and not isinstance(value, bool)
    return number or (isinstance(value, str) and isinstance(bound, str))
