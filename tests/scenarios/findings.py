"""A golden run of 整改 played: about a case registered first, findings are put, answered and checked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from engine.cases.commands import CompleteTask, SendMessage, StartProcess
from engine.cases.findings import WITHDRAW
from engine.definitions.shipped import RECTIFICATION, SHIPPED
from engine.facade import ReadContext
from engine.queries.case import CaseTask
from engine.queries.rectification_list import Rectification, rectification
from engine.replay.scenario import Step
from engine.storage.models import audit, cases
from tests.scenarios.playing import Run, comparable, of_these, recipients

FOLDER = SHIPPED / RECTIFICATION / "scenarios"


class FindingRun(Run):
    """One scenario in one house; what a step says is so of the finding it names."""

    def _act(self, step: Step) -> None:
        variables = self._with_numbers(step.variables)
        match step.do:
            case "put":
                started = self._play.execute(StartProcess(RECTIFICATION, variables), step.by)
                self._numbers[step.case] = self._play.no = str(started.no)
            case "complete":
                self._play.execute(CompleteTask(self._tasks()[step.task].id, variables), step.by)
            case "withdraw":
                self._play.execute(SendMessage(WITHDRAW, self._play.no, variables), step.by)
            case _:
                super()._act(step)

    def _finding(self) -> Rectification:
        return self._play.engine.read(rectification, self._play.no)

    def _tasks(self) -> dict[str, CaseTask]:
        return {task.task: task for task in self._finding().open_tasks}

    def _path(self, case: str) -> list[str]:
        return self._play.engine.read(_passed, self._numbers[case]) if case in self._numbers else []

    def _found(
        self, then: Mapping[str, Any], fired: list[str], path: list[str], sent: list[tuple[str, list[str]]]
    ) -> dict[str, Any]:
        if not then:
            return {}
        finding, tasks = self._finding(), self._tasks()
        told: dict[str, Any] = {
            "fired": fired,
            "open": sorted(tasks),
            "timers": self._play.timers(),
            "path": of_these(then.get("path", ()), path),
            "due": {name: tasks[name].due for name in then.get("due", ())},
            "groups": {name: sorted(tasks[name].groups) for name in then.get("groups", ())},
            "notices": {kind: recipients(kind, sent) for kind in then.get("notices", ())},
        }
        return {name: comparable(told[name] if name in told else getattr(finding, name)) for name in then}


def _passed(ctx: ReadContext, no: str) -> list[str]:
    lines = select(audit.c.after).join(cases, cases.c.id == audit.c.case_id).where(cases.c.no == no)
    found = ctx.conn.scalars(lines.where(audit.c.after.is_not(None)).order_by(audit.c.seq))
    return [element for after in found for element in json.loads(after).get("path", ())]
