"""Taking the personal data of one case out of every table, in the transaction that says so on the trail.

`LEFT_ALONE` names every table in which nothing is touched, and why; a test holds that each table is on one side.
The lines of the trail stay: they hold commitments, and without salt and value those say nothing about anybody.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Set
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, delete, select, update

from engine.bpmn.definition import Definition
from engine.cases.beside.amendable import AMEND, amendables
from engine.cases.courier import without_words
from engine.cases.words_index import write_words
from engine.definitions.act_forms import shipped_form
from engine.directory import Directory
from engine.erasure.reduced import Schema, reduced
from engine.keys import Keys
from engine.storage import idempotency, models
from engine.storage.sealed import sealed, unsealed

TITLE = "（个人信息已清除）"  # in place of the title, in lists and books
GONE = "（已清除）"  # in place of a text that a row cannot do without

LEFT_ALONE: Mapping[str, str] = {
    **dict.fromkeys(
        ("accesses", "finished_tasks", "work_orders", "tasks", "task_groups", "timers"),
        "who on the staff did or saw what, and when",
    ),
    **dict.fromkeys(
        (
            *("walked_cases", "walked_steps", "walked_blocks", "packed_steps", "moving_cases", "ways"),
            *("rule_findings", "migration_cases", "rectifications"),
        ),
        "elements, codes and instants",
    ),
    **dict.fromkeys(("erasures", "preservations"), "why: numbers and the person's name were masked as it was written"),
    **dict.fromkeys(("audit", "checkpoints", "checkpoint_places"), "the trail: commitments alone"),
    **dict.fromkeys(
        (
            *("approvals", "bundle_files", "bundles", "calendars", "callers", "canned_answers"),
            *("definition_draft_files", "definition_draft_hands", "definition_drafts", "desk_settings", "grants"),
            *("inbox_choices", "inbox_views", "matters", "memberships", "migration_batches", "notice_reads", "notices"),
            *("numbers", "old_passwords", "people", "rates", "recovery_codes", "request_counts", "second_factors"),
            *("sessions", "settings", "sign_in_failures", "substitutions", "tokens", "units", "what_if_runs"),
        ),
        "of the house, and of no case",
    ),
    "follow_ups": "goes with its task, which an ended case has none of",
}


@dataclass(frozen=True)
class Removed:
    """How much of what is gone. `answers`: numbers of the lines whose answers are."""

    answers: tuple[int, ...]
    person: int
    marks: int
    papers: int
    drafts: int
    told: int  # answers of requests kept to be given again
    failures: int

    def counts(self) -> dict[str, int]:
        """For the trail: numbers alone."""
        return {**asdict(self), "answers": len(self.answers)}


def wipe(
    conn: Connection, keys: Keys, row: Mapping[str, Any], definition: Definition, directory: Directory, now: datetime
) -> Removed:
    """Take everything about the person out of the case of this row of `cases`, which is locked and being written."""
    case_id: int = row["id"]
    person = _person(conn, keys, case_id)
    codes = codes_of(directory) | _numbers(row)
    found = Removed(
        answers=_answers(conn, keys, case_id, partial(_reduced, definition, codes)),
        person=_wipe_person(conn, keys, case_id, person),
        marks=conn.execute(delete(models.person_marks).where(models.person_marks.c.case_id == case_id)).rowcount,
        papers=conn.execute(delete(models.attachments).where(models.attachments.c.case_id == case_id)).rowcount,
        drafts=_drafts(conn, case_id),
        told=idempotency.forget_what_names(conn, keys, _names(row, person), row["started_at"]),
        failures=_failures(conn, case_id),
    )
    _outbox(conn, case_id)
    for derived in (models.ledger_rows, models.waypoints):  # the worker makes them anew of what is left
        conn.execute(delete(derived).where(derived.c.case_id == case_id))
    conn.execute(
        update(models.cases)
        .where(models.cases.c.id == case_id)
        .values(title=TITLE, facts=_facts(conn, case_id), erased_at=now, ledger_seq=0, led_seq=0)
    )
    write_words(conn, keys, case_id, "")
    return found


def _numbers(row: Mapping[str, Any]) -> Set[str]:
    """The number of the lead case of a duplicate, which its answers name it by."""
    return {row["merged_into"]} - {None}


def wipe_words(
    conn: Connection, keys: Keys, case_id: int, definition: Definition, codes: Set[str], now: datetime
) -> None:
    """Take everybody's words out of an instance about a case that is erased; `codes` are no words."""
    _answers(conn, keys, case_id, partial(_reduced, definition, codes))
    conn.execute(delete(models.attachments).where(models.attachments.c.case_id == case_id))
    _drafts(conn, case_id)
    _failures(conn, case_id)
    _outbox(conn, case_id)
    conn.execute(update(models.cases).where(models.cases.c.id == case_id).values(erased_at=now))


def codes_of(directory: Directory) -> Set[str]:
    """Of units, windows and matters."""
    return directory.units.keys() | directory.windows.keys() | directory.matters.keys()


# ------------------------------------------------------------------ what was entered
def _answers(conn: Connection, keys: Keys, case_id: int, reduce: Any) -> tuple[int, ...]:
    """Leave of every answer its codes, without a salt; of one that had none, nothing."""
    query = select(models.answers).where(models.answers.c.case_id == case_id).order_by(models.answers.c.seq)
    lines = _variables_on_lines(conn, case_id)
    found = [unsealed(keys, models.answers, each) for each in conn.execute(query).mappings().all()]
    for each in found:
        this = (models.answers.c.case_id == case_id, models.answers.c.seq == each["seq"])
        left = reduce(each["element"], json.loads(each["variables"]), lines.get(each["seq"], frozenset()))
        if left:
            stored = sealed(keys, models.answers, {**each, "variables": json.dumps(left, ensure_ascii=False)})
            values = {"variables": stored["variables"], "salt": ""}
            conn.execute(update(models.answers).where(*this).values(values))
        else:
            conn.execute(delete(models.answers).where(*this))
    return tuple(each["seq"] for each in found)


def _variables_on_lines(conn: Connection, case_id: int) -> dict[int, Set[str]]:
    """Line → the fields whose values it gave the diagram."""
    query = select(models.audit.c.seq, models.audit.c.after).where(models.audit.c.case_id == case_id)
    found = ((row.seq, json.loads(row.after or "{}")) for row in conn.execute(query))
    return {seq: (after.get("variables") or {}).keys() for seq, after in found}


def _reduced(
    definition: Definition, codes: Set[str], element: str, values: Mapping[str, Any], on_the_line: Set[str]
) -> dict[str, Any]:
    if element == AMEND:
        return _correction(definition, values)
    return reduced(_schema(definition, element), values, codes, on_the_line)


def _correction(definition: Definition, values: Mapping[str, Any]) -> dict[str, Any]:
    """Of a correction the field, and its values where they are codes."""
    wanted = amendables(definition).get(values["field"])
    kept = ("field", "before", "value") if wanted is not None and wanted.codes else ("field",)
    return {name: values[name] for name in kept if name in values}


def _schema(definition: Definition, element: str) -> Schema:
    """The form of a step or act; nothing is kept of one that there is no form of."""
    drawn = {each.id: each.form for each in definition.elements.values() if each.form}
    form = drawn.get(element, element)
    if form in definition.forms:
        return definition.forms[form]
    try:
        return shipped_form(form)
    except KeyError:
        return {}


# ------------------------------------------------------------------ the person
def _person(conn: Connection, keys: Keys, case_id: int) -> dict[str, Any]:
    query = select(models.case_people).where(models.case_people.c.case_id == case_id)
    return unsealed(keys, models.case_people, conn.execute(query).mappings().one())


def _wipe_person(conn: Connection, keys: Keys, case_id: int, person: Mapping[str, Any]) -> int:
    """What kind of person it was is counted, and stays."""
    left = {"case_id": case_id, "kind": person["kind"], "name": None, "phone": None, "details": "{}"}
    stored = sealed(keys, models.case_people, left)
    conn.execute(update(models.case_people).where(models.case_people.c.case_id == case_id).values(stored))
    return sum(person[name] is not None for name in ("name", "phone"))


def _names(row: Mapping[str, Any], person: Mapping[str, Any]) -> tuple[str, ...]:
    """What an answer to a program names the case or its person by."""
    told = (row["no"], row["uid"], row["receipt_code"], person["name"], person["phone"])
    return tuple(each for each in told if each)


# ------------------------------------------------------------------ what lies beside
def _drafts(conn: Connection, case_id: int) -> int:
    """Texts typed into tasks of this case and never sent."""
    done = select(models.finished_tasks.c.id).where(models.finished_tasks.c.case_id == case_id)
    return conn.execute(delete(models.drafts).where(models.drafts.c.place.in_(done))).rowcount


def _failures(conn: Connection, case_id: int) -> int:
    """Why a step failed may repeat what was entered, what was done about it is written by hand."""
    rows = models.incidents
    of_case = update(rows).where(rows.c.case_id == case_id)
    conn.execute(of_case.where(rows.c.resolution.is_not(None)).values(resolution=GONE, salt=None))
    return conn.execute(of_case.values(cause=GONE)).rowcount


def _outbox(conn: Connection, case_id: int) -> None:
    """Whatever was told of it was told long ago; who was told, and what kind of thing, stays."""
    conn.execute(update(models.outbox).where(models.outbox.c.case_id == case_id).values(payload="{}"))


def _facts(conn: Connection, case_id: int) -> str:
    """The facts of the case as they are now, without anybody's words."""
    text: str = conn.execute(select(models.cases.c.facts).where(models.cases.c.id == case_id)).scalar_one()
    kept: dict[str, Any] = json.loads(text)
    kept["facts"] = without_words(kept["facts"])
    return json.dumps(kept, ensure_ascii=False)
