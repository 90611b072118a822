"""The prepared statements write what their rows say."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine.storage.database import Database, WriteTransaction
from engine.storage.models import audit, outbox, task_groups, tasks, timers
from engine.storage.rows import (
    NO_DUE,
    delete_rows,
    inbox_due,
    insert_new,
    insert_rows,
    move_task_dues,
    open_tasks,
    update_rows,
)
from tests.storage.samples import NOON, add_case


def task(case_id: int, task_id: str, **more: Any) -> dict[str, Any]:
    row = {"id": task_id, "case_id": case_id, "element": "accept", "name": "受理", "process": "five_step_loop"}
    return {**row, "opened_at": NOON, "groups": ["window", "work_group"], **more}


def write(db: Database, *steps: Any) -> None:
    def work(tx: WriteTransaction) -> None:
        tx.begin_writing()
        for step in steps:
            step(tx.conn)

    db.write(work)


def inboxes(db: Database) -> list[tuple[str, str, int]]:
    with db.read() as conn:
        query = select(task_groups.c.group, task_groups.c.task_id, task_groups.c.due).order_by("group", "task_id")
        return [tuple(row) for row in conn.execute(query)]


def test_an_open_task_lies_in_the_inbox_of_each_of_its_groups(database: Database) -> None:
    case_id = add_case(database)
    write(database, lambda conn: open_tasks(conn, [task(case_id, "t1", due=NOON)]))
    assert inboxes(database) == [("window", "t1", inbox_due(NOON)), ("work_group", "t1", inbox_due(NOON))]


def test_a_task_without_a_due_sorts_behind_all_others(database: Database) -> None:
    case_id = add_case(database)
    write(database, lambda conn: open_tasks(conn, [task(case_id, "t1", groups=["window", "window"])]))
    assert inboxes(database) == [("window", "t1", NO_DUE)]


def test_a_group_named_twice_holds_the_task_once_and_defaults_are_filled_in(database: Database) -> None:
    case_id = add_case(database)
    write(database, lambda conn: open_tasks(conn, [task(case_id, "t1", groups=["window", "window"])]))
    with database.read() as conn:
        row = conn.execute(select(tasks)).one()
    assert (row.priority, row.assignee, row.due, row.opened_at) == (50, None, None, NOON)


def test_a_closed_task_leaves_all_inboxes(database: Database) -> None:
    case_id = add_case(database)
    write(
        database,
        lambda conn: open_tasks(conn, [task(case_id, "t1"), task(case_id, "t2")]),
        lambda conn: delete_rows(conn, tasks, ["t1"]),
    )
    assert {row[1] for row in inboxes(database)} == {"t2"}


def test_a_moved_due_moves_the_task_in_the_inboxes(database: Database) -> None:
    case_id = add_case(database)
    write(
        database,
        lambda conn: open_tasks(conn, [task(case_id, "t1"), task(case_id, "t2")]),
        lambda conn: move_task_dues(conn, {"t1": NOON}),
    )
    assert [row[2] for row in inboxes(database)] == [inbox_due(NOON), NO_DUE] * 2


def test_rows_are_changed_by_their_id_and_only_in_what_is_given(database: Database) -> None:
    case_id = add_case(database)
    rows = [{"id": name, "case_id": case_id, "element": "overdue", "due": NOON} for name in ("a", "b")]
    write(
        database,
        lambda conn: insert_rows(conn, timers, rows),
        lambda conn: update_rows(conn, timers, [{"id": "b", "due": NOON + timedelta(days=1), "suspended": True}]),
    )
    with database.read() as conn:
        found = [
            tuple(row) for row in conn.execute(select(timers.c.id, timers.c.due, timers.c.suspended).order_by("id"))
        ]
    assert found == [("a", NOON, False), ("b", NOON + timedelta(days=1), True)]


def test_no_rows_are_no_statement(database: Database) -> None:
    write(
        database,
        lambda conn: insert_rows(conn, timers, []),
        lambda conn: update_rows(conn, timers, []),
        lambda conn: delete_rows(conn, timers, []),
    )
    with database.read() as conn:
        assert conn.execute(select(timers)).all() == []


def test_a_column_the_table_does_not_know_is_an_error(database: Database) -> None:
    with pytest.raises(KeyError, match="dead_line"):
        write(database, lambda conn: insert_rows(conn, timers, [{"id": "a", "dead_line": NOON}]))


def test_an_instant_without_a_zone_is_an_error(database: Database) -> None:
    case_id = add_case(database)
    row = {"id": "a", "case_id": case_id, "element": "overdue", "due": NOON.replace(tzinfo=None)}
    with pytest.raises(ValueError, match="zone"):
        write(database, lambda conn: insert_rows(conn, timers, [row]))


def test_a_row_whose_key_is_there_is_not_inserted_again(database: Database) -> None:
    row = {"key": "k", "kind": "notice", "recipients": "[]", "payload": "{}", "created_at": NOON}
    inserted: list[bool] = []
    write(
        database,
        lambda conn: inserted.append(insert_new(conn, outbox, row)),
        lambda conn: inserted.append(insert_new(conn, outbox, {**row, "kind": "other"})),
    )
    with database.read() as conn:
        assert conn.execute(select(outbox.c.kind)).scalars().all() == ["notice"]
    assert inserted == [True, False]


def test_a_row_that_names_no_case_is_refused_by_the_tables(database: Database) -> None:
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        write(database, lambda conn: insert_rows(conn, timers, [timer_of_no_case()]))
    with database.read() as conn:
        assert conn.execute(select(audit)).all() == []


def timer_of_no_case() -> dict[str, Any]:
    return {"id": "a", "case_id": 99, "element": "overdue", "due": NOON}
