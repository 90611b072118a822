"""Every patch of SpiffWorkflow 3.2.0, each with its reason. Nothing else in the house changes the library.

Subclasses in `dialect.py` and `workflow.py` are not patches: they use the library's own extension points.
The differential test plays diagrams with and without what stands here and compares every step.
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from SpiffWorkflow import task as task_module
from SpiffWorkflow.task import Task


@dataclass(frozen=True)
class Patch:
    """One replaced attribute."""

    owner: Any
    name: str
    replacement: Any
    reason: str


_stock_init = Task.__init__
_changes = itertools.count(1)


def _init(self: Task, workflow: Any, task_spec: Any, parent: Any = None, state: int = 1, id: Any = None) -> None:
    number = getattr(workflow.top_workflow, "next_task_id", uuid4) if id is None else None
    _stock_init(self, workflow, task_spec, parent=parent, state=state, id=id if number is None else number())
    self.last_state_change = 0


def _set_state(self: Task, value: int) -> None:
    if value == self._state:
        return
    before, self._state = self._state, value
    top = self.workflow.top_workflow
    changed = getattr(top, "state_changed", None)
    self.last_state_change = next(_changes) if changed is None else changed(self, before, value)


PATCHES = (
    Patch(
        Task,
        "__init__",
        _init,
        "Task ids are numbers counted within the case instead of uuid4, so that a replay of the audit trail gives the "
        "same ids and the same state digest; no wall clock is read.",
    ),
    Patch(
        Task,
        "_set_state",
        _set_state,
        "Every change of a task's state is reported to its workflow (the audit hook); the order of changes is a "
        "counter instead of the wall clock, and no log record is built when nobody listens (7 % of a step).",
    ),
)
_stock = tuple((patch.owner, patch.name, getattr(patch.owner, patch.name)) for patch in PATCHES)


def apply() -> None:
    """Put the patches in place; doing so twice changes nothing."""
    for patch in PATCHES:
        setattr(patch.owner, patch.name, patch.replacement)
    for name in ("spiff.task", "spiff.workflow"):  # the parent's level does not help
        logging.getLogger(name).setLevel(logging.WARNING)


@contextmanager
def stock() -> Iterator[None]:
    """The library as it was shipped, for the differential test alone."""
    for owner, name, original in _stock:
        setattr(owner, name, original)
    try:
        yield
    finally:
        apply()


assert task_module.Task is Task
apply()
