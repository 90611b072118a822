"""What the rates ask of a case beside its outcome and its instants (DOMAIN.md "Rates").

It is kept with the case as one short text, so that the database counts those that are alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson

from engine.cases.projection import contacted_in_time


class Heard(NamedTuple):
    """`called_back`: the person was reached; what they said, None where they were not asked."""

    anonymous: bool = False
    called_back: bool = False
    contacted_in_time: bool | None = None
    solved: bool | None = None
    satisfaction: int | None = None

    @classmethod
    def of(cls, facts: Mapping[str, Any], anonymous: bool) -> Heard:
        """By the facts of a record."""
        visit = facts.get("visit") or {}
        called_back, solved = bool(visit.get("contacted")), visit.get("resolved")
        return cls(anonymous, called_back, contacted_in_time(facts), solved, facts.get("satisfaction"))

    def packed(self) -> str:
        """As it is kept."""
        return orjson.dumps(tuple(self)).decode()


def read_heard(kept: str) -> Heard:
    """What was kept."""
    return Heard(*orjson.loads(kept))
