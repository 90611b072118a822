"""A golden run played on files on trial: what came after each step, of that which the run speaks of.

A step that the files have and the run does not know of is done at once by somebody of its group, as far as a filled-in
form can do it; a step of the run that the files no longer have is passed over. Both are told. A step that is refused
where the run does it (too late now, another's by now) ends the run there: its cases are then led to their end by plain
answers and by the clock. Where that fails too, or a diagram itself fails, the course is stuck.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from engine.bpmn.expressions import ExpressionError
from engine.cases.commands import ActOnCase, CompleteTask, SendMessage, StartProcess
from engine.clock import SimulatedClock, local
from engine.definitions.shipped import CASE_PROCESS
from engine.definitions.simulate.answers import ONWARD, filled
from engine.directory import actor_of, find_person
from engine.errors import BadInput, EngineError, NotFound, NotYours, StateCorrupt, StepFailed
from engine.facade import AnyCommand, Engine, ReadContext
from engine.queries.case import Case, CaseTask
from engine.queries.case import case as case_query
from engine.queries.timeline import timeline
from engine.replay.memory import no_such_task
from engine.replay.scenario import Scenario, Step
from engine.storage.models import cases, incidents, memberships, outbox, task_groups, timers

MOST_EXTRA = 10  # steps the run does not know of, on the way to one it knows
MOST_ACTS = 120  # until a case that was left by its run has come to its end
FAULTS = (StepFailed, StateCorrupt, ExpressionError, KeyError)  # of the diagram, not of who acts
_UNIT = "SC-SS"


@dataclass
class Course:
    """How a run went. `seen`: after each step, by the words of the run; `extra`, `missing`: ids of tasks done beside
    the run, and of those that are no longer drawn; `broken`: the step that could not be done, and why; `stuck`: why
    a case of the run cannot come to its end.
    """

    title: str
    seen: list[dict[str, Any]] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    broken: str | None = None
    stuck: str | None = None


def rehearsed(engine: Engine, scenario: Scenario, known: Collection[str]) -> Course:
    """Play the run in this throw-away house; `known`: ids of the tasks the run was written for."""
    return _Rehearsal(engine, scenario, known).to_its_end()


class _Rehearsal:
    """One run in one house."""

    def __init__(self, engine: Engine, scenario: Scenario, known: Collection[str]) -> None:
        self._engine, self._scenario, self._known = engine, scenario, known
        self._numbers: dict[str, str] = {}
        self._no = ""
        definition = engine.read(lambda ctx: ctx.versions.latest(ctx.conn, CASE_PROCESS)).definition
        self._drawn = {task.id: task for task in definition.user_tasks}
        self._form = definition.form
        self._course = Course(scenario.title)

    def to_its_end(self) -> Course:
        for step in self._scenario.steps:
            try:
                self._course.seen.append(self._after(step))
            except FAULTS as error:
                self._course.stuck = f"{_words(step, self._drawn)}走不下去：{_reason(error)}"
                return self._course
            except EngineError as error:
                self._course.broken = f"{_words(step, self._drawn)}做不了：{_reason(error)}"
                self._lead_on()
                break
        self._course.stuck = self._course.stuck or self._engine.read(_failure)
        return self._course

    # ------------------------------------------------------------------ beyond the run
    def _lead_on(self) -> None:
        """Bring every case of the run to its end; where one cannot come there, say so."""
        for word, no in self._numbers.items():
            self._no = no
            try:
                ended = any(self._led_one_further() for _ in range(MOST_ACTS))
            except FAULTS as error:
                self._course.stuck = f"此后走不下去：{_reason(error)}"
                return
            if not ended:
                self._course.stuck = f"此后{f'“{word}”' if word else '这件'}走不到归档"
                return

    def _led_one_further(self) -> bool:
        """Whether the case has ended; else one thing more is done, by somebody or by the clock."""
        case = self._case()
        if case.ended_at is not None:
            return True
        if not any(self._tried(task) for task in case.open_tasks):
            due = self._engine.read(_next_due, self._no)
            self._engine.move_clock(max(due or self._engine.clock.now(), self._engine.clock.now()))
        return False

    def _tried(self, task: CaseTask) -> bool:
        try:
            self._fill_in(task)
        except FAULTS:
            raise
        except EngineError:
            return False
        return True

    # ------------------------------------------------------------------ along the run
    def _after(self, step: Step) -> dict[str, Any]:
        told, heard = "path" in step.then, "notices" in step.then
        passed, sent = len(self._path(step.case)) if told else 0, len(self._notices()) if heard else 0
        fired = self._move(step)
        self._no = self._numbers.get(step.case, self._no)
        refused = self._act(step)
        self._engine.deliver()  # what one case tells another has arrived
        path, notices = self._path(step.case)[passed:] if told else [], self._notices()[sent:] if heard else []
        found = self._found(step.then, fired, path, notices)
        return found if step.refused is None else {"refused": refused, **found}

    def _move(self, step: Step) -> list[str]:
        clock = self._engine.clock
        assert isinstance(clock, SimulatedClock)
        if not step.downtime:
            return [each.activity for each in self._engine.move_clock(max(step.at, clock.now()))]
        clock.move(max(step.at, clock.now()))
        struck: list[str] = []
        while fired := self._engine.fire_due():
            struck += [each.activity for each in fired]
        self._engine.deliver()
        return struck

    # ------------------------------------------------------------------ acts
    def _act(self, step: Step) -> bool:
        """Whether it was refused, where it should be; else the refusal is raised."""
        try:
            self._do(step)
        except EngineError:
            if step.refused is None:
                raise
            return True
        return False

    def _do(self, step: Step) -> None:
        variables = {name: self._with_number(value) for name, value in step.variables.items()}
        match step.do:
            case "register":
                started = self._execute(step.by, StartProcess(CASE_PROCESS, variables))
                self._numbers[step.case] = self._no = str(started.no)
            case "complete" if step.task not in self._drawn:
                self._course.missing += [step.task] * (step.task not in self._course.missing)
            case "complete":
                self._execute(step.by, CompleteTask(self._reached(step).id, variables))
            case "withdraw":
                self._execute(step.by, SendMessage("withdraw", self._no, variables))
            case "courier":
                self._execute(step.by, ActOnCase("courier", self._no, variables))
            case "wait":
                pass

    def _with_number(self, value: Any) -> Any:
        return self._numbers.get(value[1:], value) if isinstance(value, str) and value.startswith("@") else value

    def _execute(self, who: str, command: AnyCommand) -> Any:
        return self._engine.execute(command, self._engine.read(_actor, who))

    def _reached(self, step: Step) -> CaseTask:
        """The open task of the step, once what newly stands before it is done. Raises NotFound."""
        for _ in range(MOST_EXTRA):
            open_tasks = self._case().open_tasks
            found = [each for each in open_tasks if each.task == step.task and step.unit in (None, each.unit)]
            if found:
                return found[-1]
            new = [each for each in open_tasks if each.task not in self._known]
            if not new:
                break
            self._course.extra += [new[0].task] * (new[0].task not in self._course.extra)
            self._fill_in(new[0])
        raise NotFound(no_such_task(step.task, step.unit))

    def _fill_in(self, task: CaseTask) -> None:
        """Do a step by plain answers. Raises NotYours when nobody may."""
        known = {"grade": "general", "lead_unit": _UNIT, "until": f"{local(self._engine.clock.now()):%Y-%m-%d}"}
        values = filled(self._form(self._drawn[task.task].form), {**known, **ONWARD.get(task.task, {})})
        for who in self._engine.read(_who_may, task.id):
            try:
                self._execute(who, CompleteTask(task.id, values))
                return
            except NotYours:
                continue
        raise NotYours(f"“{task.name}”没有人可以办。")

    # ------------------------------------------------------------------ what is seen
    def _case(self) -> Case:
        return self._engine.read(case_query, self._no)

    def _path(self, case: str) -> list[str]:
        if case not in self._numbers:
            return []
        lines = self._engine.read(timeline, self._numbers[case])
        return [element for line in lines for element in (line.after or {}).get("path", ())]

    def _notices(self) -> list[tuple[str, list[str]]]:
        return self._engine.read(_notices)

    def _found(
        self, then: Mapping[str, Any], fired: list[str], path: list[str], sent: list[tuple[str, list[str]]]
    ) -> dict[str, Any]:
        if not then:
            return {}
        case = self._case()
        opened = [(f"{each.task} {each.unit}" if each.unit else each.task, each) for each in case.open_tasks]
        tasks, bare = dict(opened), {each.task: each for _, each in opened}
        named: dict[str, Any] = {
            "fired": sorted(fired),
            "open": sorted(name for name, _ in opened),
            "timers": self._engine.read(_waiting, self._no),
            "path": _of_these(then.get("path", ()), path),
            "due": {name: _due(tasks.get(name) or bare.get(name)) for name in then.get("due", ())},
            "groups": {name: _groups(tasks.get(name) or bare.get(name)) for name in then.get("groups", ())},
            "orders": {order.unit: order.status for order in case.work_orders},
            "notices": {kind: _recipients(kind, sent) for kind in then.get("notices", ())},
            "none": [name for name in then.get("none", ()) if getattr(case, name) is None],
            "merged_into": next((f"@{word}" for word, no in self._numbers.items() if no == case.merged_into), None),
        }
        return {name: plain(named[name] if name in named else getattr(case, name)) for name in then}


def plain(value: Any) -> Any:
    """As both a run and a course are told: instants as people write them."""
    if isinstance(value, datetime):
        return f"{local(value):%Y-%m-%d %H:%M:%S}".removesuffix(":00")
    if isinstance(value, Mapping):
        return {name: plain(item) for name, item in value.items()}
    return list(value) if isinstance(value, tuple) else value


def _words(step: Step, drawn: Mapping[str, Any]) -> str:
    acts = {"register": "登记", "withdraw": "撤回", "courier": "登记寄递", "wait": "等到这一刻"}
    what = f"“{drawn[step.task].name}”" if step.task in drawn else acts.get(step.do, step.task)
    return f"{plain(step.at)} {what}"


def _reason(error: Exception) -> str:
    fields = error.fields.values() if isinstance(error, BadInput) else ()
    return "；".join([str(error).rstrip("。"), *(said.rstrip("。") for said in fields)])


def _actor(ctx: ReadContext, name: str) -> Any:
    person = find_person(ctx.conn, name)
    if person is None:
        raise NotFound(f"没有名为“{name}”的用户。")
    return actor_of(person)


def _who_may(ctx: ReadContext, task_id: str) -> list[str]:
    groups = select(task_groups.c.group).where(task_groups.c.task_id == task_id)
    people = select(memberships.c.person).where(memberships.c.group.in_(groups)).distinct()
    return list(ctx.conn.scalars(people.order_by(memberships.c.person)))


def _waiting(ctx: ReadContext, no: str) -> dict[str, datetime]:
    query = select(timers.c.element, timers.c.due).join(cases).where(cases.c.no == no, timers.c.suspended.is_(False))
    return {row.element: row.due for row in ctx.conn.execute(query.order_by(timers.c.element))}


def _notices(ctx: ReadContext) -> list[tuple[str, list[str]]]:
    rows = ctx.conn.execute(select(outbox.c.kind, outbox.c.recipients).order_by(outbox.c.id))
    return [(row.kind, json.loads(row.recipients)) for row in rows]


def _next_due(ctx: ReadContext, no: str) -> datetime | None:
    query = select(func.min(timers.c.due)).join(cases).where(cases.c.no == no, timers.c.suspended.is_(False))
    found: datetime | None = ctx.conn.scalar(query)
    return found


def _failure(ctx: ReadContext) -> str | None:
    found: str | None = ctx.conn.scalar(select(incidents.c.cause).where(incidents.c.resolved_at.is_(None)))
    return None if found is None else f"到时的计时走不下去：{found}"


def _due(task: CaseTask | None) -> datetime | None:
    return None if task is None else task.due


def _groups(task: CaseTask | None) -> list[str]:
    return [] if task is None else sorted(task.groups)


def _recipients(kind: str, sent: Iterable[tuple[str, list[str]]]) -> list[str]:
    return [recipient for each, recipients in sent if each == kind for recipient in recipients]


def _of_these(wanted: Iterable[str], path: Iterable[str]) -> list[str]:
    """The wanted elements as far as they were passed; others may lie between."""
    passed = {element.rpartition("/")[2] for element in path}
    return [element for element in wanted if element in passed]
