"""What a running diagram asks of its surroundings; the runtime provides it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from SpiffWorkflow.task import Task

from engine.bpmn.elements import Element


class Interpreter(Protocol):
    """The script engine the library sees: it interprets, and runs no code."""

    now: datetime

    def evaluate(self, task: Task, expression: str, external_context: Any = None) -> Any: ...
    def assign(self, element: Element, data: dict[str, Any]) -> None: ...
    def operate(self, element: Element, task: Task) -> None: ...
    def reckon(self, task: Task, instances: int) -> None: ...
    def decide(self, element: Element, task: Task) -> None: ...


def interpreter(task: Task) -> Interpreter:
    """The interpreter of the workflow a task belongs to."""
    found: Interpreter = task.workflow.script_engine
    return found
