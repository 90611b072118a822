"""The one door: every change of a case, by a person, a timer or a message, is made here.

begin → the case under its lock → its due timers → may this person? → check, then act → settle → rows, trail,
notices → commit (the caller's `Database.write`). Any exception takes everything back.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from sqlalchemy import Connection

from engine.cases.acts import events, start, tasks
from engine.cases.commands import (
    ClaimTask,
    Command,
    CompleteTask,
    FireTimers,
    RecordCourier,
    SendMessage,
    StartProcess,
    UnclaimTask,
)
from engine.cases.opening import Grounds, case_of_no, case_of_task
from engine.errors import NotFound
from engine.storage.database import WriteTransaction


def carry_out(tx: WriteTransaction, grounds: Grounds, command: Command) -> Any:
    """Carry out one command; returns Started, Done, a list of Fired, or None. Raises EngineError."""
    match command:
        case StartProcess():
            return start.start(tx, grounds, command)
        case CompleteTask():
            return tasks.complete(tx, grounds, command)
        case ClaimTask() | UnclaimTask():
            return tasks.assign(tx, grounds, command)
        case SendMessage():
            return events.send(tx, grounds, command)
        case RecordCourier():
            return events.courier(tx, grounds, command)
        case FireTimers():
            return events.fire(tx, grounds, command)


def case_of(conn: Connection, command: Command) -> int | None:
    """Row id of the case a command is about, when there is one."""
    with suppress(NotFound):
        match command:
            case CompleteTask(task_id) | ClaimTask(task_id) | UnclaimTask(task_id):
                return case_of_task(conn, task_id)
            case SendMessage(_, no) | RecordCourier(no):
                return case_of_no(conn, no)
            case FireTimers(case_id):
                return case_id
    return None
