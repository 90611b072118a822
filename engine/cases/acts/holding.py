"""Whose task is it: found, held, finished. 403, 404 and 409 as PROCESS.md says."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from engine.bpmn.elements import Element
from engine.bpmn.runtime import OpenTask
from engine.cases import policy
from engine.cases.commands import Actor, ClaimTask, HandOn
from engine.cases.live import Live
from engine.directory.people import find_person
from engine.directory.substitution import stood_for
from engine.errors import BadInput, EngineError, NotFound, NotNow, NotYours, TakenByOther
from engine.storage import models
from engine.storage.prepared import Prepared

_HOLDER = Prepared(
    select(models.tasks.c.assignee, models.tasks.c.claimed_at, models.tasks.c.owner, models.tasks.c.delegation).where(
        models.tasks.c.id == bindparam("of_task")
    )
)
_FINISHED = Prepared(
    select(models.finished_tasks.c.actor, models.finished_tasks.c.ended_at, models.finished_tasks.c.how).where(
        models.finished_tasks.c.id == bindparam("of_task")
    )
)
_DONE_IN_CASE = Prepared(
    select(models.finished_tasks.c.element, models.finished_tasks.c.actor, models.finished_tasks.c.on_behalf_of).where(
        models.finished_tasks.c.case_id == bindparam("of_case"), models.finished_tasks.c.how == "completed"
    )
)
_REGISTERED = Prepared(
    select(models.audit.c.actor, models.audit.c.on_behalf_of).where(
        models.audit.c.case_id == bindparam("of_case"), models.audit.c.seq == 1
    )
)
_MEMBER = Prepared(
    select(models.memberships.c.group)
    .join(models.people, models.people.c.name == models.memberships.c.person)
    .where(models.people.c.name == bindparam("of_person"), models.people.c.active.is_(True))
)


PENDING, RESOLVED = "pending", "resolved"  # a colleague was asked to see to a task; has given it back


def open_task(conn: Connection, opened: Live, task_id: str) -> OpenTask:
    """The task, when it is still open; raises TakenByOther or NotFound."""
    tasks = opened.tasks if not opened.fired else {task.id: task for task in opened.run.open_tasks()}
    if task_id not in tasks:
        raise _gone(conn, opened, task_id)
    return tasks[task_id]


def _gone(conn: Connection, opened: Live, task_id: str) -> EngineError:
    found = _FINISHED.fetch(conn, {"of_task": task_id})
    if found and found[0]["how"] == "completed":
        by, at = found[0]["actor"], found[0]["ended_at"]
        return TakenByOther(f"这件待办已由 {_called(conn, by)} 办结，无需再次提交。", by, at)
    if found:
        return TakenByOther("这件待办已撤回，无需再办。", found[0]["actor"], found[0]["ended_at"])
    if task_id in opened.tasks:  # ended by a timer in this very transaction
        return TakenByOther("这件待办已到时，由系统转入下一步，无需再次提交。", "system", opened.step.now)
    return NotFound()


def _called(conn: Connection, name: str) -> str:
    """As screens call a person; who is not known keeps the sign-in name."""
    found = find_person(conn, name)
    return name if found is None else found.display


@dataclass(frozen=True)
class Hold:
    """Who has claimed a task (`by`), and since when; `owner` asked them to see to it while that is `pending`."""

    by: str | None = None
    since: datetime | None = None
    owner: str | None = None
    pending: bool = False


def hold(conn: Connection, task_id: str) -> Hold:
    """How the task is held."""
    found = _HOLDER.fetch(conn, {"of_task": task_id})
    if not found:
        return Hold()
    row = found[0]
    return Hold(row["assignee"], row["claimed_at"], row["owner"], row["delegation"] == PENDING)


def of_unit(task: OpenTask) -> dict[str, str]:
    """Whose task it is, for the lines that say who has it in hand: a case may have one like it at every unit."""
    return {} if task.unit is None else {"unit": task.unit}


def may_complete(conn: Connection, opened: Live, task: OpenTask, actor: Actor) -> None:
    """Any member of the group may complete an unclaimed task; four eyes stay four.

    Raises NotYours, TakenByOther, NotNow.
    """
    if not policy.in_group(actor, task.groups):
        raise NotYours
    held = hold(conn, task.id)
    if held.by is not None and _with_another(conn, opened, task, held, actor):
        said = f"{_called(conn, held.by)} 正在办理这件待办，您填写的内容已保留，请先与其联系。"
        raise TakenByOther(said, held.by, held.since)
    if held.pending and held.by in actor.names:
        owner = _called(conn, held.owner) if held.owner else "同事"
        raise NotNow(f"这件待办是 {owner} 请您协助的，请办好后交回，由对方提交。")
    if task.element.not_by:
        _four_eyes(conn, opened, task.element, actor)


def _with_another(conn: Connection, opened: Live, task: OpenTask, held: Hold, actor: Actor) -> bool:
    """Whether a colleague has the task: one who could still do it, not somebody who has left the group since."""
    if held.by is None or held.by in actor.names:
        return False
    return may_hold(conn, opened, task, held.by)


def may_hold(conn: Connection, opened: Live, task: OpenTask, name: str) -> bool:
    """Whether this person is active and in the task's group, or stands in for somebody who is."""
    if is_member(conn, task.groups, name):
        return True
    return any(not absent.groups.isdisjoint(task.groups) for absent in stood_for(conn, name, opened.step.present))


def is_member(conn: Connection, groups: Iterable[str], name: str) -> bool:
    """Whether an active person is in one of the groups."""
    found = _MEMBER.fetch(conn, {"of_person": name})
    return not {row["group"] for row in found}.isdisjoint(groups)


def _four_eyes(conn: Connection, opened: Live, second: Element, actor: Actor) -> None:
    """Whoever did a step named in `bc:notBy` may not, nor somebody on their behalf; so for both who did it."""
    if not done_by(conn, opened, second, actor).isdisjoint(actor.names):
        raise NotYours("您或您所代办的人办理过前面的环节，按规定这一步须由另一位同事办理。")


def done_by(conn: Connection, opened: Live, second: Element, actor: Actor) -> set[str | None]:
    """Who did the other half of this step, and on whose behalf: nobody of them may do this one.

    `*` names every step but the one at hand: trying it a second time is no other half. A step nobody completed was
    decided at registration; the start itself may be named as well.
    """
    stored = _DONE_IN_CASE.fetch(conn, {"of_case": opened.row["id"]}) if "id" in opened.row else []
    done = {(row["element"], who) for row in stored for who in (row["actor"], row["on_behalf_of"])}
    done |= {(task.element.id, who) for task in opened.passed for who in actor.names}
    first = {name.strip() for name in (second.not_by or "").split(",")}
    by = {who for element, who in done if element in first or ("*" in first and element != second.id)}
    if opened.version.definition.start.id in first or ("*" not in first and not by):
        by |= _registered_by(conn, opened, actor)
    return by - {None}


def _registered_by(conn: Connection, opened: Live, actor: Actor) -> set[str | None]:
    if "id" not in opened.row:  # not yet stored: being registered now
        return set(actor.names)
    found = _REGISTERED.fetch(conn, {"of_case": opened.row["id"]})[0]
    return {found["actor"], found["on_behalf_of"]}


LeftWith = Callable[[str | None], bool]


def with_nobody(holder: str | None) -> bool:
    """Whoever holds the task, it is taken from them."""
    return False


def left_with(command: ClaimTask | HandOn | None) -> LeftWith:
    """With which colleague a task is to stay: what was asked for while it is free is taken from nobody else."""
    if command is None or not command.free:
        return with_nobody
    return lambda holder: holder != command.known


def may_assign(
    conn: Connection,
    opened: Live,
    task: OpenTask,
    assignee: str | None,
    actor: Actor,
    stays: LeftWith = with_nobody,
) -> Hold:
    """Check a claim or release; `stays`: with which colleague, whoever leads. Returns how it is held now.

    Raises NotYours, TakenByOther, BadInput.
    """
    held = hold(conn, task.id)
    taken = held.by is not None and _with_another(conn, opened, task, held, actor)
    if policy.leads(actor, task.groups):
        if taken and stays(held.by):
            raise _taken(conn, held)
        if assignee is not None and not _may_be_given(conn, task, assignee, actor):
            raise BadInput({"userId": f"{_called(conn, assignee)} 不在这件待办的组里，不能领取；请选组里的同事。"})
        return held
    if not policy.in_group(actor, task.groups):
        raise NotYours
    if assignee not in (None, actor.name):
        raise NotYours("只有组长可以把待办交给同事，您只能领给自己。")
    if taken:
        raise _taken(conn, held)
    return held


def _taken(conn: Connection, held: Hold) -> TakenByOther:
    assert held.by is not None
    return TakenByOther(f"{_called(conn, held.by)} 已领取这件待办，请先与其联系。", held.by, held.since)


def _may_be_given(conn: Connection, task: OpenTask, assignee: str, actor: Actor) -> bool:
    own = assignee == actor.name and policy.in_group(actor, task.groups)
    return own or is_member(conn, task.groups, assignee)


def may_hand_on(
    conn: Connection, opened: Live, task: OpenTask, to: str, actor: Actor, stays: LeftWith = with_nobody
) -> Hold:
    """Check that a task goes to a colleague: by whoever holds it, or a lead; `stays`: with which other colleague.

    Raises NotYours, TakenByOther, BadInput.
    """
    held = hold(conn, task.id)
    if not may_give(held, task.groups, actor):
        raise NotYours("只有正在办理的人和组长可以转给同事；还没有人领取时，请先领取。")
    if _with_another(conn, opened, task, held, actor) and stays(held.by):
        raise _taken(conn, held)
    if not is_member(conn, task.groups, to):
        raise BadInput({"userId": f"{_called(conn, to)} 不在这件待办的组里，或已停用；请选组里的同事。"})
    if task.element.not_by and to in done_by(conn, opened, task.element, actor):
        raise BadInput({"userId": f"{_called(conn, to)} 办理过前面的环节，按规定这一步须由另一位同事办理，请另选。"})
    return held


def may_give(held: Hold, groups: Iterable[str], actor: Actor) -> bool:
    """Whether this person disposes of a task: they hold it, or lead its group."""
    groups = tuple(groups)
    holds = held.by is not None and held.by in actor.names and policy.in_group(actor, groups)
    return holds or policy.leads(actor, groups)
