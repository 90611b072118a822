"""Acts on tasks: complete, claim, give back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine import drafts
from engine.bpmn.runtime import OpenTask
from engine.cases import asking, deeds, merging
from engine.cases.acts import entering, holding
from engine.cases.acts.results import Done
from engine.cases.commands import ClaimTask, CompleteTask, UnclaimTask
from engine.cases.deeds import Deed
from engine.cases.live import Live
from engine.cases.opening import Grounds, close_case, of_task, open_case
from engine.storage import rows
from engine.storage.database import WriteTransaction


def complete(tx: WriteTransaction, grounds: Grounds, command: CompleteTask) -> Done:
    """Complete an open task with the values of its form."""
    opened = open_case(tx, grounds, of_task(command.task_id))
    task = holding.open_task(tx.conn, opened, command.task_id)
    variables = finish(tx.conn, opened, task, command.variables)
    close_case(tx, opened)
    drafts.drop(tx.conn, grounds.actor.name, command.task_id)
    return Done(opened.no, opened.row["uid"], variables, opened.crosses)


def finish(conn: Connection, opened: Live, task: OpenTask, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Complete an open task as the person who acts; returns the variables it set.

    Raises NotYours, TakenByOther, BadInput.
    """
    holding.may_complete(conn, opened, task, opened.step.actor)
    definition = opened.version.definition
    schema = definition.form(task.element.form)
    entered = entering.take(schema, given, opened.step, task.data)
    merging.check_lead(conn, opened.step, opened.no, entered.values)
    merging.tell_if_closed(opened.step, opened.no)
    variables = entered.variables(schema, definition.read_names)
    said = {"variables": variables, "unit": task.unit}
    deeds.do(opened, Deed("completed", task.element.id, entered.values, said, task_id=task.id))
    return variables


def assign(tx: WriteTransaction, grounds: Grounds, command: ClaimTask | UnclaimTask) -> None:
    """Claim a task, as a lead also for a colleague, or give it back to the group."""
    opened = open_case(tx, grounds, of_task(command.task_id))
    task = holding.open_task(tx.conn, opened, command.task_id)
    taken = command if isinstance(command, ClaimTask) else None
    assignee = taken.assignee if taken else None
    held = holding.may_assign(tx.conn, opened, task, assignee, grounds.actor, holding.left_with(taken))
    said = {"assignee": assignee, **holding.of_unit(task)}
    opened.step.note("claimed" if assignee else "unclaimed", task.element.id, {"assignee": held.by}, said)
    close_case(tx, opened)
    keep_hold(tx.conn, task.id, assignee, opened.step.now)


def keep_hold(
    conn: Connection,
    task_id: str,
    assignee: str | None,
    now: datetime,
    owner: str | None = None,
    delegation: str | None = None,
) -> None:
    """Write who holds an open task from now on."""
    row = {"assignee": assignee, "claimed_at": now if assignee else None, "owner": owner, "delegation": delegation}
    rows.hold_tasks(conn, [{"id": task_id, **row}])
    asking.changed_hands(conn, task_id, assignee, now)
