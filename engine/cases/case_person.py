"""The person a case belongs to: sealed in `case_people`, found by marks, masked in the title that lists show."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from engine.cases.marks import insert_marks, write_marks
from engine.keys import Keys
from engine.personal.words import Person
from engine.storage.models import answers, case_people, cases
from engine.storage.prepared import Prepared
from engine.storage.rows import insert_rows
from engine.storage.sealed import sealed, unsealed

_COLUMNS = ("kind", "name", "phone")  # all else of a person is in `details`
_PERSON = Prepared(select(case_people).where(case_people.c.case_id == bindparam("of_case")))
_CORRECTIONS = Prepared(select(answers).where(answers.c.case_id == bindparam("of_case"), answers.c.element == "amend"))


def write_new(conn: Connection, keys: Keys, case_id: int, applicant: Mapping[str, Any]) -> None:
    """Keep the person of a case just registered."""
    person = {name: applicant.get(name) for name in _COLUMNS}
    details = {name: value for name, value in applicant.items() if name not in _COLUMNS}
    row = {"case_id": case_id, **person, "details": json.dumps(details, ensure_ascii=False)}
    insert_rows(conn, case_people, [sealed(keys, case_people, row)])
    insert_marks(conn, keys, case_id, (applicant["kind"], person["name"], person["phone"]))


def amend(conn: Connection, keys: Keys, case_id: int, field: str, value: Any) -> None:
    """Put one field of the person right."""
    person = person_row(conn, keys, case_id)
    if field in _COLUMNS:
        changes: dict[str, Any] = {field: value}
        person |= changes
        write_marks(conn, keys, case_id, (person["kind"], person["name"], person["phone"]))
    else:
        details = {**json.loads(person["details"]), field: value}
        kept = {name: known for name, known in details.items() if known is not None}
        changes = {"details": json.dumps(kept, ensure_ascii=False)}
    stored = sealed(keys, case_people, {"case_id": case_id, **changes})
    conn.execute(update(case_people).where(case_people.c.case_id == case_id).values(stored))


def person_row(conn: Connection, keys: Keys, case_id: int) -> dict[str, Any]:
    """The row of a person, opened."""
    (row,) = _PERSON.fetch(conn, {"of_case": case_id})
    return unsealed(keys, case_people, row)


def person_of(conn: Connection, keys: Keys, case_id: int) -> Person:
    """Whose case it is; for a process that is no case, somebody nobody knows."""
    rows = _PERSON.fetch(conn, {"of_case": case_id})
    if not rows:
        return Person("anonymous")
    found = unsealed(keys, case_people, rows[0])
    return Person(found["kind"], found["name"], found["phone"])


def people_of(conn: Connection, keys: Keys, case_id: int) -> tuple[Person, ...]:
    """Whose case it is, by every name and telephone they have had in it: what was told before may hold one that was
    put right since."""
    person, former = person_of(conn, keys, case_id), []
    for row in _CORRECTIONS.fetch(conn, {"of_case": case_id}):
        said = json.loads(unsealed(keys, answers, row)["variables"])
        of_person, _, field = said["field"].partition(".")
        if of_person == "applicant" and field in ("name", "phone") and said.get("before"):
            former.append(replace(person, **{field: said["before"]}))
    return (person, *former)


def show_title(conn: Connection, keys: Keys, case_id: int, title: str) -> None:
    """Give lists another title, or mask the one they have by the name the person now goes by."""
    shown = person_of(conn, keys, case_id).masked(title)
    conn.execute(update(cases).where(cases.c.id == case_id).values(title=shown))


def masked(text: str, applicant: Mapping[str, Any]) -> str:
    """A title or text without numbers and without the person's name: so it is listed and searched."""
    return Person(applicant["kind"], applicant.get("name"), applicant.get("phone")).masked(text)
