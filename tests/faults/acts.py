"""Every kind of act that changes a case, in an order in which each is possible."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from engine.cases.commands import (
    ActOnCase,
    ClaimTask,
    Command,
    CompleteTask,
    FireTimers,
    SendMessage,
    StartProcess,
    UnclaimTask,
)
from engine.definitions.shipped import CASE_PROCESS
from engine.facade import ReadContext
from engine.storage.models import cases, tasks
from tests.faults.courses import CO_UNIT, LEAD, Course, start_form, task_form
from tests.support.house import House

Case = str  # the number of the case an act is about


@dataclass(frozen=True)
class Act:
    """Who does what; `command` makes it for the case of that number. `at`: the clock is moved there before."""

    name: str
    who: str
    command: Callable[[House, Case], Command]
    at: str | None = None


def open_task(house: House, no: Case, element: str, unit: str | None = None) -> str:
    """The id of an open task; fails when there is none."""
    query = select(tasks.c.id).join(cases, cases.c.id == tasks.c.case_id)
    query = query.where(cases.c.no == no, tasks.c.element == element)
    if unit is not None:
        query = query.where(tasks.c.unit == unit)

    def find(ctx: ReadContext) -> str:
        found: str = ctx.conn.execute(query).scalar_one()
        return found

    return house.engine.read(find)


def case_row(house: House, no: Case) -> int:
    """The row id of a case."""

    def find(ctx: ReadContext) -> int:
        found: int = ctx.conn.execute(select(cases.c.id).where(cases.c.no == no)).scalar_one()
        return found

    return house.engine.read(find)


def register(course: Course, **more: Any) -> Act:
    """Register a case, with `more` decided at once."""
    form = {**start_form(course, "社保转移报错"), **more}
    return Act("register", "w1", lambda house, no: StartProcess(CASE_PROCESS, form))


def complete(element: str, who: str, course: Course, unit: str | None = None, **more: Any) -> Act:
    """Complete a task, with `more` entered beside what the course says."""
    form = {**task_form(course, element), **more}
    return Act(element, who, lambda house, no: CompleteTask(open_task(house, no, element, unit), form))


def _message(name: str, who: str, variables: Mapping[str, Any]) -> Act:
    return Act(name, who, lambda house, no: SendMessage(name, no, variables))


_GENERAL, _SIMPLE = Course(co_units=(CO_UNIT,)), Course(grade="simple")
_VISIT = {"contacted": True, "contacted_in_time": True, "resolved": True, "satisfaction": 4}
_WITHDRAWN = {"reason": "自己办好了", "confirmed_by": "phone_record"}

LONG: tuple[Act, ...] = (  # a case that goes to two units, is sent back once, and is closed after the call
    register(_GENERAL),
    Act("claim", "w1", lambda house, no: ClaimTask(open_task(house, no, "accept"), "w1")),
    Act("unclaim", "w1", lambda house, no: UnclaimTask(open_task(house, no, "accept"))),
    complete("accept", "w2", _GENERAL),
    complete("classify", "w2", _GENERAL),
    complete("dispatch", "w2", _GENERAL),
    complete("acknowledge", f"unit-{LEAD}", _GENERAL, LEAD),
    complete("acknowledge", f"unit-{CO_UNIT}", _GENERAL, CO_UNIT),
    complete("first_contact", f"unit-{LEAD}", _GENERAL, LEAD),
    Act("courier", "lead", lambda house, no: ActOnCase("courier", no, {"carrier": "邮政", "tracking_no": "1"})),
    complete("handle", f"unit-{CO_UNIT}", _GENERAL, CO_UNIT),
    complete("handle", f"unit-{LEAD}", _GENERAL, LEAD),
    complete("review", "group", _GENERAL, review_result="send_back", send_back_reason="请补充依据"),
    complete("handle", f"unit-{LEAD}", _GENERAL, LEAD),
    complete("review", "group", _GENERAL),
    complete("give_feedback", "w2", _GENERAL),
    Act("timers", "system", lambda house, no: FireTimers(case_row(house, no)), at="2026-09-24 09:00"),
    Act("return_visit", "callback", lambda house, no: CompleteTask(open_task(house, no, "return_visit"), _VISIT)),
)
SHORT: tuple[Act, ...] = (  # a case settled at the window
    register(_SIMPLE, acceptance="accept"),
    complete("classify", "w1", _SIMPLE),
    complete("handle_on_site", "w1", _SIMPLE),
)
WITHDRAWN: tuple[Act, ...] = (register(_GENERAL, acceptance="accept"), _message("withdraw", "w1", _WITHDRAWN))
ADVICE: tuple[Act, ...] = (register(Course(advice=True)),)  # ends in the act that begins it
