"""The same acts on the library as it was shipped and on ours, which is stored and read back after every act."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from typing import Any
from uuid import UUID

import orjson
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.exceptions import TaskNotFoundException
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.bpmn import patches
from engine.bpmn.definition import Definition
from engine.bpmn.runtime import OpenTask, ProcessRun, WaitingTimer
from tests.bpmn.plain_host import BASE, PlainHost


class StockCannotPlay(Exception):
    """Stock did what nobody would want to agree with: it raised, or went on with what had been ended."""


class StockRun(ProcessRun):
    """The runtime over the library's own workflow classes and drive loop, its tasks under their own ids."""

    @classmethod
    def begun(cls, definition: Definition, host: PlainHost, data: Mapping[str, Any]) -> StockRun:
        run = cls(definition, host, 0)
        with run.on_stock():
            engine = run._interpreter
            run._workflow = BpmnWorkflow(definition.spec, dict(definition.specs), script_engine=engine)
            run._workflow.task_tree.set_data(**deepcopy(dict(data)))
            run._settle()
        return run

    @contextmanager
    def on_stock(self) -> Iterator[None]:
        """The library without our patches; that a task was completed is noted on the side."""
        with patches.stock():
            original = Task._set_state

            def noted(task: Task, value: int) -> None:
                before = task._state
                if before == TaskState.CANCELLED:
                    raise StockCannotPlay(f"{task.task_spec.name} goes on though it was ended")
                original(task, value)
                if value != before:
                    self._changed(task, before, value)

            Task._set_state = noted
            try:
                yield
                self._no_orphans()
            except (TaskNotFoundException, AttributeError) as error:
                raise StockCannotPlay(str(error)) from error
            finally:
                Task._set_state = original

    def _no_orphans(self) -> None:
        """An interrupted multi-instance leaves the sub-processes of its instances alive without a host."""
        tasks = {id for each in (self._workflow, *self._workflow.subprocesses.values()) for id in each.tasks}
        if any(sub.parent_task_id not in tasks for sub in self._workflow.get_active_subprocesses()):
            raise StockCannotPlay("sub-processes without a host")

    def _settle(self) -> None:
        self._workflow.do_engine_steps()
        self._workflow.get_events()
        for task in self._ready():
            self._opened(task)

    def _number(self, id: str) -> Any:
        return UUID(id)

    def _id(self, task: Task) -> str:
        return str(task.id)


class SideBySide:
    """Both at once; `agree` says what each looks like, and the first difference fails."""

    def __init__(self, definition: Definition, data: Mapping[str, Any]) -> None:
        self.definition = definition
        self.hosts = (PlainHost(), PlainHost())
        self.stock = StockRun.begun(definition, self.hosts[0], data)
        self.ours = ProcessRun.started(definition, self.hosts[1], BASE, data)
        self._compare()

    def _compare(self) -> None:
        assert seen(self.ours) == seen(self.stock)
        assert self.hosts[1].operated == self.hosts[0].operated
        self.stock.path.clear()
        self.ours = ProcessRun.loaded(self.definition, self.hosts[1], BASE, self.ours.dump())
        assert {**seen(self.ours), "path": []} == seen(self.stock), "after reading back"

    def _both(self, act: Callable[[ProcessRun], None]) -> None:
        try:
            with self.stock.on_stock():
                act(self.stock)
        finally:
            act(self.ours)  # plays on in any case
        self._compare()

    @property
    def ended(self) -> bool:
        return self.ours.ended

    def tasks(self) -> list[OpenTask]:
        return sorted(self.ours.open_tasks(), key=_task_key)

    def timers(self) -> list[WaitingTimer]:
        return sorted(self.ours.timers(), key=_timer_key)

    def complete(self, place: int, variables: Mapping[str, Any]) -> None:
        """Complete the open task at that place of the sorted list."""
        self._both(lambda run: run.complete(sorted(run.open_tasks(), key=_task_key)[place].id, variables))

    def fire(self, place: int) -> None:
        due = self.timers()[place].due
        for host in self.hosts:
            host.now = max(host.now, due)
        self._both(lambda run: run.fire(sorted(run.timers(), key=_timer_key)[place].id))

    def send(self, name: str, variables: Mapping[str, Any]) -> None:
        self._both(lambda run: run.send(name, variables))

    def signal(self, name: str) -> None:
        self._both(lambda run: run.signal(name))


def _task_key(task: OpenTask) -> Any:
    return task.element.process, task.element.id, _text(task.data), task.since


def _timer_key(timer: WaitingTimer) -> Any:
    return timer.due, timer.element.process, timer.element.id, timer.since


def _text(data: Any) -> bytes:
    return orjson.dumps(data, option=orjson.OPT_SORT_KEYS)


def seen(run: ProcessRun) -> dict[str, Any]:
    """What can be seen of a run: open tasks with their data, armed timers, what was completed in order, the result."""
    tasks = [
        (t.element.process, t.element.id, t.groups, t.since, t.due, _text(t.data))
        for t in sorted(run.open_tasks(), key=_task_key)
    ]
    timers = [(t.element.process, t.element.id, t.since, t.due) for t in sorted(run.timers(), key=_timer_key)]
    live = sorted(run.elements_open())
    return {
        "tasks": tasks,
        "timers": timers,
        "path": list(run.path),
        "open": live,
        "ended": run.ended,
        "result": _text(run._workflow.data) if run.ended else None,
    }
