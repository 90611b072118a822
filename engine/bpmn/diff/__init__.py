"""What differs between two bundles of diagrams, tables and forms: what a case would meet, not how it is drawn.

Layout, the order of elements and the ids of flows, events and rows make no difference; an element is the one of the
same id. Sentences are made of it by engine/definitions/difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from engine.bpmn.definition import Files
from engine.bpmn.diff.change import Change
from engine.bpmn.diff.drawn import read_drawn
from engine.bpmn.diff.forms import form_changes, read_form
from engine.bpmn.diff.processes import process_changes
from engine.bpmn.diff.tables import Table, read_table, table_changes

__all__ = ["Change", "diff"]


def diff(before: Files, after: Files) -> list[Change]:
    """Every difference: processes, then tables, then forms. Raises ValueError for what cannot be read."""
    return [*_processes(before, after), *_tables(before, after), *_forms(before, after)]


def _processes(before: Files, after: Files) -> Iterator[Change]:
    old, new = read_drawn(before), read_drawn(after)
    for id, process in new.items():
        if id in old:
            yield from process_changes(old[id], process)
        else:
            yield Change("process_added", id, id, process.name)
    for id, process in old.items():
        if id not in new:
            yield Change("process_removed", id, id, process.name)


def _tables(before: Files, after: Files) -> Iterator[Change]:
    old, new = _read_tables(before), _read_tables(after)
    for id, (file, table) in new.items():
        if id in old:
            yield from table_changes(file, old[id][1], table)
        else:
            yield Change("table_added", file, id, table.name)
    for id, (file, table) in old.items():
        if id not in new:
            yield Change("table_removed", file, id, table.name)


def _read_tables(files: Files) -> dict[str, tuple[str, Table]]:
    read = ((name, read_table(files[name])) for name in sorted(files) if name.endswith(".dmn"))
    return {table.id: (name, table) for name, table in read}


def _forms(before: Files, after: Files) -> Iterator[Change]:
    old, new = _read_forms(before), _read_forms(after)
    for file, form in new.items():
        if file in old:
            yield from form_changes(file, old[file], form)
        else:
            yield Change("form_added", file, PurePath(file).stem, str(form.get("title", PurePath(file).stem)))
    for file, form in old.items():
        if file not in new:
            yield Change("form_removed", file, PurePath(file).stem, str(form.get("title", PurePath(file).stem)))


def _read_forms(files: Files) -> dict[str, dict[str, Any]]:
    return {name: read_form(name, files[name]) for name in sorted(files) if name.endswith(".json")}
