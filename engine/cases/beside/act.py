"""What an act beside the tasks is: a form, who may, when, what it does, what its line says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from engine.cases import policy
from engine.cases.commands import Actor
from engine.cases.forms import Closed
from engine.cases.live import Live

_ARCHIVED = "这件反映件已归档，不能再{}；确有需要，请重新登记。"


Values = Mapping[str, Any]


@dataclass(frozen=True)
class Said:
    """What the line of an act says, `before` and `after` in codes and instants alone; `entered` goes to `answers`."""

    entered: Values
    before: Values | None = None
    after: Values = field(default_factory=dict)


def always(live: Live) -> str | None:
    """For an act that is possible at any time."""
    return None


def none_closed(live: Live) -> Closed:
    """For an act whose choices do not depend on how the case stands."""
    return {}


def as_entered(conn: Connection, live: Live, entered: Values) -> Said:
    """For an act of which the line says no more than that it was done."""
    return Said(entered)


def nothing_more(conn: Connection, live: Live, said: Said) -> None:
    """For an act that changes nothing but the case itself."""


@dataclass(frozen=True)
class CaseAct:
    """An act of a case that is no task. `name`: of its form, its route and its element on the trail.

    `posts` may do it, those of a unit `only_with_order` while the unit has an open one; `refusal` is told to others.
    `not_now` says why the case is past it or not yet at it, `closed` which choices of its form are, and why. `say`
    checks what was entered and says what the line will say; `do` does it to the case in memory from that alone, so that
    it can be done again from the trail; `write` changes rows that are no part of the case in memory.
    """

    name: str
    action: str
    posts: frozenset[str]
    refusal: str
    do: Callable[[Live, Said], None]
    say: Callable[[Connection, Live, Values], Said] = as_entered
    write: Callable[[Connection, Live, Said], None] = nothing_more
    not_now: Callable[[Live], str | None] = always
    closed: Callable[[Live], Closed] = none_closed
    only_with_order: bool = False

    def may(self, actor: Actor, live: Live) -> bool:
        """Whether this person may do it to this case, which they see."""
        if not self.only_with_order:
            return policy.holds(actor, self.posts)
        return policy.holds_at(actor, self.posts, {order.unit for order in live.step.record.orders if order.open})


def unless_archived(doing: str) -> Callable[[Live], str | None]:
    """For an act that ends with the case; `doing` completes the sentence."""
    sentence = _ARCHIVED.format(doing)
    return lambda live: sentence if live.step.record.ended_at or live.run.ended else None


def notify_handlers(live: Live, kind: str) -> None:
    """Tell whoever has an open task of the case; those who supervise are not told."""
    tasks = (task for task in live.run.open_tasks() if task.element.process != "escalation")
    groups = [group for task in tasks for group in task.groups]
    if groups:
        live.step.notify(kind, groups)
