"""What may be corrected of a case, and the form of one correction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.bpmn.definition import Definition
from engine.cases.beside.amendable import Amendable, amendables, correction_form, told_in, value_at
from engine.errors import NotFound
from engine.facade import ReadContext
from engine.queries.case import case
from engine.queries.entered import facts_of
from engine.queries.seen_case import seen_case
from engine.queries.sight import Sight, sight_of
from engine.queries.task_page import Choices, choices_of
from engine.queries.variables import Schema


@dataclass(frozen=True)
class Correctable:
    """A field as it stands; `text` is None for nothing, and for personal data that this person does not see whole."""

    field: str
    title: str
    text: str | None


@dataclass(frozen=True)
class Corrections:
    """Every field of a case that may be corrected now."""

    no: str
    title: str
    fields: tuple[Correctable, ...]


@dataclass(frozen=True)
class Correction:
    """The form of one correction, filled with what stands there now."""

    no: str
    title: str
    heading: str
    schema: Schema
    values: Mapping[str, Any]
    choices: Choices


def corrections(ctx: ReadContext, no: str) -> Corrections:
    """The fields of a case; raises NotFound for a case this person may not know of."""
    told, row = case(ctx, no), seen_case(ctx, no).row
    definition = ctx.versions.get(ctx.conn, row["bundle_id"]).definition
    wanted = [each for each in amendables(definition).values() if told.ended_at is None or not each.open_only]
    return Corrections(no, told.title, tuple(_standing(ctx, definition, wanted, sight_of(ctx, row))))


def _standing(ctx: ReadContext, definition: Definition, wanted: list[Amendable], sight: Sight) -> Iterator[Correctable]:
    entered = {
        form: told_in(ctx.conn, ctx.keys, sight.case_id, definition, form) for form in {each.form for each in wanted}
    }
    for each in wanted:
        values = entered[each.form]
        if values is not None:
            now = _shown(value_at(values, each.path), each, sight)
            facts = facts_of(correction_form(definition, each), {"value": now}, ctx.directory)
            yield Correctable(each.path, each.title, facts[0].text if facts else None)


def correction(ctx: ReadContext, no: str, field: str) -> Correction:
    """The form for one field; raises NotFound for a field that cannot be corrected, or a case not to be seen."""
    told, row = case(ctx, no), seen_case(ctx, no).row
    definition = ctx.versions.get(ctx.conn, row["bundle_id"]).definition
    wanted = amendables(definition).get(field)
    if wanted is None:
        raise NotFound("没有可以更正的这一项，请从列出的各项中选。")
    values = told_in(ctx.conn, ctx.keys, row["id"], definition, wanted.form) or {}
    now = _shown(value_at(values, field), wanted, sight_of(ctx, row))
    schema = _asked(correction_form(definition, wanted))
    return Correction(no, told.title, wanted.title, schema, {"value": now}, choices_of(ctx, schema))


def _shown(value: Any, wanted: Amendable, sight: Sight) -> Any:
    """The value as it stands; nothing where this person would see it masked: that would be sent back as it looks."""
    hidden = not sight.clear and (wanted.personal or sight.values(value) != value)
    return None if hidden else value


def _asked(form: Schema) -> Schema:
    """Without what was: that is not asked but known."""
    fields = {name: part for name, part in form["properties"].items() if name != "before"}
    return {**form, "properties": fields, "ui": {**form["ui"], "order": list(fields)}}
