"""Opening a case for an act and closing it again: lock, load, due timers; then rows, trail and notices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from engine.bpmn import state
from engine.cases import deeds, live, merging, policy, saving
from engine.cases.commands import CITIZEN, SYSTEM, Actor
from engine.cases.live import Live
from engine.cases.step import Step
from engine.definitions.versions import Versions
from engine.directory import Directory
from engine.directory.calendars import Calendars
from engine.erasure.retention import Retention
from engine.errors import NotFound, NotNow, StateCorrupt
from engine.keys import Keys
from engine.storage import models
from engine.storage.database import WriteTransaction
from engine.storage.prepared import Prepared
from engine.worktime import WorkTime

_PARKED = Prepared(
    select(models.timers.c.id, models.timers.c.parked).where(
        models.timers.c.case_id == bindparam("of_case"), models.timers.c.parked.is_not(None)
    )
)
_LINE = Prepared(
    select(models.audit.c.at, models.audit.c.digest).where(
        models.audit.c.case_id == bindparam("of_case"), models.audit.c.seq == bindparam("number")
    )
)


@dataclass(frozen=True)
class Grounds:
    """What an act stands on besides the transaction."""

    versions: Versions
    worktime: WorkTime
    calendar: int  # version `worktime` goes by
    calendars: Calendars
    directory: Directory
    now: datetime
    actor: Actor
    keys: Keys
    held: frozenset[str] = frozenset()  # timers that have just failed: the act goes on without them
    retention: Retention = field(default_factory=Retention)


@dataclass(frozen=True)
class Address:
    """How a command names its case: a column of `cases` and its value."""

    by: str
    wanted: int | str


def of_task(task_id: str) -> Address:
    """The case a task belongs to, read off the task's id; raises NotFound for what is no task id."""
    try:
        return Address("uid", live.uid_of_task(task_id))
    except ValueError:
        raise NotFound from None


def open_case(tx: WriteTransaction, grounds: Grounds, address: Address, retried: int | None = None) -> Live:
    """The case under its lock, its due timers fired; NotFound for whoever may not know of it.

    Timers that wait for an incident to be dealt with stay where they are, but for those of the incident `retried`.
    Raises StateCorrupt for a state that is not to the last bit the one the last line of the trail tells of.
    """
    row = tx.lock_case(address.wanted, address.by)
    if row is None:
        raise NotFound
    opened, last = read_back(tx.conn, grounds, row)
    opened.keys = grounds.keys
    if not _exists_for(grounds.actor, opened, row, address):
        raise NotFound
    if row["erased_at"] is not None and grounds.actor is not SYSTEM:
        raise NotNow("这一件的个人信息已清除，只能查看办理经过，不能再办理或补充。")
    _bring_up_to_date(tx.conn, grounds, opened, last, retried)
    return opened


def as_it_would_open(conn: Connection, grounds: Grounds, row: Mapping[str, Any]) -> Live:
    """The case of a row as an act would find it now, to try something on: nothing of it is written."""
    opened, last = read_back(conn, grounds, row)
    _bring_up_to_date(conn, grounds, opened, last, None)
    return opened


def _bring_up_to_date(conn: Connection, grounds: Grounds, opened: Live, last: datetime, retried: int | None) -> None:
    row = opened.row
    if row["merged_into"] is not None:  # it waits by the clock of its lead case, which only the database knows
        opened.step.lead_case = merging.lead_case(conn, row["merged_into"])
    opened.step.not_before(last)
    deeds.change_calendar(opened, grounds.calendar, grounds.worktime)
    deeds.follow_lead(opened)
    if live.anything_due(opened, grounds.now):
        opened.held = grounds.held | _parked(conn, row["id"], retried)
        live.fire_due(opened, grounds.now, opened.step.notes[-1].at if opened.step.notes else last)


def _exists_for(actor: Actor, opened: Live, row: Mapping[str, Any], address: Address) -> bool:
    if actor is CITIZEN:
        return address.by == "receipt_code"
    return actor is SYSTEM or policy.sees(actor, facts_of(opened.step, row))


def read_back(conn: Connection, grounds: Grounds, row: Mapping[str, Any]) -> tuple[Live, datetime]:
    """The case of a row, and the instant of the last line of its trail; raises StateCorrupt."""
    version = grounds.versions.get(conn, row["bundle_id"])
    worktime = grounds.calendars.get(conn, row["calendar"])
    opened = live.load(row, version, grounds.now, grounds.actor, worktime, grounds.directory)
    line = _LINE.fetch(conn, {"of_case": row["id"], "number": row["audit_seq"]})
    if not line or line[0]["digest"] != state.digest_of(row["state"]):
        raise StateCorrupt("保存的流程状态不是留痕最后一行所记的那一个。")
    return opened, line[0]["at"]


def _parked(conn: Connection, case_id: int, retried: int | None) -> frozenset[str]:
    found = _PARKED.fetch(conn, {"of_case": case_id})
    return frozenset(row["id"] for row in found if row["parked"] != retried)


def facts_of(step: Step, row: Mapping[str, Any]) -> policy.CaseFacts:
    """What visibility depends on."""
    registered = row["registered_unit"]
    units = {order.unit for order in step.record.orders} | ({registered} if registered else set())
    return policy.CaseFacts(bool(row["restricted"]), frozenset(units))


def close_case(tx: WriteTransaction, opened: Live) -> None:
    """Write everything the act has changed; raises StaleRevision when somebody was faster."""
    case = saving.case_columns(opened)
    merging.tell_merged(tx.conn, opened, case)
    tx.begin_writing()
    saving.write_back(tx.conn, opened, case)
