"""Surroundings for a process without cases: simple words, operations that count, a clock moved by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from engine.bpmn.definition import Definition, read_definition
from engine.bpmn.elements import Element
from engine.bpmn.runtime import OpenTask, ProcessRun, WaitingTimer

NINE = datetime(2026, 10, 19, 1, 0, tzinfo=UTC)
BASE = 0x1234 << 32


class PlainHost:
    """`minutes(n)` is the only timer word that computes; `never()` gives null; every other word gives a fixed day."""

    def __init__(self) -> None:
        self.now = NINE
        self.since = NINE
        self.facts: dict[str, Any] = {}
        self.operated: list[str] = []
        self.words: Mapping[str, Callable[..., Any]] = {
            "minutes": lambda n, since=None: (self._from(since) + timedelta(minutes=n)).isoformat(),
            "never": lambda: None,
            "fact": lambda name: self.facts.get(name),
            **{name: self._day for name in _DAYS},
            **{name: self._fact(name) for name in _FACTS},
        }

    def _from(self, since: str | None) -> datetime:
        return datetime.fromisoformat(since) if since else self.since

    def _day(self, n: Any = 1, since: str | None = None) -> str:
        days = n if isinstance(n, int) else 1
        return (self._from(since) + timedelta(days=days)).isoformat()

    def _fact(self, name: str) -> Callable[..., Any]:
        return lambda *_: self.facts.get(name, _FACTS[name])

    def operate(self, operation: str, element: Element, data: dict[str, Any]) -> None:
        if operation == "fail":
            raise ValueError("做不了")
        self.operated.append(f"{operation}@{element.id}")
        data["operated"] = len(self.operated)
        data.update(_RESULTS.get(operation, {}))

    def decided(self, element: Element, decision: str, row: Mapping[str, Any]) -> None:
        self.operated.append(f"{decision}@{element.id}")


# What the shipped diagrams expect an operation to leave behind.
_RESULTS: Mapping[str, Mapping[str, Any]] = {"dispatch": {"orders": ["SC-SS", "YLBZ"]}}

# The words of the shipped diagrams, with a simple meaning: the flow is what is compared, not the calendar.
_DAYS = (
    "workdays",
    "office_hours",
    "closing_time",
    "next_opening",
    "case_due",
    "lead_case_due",
    "month_later",
    "accepted_at",
    "dispatched_at",
    "feedback_at",
    "resume_at",
)
_FACTS: Mapping[str, Any] = {
    "external_due": None,
    "returns": 0,
    "redo_count": 0,
    "extension_used": False,
    "before_due": True,
    "lead": "SC-SS",
    "lead_kind": "district",
    "warn_days": 2,
    "contact_open": True,
    "open_orders": 1,
}


class Play:
    """A process in play, stored and read back after every act."""

    def __init__(
        self,
        files: Mapping[str, bytes] | bytes,
        key: str | None = None,
        facts: Mapping[str, Any] | None = None,
        **data: Any,
    ) -> None:
        bundle = {"p.bpmn": files} if isinstance(files, bytes) else files
        self.definition: Definition = read_definition(bundle, key)
        self.host = PlainHost()
        self.host.facts.update(facts or {})
        self.path: list[str] = []
        self.run = ProcessRun.started(self.definition, self.host, BASE, data)
        self._stored()

    def _stored(self) -> None:
        self.path += self.run.path
        self.state = self.run.dump()
        self.run = ProcessRun.loaded(self.definition, self.host, BASE, self.state)

    def open(self) -> list[str]:
        """Ids of the elements that wait for somebody, sorted."""
        return sorted(task.element.id for task in self.run.open_tasks())

    def waiting(self) -> dict[str, int]:
        """Timer element -> minutes after nine at which it fires."""
        return {t.element.id: round((t.due - NINE).total_seconds() / 60) for t in self.run.timers()}

    def task(self, element: str, **where: Any) -> OpenTask:
        """The open task of that element (whose data has these values)."""
        found = [t for t in self.run.open_tasks() if t.element.id == element]
        return next(t for t in found if all(t.data.get(key) == value for key, value in where.items()))

    def do(self, element: str, where: Mapping[str, Any] | None = None, **variables: Any) -> Play:
        self.run.complete(self.task(element, **(where or {})).id, variables)
        self._stored()
        return self

    def timer(self, element: str) -> WaitingTimer:
        return next(timer for timer in self.run.timers() if timer.element.id == element)

    def fire(self, element: str) -> Play:
        found = self.timer(element)
        self.host.now = max(self.host.now, found.due)
        self.run.fire(found.id)
        self._stored()
        return self

    def send(self, name: str, **variables: Any) -> Play:
        self.run.send(name, variables)
        self._stored()
        return self

    def signal(self, name: str) -> Play:
        self.run.signal(name)
        self._stored()
        return self
