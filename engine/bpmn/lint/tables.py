"""Decision tables: one per file, and every cell read by itself, so that each wrong one is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from lxml import etree

from engine.bpmn.cells import read_cell
from engine.bpmn.decisions import Decision, TableRefused, read_decision
from engine.bpmn.expressions import ExpressionError, parse
from engine.bpmn.lint.bundle import Bundle
from engine.bpmn.lint.expressions import unknown_words
from engine.bpmn.xml import local_name
from engine.errors import Finding


def rules(bundle: Bundle) -> Iterator[Finding]:
    """Every table of the bundle."""
    ids: Counter[str] = Counter()
    for name, root in bundle.decision_files():
        cells = [Finding(name, "CELL", id, sentence) for id, sentence in _cells(root)]
        yield from cells
        if not cells:
            yield from _table(bundle, name, root, ids)


def _table(bundle: Bundle, name: str, root: etree._Element, ids: Counter[str]) -> Iterator[Finding]:
    try:
        decision = read_decision(root)
    except TableRefused as refused:
        yield Finding(name, "TABLE", _decision_id(root), str(refused))
        return
    ids[decision.id] += 1
    if ids[decision.id] > 1:
        yield Finding(name, "DUPLICATE_ID", decision.id, f"有两张决策表都叫“{decision.id}”，请各取一个标识")
    for sentence in unknown_words(bundle, decision.words):
        yield Finding(name, "WORD", decision.id, f"决策表“{decision.name}”：{sentence}")
    yield from _overlaps(name, decision)


def _overlaps(name: str, decision: Decision) -> Iterator[Finding]:
    """Rows that would apply together, where the policy wants one answer; the first three pairs are named."""
    for one, other in islice(decision.overlaps(), 3):
        way = "结果又不同" if decision.hit_policy == "ANY" else "而命中策略是 UNIQUE"
        said = f"决策表“{decision.name}”第 {one} 行和第 {other} 行会同时适用，{way}，请改成互斥的，或改用 FIRST"
        yield Finding(name, "TABLE_OVERLAP", decision.id, said)


def _decision_id(root: etree._Element) -> str:
    return next((node.get("id") or "-" for node in root.iter() if local_name(node) == "decision"), "-")


def _cells(root: etree._Element) -> Iterator[tuple[str, str]]:
    rows = [node for node in root.iter() if local_name(node) == "rule"]
    for number, row in enumerate(rows, 1):
        for kind, read in (("inputEntry", read_cell), ("outputEntry", read_result)):
            entries = [node for node in row if local_name(node) == kind]
            for column, entry in enumerate(entries, 1):
                yield from _cell(entry, f"第 {number} 行第 {column} 个{_CHINESE[kind]}", read)


def read_result(text: str) -> None:
    """Check one result cell; raises ExpressionError.

    A Chinese word without quotes would be looked up as a variable when the row applies.
    """
    if text.isidentifier() and not text.isascii():
        raise ExpressionError("文字请加英文双引号")
    parse(text)


_CHINESE = {"inputEntry": "条件", "outputEntry": "结果"}


def _cell(entry: etree._Element, place: str, read: Callable[[str], Any]) -> Iterator[tuple[str, str]]:
    text = "".join(node.text or "" for node in entry if local_name(node) == "text").strip()
    if not text:
        return
    try:
        read(text)
    except ExpressionError as error:
        yield entry.get("id") or "-", f"{place}“{text[:40]}”有误：{error}"
