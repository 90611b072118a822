"""The writes of the hot path: one prepared statement each. Rows are plain dicts by column name.

A column a row leaves out takes the default of the table, else null; a name the table does not know is a KeyError.
Instants are aware datetimes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, insert, select, update
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from engine.storage.database import StaleRevision
from engine.storage.models import cases, microseconds, task_groups, tasks
from engine.storage.prepared import Prepared

Row = Mapping[str, Any]

# `task_groups.due` of a task without a due: it sorts behind every real one.
NO_DUE = 253_402_300_799_999_999  # the last microsecond of the year 9999
# What `task_groups` repeats of a case and of a task, to narrow and order an inbox without reading them.
INBOX_OF_CASE = ("lead_unit", "grade", "tier", "urgent", "restricted")
_INBOX_OF_TASK = ("case_id", "element", "unit", "opened_at", "assignee")


def insert_rows(conn: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert the rows in their order."""
    _insert(table).run_many(conn, rows)


def insert_new(conn: Connection, table: Table, row: Row) -> bool:
    """Insert the row unless one with its unique key is there; says whether it was inserted.

    On PostgreSQL it waits for another transaction that is just inserting that key.
    """
    return _insert_new(table).run(conn, row) == 1


def update_rows(conn: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Set the columns given of the rows named by their `id`; all rows give the same columns."""
    if rows:
        columns = tuple(sorted(rows[0].keys() - {"id"}))  # sorted: one prepared statement per set of columns
        statement = _update(table, columns)
        statement.run_many(conn, [{**{name: row[name] for name in columns}, "row_id": row["id"]} for row in rows])


def delete_rows(conn: Connection, table: Table, ids: Iterable[str]) -> None:
    """Delete the rows with these ids; what hangs on them by a cascade goes too."""
    _delete(table).run_many(conn, [{"row_id": row_id} for row_id in ids])


def insert_case(conn: Connection, row: Row) -> int:
    """Insert a case; returns its id."""
    case_id: int = _INSERT_CASE.fetch(conn, row)[0]["id"]
    return case_id


def update_case(conn: Connection, case_id: int, revision: int, changes: Row) -> None:
    """Change a case that still stands at `revision`, which grows by one.

    Raises StaleRevision, for the write door to start afresh, when somebody else changed the case meanwhile.
    """
    statement = _update_case(tuple(sorted(changes)))
    row = {**changes, "revision": revision + 1, "case_id": case_id, "expected_revision": revision}
    if statement.run(conn, row) != 1:
        raise StaleRevision


def open_tasks(conn: Connection, rows: Sequence[Row]) -> None:
    """Insert open tasks; `groups` of each row, a sequence of names, says in whose inboxes they lie.

    Beside the columns of the task each row gives those of INBOX_OF_CASE, as they stand in its case.
    """
    apart = {"groups", *INBOX_OF_CASE}
    insert_rows(conn, tasks, [{name: value for name, value in row.items() if name not in apart} for row in rows])
    insert_rows(conn, task_groups, [in_inbox for row in rows for in_inbox in _in_inboxes(row)])


def _in_inboxes(row: Row) -> Iterator[Row]:
    shown = {name: row[name] for name in (*_INBOX_OF_TASK, *INBOX_OF_CASE) if name in row}
    for group in dict.fromkeys(row["groups"]):
        yield {**shown, "group": group, "task_id": row["id"], "due": inbox_due(row.get("due"))}


def redraw_tasks(conn: Connection, rows: Sequence[Row]) -> None:
    """Open tasks as another version of their diagram draws them: rows as `open_tasks` takes them.

    Who holds them, and what a colleague was asked, stays.
    """
    drawn = ("element", "name", "process", "form", "phase", "unit", "priority", "due")
    update_rows(conn, tasks, [{name: row[name] for name in ("id", *drawn)} for row in rows])
    for row in rows:
        held = conn.execute(select(tasks.c.assignee).where(tasks.c.id == row["id"])).scalar_one()
        conn.execute(delete(task_groups).where(task_groups.c.task_id == row["id"]))
        insert_rows(conn, task_groups, list(_in_inboxes({**row, "assignee": held})))


def hold_tasks(conn: Connection, rows: Sequence[Row]) -> None:
    """Write who holds open tasks, by `id`: all rows give `assignee`, and alike what else of the hold they give."""
    update_rows(conn, tasks, rows)
    _HOLD_IN_INBOX.run_many(conn, [{"task": row["id"], "assignee": row["assignee"]} for row in rows])


def move_case_in_inbox(conn: Connection, case_id: int, case: Row) -> None:
    """Give the open tasks of a case the columns of INBOX_OF_CASE it has now."""
    _MOVE_CASE.run(conn, {"of_case": case_id, **{name: case[name] for name in INBOX_OF_CASE}})


def move_task_dues(conn: Connection, dues: Mapping[str, datetime | None]) -> None:
    """Give open tasks, by id, another due; their place in the inboxes follows."""
    update_rows(conn, tasks, [{"id": task_id, "due": due} for task_id, due in dues.items()])
    _MOVE_IN_INBOX.run_many(conn, [{"task": task_id, "due": inbox_due(due)} for task_id, due in dues.items()])


def inbox_due(due: datetime | None) -> int:
    """A due as the inbox index keeps it: microseconds since 1970."""
    return NO_DUE if due is None else microseconds(due)


@cache
def _insert(table: Table) -> Prepared:
    defaults = _given_columns(table)
    return Prepared(insert(table).inline(), list(defaults), defaults)


@cache
def _insert_new(table: Table) -> Prepared:
    defaults = _given_columns(table)
    return Prepared(insert(table).inline(), list(defaults), defaults, suffix=" ON CONFLICT DO NOTHING")


def _given_columns(table: Table) -> dict[str, Any]:
    """The columns a row may give, all but a row id the database allots, each with what stands there otherwise."""
    return {
        column.name: column.default.arg if isinstance(column.default, ScalarElementColumnDefault) else None
        for column in table.columns
        if column is not table.autoincrement_column
    }


@cache
def _update(table: Table, columns: tuple[str, ...]) -> Prepared:
    return Prepared(update(table).where(table.c.id == bindparam("row_id")), columns)


@cache
def _delete(table: Table) -> Prepared:
    return Prepared(delete(table).where(table.c.id == bindparam("row_id")))


@cache
def _update_case(columns: tuple[str, ...]) -> Prepared:
    unchanged = (cases.c.id == bindparam("case_id")) & (cases.c.revision == bindparam("expected_revision"))
    return Prepared(update(cases).where(unchanged), (*columns, "revision"))


_INSERT_CASE = Prepared(insert(cases).returning(cases.c.id), list(_given_columns(cases)), _given_columns(cases))
_OF_TASK = task_groups.c.task_id == bindparam("task")
_OF_CASE = task_groups.c.task_id.in_(select(tasks.c.id).where(tasks.c.case_id == bindparam("of_case")))
_MOVE_IN_INBOX = Prepared(update(task_groups).where(_OF_TASK), ["due"])
_HOLD_IN_INBOX = Prepared(update(task_groups).where(_OF_TASK), ["assignee"])
_MOVE_CASE = Prepared(update(task_groups).where(_OF_CASE), INBOX_OF_CASE)
