"""What a proof is told of the house a diagram will run in: its words, operations, posts, and the law of the loop."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

INSTANT = "2026-10-19T09:00:00+08:00"

Answers = Callable[..., Sequence[Any]]  # every value a word may give; ValueError or TypeError where it would fail


@dataclass(frozen=True)
class Effect:
    """What an operation needs in the process data, and what it leaves there."""

    reads: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()
    leaves: Callable[[Mapping[str, Any]], Mapping[str, Any]] = lambda data: {}


@dataclass(frozen=True)
class Law:
    """The law of the loop, as data.

    `order`: pairs of phases that may follow each other, None for the beginning. `answering`: fields of a form,
    operations and messages that answer the citizen. `working`: phases in which work is done that must be answered
    anew. `vouched`: messages that come from a case with clocks of its own.
    """

    order: frozenset[tuple[str | None, str]]
    fields: frozenset[str]
    operations: frozenset[str]
    vouched: frozenset[str]
    working: frozenset[str]


@dataclass(frozen=True)
class House:
    """Everything about the surroundings that decides where a process can go.

    `posts`: why nobody would get a task of this group, None when somebody would; a group may name `{ANY}` unit.
    """

    words: Mapping[str, Answers] = field(default_factory=dict)
    operations: Mapping[str, Effect] = field(default_factory=dict)
    signals: Collection[str] = frozenset()
    posts: Callable[[str], str | None] = lambda group: None
    law: Law | None = None


def instant(*_: Any, **__: Any) -> Sequence[Any]:
    """A word that always gives an instant."""
    return (INSTANT,)


def maybe(*_: Any, **__: Any) -> Sequence[Any]:
    """A word that gives an instant, or null: then a timer never fires."""
    return (INSTANT, None)


def counted(*_: Any, since: Any = None) -> Sequence[Any]:
    """A word that counts from an instant: its number must be one."""
    for each in _:
        if isinstance(each, bool) or not isinstance(each, int | float):
            raise TypeError("这里需要数字")
    return (INSTANT,)


def one_of(*values: Any) -> Answers:
    """A word that gives one of these."""
    return lambda *_, **__: values
