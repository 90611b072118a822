"""Every line on the trail of a case can be replayed: it is a deed, said by one on its way, or changes nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from engine.cases.beside import ACTS
from engine.cases.deeds import (
    BEGUN,
    CALENDAR_CHANGED,
    DEEDS,
    MIGRATED,
    MIGRATION_UNDONE,
    SAID_ALONE,
    SAID_ON_THE_WAY,
    STRUCK,
)
from engine.cases.forms import in_order
from engine.cases.live import LEAD_MOVED
from tests.support.source import Module, modules

_WRITERS = {"note", "Deed", "moving"}
# Where the action is handed on: in `live.moving`, the deeds, the catalogue of acts beside the tasks, the replay.
_HANDED_ON = {
    "CALENDAR_CHANGED",
    "LEAD_MOVED",
    "MIGRATED",
    "MIGRATION_UNDONE",
    "action",
    "deed.action",
    "wanted.action",
    "told.action",
    "BEGUN",
}


def actions_written() -> Iterator[tuple[str, ast.expr]]:
    """(where, first argument) of everything in engine/cases that writes a line."""
    for module in modules("engine"):
        if module.path.startswith("engine/cases/"):
            yield from _in(module)


def _in(module: Module) -> Iterator[tuple[str, ast.expr]]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and _name(node.func) in _WRITERS:
            place = 1 if _name(node.func) == "moving" else 0
            yield f"{module.path}:{node.lineno}", node.args[place]


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _constants(argument: ast.expr) -> set[str]:
    each = [argument.body, argument.orelse] if isinstance(argument, ast.IfExp) else [argument]
    return {part.value for part in each if isinstance(part, ast.Constant) and isinstance(part.value, str)}


def test_every_action_is_written_out_where_its_line_is_written() -> None:
    unclear = [
        where for where, said in actions_written() if not _constants(said) and ast.unparse(said) not in _HANDED_ON
    ]
    assert unclear == []


def test_every_action_the_door_writes_can_be_replayed_or_changes_nothing() -> None:
    beside = {act.action for act in ACTS.values()}
    written = {BEGUN, CALENDAR_CHANGED, LEAD_MOVED, MIGRATED, MIGRATION_UNDONE, *beside}.union(
        *(_constants(said) for _, said in actions_written())
    )
    assert written == {BEGUN, STRUCK, *DEEDS} | SAID_ON_THE_WAY | SAID_ALONE


def test_no_action_is_of_two_kinds() -> None:
    kinds = [BEGUN, STRUCK, *DEEDS, *SAID_ON_THE_WAY, *SAID_ALONE]
    assert len(kinds) == len(set(kinds))


def test_variables_come_in_the_order_of_their_form_the_rest_by_name() -> None:
    form = {"properties": {"reason": {}, "days": {}}, "ui": {"flags": {"late": "true"}}}
    given = {"z": 1, "late": True, "days": 2, "a": {"y": 1, "b": 2}, "reason": "x"}
    ordered = in_order(form, given)
    assert [list(ordered), list(ordered["a"])] == [["reason", "days", "late", "a", "z"], ["b", "y"]]
