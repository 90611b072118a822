"""服务举措 that the house knows of without anybody's entering them: a large-character list that was printed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.cases.step import Record

LARGE_PRINT = "large_print"
_FACT = "served"


def serve(record: Record, kind: str, at: datetime) -> None:
    """What was given is given: the first time counts."""
    record.facts[_FACT] = {kind: at.isoformat(), **(record.facts.get(_FACT) or {})}


def served(facts: Mapping[str, Any]) -> tuple[str, ...]:
    """The kinds that were given, in their order."""
    return tuple(facts.get(_FACT) or ())
