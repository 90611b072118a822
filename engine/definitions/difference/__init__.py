"""What differs between two versions of the office's law, in sentences: timers, groups, conditions, forms, tables."""

from __future__ import annotations

from dataclasses import dataclass

from engine.bpmn.definition import Files
from engine.bpmn.diff import Change, diff
from engine.definitions.difference.sentences import sentence
from engine.definitions.difference.spoken import names_of

__all__ = ["Change", "Difference", "differences"]


@dataclass(frozen=True)
class Difference:
    """One difference with its sentence, without a full stop. `kind`, `place`, `element`, `name`, `about`, `before` and
    `after` are those of `Change`."""

    change: Change
    sentence: str


def differences(before: Files, after: Files) -> list[Difference]:
    """Everything a case would meet otherwise; empty when only the drawing differs. Raises ValueError for what cannot be
    read."""
    names = names_of((before, after))
    return [Difference(change, sentence(change, names)) for change in diff(before, after)]
