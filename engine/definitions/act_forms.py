"""The forms of acts beside the tasks: those of the case's version; where that is older than the act, the shipped."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from engine.bpmn.definition import Definition
from engine.definitions.shipped import SHIPPED

Schema = Mapping[str, Any]
MIGRATION = "migration"  # the element of a migration's lines on the trail: it is drawn nowhere
MIGRATION_FORM: Schema = {"type": "object", "properties": {"reason": {"type": "string", "title": "原因"}}}


def act_form(definition: Definition, name: str) -> Schema:
    """The form of the act `name` for a case that runs on `definition`."""
    return definition.forms.get(name) or shipped_form(name)


@cache
def shipped_form(name: str) -> Schema:
    """A form as this release ships it; KeyError for a name that is no form."""
    path = SHIPPED / "forms" / f"{name}.json"
    if not path.is_file():
        raise KeyError(name)
    found: Schema = json.loads(path.read_bytes())
    return found
