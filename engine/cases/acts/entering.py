"""Taking what people enter into a case: form, process data, trail, path."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.cases import forms, live
from engine.cases.form_words import form_words
from engine.cases.forms import Entered
from engine.cases.live import Live
from engine.cases.step import Step


def take(schema: Mapping[str, Any], given: Mapping[str, Any], step: Step, data: Mapping[str, Any]) -> Entered:
    """What was entered, held against its form; a foreign process without a form takes any variables."""
    if not schema.get("properties") and "additionalProperties" not in schema:
        return Entered(dict(given), dict(given))
    return forms.take(schema, given, form_words(step, data))


def act(
    opened: Live,
    action: str,
    element: str,
    entered: Mapping[str, Any],
    said: Mapping[str, Any],
    move: Callable[[], object],
    task_id: str | None = None,
    before: Mapping[str, Any] | None = None,
) -> None:
    """One act of a person: its line on the trail, the move of the diagram, and the path it took."""
    opened.step.answers = entered
    live.moving(opened, action, element, said, move, entered=dict(entered), task_id=task_id, before=before)
