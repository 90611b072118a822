"""Whose task is it: found, held, finished. 403, 404 and 409 as PROCESS.md says."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from engine.bpmn.elements import Element
from engine.bpmn.runtime import OpenTask
from engine.cases import policy
from engine.cases.commands import Actor
from engine.cases.live import Live
from engine.errors import BadInput, EngineError, NotFound, NotYours, TakenByOther
from engine.storage import models
from engine.storage.prepared import Prepared

_HOLDER = Prepared(
    select(models.tasks.c.assignee, models.tasks.c.claimed_at).where(models.tasks.c.id == bindparam("of_task"))
)
_FINISHED = Prepared(
    select(models.finished_tasks.c.actor, models.finished_tasks.c.ended_at, models.finished_tasks.c.how).where(
        models.finished_tasks.c.id == bindparam("of_task")
    )
)
_DONE_IN_CASE = Prepared(
    select(models.finished_tasks.c.element, models.finished_tasks.c.actor).where(
        models.finished_tasks.c.case_id == bindparam("of_case"), models.finished_tasks.c.how == "completed"
    )
)

_MEMBER = Prepared(
    select(models.memberships.c.group)
    .join(models.people, models.people.c.name == models.memberships.c.person)
    .where(models.people.c.name == bindparam("of_person"), models.people.c.active.is_(True))
)


def open_task(conn: Connection, opened: Live, task_id: str) -> OpenTask:
    """The task, when it is still open; raises TakenByOther or NotFound."""
    tasks = opened.tasks if not opened.fired else {task.id: task for task in opened.run.open_tasks()}
    if task_id not in tasks:
        raise _gone(conn, opened, task_id)
    return tasks[task_id]


def _is_member(conn: Connection, task: OpenTask, name: str) -> bool:
    found = _MEMBER.fetch(conn, {"of_person": name})
    return policy.in_group(Actor(name, groups=frozenset(row["group"] for row in found)), task.groups)


def _gone(conn: Connection, opened: Live, task_id: str) -> EngineError:
    found = _FINISHED.fetch(conn, {"of_task": task_id})
    if found and found[0]["how"] == "completed":
        by, at = found[0]["actor"], found[0]["ended_at"]
        return TakenByOther(f"这件待办已由 {by} 办结，无需再次提交。", by, at)
    if found:
        return TakenByOther("这件待办已撤回，无需再办。", found[0]["actor"], found[0]["ended_at"])
    if task_id in opened.tasks:  # ended by a timer in this very transaction
        return TakenByOther("这件待办已到时，由系统转入下一步，无需再次提交。", "system", opened.step.now)
    return NotFound()


Held = tuple[str | None, datetime | None]


def holder(conn: Connection, task_id: str) -> Held:
    """Who has claimed the task, and since when."""
    found = _HOLDER.fetch(conn, {"of_task": task_id})
    return (found[0]["assignee"], found[0]["claimed_at"]) if found else (None, None)


def may_complete(conn: Connection, opened: Live, task: OpenTask, actor: Actor) -> None:
    """Any member of the group may complete an unclaimed task; four eyes stay four. Raises NotYours, TakenByOther."""
    if not policy.in_group(actor, task.groups):
        raise NotYours
    held_by, since = holder(conn, task.id)
    if held_by not in (None, actor.name):
        raise TakenByOther(f"{held_by} 正在办理这件待办，您填写的内容已保留，请先与其联系。", held_by, since)
    if task.element.not_by:
        _four_eyes(conn, opened, task.element, actor)


def _four_eyes(conn: Connection, opened: Live, second: Element, actor: Actor) -> None:
    """Whoever did a step named in `bc:notBy` may not; a step nobody completed was decided at registration.

    `*` names every step but the one at hand: trying it a second time is no other half.
    """
    stored = _DONE_IN_CASE.fetch(conn, {"of_case": opened.row["id"]}) if "id" in opened.row else []
    done = {(row["element"], row["actor"]) for row in stored}
    done |= {(task.element.id, actor.name) for task in opened.passed}
    first = {name.strip() for name in (second.not_by or "").split(",")}
    by = {who for element, who in done if element in first or ("*" in first and element != second.id)}
    if "*" not in first and not by:
        by = {opened.row.get("registered_by", actor.name)}  # not yet stored: being registered now
    if actor.name in by:
        raise NotYours("您办理过前面的环节，按规定这一步须由另一位同事办理。")


def may_assign(conn: Connection, task: OpenTask, assignee: str | None, actor: Actor) -> str | None:
    """Check a claim or release; returns the present holder. Raises NotYours, TakenByOther, BadInput."""
    held_by, since = holder(conn, task.id)
    if policy.leads(actor, task.groups):
        if assignee is not None and not _is_member(conn, task, assignee):
            raise BadInput({"userId": f"{assignee} 不在这件待办的组里，不能领取；请选组里的同事。"})
        return held_by
    if not policy.in_group(actor, task.groups):
        raise NotYours
    if assignee not in (None, actor.name):
        raise NotYours("只有组长可以把待办交给同事，您只能领给自己。")
    if held_by not in (None, actor.name):
        raise TakenByOther(f"{held_by} 已领取这件待办，请先与其联系。", held_by, since)
    return held_by
