"""What had been entered in a case up to a line of its trail: each field, who set it, and what it was before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.bpmn.definition import Definition
from engine.directory import Directory
from engine.facade import ReadContext
from engine.queries.entered import facts_of
from engine.queries.sight import Sight
from engine.queries.variables import Answer, answers_of, sets


@dataclass(frozen=True)
class VariableThen:
    """A field with a value, as this person reads it; `text` and `text_before` in words, the latter null for the first.

    It was set by line `seq`, an act of `actor` at `element`.
    """

    name: str
    title: str
    value: Any
    text: str
    text_before: str | None
    seq: int
    at: datetime
    actor: str
    element: str


def variables_then(
    ctx: ReadContext, case_id: int, definition: Definition, sight: Sight, seq: int
) -> tuple[VariableThen, ...]:
    """The fields in the order in which they were first set; an empty one is left out unless something was taken back.

    Personal data are in none of them.
    """
    found: dict[str, VariableThen] = {}
    for answer in answers_of(ctx, case_id, definition, sight):
        if answer.seq > seq:
            break
        for name, value in sets(answer):
            changed = _changed(found.get(name), answer, name, value, ctx.directory)
            if changed is not None:
                found[name] = changed
    return tuple(found.values())


def _changed(
    last: VariableThen | None, answer: Answer, name: str, value: Any, directory: Directory
) -> VariableThen | None:
    """The field after an answer that sets it; None where that leaves it as it was."""
    if last is not None and last.value == value:
        return None
    told = next(iter(_told(answer, name, value, directory)), None)
    title, text = told or (name if last is None else last.title, "")
    if last is None and not text:
        return None
    before = None if last is None else last.text
    return VariableThen(name, title, value, text, before, answer.seq, answer.at, answer.actor, answer.element)


def _told(answer: Answer, name: str, value: Any, directory: Directory) -> Iterator[tuple[str, str]]:
    field = "value" if answer.amends is not None else name
    for fact in facts_of(answer.schema, {field: value}, directory):
        yield fact.label, fact.text
