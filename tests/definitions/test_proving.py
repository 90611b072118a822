"""What the proof is told of the house is what the house does."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import pytest

from engine.bpmn.proof.house import INSTANT
from engine.cases.effects import OPERATIONS as HOUSE_OPERATIONS
from engine.cases.words import CATALOGUE
from engine.definitions.proving import OPERATIONS, WORDS, house
from engine.directory.people import groups_held
from tests.support.house import House


def test_every_word_has_its_answers() -> None:
    assert WORDS.keys() == CATALOGUE.keys()


@pytest.mark.parametrize("name", sorted(HOUSE_OPERATIONS))
def test_an_operation_reads_and_writes_what_the_proof_is_told(name: str) -> None:
    effect = OPERATIONS.get(name)
    needed, written = uses(HOUSE_OPERATIONS[name])
    assert needed - written == (effect.reads - effect.writes if effect else frozenset())
    assert written == (effect.writes if effect else frozenset())


def uses(operation: Callable[..., Any]) -> tuple[frozenset[str], frozenset[str]]:
    """Names a function and the helpers it hands its data to take from `data[…]`, and those they put there."""
    module = sys.modules[operation.__module__]
    read: set[str] = set()
    written: set[str] = set()
    may_be_missing: set[str] = set()
    for function in _reached(module, operation.__name__, set()):
        for node in ast.walk(function):
            if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == "data":
                assert isinstance(node.slice, ast.Constant)
                (written if isinstance(node.ctx, ast.Store) else read).add(str(node.slice.value))
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "data.get":
                may_be_missing.add(ast.literal_eval(node.args[0]))
    return frozenset(read - may_be_missing), frozenset(written)


def _reached(module: ModuleType, name: str, seen: set[str]) -> Iterator[ast.AST]:
    """The function and every one of its module it calls with `data`."""
    found = getattr(module, name, None)
    if found is None or name in seen or not inspect.isfunction(found):
        return
    seen.add(name)
    tree = ast.parse(inspect.getsource(found))
    yield tree
    for node in ast.walk(tree):
        called = node.func if isinstance(node, ast.Call) else None
        if isinstance(node, ast.Call) and isinstance(called, ast.Name):
            handed = {given.id for given in node.args if isinstance(given, ast.Name)}
            yield from _reached(sys.modules[found.__module__], called.id, seen) if "data" in handed else ()


def test_a_word_refuses_what_the_real_one_refuses() -> None:
    for word, wrong in (("workdays", "5"), ("office_hours", None), ("resume_at", None)):
        with pytest.raises(TypeError):
            WORDS[word](wrong)
    assert WORDS["resume_at"]("2026-12-01") == (INSTANT,)
    assert datetime.fromisoformat(INSTANT).astimezone(UTC)


def test_a_post_exists_or_it_does_not_and_has_people_or_not() -> None:
    known, held = house(False).posts, house(False, frozenset({"window", "unit:SC-SS"})).posts
    assert known("window") is None
    assert known("unit_head:其他") is None
    assert "window2" in (known("window2") or "")
    assert known("unit") is not None
    assert held("window") is None
    assert held("unit:其他") is None
    assert "还没有人" in (held("bureau") or "")
    assert "还没有人" in (held("unit_head:其他") or "")


def test_the_posts_of_the_house_are_those_active_people_hold(any_house: House) -> None:
    held = any_house.engine.read(lambda context: groups_held(context.conn))
    assert held is not None
    assert {"window", "work_group", "unit:SC-SS", "leading_group"} <= held
