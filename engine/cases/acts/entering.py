"""Taking what people enter into a case: held against its form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.cases import forms
from engine.cases.form_words import form_words
from engine.cases.forms import Entered
from engine.cases.step import Step


def take(schema: Mapping[str, Any], given: Mapping[str, Any], step: Step, data: Mapping[str, Any]) -> Entered:
    """What was entered, held against its form; a foreign process without a form takes any variables."""
    if not schema.get("properties") and "additionalProperties" not in schema:
        forms.storable(given)
        return Entered(dict(given), dict(given))
    return forms.take(schema, given, form_words(step, data))
