"""Keeping the tables of walked cases: every case whose trail has grown is read anew, a few at a beat, and held against
the rules (engine/audit/rules).

It is all worked out again from the rows of its tasks and the lines of its trail, so that a correction, a pause granted
afterwards or an older database need nothing of their own. A restricted case is in the tables for nobody.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select, update

from engine.audit.rules import Held, held_against
from engine.audit.trail import canonical
from engine.cases import clock_ledger
from engine.definitions.shipped import CASE_PROCESS
from engine.definitions.versions import Versions
from engine.directory.calendars import Calendars
from engine.heat.blocks import changed
from engine.heat.course import course, stored_lines
from engine.heat.steps import Office, Task, Walked, walked
from engine.storage.database import Database, WriteTransaction
from engine.storage.grown import grown
from engine.storage.models import audit, cases, finished_tasks, rule_findings, tasks, walked_cases, walked_steps, ways
from engine.storage.prepared import Prepared
from engine.storage.rows import insert_new, insert_rows

AT_ONCE = 50  # cases per transaction: others wait for it on SQLite
_READ = Prepared(update(cases).where(cases.c.id == bindparam("of_case")), ["walked_seq"])
_CASE = ("id", "bundle_id", "key", "ledger", "calendar", "restricted", "audit_seq", "received_at", "started_at")
_TOLD = ("grade", "cause", "channel", "lead_unit")
_LINE = tuple(
    audit.c[name] for name in ("case_id", "seq", "at", "actor", "on_behalf_of", "action", "element", "before", "after")
)


def keep_walked(db: Database, versions: Versions, calendars: Calendars, now: datetime, most: int = AT_ONCE) -> int:
    """Read up to `most` cases whose trail has grown; returns how many there were. Several processes may do so."""
    with db.read() as conn:
        if not waiting(conn, 1):
            return 0
    return db.write(partial(_keep, versions=versions, calendars=calendars, now=now, most=most))


def waiting(conn: Connection, most: int = 1_000_000) -> int:
    """How many cases are still to be read, counted up to `most`."""
    some = grown("walked_seq", cases.c.id).limit(most).subquery()
    return int(conn.execute(select(func.count()).select_from(some)).scalar_one())


def _keep(tx: WriteTransaction, versions: Versions, calendars: Calendars, now: datetime, most: int) -> int:
    tx.begin_writing()
    conn = tx.conn
    columns = [cases.c[name] for name in (*_CASE, *_TOLD)]
    query = grown("walked_seq", *columns).order_by(cases.c.id).limit(most).with_for_update(skip_locked=True)
    found = [dict(row) for row in conn.execute(query).mappings()]
    ids = [row["id"] for row in found]
    for table in (walked_steps, walked_cases, rule_findings):
        conn.execute(delete(table).where(table.c.case_id.in_(ids)))
    of_tasks, of_lines = _tasks(conn, ids), _lines(conn, ids)
    for row in found:
        if not row["restricted"]:
            _write(conn, versions, calendars, row, of_tasks.get(row["id"], []), of_lines.get(row["id"], []))
    changed(conn, ids, now)
    _READ.run_many(conn, [{"of_case": row["id"], "walked_seq": row["audit_seq"]} for row in found])
    return len(found)


def _write(
    conn: Connection,
    versions: Versions,
    calendars: Calendars,
    row: Mapping[str, Any],
    open_and_over: list[Task],
    lines: list[Mapping[Any, Any]],
) -> None:
    definition = versions.get(conn, row["bundle_id"]).definition
    office = office_of(conn, calendars, row)
    told = course(stored_lines(lines), definition)
    chosen = {
        "key": row["key"],
        "bundle_id": row["bundle_id"],
        "received_at": row["received_at"] or row["started_at"],
        **{name: row[name] for name in ("grade", "cause", "channel")},
    }
    passed = canonical(told.passed)
    way = hashlib.sha256(f"{row['bundle_id']}\0{passed}".encode()).hexdigest()
    insert_new(conn, ways, {"digest": way, "bundle_id": row["bundle_id"], "passed": passed})
    held = held_against(lines if row["key"] == CASE_PROCESS else ())  # the rules are those of cases
    of_case = {"case_id": row["id"], "way": way, "unit": row["lead_unit"], "ruled": held.ruled}
    insert_rows(conn, walked_cases, [{**chosen, **of_case}])
    insert_rows(conn, rule_findings, list(_findings(row["id"], chosen["received_at"], held)))
    rows = [
        {**_step(step), **chosen, "case_id": row["id"], "unit": step.task.unit or row["lead_unit"]}
        for step in walked(open_and_over, told, definition, office)
    ]
    insert_rows(conn, walked_steps, rows)


def office_of(conn: Connection, calendars: Calendars, row: Mapping[Any, Any]) -> Office:
    """Working time of the case whose `calendar` and `ledger` a row tells."""
    return Office(calendars.get(conn, row["calendar"]), clock_ledger.from_json(row["ledger"]).pauses)


def _step(step: Walked) -> dict[str, Any]:
    measured = ("waited", "handled", "allowed", "remained", "late", "late_at", "why_due", "why_promise")
    same = ("number", "process", "entry", "begun_at", *measured, "lies", "lies_since")
    task = step.task
    return {
        **{name: getattr(step, name) for name in same},
        **{name: getattr(task, name) for name in ("element", "entered_at", "left_at", "due", "how")},
        "task_id": task.id,
        "took": -1 if step.waited is None else step.took,
    }


def _findings(case_id: int, received_at: datetime, held: Held) -> Iterator[dict[str, Any]]:
    once = {(rule, found.seq): found for rule, found in held.findings}  # a line breaks a rule once
    for (rule, seq), found in once.items():
        yield {
            "case_id": case_id,
            "rule": rule,
            "seq": seq,
            "at": found.at,
            "ripe_at": found.at + found.ripe,
            "element": found.element,
            "sentence": found.sentence,
            "received_at": received_at,
        }


def _tasks(conn: Connection, ids: list[int]) -> dict[int, list[Task]]:
    same = ("case_id", "id", "element", "unit", "opened_at", "due")
    over = select(*(finished_tasks.c[name] for name in (*same, "ended_at", "how", "actor")))
    still = select(*(tasks.c[name] for name in same), tasks.c.assignee)
    found: dict[int, list[Task]] = {}
    for table, query in ((finished_tasks, over), (tasks, still)):
        for row in conn.execute(query.where(table.c.case_id.in_(ids))).mappings():
            found.setdefault(row["case_id"], []).append(_task(row))
    return found


def _task(row: Mapping[Any, Any]) -> Task:
    return Task(
        id=row["id"],
        element=row["element"],
        unit=row["unit"],
        entered_at=row["opened_at"],
        due=row["due"],
        left_at=row.get("ended_at"),
        how=row.get("how"),
        by=row["actor"] if row.get("how") == "completed" else row.get("assignee"),
    )


def _lines(conn: Connection, ids: list[int]) -> dict[int, list[Mapping[Any, Any]]]:
    query = select(*_LINE).where(audit.c.case_id.in_(ids)).order_by(audit.c.case_id, audit.c.seq)
    found: dict[int, list[Mapping[Any, Any]]] = {}
    for line in conn.execute(query).mappings():
        found.setdefault(line["case_id"], []).append(line)
    return found
