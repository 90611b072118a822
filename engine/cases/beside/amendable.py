"""What may be corrected of a case, as the table in forms/amend.json says: each field with the form it came from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from engine.bpmn.definition import Definition
from engine.definitions.act_forms import act_form
from engine.keys import Keys
from engine.storage.models import answers
from engine.storage.sealed import unsealed
from engine.vocabulary import label

Schema = Mapping[str, Any]
AMEND = "amend"
PERSONAL = frozenset({"applicant"})  # top-level fields that hold personal data


@dataclass(frozen=True)
class Amendable:
    """A field that may be corrected: `path` in `form`. `codes`: its values may stand on the audit line.

    `open_only`: it moves the clock or the flow, so it is settled once the case is archived.
    """

    path: str
    form: str
    codes: bool = False
    open_only: bool = False

    @property
    def personal(self) -> bool:
        return self.path.partition(".")[0] in PERSONAL

    @property
    def title(self) -> str:
        return label("amendable", self.path)


def amendables(definition: Definition) -> Mapping[str, Amendable]:
    """Every field that may be corrected in a case of this version, in the order of the table."""
    table: Mapping[str, Mapping[str, Any]] = act_form(definition, AMEND)["ui"]["amendable"]
    return {path: Amendable(path, **said) for path, said in table.items()}


def correction_form(definition: Definition, wanted: Amendable) -> Schema:
    """The form of one correction: what was, what is right, why; the field as its own form has it."""
    source, reason = definition.form(wanted.form), act_form(definition, AMEND)["properties"]["reason"]
    part = _part(source, wanted.path)
    places = {"before": wanted.path, "value": wanted.path}
    hints = {
        kind: {place: given[path] for place, path in places.items() if path in given}
        for kind in ("widgets", "vocabulary", "help")
        if (given := source.get("ui", {}).get(kind, {}))
    }
    return {
        "title": f"更正：{wanted.title}",
        "type": "object",
        "additionalProperties": False,
        "required": ["reason"],
        "properties": {
            "before": {**part, "title": "原来"},
            "value": {**part, "title": wanted.title},
            "reason": reason,
        },
        "ui": {
            "order": ["before", "value", "reason"],
            **hints,
            "widgets": {**hints.get("widgets", {}), "reason": "textarea"},
            "submit": "更正",
        },
    }


def _part(schema: Schema, path: str) -> Schema:
    for step in path.split("."):
        schema = schema["properties"][step]
    return schema


# ------------------------------------------------------------------ what was entered
def told_in(conn: Connection, keys: Keys, case_id: int, definition: Definition, form: str) -> dict[str, Any] | None:
    """What was entered in the step with this form, last and with its corrections since; None before that."""
    steps = {each.id for each in definition.elements.values() if each.form == form}
    corrected_here = {path for path, each in amendables(definition).items() if each.form == form}
    columns = [answers.c[name] for name in ("case_id", "seq", "element", "variables")]
    query = select(*columns).where(answers.c.case_id == case_id, answers.c.element.in_([*steps, AMEND]))
    told: dict[str, Any] | None = None
    for row in conn.execute(query.order_by(answers.c.seq)).mappings():
        values = json.loads(unsealed(keys, answers, row)["variables"])
        if row["element"] in steps:
            told = values
        elif told is not None and values["field"] in corrected_here:
            told = with_value(told, values["field"], values.get("value"))
    return told


def value_at(values: Mapping[str, Any], path: str) -> Any:
    """The value at a dotted path; None where there is none."""
    found: Any = values
    for step in path.split("."):
        found = (found or {}).get(step)
    return found


def with_value(values: Mapping[str, Any], path: str, value: Any) -> dict[str, Any]:
    """The values with another one at a dotted path; None takes it away."""
    first, _, rest = path.partition(".")
    changed = with_value(values.get(first) or {}, rest, value) if rest else value
    others = {name: kept for name, kept in values.items() if name != first}
    return others if changed is None else {**others, first: changed}
