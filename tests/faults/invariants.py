"""Whether a house kept its promises: its database held against the journal of what it was asked, and against itself.

I1 what was acknowledged is on the trail exactly once · I2 what was not, at most once · I3 no gap in the lines of a
case, their instants ascending, a task completed once · I4 no timer early or twice · I5 the trail leads to what is
stored · I6 the chains verify · I8 an open case has a task, a timer or an open incident · I9 numbers without gap,
receipts unique · and the rows of tasks and timers are those of the stored state.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import pairwise
from typing import Any

import orjson
from sqlalchemy import Connection, Select, select, true

from engine.audit.house import HOUSE
from engine.audit.verify import Against, verify_all
from engine.bpmn import state
from engine.cases import live
from engine.cases.commands import SYSTEM
from engine.clock import SystemClock
from engine.errors import StateCorrupt
from engine.facade import Engine, ReadContext
from engine.keys import demo_keys
from engine.storage.database import Database
from engine.storage.models import (
    answers,
    audit,
    cases,
    finished_tasks,
    idempotency,
    incidents,
    numbers,
    task_groups,
    tasks,
    timers,
)
from engine.storage.sealed import unsealed
from tests.faults.journal import Entry, Kind
from tests.support.inbox_rows import unlike_what_they_repeat
from tests.support.replayed import unlike_their_trails

Recorded = Counter[tuple[Kind, str]]  # kind and subject of an act -> how often the house says it took place


def findings(url: str, journal: Iterable[Entry]) -> list[str]:
    """Everything that is not as it should be, a sentence each; nobody may be writing meanwhile."""
    return _seen(url, lambda ctx: [*_against_the_journal(ctx.conn, list(journal)), *_against_itself(ctx)])


def promises_broken(url: str) -> list[str]:
    """The same without a journal: whether the house agrees with itself."""
    return _seen(url, lambda ctx: list(_against_itself(ctx)))


def _seen(url: str, look: Callable[[ReadContext], list[str]]) -> list[str]:
    database = Database(url)
    try:
        return Engine(database, SystemClock(), demo_keys()).read(look)
    finally:
        database.close()


def _against_itself(ctx: ReadContext) -> Iterator[str]:
    conn = ctx.conn
    yield from _completed_once(conn)
    yield from _chains(ctx)
    yield from _timers_at_their_time(conn)
    yield from _instants_ascend(conn)
    yield from _silent_cases(conn)
    yield from _numbering(conn)
    yield from _state_against_rows(ctx)
    yield from (
        f"{no}: the trail does not lead to what is stored: {how}" for no, how in unlike_their_trails(ctx).items()
    )


# ------------------------------------------------------------------ I1, I2
def _against_the_journal(conn: Connection, entries: list[Entry]) -> Iterator[str]:
    yield from (f"{entry.kind} {entry.key}: {entry.said}" for entry in entries if entry.event == "wrong")
    last = {entry.key: entry for entry in entries if entry.event != "wrong"}
    wrong = {entry.key for entry in entries if entry.event == "wrong"}
    least: Recorded = Counter((e.kind, e.subject) for e in last.values() if e.event == "acknowledged")
    maybe: Recorded = Counter((e.kind, e.subject) for e in last.values() if e.event == "sent" or e.key in wrong)
    recorded = _recorded(conn)
    for act in sorted(recorded.keys() | least.keys()):
        found, low, high = recorded[act], least[act], least[act] + maybe[act]
        if not low <= found <= high:
            yield f"{' '.join(act)}: {low} acknowledged, {maybe[act]} unknown, {found} on the trail"
    keys = {row.key for row in conn.execute(select(idempotency.c.key))}
    yield from (f"{e.key}: no answer kept" for e in last.values() if e.event == "acknowledged" and e.key not in keys)


def _recorded(conn: Connection) -> Recorded:
    """What the trail says people did, in the words of the journal."""
    found: Recorded = Counter()
    for row in _rows(conn, select(cases.c.title).join(audit, _first_line_of_case)):
        found["register", row["title"]] += 1
    for row in _rows(conn, _entered("completed")):
        found["complete", f"{row['task_id']} {row['actor']}"] += 1
    for row in _rows(conn, _entered("courier")):
        found["courier", orjson.loads(unsealed(demo_keys(), answers, row)["variables"])["tracking_no"]] += 1
    claimed = select(cases.c.no, audit.c.element, audit.c.actor).join(audit, audit.c.case_id == cases.c.id)
    for row in _rows(conn, claimed.where(audit.c.action == "claimed")):
        found["claim", f"{row['no']} {row['element']} {row['actor']}"] += 1
    return found


_first_line_of_case = (audit.c.case_id == cases.c.id) & (audit.c.action == "registered")


def _entered(action: str) -> Select[Any]:
    """Lines of this action, each with the form that was kept beside it."""
    same = (answers.c.case_id == audit.c.case_id) & (answers.c.seq == audit.c.seq)
    columns = (audit.c.case_id, audit.c.seq, audit.c.actor, answers.c.task_id, answers.c.variables)
    return select(*columns).join(answers, same).where(audit.c.action == action)


# ------------------------------------------------------------------ I3, I6, I4
def _completed_once(conn: Connection) -> Iterator[str]:
    lines = Counter(row["task_id"] for row in _rows(conn, _entered("completed")) if row["task_id"])
    yield from (f"task {task}: completed {times} times" for task, times in lines.items() if times > 1)
    how = {row["id"]: row["how"] for row in _rows(conn, select(finished_tasks))}
    yield from (
        f"task {task}: completed on the trail, {how.get(task)} in its row"
        for task in lines
        if how.get(task) != "completed"
    )
    done = {task for task, said in how.items() if said == "completed"}
    yield from (f"task {task}: completed in its row, not on the trail" for task in sorted(done - lines.keys()))


def _chains(ctx: ReadContext) -> Iterator[str]:
    for bad in verify_all(ctx.conn, Against(ctx.keys.trail)):
        yield f"case row {bad.case_id}, line {bad.seq}: {bad.reason}"


def _timers_at_their_time(conn: Connection) -> Iterator[str]:
    """Early by the line's own instant, or by what the clock said when it was written; or twice."""
    fired: Counter[tuple[int, str, str]] = Counter()
    for row in _rows(conn, select(audit).where(audit.c.action == "timer_fired")):
        said = orjson.loads(row["after"])
        fired[row["case_id"], row["element"], said["timer"]] += 1
        due = datetime.fromisoformat(said["due"])
        if due > min(row["at"], datetime.fromisoformat(said["at"])):
            yield f"case row {row['case_id']}: {row['element']} fired early, at {said['at']}, due {due}"
    for (case_id, element, _), times in fired.items():
        if times > 1:
            yield f"case row {case_id}: {element} fired {times} times"


def _instants_ascend(conn: Connection) -> Iterator[str]:
    lines = select(audit.c.case_id, audit.c.seq, audit.c.at).where(audit.c.case_id != HOUSE)
    rows = _rows(conn, lines.order_by(audit.c.case_id, audit.c.seq))
    for before, after in pairwise(rows):
        if before["case_id"] == after["case_id"] and after["at"] < before["at"]:
            yield f"case row {after['case_id']}, line {after['seq']}: earlier than the line before"


# ------------------------------------------------------------------ I8, I9
def _silent_cases(conn: Connection) -> Iterator[str]:
    busy: set[Any] = set()
    for table, waits in (
        (tasks, true()),
        (timers, timers.c.parked.is_(None)),
        (incidents, incidents.c.resolved_at.is_(None)),
    ):
        busy |= set(conn.scalars(select(table.c.case_id).where(waits)))
    for row in _rows(conn, select(cases.c.id, cases.c.no).where(cases.c.ended_at.is_(None))):
        if row["id"] not in busy:
            yield f"{row['no']} is open, and neither a task nor a timer nor an incident will carry it on"


def _numbering(conn: Connection) -> Iterator[str]:
    given = sorted(row["no"] for row in _rows(conn, select(cases.c.no)))
    last = {row["year"]: row["last"] for row in _rows(conn, select(numbers))}
    allotted = sorted(f"BCS-{year}-{n:04d}" for year, most in last.items() for n in range(1, most + 1))
    if given != allotted:
        yield f"numbers: {len(given)} cases, {last} allotted, {sorted(set(given) ^ set(allotted))[:5]} do not fit"
    receipts = Counter(conn.scalars(select(cases.c.receipt_code)))
    yield from (f"receipt {code} was given {times} times" for code, times in receipts.items() if times > 1)


# ------------------------------------------------------------------ the state and its rows
def _state_against_rows(ctx: ReadContext) -> Iterator[str]:
    conn = ctx.conn
    open_tasks, waiting = _by_case(conn, select(tasks)), _by_case(conn, select(timers))
    groups = _groups(conn)
    yield from (f"task {id} lies with {group} as it is not" for id, group in unlike_what_they_repeat(conn))
    heads = {(row["case_id"], row["seq"]): row["digest"] for row in _rows(conn, select(audit))}
    for row in _rows(conn, select(cases)):
        version = ctx.versions.get(conn, row["bundle_id"])
        if heads.get((row["id"], row["audit_seq"])) != state.digest_of(row["state"]):
            yield f"{row['no']}: the state is not the one its last line tells of"
        try:
            loaded = live.load(row, version, row["started_at"], SYSTEM, ctx.worktime, ctx.directory)
        except StateCorrupt as error:
            yield f"{row['no']}: {error}"
            continue
        yield from _differences(
            row["no"], "tasks", _tasks_of(loaded), _task_rows(open_tasks.get(row["id"], ()), groups)
        )
        yield from _differences(row["no"], "timers", _timers_of(loaded), _timer_rows(waiting.get(row["id"], ())))


def _tasks_of(loaded: live.Live) -> set[Any]:
    return {(t.id, t.element.id, t.unit, t.due, frozenset(t.groups)) for t in loaded.tasks.values()}


def _task_rows(rows: Iterable[Mapping[str, Any]], groups: Mapping[str, frozenset[str]]) -> set[Any]:
    return {(r["id"], r["element"], r["unit"], r["due"], groups.get(r["id"], frozenset())) for r in rows}


def _timers_of(loaded: live.Live) -> set[Any]:
    paused = loaded.step.ledger.paused is not None
    return {(t.id, t.element.id, t.due, paused and t.case_clock) for t in loaded.timers.values()}


def _timer_rows(rows: Iterable[Mapping[str, Any]]) -> set[Any]:
    return {(r["id"], r["element"], r["due"], r["suspended"]) for r in rows}


def _differences(no: str, what: str, in_state: set[Any], in_rows: set[Any]) -> Iterator[str]:
    if in_state != in_rows:
        yield f"{no}: {what} only in the state {in_state - in_rows}, only in rows {in_rows - in_state}"


def _groups(conn: Connection) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for row in _rows(conn, select(task_groups)):
        found.setdefault(row["task_id"], set()).add(row["group"])
    return {task: frozenset(names) for task, names in found.items()}


def _by_case(conn: Connection, query: Select[Any]) -> dict[int, list[Mapping[str, Any]]]:
    found: dict[int, list[Mapping[str, Any]]] = {}
    for row in _rows(conn, query):
        found.setdefault(row["case_id"], []).append(row)
    return found


def _rows(conn: Connection, query: Select[Any]) -> list[Mapping[str, Any]]:
    return [dict(row) for row in conn.execute(query).mappings()]
