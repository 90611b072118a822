"""Driving cases by canned answers: to any step when a fixture is made, to the archive when it is tried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from engine.cases.commands import Actor, CompleteTask, StartProcess
from engine.definitions.shipped import CASE_PROCESS
from engine.directory import actor_of, find_person
from engine.facade import Engine, ReadContext
from engine.storage.models import cases, task_groups, tasks, timers

PERSON_OF_GROUP = {
    "window": "w1",
    "window_lead": "lead",
    "work_group": "group",
    "callback": "callback",
    "bureau": "bureau",
    "leading_group": "leading",
    "restricted": "restricted",
}
PERSON_OF_POST = {"unit": "unit", "unit_head": "head", "unit_deputy": "deputy", "unit_chief": "chief"}
ORDER = {"lead_unit": "SC-SS", "co_units": ["T05"]}
ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "accept": {"acceptance": "accept"},
    "confirm_exit": {"confirmed": True},
    "classify": {"grade": "general", "cause": "系统类", "cause_detail": "系统故障", **ORDER, "urgent": False},
    "handle_on_site": {"onsite_result": "solved", "outcome": "done", "reply_text": "当场办结"},
    "await_citizen": {},
    "dispatch": {**ORDER, "onsite_attempt": "现场无法解决"},
    "acknowledge": {"action": "sign"},
    "first_contact": {"action": "contact"},
    "adjudicate_return": {"decision": "reassign", "new_unit": "SC-RE"},
    "handle": {"action": "reply", "reply_text": "已办", "result": "done"},
    "review": {"review_result": "pass", "outcome": "done", "reply_text": "已办"},
    "give_feedback": {"feedback_method": "phone", "feedback_text": "已告知"},
    "return_visit": {"contacted": True, "contacted_in_time": True, "resolved": True, "satisfaction": 5},
    "supervise": {"action": "note"},
    "approve_pending": {"approved": True, "plan": "列入明年改造", "owner": "ZJ"},
    "review_pending": {"settled": True, "outcome": "done", "progress": "已办"},
    "approve_redo": {"approved": True, "measure": "重新核查"},
    "chief_review": {"decision": "close_with_reasons", "reason": "现行政策不允许"},
    "handle_restricted": {"transfer_to": "EX-JW", "transfer_no": "1", "feedback_text": "已移送"},
    "decide_extension": {"approved": True},
    "decide_pause": {"approved": True},
    "decide_regrade": {"approved": True},
    "await_resume": {},
}
APPLICANT = {"kind": "person", "name": "占位人", "phone": "13800000000", "consent_callback": True}
START = {
    "channel": "window",
    "title": "升级样件",
    "description": "各步各留一件，供以后的版本升级后办完。",
    "appeal_type": "undone",
    "applicant": APPLICANT,
    "matter_code": "M014",
}


def person(engine: Engine, name: str) -> Actor:
    """The demo person of that sign-in name, as one who acts."""

    def look_up(ctx: ReadContext) -> Actor:
        found = find_person(ctx.conn, name)
        assert found is not None, name
        return actor_of(found)

    return engine.read(look_up)


def register(engine: Engine, **variables: Any) -> str:
    """Register a case; returns its number."""
    no: str = engine.execute(StartProcess(CASE_PROCESS, {**START, **variables}), person(engine, "w2")).no
    return no


def open_tasks(engine: Engine, no: str) -> Sequence[Any]:
    """The open tasks of a case, each with one group that may do it."""

    def look_up(ctx: ReadContext) -> Sequence[Any]:
        found = (
            select(tasks.c.id, tasks.c.element, task_groups.c.group)
            .join(cases, cases.c.id == tasks.c.case_id)
            .join(task_groups, task_groups.c.task_id == tasks.c.id)
            .where(cases.c.no == no)
            .order_by(tasks.c.opened_at, tasks.c.id, task_groups.c.group)
        )
        return ctx.conn.execute(found).all()

    return engine.read(look_up)


def answered_by(engine: Engine, who: str, no: str, **answers: Any) -> None:
    """Complete the only open task of an instance as this person."""
    [task] = {task.id for task in open_tasks(engine, no)}
    engine.execute(CompleteTask(task, answers), person(engine, who))


def complete(engine: Engine, no: str, element: str, **answers: Any) -> None:
    """Complete the first open task of that element by somebody of its group."""
    task = next(task for task in open_tasks(engine, no) if task.element == element)
    values = {**ANSWERS[element], **answers}
    engine.execute(CompleteTask(task.id, values), person(engine, person_for(task.group)))


def person_for(group: str) -> str:
    """A demo user of the group."""
    post, _, unit = group.partition(":")
    return f"{PERSON_OF_POST[post]}-{unit}" if unit else PERSON_OF_GROUP[group]


def status(engine: Engine, no: str) -> str:
    """The status of a case."""
    return str(engine.read(lambda ctx: ctx.conn.execute(select(cases.c.status).where(cases.c.no == no)).scalar_one()))


def next_timer(engine: Engine, no: str) -> datetime | None:
    """When the next timer of a case falls due; None when none waits."""
    of_case = select(func.min(timers.c.due)).join(cases, cases.c.id == timers.c.case_id).where(cases.c.no == no)
    return engine.read(lambda ctx: ctx.conn.execute(of_case).scalar())


def finish(engine: Engine, no: str, until: datetime) -> None:
    """Bring a case to the archive: do what is open, and where nothing is, let the clock run on."""
    while status(engine, no) != "archived":
        open_now = open_tasks(engine, no)
        if open_now:
            complete(engine, no, open_now[0].element)
        else:
            due = next_timer(engine, no)
            assert due is not None and due <= until, f"{no} waits for nothing"
            engine.move_clock(max(due, engine.clock.now()))
