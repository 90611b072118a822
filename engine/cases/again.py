"""A case led again by the lines of its trail, through the same deeds as the first time (engine/audit/replay.py)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection

from engine.audit.replay import NOWHERE, Mismatch, Outcome, Spoken, Told, lines_of, replay
from engine.audit.verify import verify_case
from engine.audit.waypoints import EVERY, Known, Nowhere, Waypoint, prints
from engine.bpmn import state
from engine.bpmn.runtime import ProcessRun, WaitingTimer
from engine.cases import deeds, live, merging, saving
from engine.cases.clock_ledger import ClockLedger
from engine.cases.commands import SYSTEM, Actor
from engine.cases.courier import without_words
from engine.cases.deeds import (
    BEGUN,
    CALENDAR_CHANGED,
    DEEDS,
    MIGRATED,
    MIGRATION_UNDONE,
    SAID_ALONE,
    STRUCK,
    Deed,
)
from engine.cases.effects import OPERATIONS
from engine.cases.forms import Schema, flag_names, in_order
from engine.cases.live import Live
from engine.cases.step import LeadCase, Note, Record, Step
from engine.definitions.versions import Version, Versions
from engine.directory import Directory
from engine.directory.calendars import Calendars
from engine.errors import EngineError, StateCorrupt
from engine.keys import Keys
from engine.worktime import WorkTime

Watch = Callable[[Told, Live], None]

# Facts that version 0.1 kept and nothing reads any more.
_OUTLIVED = frozenset({"registered_unit", "released_at"})
# Said of a line by the move itself, not by the act.
_OF_THE_MOVE = frozenset({"path", "lead_due"})
_FROM_THE_FIRST = Nowhere()


@dataclass(frozen=True)
class Ground:
    """What a case stood on: the version it began with, `numbered` gives the others; `worktime` by version of the
    calendar.

    `lead_case` gives what a lead case says today, for lines that do not say what it said.
    """

    version: Version
    numbered: Callable[[int], Version]
    worktime: Callable[[int], WorkTime]
    directory: Directory
    lead_case: Callable[[str], LeadCase | None]


def lead_again(
    conn: Connection,
    row: Mapping[str, Any],
    versions: Versions,
    calendars: Calendars,
    directory: Directory,
    keys: Keys,
    to_seq: int | None = None,
    known: Known = _FROM_THE_FIRST,
    watch: Watch | None = None,
) -> tuple[Again, Outcome]:
    """Lead the case of a row again by its lines, to the line `to_seq` or to the end; a broken chain ends it.

    It begins at the last waypoint that is `known`, and leaves others there. `watch` is shown the case after every act
    from there on, also after one whose lines turn out not to hold.
    """
    lead_case, bad = partial(merging.lead_case, conn), verify_case(conn, row["id"])
    lines = [line for line in lines_of(conn, keys, row["id"]) if bad is None or line.seq < bad.seq]
    latest = versions.get(conn, row["bundle_id"])
    numbered = partial(versions.numbered, conn, latest.key)
    begun_with = _first_version(lines)
    first = latest if begun_with is None else numbered(begun_with)
    again = Again(row["uid"], Ground(first, numbered, partial(calendars.get, conn), directory, lead_case), watch)
    again.lines = lines
    way = _Way(again, lines, known)
    begun = way.begun(to_seq, partial(versions.get, conn))
    outcome = replay(lines[begun.seq :], again, to_seq, begun, way.rest)
    way.rest_last()
    if bad is None or outcome.mismatch is not None or (to_seq is not None and outcome.seq >= to_seq):
        return again, outcome
    return again, replace(outcome, mismatch=Mismatch(bad.seq, bad.reason))


def _first_version(lines: Sequence[Told]) -> int | None:
    """The version a case began with, where it has been migrated since."""
    migrated = next((line for line in lines if line.action == MIGRATED), None)
    return None if migrated is None or migrated.before is None else int(migrated.before["version"])


class _Way:
    """The waypoints on the way of one case: where it begins, what it leaves there."""

    def __init__(self, again: Again, lines: Sequence[Told], known: Known) -> None:
        self._again = again
        self._lines = lines
        self._known = known
        self._prints = list(prints(_read(again, lines)))
        self._kept = self._rested = 0

    def begun(self, to_seq: int | None, version: Callable[[int], Version]) -> Outcome:
        """Bring the case to the last waypoint that lies no further than the line and has the digest on its own line."""
        found = self._known.latest(self._prints[:to_seq])
        if found is None or not _has(found.columns["state"], digest := self._lines[found.seq - 1].digest):
            return NOWHERE
        self._again.go_on_from(found, version(found.columns["bundle_id"]))
        self._kept = self._rested = found.seq
        return Outcome(found.seq, digest, None)

    def rest(self, seq: int) -> None:
        """The case has come to the end of a transaction."""
        self._rested = seq
        if seq - self._kept >= EVERY:
            self.rest_last()

    def rest_last(self) -> None:
        """Keep where it rested last."""
        if self._kept < self._rested <= len(self._prints) and not self._again.asked_of_today:
            self._kept = self._rested
            self._known.keep(self._again.waypoint(self._kept, self._prints[self._kept - 1]))


def _has(stored: bytes, digest: str | None) -> bool:
    return state.is_whole(stored) and state.digest_of(stored) == digest


def _read(again: Again, lines: Sequence[Told]) -> Iterator[bytes]:
    """All that leads the case: first what there is before any line, then of each line what is read for it.

    Ends before a line of which that cannot be said.
    """
    ground = again.ground
    units = [(unit.code, unit.vertical) for unit in ground.directory.units.values()]
    yield repr((again.uid, ground.version.id, ground.version.definition.hash, sorted(units))).encode()
    for line in lines:
        try:
            beside = _read_beside(ground, line)
        except (EngineError, LookupError, ValueError, TypeError, AttributeError):
            return
        yield line.read + beside


def _read_beside(ground: Ground, line: Told) -> bytes:
    """What a line refers to and does not hold."""
    if line.action in (BEGUN, CALENDAR_CHANGED):
        return repr(ground.worktime(line.after.get("calendar", 0))).encode()
    if line.action in (MIGRATED, MIGRATION_UNDONE):
        coming = ground.numbered(line.after["version"])
        return repr((coming.id, coming.definition.hash)).encode()
    return b""


def differences(row: Mapping[str, Any], columns: Mapping[str, Any]) -> list[str]:
    """The columns of a stored case that differ from what its trail led to."""
    return [name for name, value in columns.items() if not _same(name, row[name], value)]


def _same(name: str, stored: Any, wanted: Any) -> bool:
    if name == "state":
        return state.is_whole(stored) and state.digest_of(stored) == state.digest_of(wanted)
    if name in ("ledger", "facts") and stored != wanted:
        return bool(_as_json(stored) == _as_json(wanted))
    return bool(stored == wanted)


def _as_json(text: str) -> Any:
    """Ledger or facts as JSON without what only earlier versions kept; text that is no JSON as it is."""
    try:
        found = json.loads(text)
    except ValueError:
        return text
    facts = found.get("facts") if isinstance(found, dict) else None
    if isinstance(facts, dict):
        found["facts"] = {name: value for name, value in without_words(facts).items() if name not in _OUTLIVED}
    return found


class Again:
    """One case being led again. `columns` is what it then has in the table of cases, but for head and revision.

    `lines`: all that stand before a break of the chain, also after the one it is led to.
    """

    def __init__(self, uid: str, ground: Ground, watch: Watch | None = None) -> None:
        self.uid = uid
        self.ground = ground
        self.watch = watch
        self.lines: Sequence[Told] = ()
        self.version = ground.version  # it runs on as far as it has been led
        self.columns: dict[str, Any] = {}
        self.asked_of_today = False  # a line of version 0.1 does not say what its lead case then was
        self._former: bytes | None = None  # the state before the last migration
        self._opened: Live | None = None

    # ------------------------------------------------------------------ waypoints
    def waypoint(self, seq: int, print: str) -> Waypoint:
        """The case as it was last stored, to go on from."""
        return Waypoint(seq, print, self.columns, self._former)

    def go_on_from(self, waypoint: Waypoint, version: Version) -> None:
        """Be as at that waypoint, by the version it then ran on."""
        self.columns, self.version, self._former = dict(waypoint.columns), version, waypoint.former

    # ------------------------------------------------------------------ what the replay asks
    def does(self, action: str) -> bool:
        return action in DEEDS or action == STRUCK or (action == BEGUN and not self.columns and self._opened is None)

    def stands_alone(self, action: str) -> bool:
        return action in SAID_ALONE

    def do(self, told: Told) -> Sequence[Spoken]:
        if told.action == BEGUN:
            opened, said = self._begun(told), 0
            self._opened = opened
        else:
            opened = self._opened = self._opened or self.case(told.at)
            said = len(opened.step.notes)
            self._act(opened, told)
        if self.watch is not None:
            self.watch(told, opened)
        return [_spoken(note) for note in opened.step.notes[said:]]

    def has(self, digest: str | None) -> bool:
        if self._opened is None:
            return self._stored(digest)
        copy = ProcessRun.loaded(
            self._opened.version.definition,
            self._opened.step,
            live.base_of(self.uid),
            self._opened.run.dump(whole=True),
        )
        return digest in (state.digest_of(copy.dump(whole=True)), state.digest_of(copy.dump()))

    def save(self, digest: str | None) -> bool:
        if self._opened is None:
            return self._stored(digest)
        stored = self._opened.run.dump(whole=True)
        if state.digest_of(stored) != digest:
            stored = self._opened.run.dump()
        self.columns = saving.case_columns(self._opened, stored)
        self.version = self._opened.version
        self._opened = None
        return state.digest_of(stored) == digest

    def _stored(self, digest: str | None) -> bool:
        return bool(self.columns) and state.digest_of(self.columns["state"]) == digest

    # ------------------------------------------------------------------ the case
    def case(self, at: datetime) -> Live:
        """The case as it was last stored, read back; raises StateCorrupt before its first line."""
        if not self.columns:
            raise StateCorrupt("留痕的第一行不是登记。")
        row = {**self.columns, "uid": self.uid, "no": None}
        ground = self.ground
        worktime = ground.worktime(self.columns["calendar"])
        return live.load(row, self.version, at, SYSTEM, worktime, ground.directory)

    def _begun(self, told: Told) -> Live:
        ground, definition = self.ground, self.ground.version.definition
        calendar = told.said.get("calendar", 0)
        worktime = ground.worktime(calendar)
        step = Step(told.at, _actor(told), Record(), ClockLedger(), worktime, ground.directory, OPERATIONS)
        step.calendar = calendar
        self._tell_of_lead(step, told, merging.lead_named(told.answers))
        variables = _variables(definition.start_form, told)
        return deeds.begin(self.uid, ground.version, step, variables, told.answers)

    def _act(self, opened: Live, told: Told) -> None:
        step = opened.step
        step.actor, step.now, step.since, step.present = _actor(told), told.at, told.at, told.at
        self._tell_of_lead(step, told, opened.row.get("merged_into") or merging.lead_named(told.answers))
        if told.action == CALENDAR_CHANGED:
            step.coming = self.ground.worktime(told.said["calendar"])
        if told.action in (MIGRATED, MIGRATION_UNDONE):
            opened.coming, opened.former = self.ground.numbered(told.said["version"]), self._former
            self._former = self.columns["state"]
        if told.action == STRUCK:
            step.present = datetime.fromisoformat(told.said["at"]).astimezone(UTC)
            live.strike(opened, _timer(opened, told), told.at, step.present)
        else:
            deeds.do(opened, self._deed(opened, told))

    def _tell_of_lead(self, step: Step, told: Told, no: str | None) -> None:
        if "lead_due" in told.said:
            due = told.said["lead_due"]
            step.lead_case = LeadCase(None if due is None else datetime.fromisoformat(due))
        elif no is not None:
            self.asked_of_today = True
            step.lead_case = self.ground.lead_case(no)

    def _deed(self, opened: Live, told: Told) -> Deed:
        said = {name: value for name, value in told.said.items() if name not in _OF_THE_MOVE}
        if told.action == "completed":
            said["variables"] = _variables(self._form(opened, told.task_id), told)
        return Deed(told.action, told.element or "", told.answers, said, told.before, told.task_id)

    def _form(self, opened: Live, task_id: str | None) -> Schema:
        forms = {task.id: task.element.form for task in opened.run.open_tasks()}
        if task_id not in forms:
            raise LookupError("这件待办没有打开")
        return opened.version.definition.form(forms[task_id])


def _variables(schema: Schema, told: Told) -> dict[str, Any]:
    """What the diagram was given: of each field what was entered in it, beside what the form derived."""
    given, entered = told.said["variables"], told.answers
    fields = schema.get("properties", {}).keys() & given.keys() - flag_names(schema).keys()
    if any(given[name] != entered.get(name) for name in fields):
        raise ValueError("流程变量与填写的内容不符")
    return in_order(schema, given)


def _timer(opened: Live, told: Told) -> WaitingTimer:
    """The timer that struck; a line of version 0.1 names its element and instant alone."""
    said = told.said
    named = (t for t in opened.run.timers() if t.id == said.get("timer", t.id) and t.element.id == told.element)
    found = next((timer for timer in named if timer.due.isoformat() == said["due"]), None)
    if found is None:
        raise LookupError("没有这个计时器在等待")
    return found


def _actor(told: Told) -> Actor:
    return SYSTEM if told.actor == SYSTEM.name else Actor(told.actor, on_behalf_of=told.on_behalf_of)


def _spoken(note: Note) -> Spoken:
    return Spoken(note.at, note.actor, note.action, note.element, note.before, note.after, note.on_behalf_of)
