"""Acting and looking as one of the demo people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

from engine.cases.commands import Actor, ClaimTask, CompleteTask, StartProcess
from engine.facade import ReadContext
from engine.queries.paging import Page
from engine.queries.tasks import TaskFilter, TaskRow, find_tasks
from tests.support.house import House

P = ParamSpec("P")
T = TypeVar("T")


class Desk:
    """One house, many people. The clock begins at 10:10 of the first day."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.engine = house.engine
        self.at("2026-09-23 10:10")

    def actor(self, name: str) -> Actor:
        return self.house.actor(name)

    def ask(self, who: str, query: Callable[Concatenate[ReadContext, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What a query tells this person."""
        return self.engine.read_as(self.actor(who), query, *args, **kwargs)

    def tasks(self, who: str, **wanted: Any) -> list[TaskRow]:
        return self.ask(who, find_tasks, TaskFilter(**wanted), Page())

    def at(self, text: str) -> None:
        """Move the clock to a local time, 2026-09-23 10:15."""
        self.house.move(text)

    def register(self, who: str = "w3", **more: Any) -> str:
        """Register a case; returns its number."""
        applicant = {"kind": "person", "name": "戴建国", "phone": "13812345678", "consent_callback": True}
        start = {
            "channel": "window",
            "title": "社保转移系统报错无法提交",
            "description": "网上三次提交均提示参保状态异常",
            "appeal_type": "undone",
            "applicant": applicant,
        }
        no: str = self.engine.execute(StartProcess("five_step_loop", {**start, **more}), self.actor(who)).no
        return no

    def task(self, no: str, element: str, unit: str | None = None) -> str:
        """Id of an open task of a case."""
        found = self.engine.read(find_tasks, TaskFilter(no=no, element=element), Page())
        return next(row.id for row in found if unit in (None, row.unit))

    def complete(self, who: str, no: str, element: str, unit: str | None = None, **variables: Any) -> None:
        self.engine.execute(CompleteTask(self.task(no, element, unit), variables), self.actor(who))

    def claim(self, who: str, no: str, element: str, assignee: str | None = None) -> None:
        self.engine.execute(ClaimTask(self.task(no, element), assignee or who), self.actor(who))

    def dispatched(self, lead: str = "SC-SS", co_units: tuple[str, ...] = (), by: str = "w3") -> str:
        """A general case on its way to its units; returns its number."""
        no = self.register(by, acceptance="accept")
        units: dict[str, Any] = {"lead_unit": lead, "co_units": list(co_units)}
        self.complete(by, no, "classify", grade="general", grade_reason="需后台核查", cause="系统类", **units)
        self.complete(by, no, "dispatch", onsite_attempt="窗口已协调", **units)
        return no
