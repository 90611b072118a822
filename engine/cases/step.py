"""One transaction's view of a case: what operations read and change, and what will be written of it.

A Step is made by the door, given to the running diagram as its host, and read by the door when the diagram has
settled. Nothing here touches the database.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from engine.bpmn.elements import Element
from engine.bpmn.expressions import ExpressionError, Words
from engine.cases import clock_ledger
from engine.cases.clock_ledger import ClockLedger
from engine.cases.commands import Actor
from engine.cases.words import words
from engine.worktime import WorkTime

if TYPE_CHECKING:  # the examiner of uploads knows operations, and starts without the libraries of a database
    from engine.directory import Directory


@dataclass(frozen=True)
class Note:
    """An audit line to be: codes and instants only, never free text."""

    at: datetime
    actor: str
    action: str
    element: str | None
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    entered: Mapping[str, Any] | None = None  # the whole form, kept beside the trail; the line holds a commitment
    task_id: str | None = None
    on_behalf_of: str | None = None


@dataclass(frozen=True)
class Notice:
    """Something to tell people of `groups`, `person:NAME` one alone; `kind` is a key of vocabulary.NOTICE."""

    kind: str
    groups: tuple[str, ...]
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class LeadCase:
    """What a duplicate knows of the case it is merged under: its deadline is the clock it waits by."""

    due: datetime | None
    closed: bool = False


@dataclass
class Order:
    """One unit's part of a case. Instants aware."""

    unit: str
    is_lead: bool
    round: int
    dispatched_at: datetime
    status: str = "awaiting_signature"
    signed_at: datetime | None = None
    signed_by: str | None = None
    contact_due: datetime | None = None
    first_contact_at: datetime | None = None
    due: datetime | None = None
    replied_at: datetime | None = None

    @property
    def open(self) -> bool:
        return self.status not in ("replied", "returned", "withdrawn")


@dataclass
class Record:
    """The changing facts of a case beside its clock; columns of `cases` that operations may set."""

    grade: str | None = None
    cause: str | None = None
    outcome: str | None = None
    tier: int = 0
    urgent: bool = False
    restricted: bool = False
    anonymous: bool = False
    completed_at: datetime | None = None
    counted_at: datetime | None = None  # of the first completion, whatever a redo brings, or of an end without handling
    counted_due: datetime | None = None  # the deadline that first completion is held against
    ended_at: datetime | None = None
    pending: bool = False
    orders: list[Order] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)


Operation = Callable[["Step", dict[str, Any], Element], None]


class Step:
    """The host of a running diagram for the length of one transaction."""

    def __init__(
        self,
        now: datetime,
        actor: Actor,
        record: Record,
        ledger: ClockLedger,
        worktime: WorkTime,
        directory: Directory,
        operations: Mapping[str, Operation],
    ) -> None:
        self.now = self.since = now  # the instant of the present move: of a timer that strikes late, its own
        self.present = now  # when the transaction takes place, by the clock
        self.actor = actor
        self.record = record
        self.ledger = ledger
        self.worktime = worktime
        self.calendar = 0  # its version (engine/directory/calendars.py)
        self.coming: WorkTime | None = None  # of a calendar about to take the place of this one
        self.directory = directory
        self.answers: Mapping[str, Any] = {}  # what the present act entered, whole
        self.notes: list[Note] = []
        self.notices: list[Notice] = []
        self.lead_case: LeadCase | None = None  # the case this one is merged under
        self._operations = operations
        self.words: Words = words(self)

    def not_before(self, last: datetime) -> None:
        """The case's time never runs backwards, even if the machine's clock was set back since its last line."""
        self.now = self.since = max(self.now, last)

    # ------------------------------------------------------------------ what the diagram asks
    def operate(self, operation: str, element: Element, data: dict[str, Any]) -> None:
        """Carry out an operation of the catalogue; raises ExpressionError for an unknown one."""
        carry_out = self._operations.get(operation)
        if carry_out is None:
            raise ExpressionError(f"没有名为“{operation}”的服务操作")
        carry_out(self, data, element)

    def decided(self, element: Element, decision: str, row: Mapping[str, Any]) -> None:
        self.note("decided", element.id, None, {"decision": decision, **row})

    @property
    def clock_stands(self) -> bool:
        """Whether the timers of the case clock wait: the case is paused, or a request of a unit is undecided."""
        return self.ledger.paused is not None or bool(self.record.facts.get("requests"))

    def order_count(self) -> int:
        return sum(1 for order in self.record.orders if order.open)

    def holds_order(self, unit: str) -> bool:
        """Whether the unit has an order of the last dispatch: in hand, answered, or returned and not yet ruled on."""
        last = [o for o in self.record.orders if o.unit == unit and o.dispatched_at == self.ledger.dispatched_at]
        return unit in self.awaiting_ruling or any(o.open or o.status == "replied" for o in last)

    @property
    def awaiting_ruling(self) -> tuple[str, ...]:
        """Units that have returned their order and wait for the ruling."""
        return tuple(self.record.facts.get("awaiting_ruling", ()))

    def lead_kind(self) -> str:
        """The row of the escalation table that applies to the present lead unit."""
        if self.ledger.lead is None or self.ledger.dispatched_at is None:
            return "none"
        return "vertical" if self.directory.unit(self.ledger.lead).vertical else "district"

    def lead_case_due(self) -> datetime | None:
        return None if self.lead_case is None else self.lead_case.due

    # ------------------------------------------------------------------ what operations say
    def note(
        self,
        action: str,
        element: str | None = None,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
        actor: str | None = None,
        **kept: Any,
    ) -> None:
        """Write an audit line when the transaction ends; `kept`: what was `entered`, and at which task (`task_id`)."""
        by, behalf = (self.actor.name, self.actor.on_behalf_of) if actor is None else (actor, None)
        self.notes.append(Note(self.now, by, action, element, before, after, on_behalf_of=behalf, **kept))

    def notify(self, kind: str, groups: list[str], **facts: Any) -> None:
        """Tell people something after the commit."""
        kept = self.tell(kind, groups, **facts).groups
        self.note("notice", None, None, {"kind": kind, "groups": list(kept), **facts}, actor="system")

    def tell(self, kind: str, groups: list[str], **facts: Any) -> Notice:
        """The same of what the line of the act itself says already, so that the trail needs no other."""
        notice = Notice(kind, tuple(dict.fromkeys(group for group in groups if group)), facts)
        self.notices.append(notice)
        return notice

    def order(self, unit: str) -> Order:
        """The unit's order in the present round; raises ExpressionError when it has none."""
        for order in reversed(self.record.orders):
            if order.unit == unit and order.round == self.ledger.round:
                return order
        raise ExpressionError(f"单位“{unit}”在本件没有工单")

    def hand_on_the_deadline(self) -> None:
        """An order in hand is due with its case; an answered one stays as it was."""
        for order in self.record.orders:
            if order.open:
                order.due = self.deadline()

    def deadline(self) -> datetime | None:
        """The promised deadline in force."""
        return clock_ledger.deadline(self.ledger, self.worktime)
