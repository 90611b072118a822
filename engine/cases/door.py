"""The one door: every change of a case, by a person, a timer or a message, is made here.

begin → the case under its lock → its due timers → may this person? → check, then act → settle → rows, trail,
notices → commit (the caller's `Database.write`). Any exception takes everything back.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, select, update

from engine.cases import forms, live, policy, saving
from engine.cases.clock_ledger import ClockLedger
from engine.cases.commands import (
    SYSTEM,
    Actor,
    ClaimTask,
    Command,
    CompleteTask,
    FireTimers,
    RecordCourier,
    SendMessage,
    StartProcess,
    UnclaimTask,
)
from engine.cases.effects import OPERATIONS
from engine.cases.form_words import form_words
from engine.cases.live import Fired, Live
from engine.cases.numbering import next_number
from engine.cases.step import Step
from engine.definitions.versions import CASE_PROCESS, Version, Versions
from engine.directory import Directory
from engine.errors import BadInput, NobodyWaits, NotFound, NotYours, TakenByOther
from engine.storage import models, rows
from engine.storage.database import WriteTransaction
from engine.storage.prepared import Prepared
from engine.worktime import WorkTime

_ID_OF_UID = Prepared(select(models.cases.c.id).where(models.cases.c.uid == bindparam("of_uid")))
_ID_OF_NO = Prepared(select(models.cases.c.id).where(models.cases.c.no == bindparam("of_no")))
_TASK = Prepared(select(models.tasks.c.assignee).where(models.tasks.c.id == bindparam("of_task")))
_FINISHED = Prepared(
    select(models.finished_tasks.c.actor, models.finished_tasks.c.ended_at, models.finished_tasks.c.how).where(
        models.finished_tasks.c.id == bindparam("of_task")
    )
)
_DONE_IN_CASE = Prepared(
    select(models.finished_tasks.c.element, models.finished_tasks.c.actor).where(
        models.finished_tasks.c.case_id == bindparam("of_case"), models.finished_tasks.c.how == "completed"
    )
)
_ASSIGN = Prepared(update(models.tasks).where(models.tasks.c.id == bindparam("of_task")), ["assignee"])


@dataclass(frozen=True)
class Started:
    """A process instance that has begun; `no` and `receipt_code` of a case."""

    uid: str
    no: str | None
    receipt_code: str | None
    status: str
    deadline: datetime | None
    version: Version


@dataclass(frozen=True)
class Completed:
    """A task that was completed: its case and the variables it set."""

    no: str | None
    uid: str
    variables: Mapping[str, Any]


@dataclass(frozen=True)
class Grounds:
    """What the door stands on besides the transaction."""

    versions: Versions
    worktime: WorkTime
    directory: Directory
    now: datetime


def carry_out(tx: WriteTransaction, grounds: Grounds, command: Command, actor: Actor) -> Any:
    """Carry out one command; returns Started, Completed, a list of Fired, or None. Raises EngineError."""
    match command:
        case StartProcess():
            return _start(tx, grounds, command, actor)
        case CompleteTask():
            return _complete(tx, grounds, command, actor)
        case ClaimTask() | UnclaimTask():
            return _assign(tx, grounds, command, actor)
        case SendMessage():
            return _send(tx, grounds, command, actor)
        case RecordCourier():
            return _courier(tx, grounds, command, actor)
        case FireTimers():
            return _fire(tx, grounds, command)


# ------------------------------------------------------------------ opening and closing the door
def _open(tx: WriteTransaction, grounds: Grounds, case_id: int, actor: Actor) -> Live:
    """The case under its lock, its due timers fired; 404 for whoever may not know of it."""
    row = tx.lock_case(case_id)
    if row is None:
        raise NotFound
    version = grounds.versions.get(tx.conn, row["bundle_id"])
    opened = live.load(row, version, grounds.now, actor, grounds.worktime, grounds.directory)
    if actor is not SYSTEM and not policy.sees(actor, facts_of(opened.step, row)):
        raise NotFound
    _with_lead_case(tx.conn, opened.step)
    live.fire_due(opened, grounds.now)
    return opened


def facts_of(step: Step, row: Mapping[str, Any]) -> policy.CaseFacts:
    """What visibility depends on."""
    registered = step.record.facts.get("registered_unit")
    units = {order.unit for order in step.record.orders} | ({registered} if registered else set())
    return policy.CaseFacts(bool(row["restricted"]), frozenset(units))


def _with_lead_case(conn: Connection, step: Step) -> None:
    """A merged case waits by the clock of its lead, which only the database knows."""
    lead_no = step.record.facts.get("merged_into")
    if lead_no:
        found = conn.execute(select(models.cases.c.ledger).where(models.cases.c.no == lead_no)).scalar()
        step.lead_case = live.clock_ledger.from_json(found) if found else None


def _close(tx: WriteTransaction, opened: Live) -> None:
    case = saving.case_columns(opened)
    tx.begin_writing()
    saving.write_back(tx.conn, opened, case)
    if case["ended_at"] is not None and opened.no is not None:
        _release_merged(tx, opened)


def _release_merged(tx: WriteTransaction, opened: Live) -> None:
    """Cases merged under this one hear that it is closed (message `lead_closed` crosses cases: the door's work)."""
    for no in opened.step.record.facts.get("merged_cases", ()):
        opened.step.record.facts.setdefault("released", []).append(no)


# ------------------------------------------------------------------ starting
def _start(tx: WriteTransaction, grounds: Grounds, command: StartProcess, actor: Actor) -> Started:
    version = grounds.versions.latest(tx.conn, command.key)
    is_case = command.key == CASE_PROCESS
    if is_case and command.business_key:
        raise BadInput({"businessKey": "编号由系统分配，请不要填写。"})
    uid = str(UUID(int=secrets.randbits(128) & live.BASE_MASK))
    step = Step(
        grounds.now,
        actor,
        live.initial_record(command.variables),
        ClockLedger(),
        grounds.worktime,
        grounds.directory,
        OPERATIONS,
    )
    schema = version.definition.start_form
    variables = dict(command.variables)
    entered = _entered(schema, variables, step, {}, is_case)
    step.record = live.initial_record(entered.values)
    step.ledger = ClockLedger(
        received_at=_instant(entered.values.get("received_at")) or grounds.now,
        external_due=_instant(entered.values.get("external_due")),
    )
    step.record.facts["registered_unit"] = actor.unit
    data = entered.variables(schema, version.definition.read_names) if schema.get("properties") else variables
    step.answers = entered.values
    step.note("registered", version.definition.start.id, None, _said(data), None)
    step.notes[-1] = _with_entered(step.notes[-1], entered.values, None)
    begun = live.begin(uid, version, step, data)
    return _write_start(tx, grounds, command, actor, begun, entered.values, is_case)


def _entered(
    schema: Mapping[str, Any], given: Mapping[str, Any], step: Step, data: Mapping[str, Any], strict: bool
) -> forms.Entered:
    """The form as taken; a foreign process without a form takes any variables."""
    if not strict and not schema.get("properties"):
        return forms.Entered(dict(given), dict(given))
    return forms.take(schema, given, form_words(step, data))


def _instant(text: Any) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _said(data: Mapping[str, Any]) -> dict[str, Any]:
    return {"variables": dict(data)}


def _with_entered(note: Any, entered: Mapping[str, Any], task_id: str | None) -> Any:
    from dataclasses import replace

    return replace(note, entered=dict(entered), task_id=task_id)


def _write_start(
    tx: WriteTransaction,
    grounds: Grounds,
    command: StartProcess,
    actor: Actor,
    begun: Live,
    values: Mapping[str, Any],
    is_case: bool,
) -> Started:
    case = saving.case_columns(begun)
    tx.begin_writing()
    receipt = secrets.token_hex(10).upper() if is_case else None
    no = next_number(tx.conn, grounds.now) if is_case else command.business_key
    fixed = {
        "bundle_id": begun.version.id,
        "key": command.key,
        "no": no,
        "started_at": grounds.now,
        "received_at": begun.step.ledger.received_at,
        "receipt_code": receipt,
        "registered_by": actor.name,
        **{name: values.get(name) for name in ("title", "channel", "matter_code", "window") if is_case},
    }
    case_id = saving.write_new(tx.conn, begun, case, fixed)
    if is_case:
        rows.insert_rows(tx.conn, models.case_people, [_person_row(case_id, values["applicant"])])
    return Started(begun.row["uid"], no, receipt, case["status"], case["deadline"], begun.version)


def _person_row(case_id: int, applicant: Mapping[str, Any]) -> dict[str, Any]:
    import json

    details = {k: v for k, v in applicant.items() if k not in ("kind", "name", "phone")}
    return {
        "case_id": case_id,
        "kind": applicant["kind"],
        "name": applicant.get("name"),
        "phone": applicant.get("phone"),
        "details": json.dumps(details, ensure_ascii=False),
    }


# ------------------------------------------------------------------ tasks
def _case_of_task(conn: Connection, task_id: str) -> int:
    try:
        found = _ID_OF_UID.fetch(conn, {"of_uid": live.uid_of_task(task_id)})
    except ValueError:
        raise NotFound from None
    if not found:
        raise NotFound
    return int(found[0]["id"])


def _complete(tx: WriteTransaction, grounds: Grounds, command: CompleteTask, actor: Actor) -> Completed:
    opened = _open(tx, grounds, _case_of_task(tx.conn, command.task_id), actor)
    task = _task_for(tx.conn, opened, command.task_id, actor)
    _four_eyes(tx.conn, opened, task, actor)
    definition = opened.version.definition
    schema = definition.form(task.element.form)
    entered = _entered(schema, command.variables, opened.step, task.data, opened.row["key"] == CASE_PROCESS)
    variables = entered.variables(schema, definition.read_names)
    opened.step.answers = entered.values
    opened.step.note("completed", task.element.id, None, {**_said(variables), "unit": task.unit})
    opened.step.notes[-1] = _with_entered(opened.step.notes[-1], entered.values, task.id)
    place = len(opened.step.notes) - 1
    _merge(tx.conn, opened, entered.values)
    opened.done_by[task.id] = actor.name
    live.changing(opened, lambda: opened.run.complete(task.id, variables))
    _say_path(opened, place)
    _close(tx, opened)
    return Completed(opened.no, opened.row["uid"], variables)


def _say_path(opened: Live, place: int) -> None:
    """What the token passed belongs to the line of the act."""
    from dataclasses import replace

    note = opened.step.notes[place]
    opened.step.notes[place] = replace(note, after={**(note.after or {}), "path": list(opened.run.path)})


def _task_for(conn: Connection, opened: Live, task_id: str, actor: Actor) -> Any:
    """The open task, when this person may act on it; else 403, 404 or 409 as PROCESS.md says."""
    task = next((t for t in opened.run.open_tasks() if t.id == task_id), None)
    if task is None:
        raise _gone(conn, opened, task_id)
    if not policy.in_group(actor, task.groups):
        raise NotYours
    held = _TASK.fetch(conn, {"of_task": task_id})
    holder = held[0]["assignee"] if held else None
    if holder not in (None, actor.name):
        raise TakenByOther(f"{holder} 正在办理这件待办，您填写的内容已保留，请先与其联系。", holder)
    return task


def _gone(conn: Connection, opened: Live, task_id: str) -> Exception:
    found = _FINISHED.fetch(conn, {"of_task": task_id})
    if found:
        by, at = found[0]["actor"], found[0]["ended_at"]
        return TakenByOther(f"这件待办已由 {by} 办结，无需再次提交。", by, at)
    if task_id in opened.tasks:  # ended by a timer in this very transaction
        return TakenByOther("这件待办已到时，由系统转入下一步，无需再次提交。", "system", opened.step.now)
    return NotFound()


def _four_eyes(conn: Connection, opened: Live, task: Any, actor: Actor) -> None:
    """The same person may not do both halves (`bc:notBy`); an undone first half was decided at registration."""
    if not task.element.not_by:
        return
    done = _DONE_IN_CASE.fetch(conn, {"of_case": opened.row["id"]})
    first = {name.strip() for name in task.element.not_by.split(",")}
    by = {d["actor"] for d in done if "*" in first or d["element"] in first}
    if not any(d["element"] in first for d in done):
        by.add(opened.row["registered_by"])
    if actor.name in by:
        raise NotYours("您办理过前一步，按规定这一步须由另一位同事办理。")


def _merge(conn: Connection, opened: Live, values: Mapping[str, Any]) -> None:
    """A duplicate is tied to its lead case."""
    lead_no = values.get("duplicate_of")
    if values.get("acceptance") != "duplicate" or not lead_no:
        return
    found = conn.execute(select(models.cases.c.id, models.cases.c.ledger).where(models.cases.c.no == lead_no)).first()
    if found is None or lead_no == opened.no:
        raise BadInput({"duplicate_of": "没有这个编号的反映件，请核对后重填。"})
    opened.step.record.facts["merged_into"] = lead_no
    opened.step.lead_case = live.clock_ledger.from_json(found.ledger)


def _assign(tx: WriteTransaction, grounds: Grounds, command: ClaimTask | UnclaimTask, actor: Actor) -> None:
    opened = _open(tx, grounds, _case_of_task(tx.conn, command.task_id), actor)
    task = next((t for t in opened.run.open_tasks() if t.id == command.task_id), None)
    if task is None:
        raise _gone(tx.conn, opened, command.task_id)
    held = _TASK.fetch(tx.conn, {"of_task": command.task_id})
    before = held[0]["assignee"] if held else None
    after = command.assignee if isinstance(command, ClaimTask) else None
    lead = policy.leads(actor, task.groups)
    if not lead:
        _may_claim(task, before, after, actor)
    opened.step.note("claimed" if after else "unclaimed", task.element.id, {"assignee": before}, {"assignee": after})
    _close(tx, opened)
    _ASSIGN.run(tx.conn, {"of_task": command.task_id, "assignee": after})


def _may_claim(task: Any, before: str | None, after: str | None, actor: Actor) -> None:
    if not policy.in_group(actor, task.groups):
        raise NotYours
    if after not in (None, actor.name):
        raise NotYours("只有组长可以把待办交给同事，您只能领给自己。")
    if before not in (None, actor.name):
        raise TakenByOther(f"{before} 已领取这件待办，请先与其联系。", before)


# ------------------------------------------------------------------ messages, courier, timers
def _case_of_no(conn: Connection, no: str) -> int:
    found = _ID_OF_NO.fetch(conn, {"of_no": no})
    if not found:
        raise NotFound
    return int(found[0]["id"])


def _send(tx: WriteTransaction, grounds: Grounds, command: SendMessage, actor: Actor) -> Completed:
    opened = _open(tx, grounds, _case_of_no(tx.conn, command.no), actor)
    if not opened.run.waits_for(command.name):
        raise NobodyWaits("这件反映件现在不能接收这一操作，请刷新页面查看最新进展。")
    opened.step.answers = dict(command.variables)
    opened.step.note("message", command.name, None, {"path": []})
    opened.step.notes[-1] = _with_entered(opened.step.notes[-1], command.variables, None)
    place = len(opened.step.notes) - 1
    live.changing(opened, lambda: opened.run.send(command.name, {}))
    _say_path(opened, place)
    _close(tx, opened)
    return Completed(opened.no, opened.row["uid"], {})


COURIER_FIELDS = ("carrier", "tracking_no", "documents", "sent_at", "signed_at")


def _courier(tx: WriteTransaction, grounds: Grounds, command: RecordCourier, actor: Actor) -> Completed:
    opened = _open(tx, grounds, _case_of_no(tx.conn, command.no), actor)
    known = {k: v for k, v in command.variables.items() if k in COURIER_FIELDS}
    before = opened.step.record.facts.get("courier") or {}
    opened.step.record.facts["courier"] = {**before, **known}
    opened.step.note("courier", "courier", None, {"fields": sorted(known)})
    opened.step.notes[-1] = _with_entered(opened.step.notes[-1], known, None)
    _close(tx, opened)
    return Completed(opened.no, opened.row["uid"], {})


def _fire(tx: WriteTransaction, grounds: Grounds, command: FireTimers) -> list[Fired]:
    opened = _open(tx, grounds, command.case_id, SYSTEM)
    if not opened.fired:
        return []  # early, or fired before: nothing is written
    _close(tx, opened)
    return opened.fired
