"""The catalogue of service operations: the words for doing that diagrams may use (`bc:operation`)."""

from __future__ import annotations

from collections.abc import Mapping

from engine.cases.effects import clock, feedback, findings, ladder, orders, outcome
from engine.cases.step import Operation

OPERATIONS: Mapping[str, Operation] = {
    **clock.OPERATIONS,
    **orders.OPERATIONS,
    **ladder.OPERATIONS,
    **outcome.OPERATIONS,
    **feedback.OPERATIONS,
    **findings.OPERATIONS,
}

# Variables an operation writes for the diagram to read, and their kinds; the others write none.
WRITES: Mapping[str, Mapping[str, frozenset[str]]] = {
    "notify_tier": {"groups": frozenset({"text"})},
    "raise_tier": {"reason": frozenset({"text"})},
}
