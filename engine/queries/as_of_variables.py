"""What had been entered in a case up to a line of its trail: each field, who set it, and what it was before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.directory import Directory
from engine.queries.entered import fact_of
from engine.queries.variables import Answer, sets


@dataclass(frozen=True)
class VariableThen:
    """A field with a value, as this person reads it; `text` and `text_before` in words, the latter null for the first.

    It was set by line `seq`, an act of `actor` at `element`. `corrected`: that put right what line `seq_before` said;
    else it is an answer of its own to a field that was answered before, by a step at `element_before`.
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
    corrected: bool = False
    seq_before: int | None = None
    element_before: str | None = None


def variables_then(entered: Iterable[Answer], seq: int, directory: Directory) -> tuple[VariableThen, ...]:
    """The fields in the order in which they were first set; an empty one is left out unless something was taken back.

    `entered`: what was entered in the case, oldest first, without personal data.
    """
    found: dict[str, VariableThen] = {}
    for answer in entered:
        if answer.seq > seq:
            break
        for name, value in sets(answer):
            changed = _changed(found.get(name), answer, name, value, directory)
            if changed is not None:
                found[name] = changed
    return tuple(found.values())


def _changed(
    last: VariableThen | None, answer: Answer, name: str, value: Any, directory: Directory
) -> VariableThen | None:
    """The field after an answer that sets it; None where that leaves it as it was."""
    if last is not None and last.value == value:
        return None
    told = fact_of(answer.schema, name if answer.amends is None else "value", value, directory)
    title, text = (name if last is None else last.title, "") if told is None else (told.label, told.text)
    if last is None and not text:
        return None
    by = (answer.seq, answer.at, answer.actor, answer.element)
    if last is None:
        return VariableThen(name, title, value, text, None, *by)
    return VariableThen(name, title, value, text, last.text, *by, answer.amends is not None, last.seq, last.element)
