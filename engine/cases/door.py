"""The one door: every change of a case, by a person, a timer or a message, is made here.

begin → the case under its lock → its due timers → may this person? → check, then act → settle → rows, trail,
notices → commit (the caller's `Database.write`). Any exception takes everything back.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from engine.cases.acts import beside, erasing, events, handing, incidents, migrating, papers, start, tasks, unmask
from engine.cases.capacity import in_any_capacity
from engine.cases.commands import (
    ActOnCase,
    Actor,
    AskErasure,
    AttachPaper,
    ClaimTask,
    Command,
    CommentTask,
    CompleteTask,
    DelegateTask,
    DropErasure,
    EraseCase,
    FireTimers,
    HandOn,
    MigrateCase,
    PreserveCase,
    RateOwnCase,
    ReleaseCase,
    RepairCase,
    ResolveIncident,
    ResolveTask,
    RetryIncident,
    SendMessage,
    StartProcess,
    TakeIncident,
    UnclaimTask,
    UndoMigration,
    Unmask,
)
from engine.cases.opening import Address, Grounds, of_task
from engine.storage.database import WriteTransaction


def carry_out(tx: WriteTransaction, grounds: Grounds, command: Command) -> Any:
    """Carry out one command; returns Started, Done, a list of Fired, an incident's id, or None. Raises EngineError.

    What the actor may not do by their own right is tried on behalf of those they stand in for.
    """

    def act(acting: Actor) -> Any:
        return _carry_out(tx, grounds if acting is grounds.actor else replace(grounds, actor=acting), command)

    return in_any_capacity(grounds.actor, act)


def _carry_out(tx: WriteTransaction, grounds: Grounds, command: Command) -> Any:
    match command:
        case StartProcess():
            return start.start(tx, grounds, command)
        case CompleteTask():
            return tasks.complete(tx, grounds, command)
        case ClaimTask() | UnclaimTask():
            return tasks.assign(tx, grounds, command)
        case HandOn():
            return handing.hand_on(tx, grounds, command)
        case DelegateTask():
            return handing.delegate(tx, grounds, command)
        case ResolveTask():
            return handing.resolve(tx, grounds, command)
        case SendMessage():
            return events.send(tx, grounds, command)
        case ActOnCase():
            return beside.act(tx, grounds, command)
        case RateOwnCase():
            return beside.rate_own(tx, grounds, command)
        case AttachPaper():
            return papers.attach(tx, grounds, command)
        case CommentTask():
            return papers.comment(tx, grounds, command)
        case Unmask():
            return unmask.unmask(tx, grounds, command)
        case PreserveCase():
            return erasing.preserve(tx, grounds, command)
        case ReleaseCase():
            return erasing.release(tx, grounds, command)
        case AskErasure():
            return erasing.ask(tx, grounds, command)
        case DropErasure():
            return erasing.drop(tx, grounds, command)
        case EraseCase():
            return erasing.erase(tx, grounds, command)
        case MigrateCase():
            return migrating.migrate(tx, grounds, command)
        case UndoMigration():
            return migrating.undo(tx, grounds, command)
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
        case HandOn(task_id) | DelegateTask(task_id) | ResolveTask(task_id):
            return of_task(task_id)
        case SendMessage(_, no) | ActOnCase(_, no) | Unmask(no):
            return Address("no", no)
        case PreserveCase(no) | ReleaseCase(no) | AskErasure(no) | DropErasure(no) | EraseCase(no):
            return Address("no", no)
        case RateOwnCase(receipt_code):
            return Address("receipt_code", receipt_code)
        case AttachPaper():
            return papers.address_of(command)
        case MigrateCase(uid) | UndoMigration(uid):
            return Address("uid", uid)
        case FireTimers(case_id):
            return Address("id", case_id)
        case TakeIncident(id) | RetryIncident(id) | ResolveIncident(id) | RepairCase(id):
            return incidents.address_of(tx.conn, id)
        case StartProcess():
            return None
