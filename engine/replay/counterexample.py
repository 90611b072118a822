"""A run the proof found, played in the real engine and written down as a recorded case.

The proof lets clocks strike in any order; here each strikes at its own instant, and those before it on the way. What
cannot be brought about from outside (a signal of the house, another case) ends the recording where it stands.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Any

from sqlalchemy import select

from engine.bpmn.expressions import ExpressionError
from engine.bpmn.proof.trace import Event
from engine.bpmn.proof.values import OTHER
from engine.clock import ZONE, local
from engine.errors import EngineError, NotFound, NotYours
from engine.facade import ReadContext
from engine.replay.memory import EngineStage, no_such_task, throw_away_engine
from engine.replay.player import StepRefused
from engine.storage.models import cases, incidents, memberships, task_groups, tasks, timers

START = datetime(2026, 10, 19, 9, 0, tzinfo=ZONE)
MINUTE = timedelta(minutes=1)
UNITS = ("SC-SS", "SCJG", "RS")
WITHDRAWAL = {"reason": "不办了", "confirmed_by": "signed_slip"}
# What a broken diagram may do to an act; KeyError: an operation misses its variable.
BROKEN = (EngineError, ExpressionError, KeyError)
COMPARED = ("status", "phase", "tier", "outcome")


@dataclass
class Recorded:
    """What came of playing a run: the steps as recorded, and where the case stood then.

    `waiting`: open tasks by element; `armed`: timers that still run; `failure`: what the engine said when it could not
    go on; `unplayed`: the first step that cannot be brought about from outside.
    """

    steps: list[dict[str, Any]] = field(default_factory=list)
    expected: dict[str, Any] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)
    groups: dict[str, list[str]] = field(default_factory=dict)
    dues: dict[str, datetime | None] = field(default_factory=dict)
    armed: list[str] = field(default_factory=list)
    ended: bool = False
    failure: str | None = None
    unplayed: str | None = None

    def case(self, no: str, title: str) -> dict[str, Any]:
        """The case as a file of recorded cases holds it (`engine.replay.recording`)."""
        return {"no": no, "title": title, "steps": self.steps, "expected": self.expected}


def recordings(runs: Sequence[tuple[str, Recorded]]) -> bytes:
    """A file of recorded cases, one per run, each under the sentence that says what is wrong."""
    found = [run.case(f"BCS-2026-9{place:03}", title) for place, (title, run) in enumerate(runs, 1)]
    return json.dumps({"cases": found}, ensure_ascii=False, indent=1).encode()


def played(files: Mapping[str, bytes], steps: Sequence[Event]) -> Recorded:
    """Play a run on these diagrams in memory. Raises the reader's own errors for what cannot be read."""
    forms = {PurePath(name).stem: json.loads(files[name]) for name in files if name.startswith("forms/")}
    with throw_away_engine(files, START) as engine:
        return _Playing(EngineStage(engine), engine.read, forms).through(steps)


class _Playing:
    """One run on its way through an engine."""

    def __init__(self, stage: EngineStage, read: Callable[..., Any], forms: Mapping[str, Mapping[str, Any]]) -> None:
        self._stage, self._read, self._forms = stage, read, forms
        self._no = ""
        self.found = Recorded()

    def through(self, steps: Sequence[Event]) -> Recorded:
        try:
            for step in steps:
                if not self._take(step):
                    self.found.unplayed = step.element
                    break
        except (*BROKEN, StepRefused) as error:
            self.found.failure = str(error)
        if self._no:
            self._look()
        return self.found

    def _take(self, step: Event) -> bool:
        if step.sort == "timer":
            return self._strike(step.element)
        self._stage.move_clock(self._stage.now() + MINUTE)
        if step.sort == "start":
            values = self._filled(step)
            self._note("w1", "register", None, values)
            self._no = self._stage.register("w1", values)
            return True
        if step.sort == "complete":
            return self._complete(step)
        if step.sort == "message" and step.code == "withdraw":
            self._note("w1", "withdraw", None, WITHDRAWAL)
            self._stage.act("w1", self._no, "withdraw", WITHDRAWAL)
            return True
        return False

    def _note(self, who: str, act: str, task: str | None, values: Mapping[str, Any]) -> None:
        named = {} if task is None else {"task": task}
        at = local(self._stage.now()).isoformat(timespec="minutes")
        self.found.steps.append({"at": at, "as": who, "do": act, **named, "variables": dict(values)})

    def _complete(self, step: Event) -> bool:
        values = self._filled(step)
        for who, unit in self._read(_who_may, self._no, step.element):
            try:
                self._stage.complete(who, self._no, step.element, unit, values)
            except NotYours:
                continue
            except BROKEN:
                self._note(who, "complete", step.element, {**values, **({"unit": unit} if unit else {})})
                raise
            self._note(who, "complete", step.element, {**values, **({"unit": unit} if unit else {})})
            return True
        return False

    def _strike(self, element: str) -> bool:
        due = self._read(_instant_of, self._no, element)
        if due is None:
            return False
        self._stage.move_clock(max(due, self._stage.now()))
        self.found.expected["light_at"] = {"at": local(self._stage.now()).isoformat(), "light": None}
        return True

    def _filled(self, step: Event) -> dict[str, Any]:
        """What was entered, with units and days that exist in place of the representatives."""
        given = dict(step.given or {})
        form = self._forms.get(step.form or "", {})
        for name, widget in form.get("ui", {}).get("widgets", {}).items():
            if name in given and widget == "unit":
                given[name] = UNITS[2] if name == "new_unit" else UNITS[0]
            elif name in given and widget == "units":
                given[name] = list(UNITS[1:2]) if given[name] else []
        for name, asked in form.get("properties", {}).items():
            if name in given and asked.get("format") == "date":
                given[name] = f"{local(self._stage.now()) + timedelta(days=3):%Y-%m-%d}"
        return {name: f"（{name}）" if value == OTHER else value for name, value in given.items()}

    def _look(self) -> None:
        found = self.found
        self._stage.move_clock(self._stage.now())
        shown = self._shown(found.steps[-1]["as"])
        light = found.expected.pop("light_at", None)
        found.expected.update({name: shown.get(name) for name in COMPARED})
        if light is not None:
            found.expected["light_at"] = {**light, "light": shown.get("light")}
        found.ended = shown.get("status") == "archived"
        rows = self._read(_open, self._no).values()
        found.waiting = sorted(element for element, _, _ in rows)
        found.dues = {element: due for element, due, _ in rows}
        found.groups = {element: groups for element, _, groups in rows}
        found.armed = sorted(self._read(_armed, self._no))
        found.failure = found.failure or self._read(_failure, self._no)

    def _shown(self, who: str) -> Mapping[str, Any]:
        """The case as they see it; a restricted one as only its own officer does."""
        try:
            return self._stage.case(who, self._no)
        except NotFound:
            return self._stage.case("restricted", self._no)


def _who_may(context: ReadContext, no: str, element: str) -> list[tuple[str, str | None]]:
    """People in a group of the open task, with the task's unit where it has one; StepRefused when none is open."""
    query = select(tasks.c.id, tasks.c.unit).join(cases).where(cases.c.no == no, tasks.c.element == element)
    row = context.conn.execute(query.order_by(tasks.c.opened_at)).first()
    if row is None:
        raise StepRefused(no_such_task(element, None))
    groups = select(task_groups.c.group).where(task_groups.c.task_id == row.id)
    people = select(memberships.c.person).where(memberships.c.group.in_(groups)).order_by(memberships.c.person.desc())
    return [(name, row.unit) for name in context.conn.scalars(people)]


def _instant_of(context: ReadContext, no: str, element: str) -> datetime | None:
    query = select(timers.c.due).join(cases).where(cases.c.no == no, timers.c.element == element)
    return context.conn.scalars(query).first()


def _open(context: ReadContext, no: str) -> Mapping[str, tuple[str, datetime | None, list[str]]]:
    """Open tasks by id: element, due, groups."""
    rows = context.conn.execute(select(tasks.c.id, tasks.c.element, tasks.c.due).join(cases).where(cases.c.no == no))
    found: dict[str, tuple[str, datetime | None, list[str]]] = {row.id: (row.element, row.due, []) for row in rows}
    groups = select(task_groups.c.task_id, task_groups.c.group).where(task_groups.c.task_id.in_(found))
    for row in context.conn.execute(groups):
        found[row.task_id][2].append(row.group)
    return found


def _armed(context: ReadContext, no: str) -> list[str]:
    return list(context.conn.scalars(select(timers.c.element).join(cases).where(cases.c.no == no)))


def _failure(context: ReadContext, no: str) -> str | None:
    return context.conn.scalars(select(incidents.c.cause).join(cases).where(cases.c.no == no)).first()
