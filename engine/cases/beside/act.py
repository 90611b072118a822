"""What an act beside the tasks is: a form, who may, when, what it does, what its line says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from engine.cases import policy
from engine.cases.commands import Actor
from engine.cases.live import Live

_ARCHIVED = "这件反映件已归档，不能再{}；确有需要，请重新登记。"


@dataclass(frozen=True)
class Said:
    """What the line of an act says beside what was entered, codes and instants alone.

    `kept` goes to `answers` with what was entered; `write` changes rows that are no part of the record.
    """

    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] = field(default_factory=dict)
    kept: Mapping[str, Any] = field(default_factory=dict)
    write: Callable[[Connection], object] | None = None


def always(live: Live) -> str | None:
    """For an act that is possible at any time."""
    return None


@dataclass(frozen=True)
class CaseAct:
    """An act of a case that is no task. `name`: of its form, its route and its element on the trail.

    `posts` may do it, those of a unit `only_with_order` while the unit has an open one; `refusal` is told to others.
    `not_now` says why the case is past it or not yet at it. `effect` changes the case in memory.
    """

    name: str
    action: str
    posts: frozenset[str]
    refusal: str
    effect: Callable[[Live, Mapping[str, Any]], Said]
    not_now: Callable[[Live], str | None] = always
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
