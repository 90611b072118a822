"""What rules see of a case: its lines, and what they say of one that breaks a rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson

SYSTEM = "system"  # the actor of what the clock does


@dataclass(frozen=True)
class Told:
    """One line. `who`: the person who acted, and whoever they stood in for; `path`: ids of the elements passed."""

    seq: int
    at: datetime
    actor: str
    who: frozenset[str]
    action: str
    element: str | None
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    path: tuple[str, ...]

    def did(self, *elements: str) -> bool:
        """Whether somebody completed one of these tasks."""
        return self.action == "completed" and self.element in elements

    @property
    def set(self) -> Mapping[str, Any]:
        """The variables a completed task set."""
        values: Mapping[str, Any] = self.after.get("variables") or {}
        return values


@dataclass(frozen=True)
class Finding:
    """What is not as it should be: at which line, said in a sentence that names no citizen. `ripe`: not before."""

    seq: int
    at: datetime
    element: str | None
    sentence: str
    ripe: timedelta = timedelta(0)


def told(line: Mapping[Any, Any]) -> Told:
    """A row of `audit`."""
    before, after = (orjson.loads(line[name]) if line[name] else {} for name in ("before", "after"))
    return Told(
        seq=line["seq"],
        at=line["at"],
        actor=line["actor"],
        who=frozenset(name for name in (line["actor"], line["on_behalf_of"]) if name),
        action=line["action"],
        element=line["element"],
        before=before,
        after=after,
        path=tuple(place.partition("/")[2] for place in after.get("path", ())),
    )


def breaks(line: Told, sentence: str, ripe: timedelta = timedelta(0)) -> Finding:
    """A finding at this line."""
    return Finding(line.seq, line.at, line.element, sentence, ripe)


def named(who: frozenset[str]) -> str:
    """Sign-in names in a sentence."""
    return "、".join(sorted(who))
