"""Forwarding inside a group: a task goes to a colleague for good, or is lent and given back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.bpmn.runtime import OpenTask
from engine.cases.acts import entering, holding
from engine.cases.acts.holding import PENDING, RESOLVED, Hold
from engine.cases.acts.tasks import keep_hold
from engine.cases.commands import DelegateTask, HandOn, ResolveTask
from engine.cases.live import Live
from engine.cases.opening import Grounds, close_case, of_task, open_case
from engine.cases.step import Notice
from engine.definitions.act_forms import act_form
from engine.errors import BadInput, NotNow, NotYours
from engine.storage.database import WriteTransaction

FORM = "hand_on"


def hand_on(tx: WriteTransaction, grounds: Grounds, command: HandOn) -> None:
    """Give a task to a colleague, who holds it from now on; handing it to whoever holds it changes nothing."""
    opened, task = _opened(tx, grounds, command.task_id)
    held = holding.may_hand_on(tx.conn, opened, task, command.to, grounds.actor, holding.left_with(command))
    given = {} if command.reason is None else {"reason": command.reason}
    entered = entering.take(act_form(opened.version.definition, FORM), given, opened.step, {}).values
    if held.by == command.to and not held.pending:
        return
    kept: dict[str, Any] = {"entered": entered, "task_id": task.id} if entered else {}
    said = {"assignee": command.to, "task": task.element.id, **holding.of_unit(task)}
    opened.step.note("handed_on", FORM, {"assignee": held.by}, said, **kept)
    _tell(opened, task, "handed_on", command.to)
    close_case(tx, opened)
    keep_hold(tx.conn, task.id, command.to, opened.step.now)


def delegate(tx: WriteTransaction, grounds: Grounds, command: DelegateTask) -> None:
    """Ask a colleague to see to a task; it comes back to whoever held it, else to whoever asked."""
    opened, task = _opened(tx, grounds, command.task_id)
    held = holding.may_hand_on(tx.conn, opened, task, command.to, grounds.actor)
    if command.to in (held.by, grounds.actor.name):
        raise BadInput({"userId": "这件待办已经在对方手里，请选另一位同事。"})
    owner = held.owner if held.pending else held.by or grounds.actor.name
    said = {"assignee": command.to, "owner": owner, **holding.of_unit(task)}
    opened.step.note("delegated", task.element.id, _said(held), said)
    _tell(opened, task, "delegated", command.to)
    close_case(tx, opened)
    keep_hold(tx.conn, task.id, command.to, opened.step.now, owner, PENDING)


def resolve(tx: WriteTransaction, grounds: Grounds, command: ResolveTask) -> None:
    """Give a task back to whoever asked; to the group when they can no longer hold it. Raises NotNow, NotYours."""
    opened, task = _opened(tx, grounds, command.task_id)
    held = holding.hold(tx.conn, task.id)
    if held.by is None or held.by not in grounds.actor.names:
        raise NotYours("只有受托协助的人可以交回这件待办。")
    if not held.pending or held.owner is None:
        raise NotNow("这件待办不是同事请您协助的，不用交回；可以办结，或退回本组。")
    back = held.owner if holding.may_hold(tx.conn, opened, task, held.owner) else None
    opened.step.note("resolved", task.element.id, _said(held), {"assignee": back, **holding.of_unit(task)})
    if back is not None:
        _tell(opened, task, "resolved", back)
    close_case(tx, opened)
    keep_hold(tx.conn, task.id, back, opened.step.now, held.owner, RESOLVED)


def _opened(tx: WriteTransaction, grounds: Grounds, task_id: str) -> tuple[Live, OpenTask]:
    opened = open_case(tx, grounds, of_task(task_id))
    return opened, holding.open_task(tx.conn, opened, task_id)


def _said(held: Hold) -> Mapping[str, Any]:
    return {"assignee": held.by, **({"owner": held.owner} if held.pending else {})}


def _tell(opened: Live, task: OpenTask, kind: str, name: str) -> None:
    """A notice to one person alone, which is no line of its own."""
    opened.step.notices.append(Notice(kind, (f"person:{name}",), {"task": task.element.id, "task_id": task.id}))
