"""The desk of a unit (单位工作台): its work orders by deadline, what is due next in each, and what may be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from engine.cases import clock_ledger, forms, policy
from engine.cases.capacity import absent_for
from engine.cases.clock_ledger import ClockLedger
from engine.cases.form_words import form_words
from engine.cases.projection import Light
from engine.cases.record_form import read_record
from engine.cases.step import Order, Record, Step
from engine.errors import BadInput
from engine.facade import ReadContext
from engine.queries import unit_orders
from engine.queries.dues import TaskDue, task_due
from engine.queries.people import displays, group_name
from engine.queries.seen_case import light_of, provisional
from engine.queries.tasks import groups_of
from engine.queries.unit_orders import ALL, TABS, Cursor

PAGE = 20


@dataclass(frozen=True)
class DeskStep:
    """What is due next: an open task of the order, or to supervise its case.

    `left`: for how long the office is open until its due instant.
    `signs_itself`: at that instant the order counts as signed, by the clock.

    `holder`: who has claimed it, as on screens, `on_behalf_of` the absent person whose right it is. `acts`: the values
    of the form's `action` this person may choose now; `resume` to go on after a pause, `supervise` for those the case
    has climbed to; none when they only look.
    """

    task_id: str
    element: str
    name: str
    due: TaskDue
    left: timedelta
    signs_itself: bool
    holder: str | None
    mine: bool
    on_behalf_of: str | None
    acts: tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    """What the unit has asked for and nobody has decided: `action` of the form; `days`, `until` as asked."""

    action: str
    at: datetime
    days: int | None
    until: str | None


@dataclass(frozen=True)
class Colleagues:
    """Another unit with a part in the case, as on screens, and how its part stands."""

    unit: str
    is_lead: bool
    status: str


@dataclass(frozen=True)
class DeskOrder:
    """One order of the unit. `deadline`, `light`: those of the case; `steps`: none while others have to act.

    `waits_with`: with whom it lies meanwhile, as on screens, by the name of their task. `others`: the other parts.
    """

    no: str
    title: str
    unit: str
    is_lead: bool
    status: str
    urgent: bool
    tier: int
    dispatched_at: datetime
    deadline: datetime | None
    provisional: bool
    light: Light
    steps: tuple[DeskStep, ...]
    asked: Asked | None
    waits_with: tuple[tuple[str, str], ...]
    others: tuple[Colleagues, ...]


@dataclass(frozen=True)
class Tab:
    """A part of the desk with how many orders lie in it."""

    key: str
    count: int


@dataclass(frozen=True)
class UnitDesk:
    """One page of the desk; `units` as on screens. `next`: the `after` of the next page, None on the last."""

    units: tuple[str, ...]
    tab: str
    tabs: tuple[Tab, ...]
    orders: tuple[DeskOrder, ...]
    next: str | None


def unit_desk(ctx: ReadContext, tab: str = ALL, after: str | None = None, limit: int = PAGE) -> UnitDesk:
    """The orders of the actor's units, those due first first. Raises BadInput for another tab or no cursor."""
    if tab not in TABS:
        raise BadInput({"tab": f"没有这个分类，请用 {'、'.join(TABS)} 之一。"})
    codes = sorted(policy.units_of(ctx.actor.groups))
    rows = unit_orders.page(ctx, codes, tab, Cursor.read(after), limit + 1)
    counts = unit_orders.counts(ctx, codes)
    onward = Cursor.of(rows[limit - 1]).text() if len(rows) > limit else None
    return UnitDesk(
        units=tuple(group_name(ctx.directory, f"unit:{code}") for code in codes),
        tab=tab,
        tabs=tuple(Tab(key, counts[key]) for key in TABS),
        orders=tuple(_orders(ctx, rows[:limit])),
        next=onward,
    )


def _orders(ctx: ReadContext, rows: Sequence[Mapping[str, Any]]) -> list[DeskOrder]:
    tasks = unit_orders.open_tasks(ctx, [row["case_id"] for row in rows])
    groups = groups_of(ctx.conn, [task["id"] for task in tasks])
    names = displays(ctx.conn, {task["assignee"] for task in tasks if task["assignee"]})
    return [_Desk(ctx, row, tasks, groups, names).order() for row in rows]


@dataclass(frozen=True)
class _Desk:
    """One row in the making."""

    ctx: ReadContext
    row: Mapping[str, Any]
    tasks: Sequence[Mapping[str, Any]]
    groups: Mapping[str, tuple[str, ...]]
    names: Mapping[str, str]

    def order(self) -> DeskOrder:
        row, record = self.row, read_record(self.row)
        ledger = clock_ledger.from_json(row["ledger"])
        own = [task for task in self.tasks if task["case_id"] == row["case_id"]]
        in_hand = [task for task in own if self._is_ours(task)]
        above = [task for task in own if task["process"] == "escalation" and self._is_offered(task)]
        same = ("no", "title", "is_lead", "status", "urgent", "tier", "dispatched_at", "deadline")
        return DeskOrder(
            **{name: row[name] for name in same},
            unit=self._unit(row["unit"]),
            provisional=provisional(self.ctx, row["deadline"]),
            light=light_of(self.ctx, row, ledger),
            steps=tuple(self._step(task, record, ledger) for task in [*in_hand, *above]),
            asked=_asked(record, row["unit"]),
            waits_with=() if in_hand else tuple((task["name"], self._place(task)) for task in self._elsewhere(own)),
            others=tuple(self._other(order) for order in record.orders if self._is_another(order, ledger)),
        )

    def _is_ours(self, task: Mapping[str, Any]) -> bool:
        ours = task["process"] == "work_order" and task["unit"] == self.row["unit"]
        return ours and f"unit:{task['unit']}" in self.groups.get(task["id"], ())

    def _is_offered(self, task: Mapping[str, Any]) -> bool:
        return policy.in_group(self.ctx.actor, self.groups.get(task["id"], ()))

    def _elsewhere(self, tasks: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """What the order waits for: the decision about it, else what the whole case waits for, else the other parts."""
        moving = [task for task in tasks if task["process"] != "escalation"]  # supervision only looks on
        own = [task for task in moving if task["unit"] == self.row["unit"]]
        return own or [task for task in moving if task["unit"] is None] or moving

    def _place(self, task: Mapping[str, Any]) -> str:
        return "、".join(group_name(self.ctx.directory, group) for group in self.groups.get(task["id"], ()))

    def _step(self, task: Mapping[str, Any], record: Record, ledger: ClockLedger) -> DeskStep:
        groups, holder, ctx = self.groups.get(task["id"], ()), task["assignee"], self.ctx
        absent = absent_for(ctx.actor, groups, holder)
        free = self._is_offered(task) and (holder is None or holder in ctx.actor.names)
        return DeskStep(
            task_id=task["id"],
            element=task["element"],
            name=task["name"],
            due=task_due(ctx, task["due"]),
            left=ctx.worktime.time_open(ctx.now, task["due"]) if task["due"] else timedelta(),
            signs_itself=task["element"] == "acknowledge",
            holder=None if holder is None else self.names[holder],
            mine=holder in ctx.actor.names,
            on_behalf_of=None if absent is None else absent.display,
            acts=self._acts(task, record, ledger) if free else (),
        )

    def _acts(self, task: Mapping[str, Any], record: Record, ledger: ClockLedger) -> tuple[str, ...]:
        """What the form offers and would take: its own checks say so, as at the door."""
        if task["process"] == "escalation":
            return ("supervise",)
        schema = self.ctx.versions.get(self.ctx.conn, self.row["bundle_id"]).definition.form(task["form"])
        choices = schema.get("properties", {}).get("action", {}).get("enum")
        if choices is None:
            return ("resume",)
        step = Step(self.ctx.now, self.ctx.actor, record, ledger, self.ctx.worktime, self.ctx.directory, {})
        words = form_words(step, {"unit": self.row["unit"], "is_lead": self.row["is_lead"]})
        return tuple(choice for choice in choices if forms.may_choose(schema, "action", choice, words))

    # ------------------------------------------------------------------ the other parts
    def _is_another(self, order: Order, ledger: ClockLedger) -> bool:
        return order.round == ledger.round and order.unit != self.row["unit"] and order.status != "withdrawn"

    def _other(self, order: Order) -> Colleagues:
        return Colleagues(self._unit(order.unit), order.is_lead, order.status)

    def _unit(self, code: str) -> str:
        return group_name(self.ctx.directory, f"unit:{code}")


def _asked(record: Record, unit: str) -> Asked | None:
    asked = record.facts.get("requests", {}).get(unit)
    if asked is None:
        return None
    return Asked(asked["action"], datetime.fromisoformat(asked["at"]), asked.get("days"), asked.get("until"))
