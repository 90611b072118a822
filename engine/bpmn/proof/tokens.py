"""Tokens, and what may come of one: where it rests, ends, or throws."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from engine.bpmn.proof.net import Key
from engine.bpmn.proof.values import Valuation


class Token(NamedTuple):
    """One token at rest.

    `armed`: boundary events, or the events of a gateway, that may still strike. `beside`: it came out of an event that
    does not interrupt. `via`: the flow it came by, where it waits for others. `inner`: what goes on inside a host.
    """

    node: str
    data: Valuation
    armed: frozenset[str] = frozenset()
    beside: bool = False
    via: str | None = None
    inner: Summary | None = None


class Exit(NamedTuple):
    """One way a net can end: with this data; `error` when an error was thrown."""

    data: Valuation
    error: str | None = None


class Summary(NamedTuple):
    """All that the outside sees of a net entered in one way."""

    at_once: frozenset[Exit]
    later: frozenset[Exit]
    rests: bool
    throws: frozenset[str | None]
    bare: bool  # it can come to wait while no clock of its own runs


class Marking(NamedTuple):
    """A situation of one net: its tokens, sorted, and the data of those that have ended."""

    tokens: tuple[Token, ...]
    gathered: Valuation = ()


class Event(NamedTuple):
    """What happens from outside: `sort` is complete, timer, message, signal, escalation, inner or start."""

    sort: str
    node: str
    values: Any = None


@dataclass(frozen=True)
class Problem:
    """Something that fails in a situation."""

    code: str
    element: str
    message: str


@dataclass
class Outcome:
    """What came of one event: filled while everything automatic runs."""

    rest: list[Token] = field(default_factory=list)
    ended: list[tuple[Valuation, bool]] = field(default_factory=list)
    final: Exit | None = None
    throws: set[str | None] = field(default_factory=set)
    passed: list[str] = field(default_factory=list)
    entered: list[tuple[str, Key, Valuation]] = field(default_factory=list)
    problem: Problem | None = None
    given: Any = None

    def mark(self) -> tuple[Any, ...]:
        """What tells two outcomes apart."""
        ended = tuple(self.ended)
        return tuple(self.rest), ended, self.final, frozenset(self.throws), self.problem, tuple(self.entered)
