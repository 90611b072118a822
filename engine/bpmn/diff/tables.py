"""Differences between two decision tables: columns, and rows by what they test, whatever their ids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml import etree

from engine.bpmn.diff.change import Change
from engine.bpmn.xml import local_name, read_xml


@dataclass(frozen=True)
class Column:
    """One column: what is tested or given, and what it is called."""

    key: str
    label: str


@dataclass(frozen=True)
class Row:
    """One row, as written."""

    id: str
    tests: tuple[str, ...]
    results: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """One decision table."""

    id: str
    name: str
    policy: str
    tests: tuple[Column, ...]
    results: tuple[Column, ...]
    rows: tuple[Row, ...]

    def told(self, row: Row) -> tuple[str, ...]:
        """What a row tests, `key=cell`; nothing of cells that take anything."""
        pairs = zip(self.tests, row.tests, strict=False)
        return tuple(f"{column.key}={cell}" for column, cell in pairs if cell not in ("", "-"))


def read_table(content: bytes) -> Table:
    """The table of a DMN file. Raises XmlRefused; what is not there is empty."""
    nodes = [node for node in read_xml(content).iter() if isinstance(node.tag, str)]
    decision = next((node for node in nodes if local_name(node) == "decision"), None)
    table = next((node for node in nodes if local_name(node) == "decisionTable"), None)
    inner = [] if table is None else list(table)
    inputs = [node for node in inner if local_name(node) == "input"]
    outputs = [node for node in inner if local_name(node) == "output"]
    id = "" if decision is None else decision.get("id", "")
    return Table(
        id=id,
        name=id if decision is None else decision.get("name") or id,
        policy="UNIQUE" if table is None else table.get("hitPolicy", "UNIQUE"),
        tests=tuple(_column(node, _text(node)) for node in inputs),
        results=tuple(_column(node, node.get("name") or "") for node in outputs),
        rows=tuple(_row(node) for node in inner if local_name(node) == "rule"),
    )


def _column(node: etree._Element, key: str) -> Column:
    return Column(key, node.get("label") or key)


def _row(node: etree._Element) -> Row:
    cells = {kind: tuple(_text(c) for c in node if local_name(c) == kind) for kind in ("inputEntry", "outputEntry")}
    return Row(node.get("id", ""), cells["inputEntry"], cells["outputEntry"])


def _text(node: etree._Element) -> str:
    return " ".join("".join(str(text) for text in node.itertext()).split())


# ------------------------------------------------------------------ comparing
def table_changes(file: str, before: Table, after: Table) -> Iterator[Change]:
    """Name, hit policy, columns, then rows."""
    for about, was, now in (("name", before.name, after.name), ("policy", before.policy, after.policy)):
        if was != now:
            yield Change("table", file, after.id, after.name, about, was, now)
    for old, new in ((before.tests, after.tests), (before.results, after.results)):
        yield from _columns(file, after, old, new)
    yield from _rows(file, before, after)


def _columns(file: str, table: Table, before: Iterable[Column], after: Iterable[Column]) -> Iterator[Change]:
    old, new = {c.key: c for c in before}, {c.key: c for c in after}
    for key, column in new.items():
        if key not in old:
            yield Change("column_added", file, table.id, table.name, key, after=column.label)
        elif old[key].label != column.label:
            yield Change("column", file, table.id, table.name, key, old[key].label, column.label)
    for key, column in old.items():
        if key not in new:
            yield Change("column_removed", file, table.id, table.name, key, before=column.label)


def _rows(file: str, before: Table, after: Table) -> Iterator[Change]:
    old, new = _keyed(before), _keyed(after)
    gone = {row.id: row for key, row in old.items() if key not in new}
    for key, row in new.items():
        near = (after.told(row), ())
        if key in old:
            yield from _results(file, before, after, old[key], row)
        elif row.id in gone:
            was = gone.pop(row.id)
            yield Change("row_test", file, after.id, after.name, "", _tests(before, was), _tests(after, row), near)
            yield from _results(file, before, after, was, row)
        else:
            yield Change("row_added", file, after.id, after.name, after=_given(after, row), near=near)
    for row in gone.values():
        near = (before.told(row), ())
        yield Change("row_removed", file, after.id, after.name, before=_given(before, row), near=near)
    kept = [[key for key in keys if key in others] for keys, others in ((old, new), (new, old))]
    if after.policy in ("FIRST", "COLLECT") and kept[0] != kept[1]:
        yield Change("row_order", file, after.id, after.name)


def _keyed(table: Table) -> dict[tuple[tuple[str, ...], int], Row]:
    """Rows by what they test; those that test the same by their place among themselves."""
    found: dict[tuple[tuple[str, ...], int], Row] = {}
    for row in table.rows:
        tests = tuple(sorted(table.told(row)))
        place = 0
        while (tests, place) in found:
            place += 1
        found[(tests, place)] = row
    return found


def _results(file: str, before: Table, after: Table, old: Row, new: Row) -> Iterator[Change]:
    was = dict(zip((column.key for column in before.results), old.results, strict=False))
    for column, now in zip(after.results, new.results, strict=False):
        if column.key in was and was[column.key] != now:
            near = (after.told(new), (column.label,))
            yield Change("row", file, after.id, after.name, column.key, was[column.key], now, near)


def _tests(table: Table, row: Row) -> str:
    return "\n".join(table.told(row))


def _given(table: Table, row: Row) -> str:
    return "\n".join(f"{column.key}={cell}" for column, cell in zip(table.results, row.results, strict=False))
