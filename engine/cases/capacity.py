"""In which capacity somebody acts: by their own right, else on behalf of one they stand in for.

An act that is one's own to do is one's own, also while one stands in for others; only what would be refused is tried
on behalf of an absent person, by that person's right alone: two people's rights never add up to a third.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from typing import TypeVar

from engine.cases.commands import Absent, Actor
from engine.errors import EngineError, NotFound, NotYours, TakenByOther

T = TypeVar("T")

# What another right may overcome; of several refusals the one that says most is told.
_REFUSALS: tuple[type[EngineError], ...] = (NotFound, NotYours, TakenByOther)


def capacities(actor: Actor) -> Iterator[Actor]:
    """The person by their own right, then on behalf of each they stand in for."""
    if not actor.stands_in:
        yield actor
        return
    yield replace(actor, groups=actor.own or frozenset(), own=None, stands_in=())
    for absent in actor.stands_in:
        yield _for(actor, absent)


def _for(actor: Actor, absent: Absent) -> Actor:
    return Actor(actor.name, actor.display, absent.groups, absent.unit, absent.window, on_behalf_of=absent.name)


def in_any_capacity(actor: Actor, act: Callable[[Actor], T]) -> T:
    """What `act` gives for the first capacity it is allowed in; raises its refusal when it is allowed in none."""
    refused: list[EngineError] = []
    for acting in capacities(actor):
        try:
            return act(acting)
        except _REFUSALS as refusal:
            refused.append(refusal)
    raise max(refused, key=_telling)


def _telling(refusal: EngineError) -> tuple[int, bool]:
    rank = next(rank for rank, kind in enumerate(_REFUSALS) if isinstance(refusal, kind))
    return rank, refusal.message != NotYours().message


def absent_for(actor: Actor, groups: Collection[str], held_by: str | None) -> Absent | None:
    """On whose behalf this person has a task of these groups to do; None when it is their own, or not theirs at all."""
    own = actor.groups if actor.own is None else actor.own
    if held_by in (None, actor.name) and not own.isdisjoint(groups):
        return None
    stood_for = (absent for absent in actor.stands_in if held_by in (None, actor.name, absent.name))
    return next((absent for absent in stood_for if not absent.groups.isdisjoint(groups)), None)
