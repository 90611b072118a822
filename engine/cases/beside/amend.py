"""更正: a wrong click or a slip of the pen is put right, with a reason. What was entered first stays on the trail.

The corrected value must fit the form it came from together with all else that was entered there. Personal data and
free text stand in `answers` alone; the line names the field, and for codes what they were and are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, update

from engine.cases import case_person, forms, policy, words_index
from engine.cases.beside.act import CaseAct, Said, Values
from engine.cases.beside.amendable import AMEND, Amendable, amendables, told_in, value_at, with_value
from engine.cases.form_words import form_words
from engine.cases.live import Live
from engine.clock import local
from engine.errors import BadInput, NotNow
from engine.storage.models import cases

_IN_LISTS = frozenset({"channel", "matter_code", "window", "received_at"})  # columns of `cases`
_IN_THE_TITLE = frozenset({"title", "applicant.name"})  # what the title shown in lists is made of
_OF_PERSON = frozenset({"applicant.kind", "applicant.name", "applicant.phone"})
_SEARCHED = _OF_PERSON | {"title", "description", "received_at"}  # what words find a case by, and where it comes then
_SETTLED = "这件反映件已归档，{}不再更正；其他各项仍可更正。"


# ------------------------------------------------------------------ checking
def _say(conn: Connection, live: Live, entered: Values) -> Said:
    wanted = amendables(live.version.definition)[entered["field"]]
    if wanted.open_only and (live.step.record.ended_at or live.run.ended):
        raise NotNow(_SETTLED.format(wanted.title))
    told = _told(conn, live, wanted)
    value = None if entered.get("value") == "" else entered.get("value")
    amended = _fitting(live, wanted, with_value(told, wanted.path, value))
    before, after = value_at(told, wanted.path), value_at(amended, wanted.path)
    if before == after:
        raise BadInput({"value": f"{wanted.title}现在就是这样，不用更正。"})
    _check_instant(live, wanted.path, after)
    kept = {"field": wanted.path, "before": before, "value": after, "reason": entered["reason"]}
    variables = _changed(live, wanted.form, told, amended)
    return Said(kept, *_on_the_line(wanted, before, after, variables))


def _told(conn: Connection, live: Live, wanted: Amendable) -> dict[str, Any]:
    """What was entered in the form the field came from, corrected as far as it has been."""
    told = told_in(conn, live.sealing, live.row["id"], live.version.definition, wanted.form)
    if told is None:
        raise BadInput({"field": f"这一步还没有办，{wanted.title}到时填写即可，不用更正。"})
    if wanted.path == "received_at" and live.step.ledger.received_at is not None:
        told.setdefault("received_at", local(live.step.ledger.received_at).isoformat())
    return told


def _fitting(live: Live, wanted: Amendable, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The whole form once more, with codes for words; what does not fit is said of the value."""
    schema = live.version.definition.form(wanted.form)
    known = {name: value for name, value in values.items() if name in schema["properties"]}
    try:
        return forms.take(schema, known, form_words(live.step, {})).values
    except BadInput as refused:
        sentence = refused.fields.get(wanted.path) or next(iter(refused.fields.values()))
        raise BadInput({"value": sentence}) from None


def _check_instant(live: Live, path: str, value: Any) -> None:
    if path != "received_at":
        return
    if value is None:
        raise BadInput({"value": "收到时间不能空着，请填实际收到的时间。"})
    accepted = live.step.ledger.accepted_at
    if accepted is not None and datetime.fromisoformat(value) > accepted:
        raise BadInput({"value": "收到时间不能晚于受理时间，请核对。"})


# ------------------------------------------------------------------ what the line says
def _changed(live: Live, form: str, told: Values, amended: Values) -> dict[str, Any]:
    """The variables of the diagram that the correction changes."""
    before, after = (_variables(live, form, values) for values in (told, amended))
    return {name: value for name, value in after.items() if before[name] != value}


def _variables(live: Live, form: str, values: Values) -> dict[str, Any]:
    definition = live.version.definition
    schema, words = definition.form(form), form_words(live.step, {})
    return forms.as_taken(schema, values, words).variables(schema, definition.read_names)


def _on_the_line(wanted: Amendable, before: Any, after: Any, variables: Values) -> tuple[Values | None, Values]:
    moved = {"variables": variables} if variables else {}
    if not wanted.codes:
        return None, {"field": wanted.path, **moved}
    return {"value": before}, {"field": wanted.path, "value": after, **moved}


# ------------------------------------------------------------------ doing
def _do(live: Live, said: Said) -> None:
    field, value = said.entered["field"], said.entered.get("value")
    if field == "received_at":
        live.step.ledger = replace(live.step.ledger, received_at=_instant(value))
    elif field == "external_due":
        live.step.ledger = replace(live.step.ledger, external_due=_instant(value))
    elif field == "cause":
        live.step.record.cause = value
    live.run.correct(said.after.get("variables", {}))


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _write(conn: Connection, live: Live, said: Said) -> None:
    """What lists and people see of the field."""
    field, value = said.entered["field"], said.entered.get("value")
    first, _, rest = field.partition(".")
    if first == "applicant":
        case_person.amend(conn, live.sealing, live.row["id"], rest, value)
    elif field in _IN_LISTS:
        stored = _instant(value) if field == "received_at" else value
        conn.execute(update(cases).where(cases.c.id == live.row["id"]).values({field: stored}))
    if field in _IN_THE_TITLE:
        title: str = said.entered["value"] if field == "title" else live.row["title"]
        case_person.show_title(conn, live.sealing, live.row["id"], title)
    if field in _SEARCHED:
        described = (value or "") if field == "description" else None
        words_index.write_words(conn, live.sealing, live.row["id"], described)


AMENDING = CaseAct(
    name=AMEND,
    action="amended",
    posts=policy.AMEND,
    refusal="您所在的组不更正登记内容，请联系窗口或工作小组。",
    say=_say,
    do=_do,
    write=_write,
)
