"""Canaries: an invented person's name, phone and identity number, and words, put into every text field of a form."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from engine.cases.commands import ActOnCase, Command, CompleteTask, HandOn, SendMessage, StartProcess
from engine.definitions.act_forms import shipped_form
from engine.facade import Engine, ReadContext
from engine.queries.variables import open_task

NAME, PHONE, IDENTITY = "麴曌珩", "13877665544", "450902197805123014"
WORDS = "紫砂秘语"
PERSON = (NAME, PHONE, IDENTITY)
APPLICANT = {
    "kind": "person",
    "name": NAME,
    "phone": PHONE,
    "consent_callback": True,
    "age_band": "60-79",
    "contact_pref": "phone",
    "special_needs": [f"大字清单{WORDS}"],
}
TEXT = f"{NAME}说打{PHONE[:3]}-{PHONE[3:7]}-{PHONE[7:]}，证件{IDENTITY}，{WORDS}"
# Texts that are codes, numbers of cases, or not for words.
_CODES = frozenset(
    {
        *("window", "matter_code", "duplicate_of", "external_no", "refer_to", "unit", "lead_unit", "new_unit"),
        *("suggested_unit", "transfer_no", "tracking_no", "cause", "cause_detail", "field"),
    }
)

Schema = Mapping[str, Any]
Fields = set[tuple[str, str]]


def text_fields(schema: Schema, path: str = "") -> Iterator[str]:
    """Dotted paths of the fields that take what a person types; those of the applicant have values of their own."""
    for name, part in schema.get("properties", {}).items():
        where = f"{path}{name}"
        if where == "applicant" or name in _CODES:
            continue
        inner = part.get("items", part)
        if "properties" in inner:
            yield from text_fields(inner, f"{where}.")
        elif inner.get("type") == "string" and not {"enum", "format"} & inner.keys() and not _coded(schema, where):
            yield where


def _coded(schema: Schema, path: str) -> bool:
    ui = schema.get("ui", {})
    return path in ui.get("vocabulary", {}) or ui.get("widgets", {}).get(path) in ("unit", "units", "matter", "case")


def planted(schema: Schema, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with a canary in every text field of the form; an optional part that is not there stays away."""
    return _planted(schema, values, set(text_fields(schema)), "")


def _planted(part: Schema, values: Mapping[str, Any], wanted: set[str], path: str) -> dict[str, Any]:
    found = dict(values)
    for name, field in part["properties"].items():
        where, inner = f"{path}{name}", field.get("items", field)
        if where in wanted:
            found[name] = [_text(inner)] if inner is not field else _text(field)
        elif any(each.startswith(f"{where}.") for each in wanted):
            if inner is not field:
                rows = found.get(name) or [_least(inner)]
                found[name] = [_planted(inner, row, wanted, f"{where}.") for row in rows]
            elif isinstance(found.get(name), Mapping):
                found[name] = _planted(field, found[name], wanted, f"{where}.")
    return found


def _least(row: Schema) -> dict[str, Any]:
    return {name: row["properties"][name]["enum"][0] for name in row.get("required", ())}


def _text(part: Schema) -> str:
    return TEXT if part.get("maxLength", 9999) >= len(TEXT) else f"{NAME}{PHONE}"


def planting(engine: Engine) -> Fields:
    """From now on whatever this engine carries out comes planted; returns which fields of which forms have been."""
    done: Fields = set()
    carry_out = engine.execute

    def execute(command: Command, actor: Any) -> Any:
        form, schema = _form(engine, command)
        if schema is None:
            return carry_out(command, actor)
        given = _given(command)
        sent = planted(schema, {**given, "applicant": APPLICANT} if form == "start" else given)
        result = carry_out(_with(command, sent), actor)
        done.update((form, path) for path in text_fields(schema) if _holds(sent, path))
        return result

    engine.execute = execute  # type: ignore[method-assign, assignment]
    return done


def _holds(sent: Mapping[str, Any], path: str) -> bool:
    return NAME in json.dumps(sent.get(path.partition(".")[0]), ensure_ascii=False)


def _form(engine: Engine, command: Command) -> tuple[str, Schema | None]:
    match command:
        case StartProcess():
            return "start", shipped_form("start")
        case SendMessage(name, _) if name == "withdraw":
            return name, shipped_form(name)
        case ActOnCase(act, _) if act != "amend":
            return act, shipped_form(act)
        case HandOn():
            return "hand_on", shipped_form("hand_on")
        case CompleteTask(task_id):
            return engine.read(_form_of_task, task_id)
    return "", None


def _form_of_task(ctx: ReadContext, task_id: str) -> tuple[str, Schema | None]:
    opened = open_task(ctx, task_id)
    return opened.task.element.form or "", opened.schema


def _given(command: Any) -> dict[str, Any]:
    return {} if isinstance(command, HandOn) else dict(command.variables)


def _with(command: Any, variables: Mapping[str, Any]) -> Command:
    if isinstance(command, HandOn):
        return replace(command, reason=variables["reason"])
    return type(command)(**{**vars(command), "variables": variables})  # type: ignore[no-any-return]


def hits(text: str | bytes, canaries: tuple[str, ...] = PERSON) -> list[str]:
    """The canaries within a text, however JSON or an address may have written them."""
    raw = text.encode() if isinstance(text, str) else text
    return [canary for canary in canaries if any(form in raw for form in _spellings(canary))]


def _spellings(canary: str) -> tuple[bytes, ...]:
    quoted = "".join(f"%{byte:02X}" for byte in canary.encode())
    found = (canary, json.dumps(canary)[1:-1], quoted, quoted.lower())
    spaced = f"{canary[:3]}-{canary[3:7]}-{canary[7:]}" if canary == PHONE else canary
    return tuple(each.encode() for each in (*found, spaced))
