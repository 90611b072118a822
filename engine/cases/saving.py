"""Writing a case back: state, tasks, timers, trail, notices, all in the one transaction of the act."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select

from engine.audit.lines import append
from engine.audit.trail import Line, canonical, chain, commitment, genesis
from engine.bpmn import state
from engine.bpmn.elements import Element
from engine.bpmn.runtime import OpenTask, WaitingTimer
from engine.cases import asking, clock_ledger, projection
from engine.cases.live import Live
from engine.cases.record_form import columns
from engine.cases.step import Note, Notice
from engine.outbox.notices import seen_from
from engine.storage import models, rows
from engine.storage.prepared import Prepared
from engine.storage.sealed import sealed

_orders = models.work_orders
_DELETE_ORDER = Prepared(
    delete(_orders).where(_orders.c.case_id == bindparam("of_case"), _orders.c.position == bindparam("place"))
)


def case_columns(live: Live, stored: bytes | None = None) -> dict[str, Any]:
    """Every column of `cases` that an act may change, but for the audit head and revision.

    `stored` is the state where it is known already.
    """
    step, run = live.step, live.run
    live.tasks_after = {task.id: task for task in run.open_tasks()}
    live.timers_after = {timer.id: timer for timer in run.timers()}
    waiting = [live.version.definition.elements[_place(path)] for path in run.elements_open()]
    in_tasks = _phases(task.element for task in live.tasks_after.values())
    ended = run.ended
    stored = stored or run.dump()
    return {
        **columns(step.record),
        "bundle_id": live.version.id,
        "state": state.compress(stored) if ended else stored,
        "ledger": clock_ledger.to_json(step.ledger),
        "status": projection.status(step.record, step.ledger, {element.id for element in waiting}),
        "phase": projection.phase(step.record, in_tasks or _phases(waiting)),
        "lead_unit": step.ledger.lead,
        "deadline": step.deadline(),
        "original_deadline": step.ledger.original,
        "accepted_at": step.ledger.accepted_at,
        "ended_at": step.record.ended_at or (step.now if ended else None),
        "calendar": step.calendar,
        "merged_into": live.merged_into or live.row.get("merged_into"),
    }


def _place(path: str) -> tuple[str, str]:
    process, _, id = path.partition("/")
    return process, id


def _phases(elements: Iterable[Element]) -> set[str | None]:
    return {element.phase for element in elements if element.process != "escalation"}


def write_back(conn: Connection, live: Live, case: Mapping[str, Any]) -> None:
    """Write the act of an existing case; raises StaleRevision when somebody was faster."""
    seq, head = live.row["audit_seq"], live.row["audit_head"]
    lines = _chained(live, live.row["id"], seq, head, state.digest_of(case["state"]))
    last = lines[-1]
    changes = {**case, "audit_seq": last.seq, "audit_head": last.hash}
    rows.update_case(conn, live.row["id"], live.row["revision"], changes)
    _write_rest(conn, live, live.row["id"], lines, case)


def write_anew(conn: Connection, live: Live, case: Mapping[str, Any]) -> None:
    """Write a case whose rows are in doubt: all that is derived from its state anew. Claims of open tasks stay."""
    claims = _claims(conn, live.row["id"])
    for table in (models.tasks, models.timers, models.work_orders):
        conn.execute(delete(table).where(table.c.case_id == live.row["id"]))
    live.tasks, live.timers, live.orders_before = {}, {}, []
    live.tasks_after = {task.id: task for task in live.run.open_tasks()}
    live.timers_after = {timer.id: timer for timer in live.run.timers()}
    write_back(conn, live, case)
    rows.hold_tasks(conn, [claim for claim in claims if claim["id"] in live.tasks_after])


def _claims(conn: Connection, case_id: int) -> list[dict[str, Any]]:
    tasks = models.tasks
    held = select(tasks.c.id, tasks.c.assignee, tasks.c.claimed_at)
    found = conn.execute(held.where(tasks.c.case_id == case_id, tasks.c.assignee.is_not(None)))
    return [{str(name): value for name, value in row.items()} for row in found.mappings()]


def write_new(conn: Connection, live: Live, case: Mapping[str, Any], fixed: Mapping[str, Any]) -> int:
    """Write a case that has just been started; returns its row id."""
    uid = live.row["uid"]
    # The first line needs the row id, the row the head: chained twice, once to know how many lines there are.
    row = {**fixed, **case, "uid": uid, "revision": 0, "audit_seq": 0, "audit_head": genesis(uid)}
    case_id = rows.insert_case(conn, row)
    lines = _chained(live, case_id, 0, genesis(uid), state.digest_of(case["state"]))
    rows.update_case(conn, case_id, 0, {"audit_seq": lines[-1].seq, "audit_head": lines[-1].hash})
    _write_rest(conn, live, case_id, lines, case)
    return case_id


def _chained(live: Live, case_id: int, seq: int, head: str, digest: str) -> list[Line]:
    lines: list[Line] = []
    for note in live.step.notes:
        seq += 1
        salt = secrets.token_hex(16) if note.entered is not None else ""
        line = chain(
            head,
            case_id,
            seq,
            at=note.at,
            actor=note.actor,
            on_behalf_of=note.on_behalf_of,
            action=note.action,
            element=note.element,
            before=note.before,
            after=_after(note, salt),
            digest=digest,
        )
        lines.append(line)
        live.salts[seq] = salt
        head = line.hash
    return lines


def _after(note: Note, salt: str) -> Mapping[str, Any] | None:
    if note.entered is None:
        return note.after
    return {**(note.after or {}), "commitment": commitment(salt, canonical(note.entered))}


def _write_rest(conn: Connection, live: Live, case_id: int, lines: list[Line], case: Mapping[str, Any]) -> None:
    append(conn, lines)
    _answers(conn, live, case_id, lines)
    _tasks(conn, live, case_id, case)
    _timers(conn, live, case_id)
    _write_orders(conn, live, case_id)
    told = [_outbox_row(live, case_id, lines[-1].seq, place, n) for place, n in enumerate(live.step.notices)]
    rows.insert_rows(conn, models.outbox, told)
    _address(conn, live, case_id, [row["key"] for row in told])


def _answers(conn: Connection, live: Live, case_id: int, lines: list[Line]) -> None:
    entered = [(line, note) for line, note in zip(lines, live.step.notes, strict=True) if note.entered is not None]
    kept = [
        {
            "case_id": case_id,
            "seq": line.seq,
            "element": note.element,
            "task_id": note.task_id,
            "actor": note.actor,
            "at": note.at,
            "variables": canonical(note.entered),
            "salt": live.salts[line.seq],
        }
        for line, note in entered
    ]
    rows.insert_rows(conn, models.answers, [sealed(live.sealing, models.answers, row) for row in kept])


def _tasks(conn: Connection, live: Live, case_id: int, case: Mapping[str, Any]) -> None:
    now_open = live.tasks_after
    gone = [task for id, task in live.tasks.items() if id not in now_open]
    new = [task for id, task in now_open.items() if id not in live.tasks]
    rows.delete_rows(conn, models.tasks, [task.id for task in gone])
    rows.insert_rows(conn, models.finished_tasks, [_finished(live, case_id, task) for task in (*gone, *live.passed)])
    asking.steps_ended(conn, case_id, gone, now_open.values(), live.step.now)
    shown = {name: case[name] for name in rows.INBOX_OF_CASE}
    rows.open_tasks(conn, [{**_task_row(case_id, task), **shown} for task in new])
    stayed = {id: task for id, task in now_open.items() if id in live.tasks}
    if stayed and any(live.row[name] != value for name, value in shown.items()):
        rows.move_case_in_inbox(conn, case_id, case)
    moved = {id: task.due for id, task in stayed.items() if task.due != live.tasks[id].due}
    if live.migrated:
        rows.redraw_tasks(conn, [{**_task_row(case_id, task), **shown} for task in stayed.values()])
    elif moved:
        rows.move_task_dues(conn, moved)


def _finished(live: Live, case_id: int, task: OpenTask) -> dict[str, Any]:
    by = live.done_by.get(task.id)
    return {
        "id": task.id,
        "case_id": case_id,
        "element": task.element.id,
        "name": task.element.name,
        "unit": task.unit,
        "opened_at": task.since,
        "due": task.due,
        "ended_at": live.step.now,
        "actor": (by or live.step.actor).name,
        "on_behalf_of": None if by is None else by.on_behalf_of,
        "how": "completed" if by else "withdrawn",
    }


def _task_row(case_id: int, task: OpenTask) -> dict[str, Any]:
    return {
        "id": task.id,
        "case_id": case_id,
        "element": task.element.id,
        "name": task.element.name,
        "process": task.element.process,
        "form": task.element.form,
        "phase": task.element.phase,
        "unit": task.unit,
        "assignee": None,
        "priority": task.priority,
        "opened_at": task.since,
        "due": task.due,
        "groups": task.groups,
    }


def _timers(conn: Connection, live: Live, case_id: int) -> None:
    stands = live.step.clock_stands
    waiting = live.timers_after
    rows.delete_rows(conn, models.timers, [id for id in live.timers if id not in waiting])
    new = [_timer_row(case_id, timer, stands) for id, timer in waiting.items() if id not in live.timers]
    rows.insert_rows(conn, models.timers, new)
    changed = [
        {"id": id, "due": timer.due, "suspended": stands and timer.case_clock}
        for id, timer in waiting.items()
        if id in live.timers and (live.migrated or _timer_changed(live, timer, stands))
    ]
    rows.update_rows(conn, models.timers, changed)
    if live.migrated:
        redrawn = [{"id": id, "element": timer.element.id} for id, timer in waiting.items() if id in live.timers]
        rows.update_rows(conn, models.timers, redrawn)


def _timer_changed(live: Live, timer: WaitingTimer, stands: bool) -> bool:
    return timer.due != live.timers[timer.id].due or (timer.case_clock and stands != live.stood_before)


def _timer_row(case_id: int, timer: WaitingTimer, stands: bool) -> dict[str, Any]:
    return {
        "id": timer.id,
        "case_id": case_id,
        "element": timer.element.id,
        "due": timer.due,
        "suspended": stands and timer.case_clock,
    }


def _write_orders(conn: Connection, live: Live, case_id: int) -> None:
    """Work orders live in the record; the table is their copy for lists by unit. Only what changed is written."""
    before = dict(enumerate(live.orders_before))
    changed = {n: vars(order) for n, order in enumerate(live.step.record.orders) if before.get(n) != vars(order)}
    _DELETE_ORDER.run_many(conn, [{"of_case": case_id, "place": place} for place in changed if place in before])
    rows.insert_rows(conn, _orders, [{**order, "case_id": case_id, "position": n} for n, order in changed.items()])


def _address(conn: Connection, live: Live, case_id: int, keys: list[str]) -> None:
    """To whom each notice goes, from when on they see it, and what it asks of them."""
    step, open_tasks = live.step, live.tasks_after.values()
    addressed = [
        {
            "group": group,
            "key": key,
            "at": seen_from(step.worktime, notice.kind, step.present),
            "asks_for": asking.asked_of(notice.kind, notice.facts, group, case_id, open_tasks),
        }
        for key, notice in zip(keys, step.notices, strict=True)
        for group in notice.groups
    ]
    rows.insert_rows(conn, models.notices, addressed)


def _outbox_row(live: Live, case_id: int, seq: int, place: int, notice: Notice) -> dict[str, Any]:
    return {
        "key": f"{case_id}:{seq}:{place}",
        "case_id": case_id,
        "kind": notice.kind,
        "recipients": json.dumps(notice.groups),
        "payload": json.dumps(dict(notice.facts), default=datetime.isoformat, ensure_ascii=False),
        "created_at": live.step.now,
        "next_try": live.step.present,
    }
