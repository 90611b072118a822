"""What may be asked of the door. A command is data; `engine/cases/door.py` carries it out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.papers import Paper


@dataclass(frozen=True)
class Absent:
    """Somebody who is away, as their substitute stands in for them: `groups` are what is lent, until `until`."""

    name: str
    display: str
    groups: frozenset[str]
    unit: str | None
    window: str | None
    until: datetime


@dataclass(frozen=True)
class Actor:
    """Who acts: sign-in name, name for screens, groups (`window`, `unit:SC-SS`, …), own unit and window.

    `system` is the clock and the flow itself. Of somebody who stands in for others, `groups` are what they see with
    their own and the lent ones, `own` are theirs alone; the door acts in one capacity after the other
    (engine/cases/capacity.py), and `on_behalf_of` then names the absent person whose right it is.
    """

    name: str
    display: str = ""
    groups: frozenset[str] = frozenset()
    unit: str | None = None
    window: str | None = None
    own: frozenset[str] | None = None
    stands_in: tuple[Absent, ...] = ()
    on_behalf_of: str | None = None

    @property
    def names(self) -> frozenset[str]:
        """Whoever this person counts as: themself, and those they stand in for."""
        behalf = () if self.on_behalf_of is None else (self.on_behalf_of,)
        return frozenset({self.name, *behalf, *(absent.name for absent in self.stands_in)})


SYSTEM = Actor("system", "系统")
# Whoever holds the receipt code of a case: no user, and no case but that one exists for them.
CITIZEN = Actor("citizen", "反映人", frozenset({"citizen"}))


@dataclass(frozen=True)
class StartProcess:
    """Start an instance of process `key` with its start form. For the case family: register a case."""

    key: str
    variables: Mapping[str, Any]
    business_key: str | None = None


@dataclass(frozen=True)
class CompleteTask:
    """Complete the open task `task_id` with the values of its form."""

    task_id: str
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ClaimTask:
    """Take a task for oneself; a lead of the group may take it over for a colleague (`assignee`).

    `free`: only as long as no colleague holds it, but for the one it is knowingly taken from (`known`).
    """

    task_id: str
    assignee: str
    free: bool = False
    known: str | None = None


@dataclass(frozen=True)
class UnclaimTask:
    """Give a task back to its group."""

    task_id: str


@dataclass(frozen=True)
class HandOn:
    """Give a task to a colleague of its group (`to`), who holds it from then on.

    `free`: only as long as no other colleague holds it, but for the one it is knowingly taken from (`known`).
    """

    task_id: str
    to: str
    reason: str | None = None
    free: bool = False
    known: str | None = None


@dataclass(frozen=True)
class DelegateTask:
    """Ask a colleague of the group to see to a task and give it back."""

    task_id: str
    to: str


@dataclass(frozen=True)
class ResolveTask:
    """Give a task back to whoever asked."""

    task_id: str


@dataclass(frozen=True)
class SendMessage:
    """Deliver message `name` to the case `no`; `withdraw` is one of them."""

    name: str
    no: str
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ActOnCase:
    """An act beside the tasks, by its name in the catalogue engine/cases/beside: `courier`, `supplement`, …"""

    act: str
    no: str
    variables: Mapping[str, Any]


@dataclass(frozen=True)
class RateOwnCase:
    """The citizen rates their own case, which they name by its receipt code (`satisfaction`, `comment`)."""

    receipt_code: str
    variables: Mapping[str, Any]


@dataclass(frozen=True)
class AttachPaper:
    """Keep a checked paper with a case, named by its number, by one of its open tasks, or by both.

    `service`: the kind of service that giving this paper to the citizen is; the case counts each kind once.
    """

    paper: Paper
    no: str | None = None
    task_id: str | None = None
    description: str | None = None
    service: str | None = None


@dataclass(frozen=True)
class CommentTask:
    """Leave a remark at an open task (`message`)."""

    task_id: str
    variables: Mapping[str, Any]


@dataclass(frozen=True)
class Unmask:
    """Show who a case belongs to, to somebody who is not handling it and says why (`reason`)."""

    no: str
    variables: Mapping[str, Any]


@dataclass(frozen=True)
class PreserveCase:
    """保全: nothing of a case is erased until another person lifts it. `ground`: a key of vocabulary.PRESERVATION."""

    no: str
    ground: str
    note: str = field(repr=False)


@dataclass(frozen=True)
class ReleaseCase:
    """Lift the preservation of a case, and say why."""

    no: str
    note: str = field(repr=False)


@dataclass(frozen=True)
class AskErasure:
    """Ask that the personal data of an ended case is erased. `ground`: a key of vocabulary.ERASURE_GROUND."""

    no: str
    ground: str
    note: str = field(repr=False)


@dataclass(frozen=True)
class DropErasure:
    """Give such a request up."""

    no: str
    request: int


@dataclass(frozen=True)
class EraseCase:
    """Carry such a request out: for good."""

    no: str
    request: int


@dataclass(frozen=True)
class MigrateCase:
    """Have one running instance go on by version `to` of its process, and say why.

    `instructions`: id of an element it may wait at → id of the element that takes over.
    """

    uid: str
    to: int
    reason: str
    instructions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class UndoMigration:
    """Take back the last migration of one running instance, and say why."""

    uid: str
    reason: str


@dataclass(frozen=True)
class FireTimers:
    """Bring one case up to date: to the calendar in force, and its due timers fired.

    Writes nothing when it is (too early, or fired before).
    """

    case_id: int


@dataclass(frozen=True)
class TakeIncident:
    """Look after an incident oneself."""

    id: int


@dataclass(frozen=True)
class RetryIncident:
    """Try again what could not be done: the timers that wait for it, or reading the case back."""

    id: int


@dataclass(frozen=True)
class ResolveIncident:
    """Say what was done about an incident; its timers are tried again."""

    id: int
    reason: str


@dataclass(frozen=True)
class RepairCase:
    """Replace what is stored of the case of an incident by what its trail leads to."""

    id: int


OnTask = CompleteTask | ClaimTask | UnclaimTask | HandOn | DelegateTask | ResolveTask | CommentTask
Migration = MigrateCase | UndoMigration
OnKeeping = PreserveCase | ReleaseCase | AskErasure | DropErasure | EraseCase
OnIncident = TakeIncident | RetryIncident | ResolveIncident | RepairCase
OnCase = SendMessage | ActOnCase | RateOwnCase | AttachPaper | Unmask | FireTimers | Migration | OnKeeping
Command = StartProcess | OnTask | OnCase | OnIncident
