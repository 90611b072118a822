"""A decision table as a sheet to fill in, and back: only the bytes of changed cells and rows are written anew.

Comments, layout, ids and whatever other tools left in the file stay as they are. What a row says is read here as it is
written; `words.py` has it for people.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from xml.sax.saxutils import escape

from lxml import etree

from engine.bpmn.editing.spans import Place, as_utf8, places
from engine.bpmn.xml import local_name, read_xml


@dataclass(frozen=True)
class Column:
    """One column. `key`: what is tested, or the variable given; `allowed`: values the file lists, as written."""

    key: str
    label: str
    type: str
    allowed: str = ""


@dataclass(frozen=True)
class Row:
    """One row. `id` is its own, or `#3` where the third row has none of its own; empty: not in the file yet."""

    id: str
    tests: tuple[str, ...]
    results: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True)
class Sheet:
    """One decision table."""

    id: str
    name: str
    note: str
    policy: str
    tests: tuple[Column, ...]
    results: tuple[Column, ...]
    rows: tuple[Row, ...]

    @property
    def blank(self) -> Row:
        """A row that takes anything and gives nothing yet."""
        return Row("", ("-",) * len(self.tests), ("",) * len(self.results))


class NoTable(ValueError):
    """The file holds no single decision table."""


def read_sheet(content: bytes) -> Sheet:
    """The table of a DMN file as it is written. Raises XmlRefused, NoTable."""
    root = read_xml(content)
    decisions, tables = (_named(root, name) for name in ("decision", "decisionTable"))
    if len(decisions) != 1 or len(tables) != 1:
        raise NoTable("一个文件里应恰好有一张决策表，请分成几个文件")
    decision, table = decisions[0], tables[0]
    inputs, outputs = _own(table, "input"), _own(table, "output")
    return Sheet(
        id=decision.get("id") or "",
        name=decision.get("name") or decision.get("id") or "",
        note=_text(decision, "description"),
        policy=table.get("hitPolicy") or "UNIQUE",
        tests=tuple(_test(node) for node in inputs),
        results=tuple(_result(node) for node in outputs),
        rows=_rows(_own(table, "rule"), len(inputs), len(outputs)),
    )


def _rows(nodes: Sequence[etree._Element], tests: int, results: int) -> tuple[Row, ...]:
    ids = [node.get("id") or "" for node in nodes]
    own = [id if id and ids.count(id) == 1 else f"#{place}" for place, id in enumerate(ids, 1)]
    return tuple(_row(id, node, tests, results) for id, node in zip(own, nodes, strict=True))


def _test(node: etree._Element) -> Column:
    asked = next(iter(_own(node, "inputExpression")), None)
    key = "" if asked is None else _text(asked, "text")
    return Column(key, node.get("label") or key, "" if asked is None else _type(asked), _values(node, "inputValues"))


def _result(node: etree._Element) -> Column:
    key = node.get("name") or ""
    return Column(key, node.get("label") or key, _type(node), _values(node, "outputValues"))


def _type(node: etree._Element) -> str:
    return (node.get("typeRef") or "").rpartition(":")[2].lower()


def _values(node: etree._Element, name: str) -> str:
    return next((_text(child, "text") for child in _own(node, name)), "")


def _row(id: str, node: etree._Element, tests: int, results: int) -> Row:
    cells = {kind: [_text(entry, "text") for entry in _own(node, kind)] for kind in ("inputEntry", "outputEntry")}
    return Row(
        id,
        _filled(cells["inputEntry"], tests),
        _filled(cells["outputEntry"], results),
        _text(node, "description"),
    )


def _filled(cells: Sequence[str], number: int) -> tuple[str, ...]:
    return tuple(cells[:number]) + ("",) * (number - len(cells))


def _named(root: etree._Element, name: str) -> list[etree._Element]:
    return [node for node in root.iter() if local_name(node) == name]


def _own(node: etree._Element, name: str) -> list[etree._Element]:
    return [child for child in node if local_name(child) == name]


def _text(node: etree._Element, name: str) -> str:
    return "".join("".join(child.itertext()) for child in _own(node, name)).strip()


# ------------------------------------------------------------------ writing
def with_rows(content: bytes, rows: Sequence[Row]) -> bytes:
    """The file with these rows in this order: those of a known id changed where they differ, new ones added, those
    left out taken away. Raises XmlRefused, NoTable."""
    content = as_utf8(content)
    sheet = read_sheet(content)
    found = places(content).first("decisionTable")
    if found is None:
        raise NoTable(sheet.name)
    writing = _Writing(content, sheet, found)
    if list(rows) == list(sheet.rows):
        return content
    return writing.written(rows)


@dataclass(frozen=True)
class _Writing:
    """A table that is being written anew. A row owns the white space and the comments before it."""

    content: bytes
    sheet: Sheet
    table: Place

    def written(self, rows: Sequence[Row]) -> bytes:
        rules = self.table.own("rule")
        start, end = self._bounds(rules)
        known = {row.id: (rule, row) for rule, row in zip(rules, self.sheet.rows, strict=True)}
        before = dict(zip(known, self._gaps(rules, start), strict=True))
        ids = self._new_ids(set(_ids(self.table)))
        blocks = []
        for row in rows:
            if row.id in known:
                blocks.append(before[row.id] + self._changed(*known[row.id], row))
            else:
                blocks.append(self._margin(rules) + self._new(next(ids), row))
        return self.content[:start] + b"".join(blocks) + self.content[end:]

    def _bounds(self, rules: Sequence[Place]) -> tuple[int, int]:
        """From after what stands before the rows to after the last of them."""
        heads = [part for part in self.table.parts if part.name != "rule" and (not rules or part.end <= rules[0].start)]
        inner = self.table.inner or (self.table.end, self.table.end)
        start = heads[-1].end if heads else inner[0]
        return start, rules[-1].end if rules else start

    def _gaps(self, rules: Sequence[Place], start: int) -> Iterator[bytes]:
        for rule in rules:
            yield self.content[start : rule.start]
            start = rule.end

    def _margin(self, rules: Sequence[Place]) -> bytes:
        """A new line as far in as the other rows, or the columns, begin."""
        beside = rules[-1] if rules else self.table.parts[-1]
        line = self.content[self.content.rfind(b"\n", 0, beside.start) + 1 : beside.start]
        return b"\n" + (line if not line.strip() else b"")

    def _changed(self, rule: Place, was: Row, now: Row) -> bytes:
        entries = [*rule.own("inputEntry"), *rule.own("outputEntry")]
        cells = zip(entries, (*was.tests, *was.results), (*now.tests, *now.results), strict=False)
        changes = [self._cell(entry, text) for entry, old, text in cells if old != text]
        if was.note != now.note:
            changes.append(self._note(rule, now.note))
        content, end = bytearray(self.content[rule.start : rule.end]), rule.start
        for (first, last), text in sorted(changes, reverse=True):
            content[first - end : last - end] = text
        return bytes(content)

    def _cell(self, entry: Place, text: str) -> tuple[tuple[int, int], bytes]:
        """Where to write the cell's text, and what."""
        holder = next(iter(entry.own("text")), None)
        if holder is not None and holder.inner is not None:
            return holder.inner, _escaped(text)
        written = _element(_beside(entry.tag, "text"), text)
        if holder is not None:
            return (holder.start, holder.end), written
        if entry.inner is not None:
            return (entry.inner[0], entry.inner[0]), written
        tag = self.content[entry.start : entry.end].rstrip(b"/> \t\r\n")
        return (entry.start, entry.end), tag + b">" + written + f"</{entry.tag}>".encode()

    def _note(self, rule: Place, text: str) -> tuple[tuple[int, int], bytes]:
        holder = next(iter(rule.own("description")), None)
        if holder is None:
            at = rule.parts[0].start if rule.parts else (rule.inner or (rule.end, 0))[0]
            margin = self.content[self.content.rfind(b"\n", 0, at) : at]
            return (at, at), _element(_beside(rule.tag, "description"), text) + (margin if not margin.strip() else b"")
        if holder.inner is not None:
            return holder.inner, _escaped(text)
        return (holder.start, holder.end), _element(holder.tag, text)

    def _new(self, id: str, row: Row) -> bytes:
        rule, text = _beside(self.table.tag, "rule"), _beside(self.table.tag, "text")
        lines = [_element(_beside(self.table.tag, "description"), row.note)] if row.note else []
        for kind, columns, cells in (
            ("inputEntry", self.sheet.tests, row.tests),
            ("outputEntry", self.sheet.results, row.results),
        ):
            tag = _beside(self.table.tag, kind)
            for place, (column, cell) in enumerate(zip(columns, cells, strict=True), 1):
                name = column.key if column.key.isidentifier() else str(place)
                lines.append(f'<{tag} id="{id}_{name}">'.encode() + _element(text, cell) + f"</{tag}>".encode())
        margin = self._margin(self.table.own("rule"))
        inside = b"".join(margin + b"  " + line for line in lines)
        return f'<{rule} id="{id}">'.encode() + inside + margin + f"</{rule}>".encode()

    def _new_ids(self, taken: set[str]) -> Iterator[str]:
        return (
            id for number in count(len(self.sheet.rows) + 1) if (id := f"{self.sheet.id}_row_{number}") not in taken
        )


def _ids(place: Place) -> Iterator[str]:
    yield place.attributes.get("id", "")
    for part in place.parts:
        yield from _ids(part)


def _beside(tag: str, name: str) -> str:
    """`name` with the prefix of `tag`."""
    prefix, colon, _ = tag.rpartition(":")
    return f"{prefix}{colon}{name}"


def _element(tag: str, text: str) -> bytes:
    return f"<{tag}>".encode() + _escaped(text) + f"</{tag}>".encode()


def _escaped(text: str) -> bytes:
    return escape(text).encode()
