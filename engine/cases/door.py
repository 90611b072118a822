"""The one door: every change of a case, by a person, a timer or a message, is made here.

begin → the case under its lock → its due timers → may this person? → check, then act → settle → rows, trail,
notices → commit (the caller's `Database.write`). Any exception takes everything back.
"""

from __future__ import annotations

from typing import Any

from engine.cases.acts import beside, events, incidents, papers, start, tasks
from engine.cases.commands import (
    ActOnCase,
    AttachPaper,
    ClaimTask,
    Command,
    CommentTask,
    CompleteTask,
    FireTimers,
    RepairCase,
    ResolveIncident,
    RetryIncident,
    SendMessage,
    StartProcess,
    TakeIncident,
    UnclaimTask,
)
from engine.cases.opening import Address, Grounds, of_task
from engine.storage.database import WriteTransaction


def carry_out(tx: WriteTransaction, grounds: Grounds, command: Command) -> Any:
    """Carry out one command; returns Started, Done, a list of Fired, an incident's id, or None. Raises EngineError."""
    match command:
        case StartProcess():
            return start.start(tx, grounds, command)
        case CompleteTask():
            return tasks.complete(tx, grounds, command)
        case ClaimTask() | UnclaimTask():
            return tasks.assign(tx, grounds, command)
        case SendMessage():
            return events.send(tx, grounds, command)
        case ActOnCase():
            return beside.act(tx, grounds, command)
        case AttachPaper():
            return papers.attach(tx, grounds, command)
        case CommentTask():
            return papers.comment(tx, grounds, command)
        case FireTimers():
            return events.fire(tx, grounds, command)
        case TakeIncident():
            return incidents.take(tx, grounds, command)
        case RetryIncident():
            return incidents.retry(tx, grounds, command)
        case ResolveIncident():
            return incidents.resolve(tx, grounds, command)
        case RepairCase():
            return incidents.repair(tx, grounds, command)


def case_of(tx: WriteTransaction, command: Command) -> int | None:
    """Row id of the case a command is about, when there is one."""
    address = _address(tx, command)
    row = None if address is None else tx.lock_case(address.wanted, address.by)
    return None if row is None else row["id"]


def _address(tx: WriteTransaction, command: Command) -> Address | None:
    match command:
        case CompleteTask(task_id) | ClaimTask(task_id) | UnclaimTask(task_id) | CommentTask(task_id):
            return of_task(task_id)
        case SendMessage(_, no) | ActOnCase(_, no):
            return Address("no", no)
        case AttachPaper():
            return papers.address_of(command)
        case FireTimers(case_id):
            return Address("id", case_id)
        case TakeIncident(id) | RetryIncident(id) | ResolveIncident(id) | RepairCase(id):
            return incidents.address_of(tx.conn, id)
        case StartProcess():
            return None
