"""督办: which cases are late or climbing, what the ladder did, whom it told, what they did, and what strikes next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, func, literal, or_, select, tuple_, type_coerce
from sqlalchemy import case as sql_case

from engine.cases import policy
from engine.definitions.shipped import CASE_PROCESS
from engine.errors import BadInput
from engine.facade import ReadContext
from engine.queries.case import Case, case
from engine.queries.case_acts import acts_offered
from engine.queries.case_page import Waiting, opened_case, waiting
from engine.queries.cases import CaseFilter, conditions
from engine.queries.dues import TaskDue, task_due
from engine.queries.entered import Fact
from engine.queries.history import HistoryLine, history
from engine.queries.lights import has_light
from engine.queries.people import group_name
from engine.queries.sight import sight_of
from engine.queries.supervised import Supervised, supervised
from engine.queries.visibility import visible
from engine.storage.hints import by
from engine.storage.models import cases, timers
from engine.storage.rows import NO_DUE

LATE, RAISED, SOON, PENDING = "late", "raised", "soon", "pending"
WATCHES = (LATE, RAISED, SOON, PENDING)
_BY_INDEX = (LATE, RAISED, PENDING)  # told apart by columns of the index of open cases
RUNGS = frozenset(
    {"remind", "remind_again", "unsigned", "uncontacted", "overdue", "overdue_2", "overdue_5", "external_warn"}
)
ACTS = frozenset({"urge", "hold_escalation"})
_TELLING = frozenset({"reminder", "urged", "letter", "unsigned", "external_warn"})  # notices beside those of a tier
_OF_SUPERVISION = frozenset({"supervise", "review_pending", "approve_pending", "urge", "hold_escalation"})
_PLEDGED = ("approve_pending", "review_pending")
_HOPED_FOR = "next_report"  # a date that an interface may send along; what counts is the monthly timer's
_PAGE = 10
_ABOVE_ALL = 6  # one more than the highest tier


@dataclass(frozen=True)
class Rung:
    """What strikes next, by the timer's id in the diagrams."""

    element: str
    due: datetime


@dataclass(frozen=True)
class Pledge:
    """What was promised when a case was put off (挂账), and how far it is.

    `told`: the last plan or monthly progress, what it says, as far as this person may read it; `due`: until when the
    next one must be there, None once it is settled.
    """

    told_at: datetime
    told: tuple[Fact, ...]
    due: TaskDue | None


@dataclass(frozen=True)
class Watched:
    """One case under supervision.

    `past`: what the ladder did and what people did about it, oldest first; `acts`: of ACTS, those that are this
    person's now; `unit`: the lead unit's name; `next`: None when nothing climbs any more or the clock stands.
    """

    case: Case
    unit: str | None
    waiting: tuple[Waiting, ...]
    past: tuple[HistoryLine, ...]
    next: Rung | None
    supervised: tuple[Supervised, ...]
    pledge: Pledge | None
    acts: tuple[str, ...]


@dataclass(frozen=True)
class WatchFilter:
    """Every value given narrows the list. `order`: a key of vocabulary.WATCH_ORDER."""

    unit: str | None = None
    tier: int | None = None
    grade: str | None = None
    order: str = "deadline"


@dataclass(frozen=True)
class Standing:
    """How many open cases are in each watch; of the late ones by tier and by the name of the lead unit, the most first
    (未派单 for none yet)."""

    watches: dict[str, int]
    tiers: dict[int, int]
    units: dict[str, int]


@dataclass(frozen=True)
class WatchList:
    """One page of one watch, and the number in each. `next`: the `after` of the next page, None on the last."""

    watch: str
    counts: dict[str, int]
    tiers: dict[int, int]
    items: tuple[Watched, ...]
    next: str | None


def watch_list(ctx: ReadContext, watch: str, wanted: WatchFilter, after: str | None = None) -> WatchList:
    """The cases of a watch this person may know of, in the order wanted.

    late: past the deadline and not completed · raised: in time, but already at a tier · soon: the light is yellow ·
    pending: 挂账, not settled yet. Raises BadInput for another watch, or an `after` that is no cursor.
    """
    if watch not in WATCHES:
        raise BadInput({"watch": f"没有这个分类，请用 {'、'.join(WATCHES)} 之一。"})
    narrowed = [*_narrowed(ctx, wanted)]
    keys = _keys(wanted.order)
    query = _open_cases(ctx, *keys).where(*narrowed, _watched(ctx, watch), *_behind(keys, after))
    rows = ctx.conn.execute(query.order_by(*keys).limit(_PAGE + 1)).all()
    onward = ".".join(str(key) for key in rows[_PAGE - 1]) if len(rows) > _PAGE else None
    items = tuple(_item(ctx, no) for no in _numbers(ctx, [row[-1] for row in rows[:_PAGE]]))
    every = standing(ctx)
    counts = standing(ctx, narrowed).watches if narrowed else every.watches
    return WatchList(watch, counts, every.tiers, items, onward)


def standing(ctx: ReadContext, narrowed: Sequence[ColumnElement[bool]] = ()) -> Standing:
    """How the open cases stand that this person may know of, counted in one go through their index; of those that may
    be due soon, each is looked at for the warning days of its grade."""
    numbers = [func.sum(sql_case((_watched(ctx, each), 1), else_=0)) for each in _BY_INDEX]
    query = _open_cases(ctx, cases.c.tier, cases.c.lead_unit, *numbers).where(*narrowed)
    soon = _open_cases(ctx, func.count()).where(*narrowed, _watched(ctx, SOON))
    watches, tiers, units = Counter(dict.fromkeys(WATCHES, 0)), Counter[int](), Counter[str]()
    watches[SOON] = int(ctx.conn.scalar(soon) or 0)
    for tier, unit, *found in ctx.conn.execute(query.group_by(cases.c.tier, cases.c.lead_unit)):
        of_each = dict(zip(_BY_INDEX, map(int, found), strict=True))
        watches.update(of_each)
        if of_each[LATE]:
            tiers[tier] += of_each[LATE]
            units[unit or ""] += of_each[LATE]
    most_first = sorted(units.items(), key=lambda each: (-each[1], each[0]))
    named = {_unit(ctx, code) if code else "未派单": number for code, number in most_first}
    return Standing(dict(watches), dict(sorted(tiers.items())), named)


# ------------------------------------------------------------------ which cases
def _open_cases(ctx: ReadContext, *columns: ColumnElement[Any]) -> Select[Any]:
    """Of the open cases this person may know of; for those who see them all off the index of open cases, while a
    unit's few are found by themselves."""
    seen = (cases.c.key == CASE_PROCESS, cases.c.restricted.is_(False), visible(ctx.actor))
    query = select().add_columns(*columns).select_from(cases).where(cases.c.ended_at.is_(None), *seen)
    return by(query, cases, "ix_cases_open") if policy.sees_everywhere(ctx.actor) else query


def _watched(ctx: ReadContext, watch: str) -> ColumnElement[bool]:
    running = cases.c.completed_at.is_(None)
    late = and_(running, has_light(ctx, "red"))
    conditions = {
        LATE: late,
        RAISED: and_(running, cases.c.tier > 0, or_(cases.c.deadline.is_(None), cases.c.deadline >= ctx.now)),
        SOON: and_(running, has_light(ctx, "yellow")),
        PENDING: cases.c.outcome == "pending",
    }
    return conditions[watch]


def _narrowed(ctx: ReadContext, wanted: WatchFilter) -> Iterator[ColumnElement[bool]]:
    yield from conditions(ctx, CaseFilter(unit=wanted.unit, grade=wanted.grade))
    if wanted.tier is not None:
        yield cases.c.tier == wanted.tier


def _due() -> ColumnElement[int]:
    return func.coalesce(type_coerce(cases.c.deadline, BigInteger), NO_DUE)


def _keys(order: str) -> list[ColumnElement[int]]:
    """Whole numbers a list goes up by; the last tells any two cases apart."""
    orders: dict[str, list[ColumnElement[int]]] = {
        "deadline": [_due()],
        "tier": [literal(_ABOVE_ALL) - cases.c.tier, _due()],
        "received": [type_coerce(cases.c.received_at, BigInteger)],
    }
    if order not in orders:
        raise BadInput({"order": f"没有这种排序，请用 {'、'.join(orders)} 之一。"})
    return [*orders[order], cases.c.id]


def _behind(keys: list[ColumnElement[int]], after: str | None) -> Iterator[ColumnElement[bool]]:
    if after is None:
        return
    parts = after.split(".")
    if len(parts) != len(keys) or not all(p.isascii() and p.isdecimal() and len(p) <= 18 for p in parts):
        raise BadInput({"after": "翻页标记不对，请从第一页重新翻。"})
    yield tuple_(*keys) > tuple_(*(literal(int(part), BigInteger()) for part in parts))


def _numbers(ctx: ReadContext, ids: Sequence[int]) -> list[str]:
    """The numbers of these cases, in their order."""
    found = {id: no for id, no in ctx.conn.execute(select(cases.c.id, cases.c.no).where(cases.c.id.in_(ids)))}
    return [found[each] for each in ids]


# ------------------------------------------------------------------ one case
def _item(ctx: ReadContext, no: str) -> Watched:
    told, opened = case(ctx, no), opened_case(ctx, no)
    row = opened.row
    lines = tuple(map(_as_it_binds, history(ctx, row["id"], opened.version.definition, sight_of(ctx, row))))
    return Watched(
        case=told,
        unit=None if told.lead_unit is None else _unit(ctx, told.lead_unit),
        waiting=tuple(waiting(ctx, told)),
        past=tuple(line for line in lines if _of_the_ladder(line)),
        next=_next(ctx, row["id"]),
        supervised=supervised(ctx, opened),
        pledge=_pledge(ctx, row["id"], told, lines),
        acts=tuple(act for act in acts_offered(ctx, opened, told) if act in ACTS),
    )


def _as_it_binds(line: HistoryLine) -> HistoryLine:
    """Without the date that binds nobody: beside the one that does it would be a second."""
    return replace(line, facts=tuple(fact for fact in line.facts if fact.name != _HOPED_FOR))


def _of_the_ladder(line: HistoryLine) -> bool:
    if line.action == "notice":
        return line.after["kind"] in _TELLING
    if line.action == "handed_on":
        return line.after.get("task") == "supervise"
    return line.action in ("escalated", "escalation_held") or line.element in _OF_SUPERVISION


def _pledge(ctx: ReadContext, case_id: int, told: Case, lines: tuple[HistoryLine, ...]) -> Pledge | None:
    """Of a pending case: the last that was said, and when the next must come: the open update, else its month."""
    said = [line for line in lines if line.action == "completed" and line.element in _PLEDGED]
    if told.outcome != "pending" or not said:
        return None
    opened = [task.due for task in told.open_tasks if task.task == "review_pending"]
    month = select(timers.c.due).where(timers.c.case_id == case_id, timers.c.element == "await_month")
    due = opened[0] if opened else ctx.conn.scalar(month)
    return Pledge(said[-1].at, said[-1].facts, None if due is None else task_due(ctx, due))


def _next(ctx: ReadContext, case_id: int) -> Rung | None:
    waiting_rungs = (timers.c.case_id == case_id, timers.c.suspended.is_(False), timers.c.due > ctx.now)
    query = select(timers.c.element, timers.c.due).where(*waiting_rungs, timers.c.element.in_(RUNGS))
    found = ctx.conn.execute(query.order_by(timers.c.due).limit(1)).first()
    return None if found is None else Rung(found.element, found.due)


def _unit(ctx: ReadContext, code: str) -> str:
    return group_name(ctx.directory, f"unit:{code}")
