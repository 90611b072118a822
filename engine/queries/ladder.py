"""The ladder of an imagined case in words, for the command line and the page of supervisors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from engine.clock import local
from engine.definitions import simulate
from engine.definitions.drafts import files_of
from engine.definitions.shipped import CASE_PROCESS
from engine.definitions.simulate import Asked, Ground, Merged, Rung
from engine.definitions.versions import on_trial
from engine.directory import Directory
from engine.facade import ReadContext
from engine.queries.people import group_name
from engine.queries.versions import version_of
from engine.vocabulary import TIMER, label
from engine.worktime import WorkTime

ESCALATION = "escalation"
_MANY = 3  # more tasks than these are told together


@dataclass(frozen=True)
class LadderLine:
    """One rung in words. `tier`: to which it raises the case, 0 when to none; `stuck`, `when`: at which tasks one must
    stop for it to come, by id and in words with their colon (empty where one course alone is told); `why`: how the
    instant is counted; `then`: what happens."""

    at: datetime
    timer: str
    name: str
    tier: int
    stuck: tuple[str, ...]
    when: str
    why: str
    then: str

    @property
    def sentence(self) -> str:
        """All of it: `没有人做“签收”时：进入“签收” … 起满 4 个办公小时…。不再等“签收”；…`."""
        return f"{self.when}{self.why}。{self.then}"


@dataclass(frozen=True)
class LadderTold:
    """A ladder as it is shown. `steps`: the tasks at which everybody may stop, id and name; `closed`: the days on the
    way that are not worked; `more`: the clock goes on beyond a year."""

    asked: Asked
    version: int
    deadline: datetime | None
    steps: tuple[tuple[str, str], ...]
    lines: tuple[LadderLine, ...]
    closed: tuple[date, ...]
    more: bool


def house_ladder(ctx: ReadContext, asked: Asked, stuck: str | None = None, version: int | None = None) -> LadderTold:
    """By a version of the house, the running one when none is named, its directory and calendar. Raises BadInput,
    NotFound."""
    return told(Ground(version_of(ctx, version), ctx.directory, ctx.worktime), asked, stuck)


def draft_ladder(ctx: ReadContext, asked: Asked, stuck: str | None, draft: int) -> LadderTold:
    """The same by a draft, which must have passed the lint. Raises BadInput, NotFound."""
    version = on_trial(CASE_PROCESS, files_of(ctx.conn, draft), ctx.now)
    return told(Ground(version, ctx.directory, ctx.worktime), asked, stuck)


def told(ground: Ground, asked: Asked, stuck: str | None = None) -> LadderTold:
    """The whole ladder, or the one course that stops at the task `stuck`. Raises BadInput."""
    names = {task.id: task.name for task in ground.version.definition.user_tasks}
    if stuck is None:
        found = simulate.ladder(ground, asked)
        courses, rungs = found.courses, found.rungs
    else:
        courses = (simulate.course(ground, asked, stuck),)
        rungs = [Merged(rung, (stuck,)) for rung in courses[0].rungs]
    last = max((each.rung.at for each in rungs), default=asked.accepted)
    return LadderTold(
        asked=asked,
        version=ground.version.version,
        deadline=next((course.deadline for course in courses if course.deadline), None),
        steps=tuple((course.stuck, course.name) for course in courses),
        lines=tuple(_line(each, ground.directory, names if stuck is None else {}) for each in rungs),
        closed=tuple(_closed(ground.worktime, local(asked.accepted).date(), local(last).date())),
        more=any(course.more for course in courses),
    )


def _closed(worktime: WorkTime, first: date, last: date) -> Iterator[date]:
    days = (first + timedelta(number) for number in range((last - first).days + 1))
    return (day for day in days if not worktime.is_workday(day))


def _line(merged: Merged, directory: Directory, names: Mapping[str, str]) -> LadderLine:
    rung = merged.rung
    then = "；".join(_effects(rung, directory)) or "只作记录"
    when = _when([names[task] for task in merged.stuck if task in names])
    name = TIMER.get(rung.timer, rung.name)
    return LadderLine(local(rung.at), rung.timer, name, rung.tier, merged.stuck, when, rung.why, f"{then}。")


def _when(stuck: Sequence[str]) -> str:
    if len(stuck) > _MANY:
        return "一直没有办结时："
    return f"没有人做{'、'.join(f'“{name}”' for name in stuck)}时：" if stuck else ""


def _effects(rung: Rung, directory: Directory) -> Iterator[str]:
    if rung.tier:
        yield f"提到 {rung.tier} 级（{label('tier', rung.tier)}）"
    handed = {groups for _, groups in rung.opens}
    for notice in rung.told:
        if notice.kind != ESCALATION or notice.groups not in handed:  # who gets the task need not be told twice here
            yield f"“{label('notice', notice.kind)}”发给{_groups(notice.groups, directory)}"
    for name in dict.fromkeys(rung.ends):
        yield f"不再等“{name}”"
    for name, groups in rung.opens:
        yield f"“{name}”交给{_groups(groups, directory)}"


def _groups(groups: Iterable[str], directory: Directory) -> str:
    return "、".join(group_name(directory, group) for group in groups)
