"""What a line of the trail says of an export that somebody took."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from engine.queries.event_log import Selection
from engine.queries.ledger import LedgerFilter


def on_the_line(wanted: LedgerFilter | Selection) -> dict[str, Any]:
    """The filter in codes; of what was typed only that something was: it may name somebody."""
    said = _said(asdict(wanted))
    return {**said, "words": True} if wanted.words is not None else said


def _said(given: dict[str, Any]) -> dict[str, Any]:
    return {name: _value(value) for name, value in given.items() if value is not None}


def _value(value: Any) -> Any:
    if isinstance(value, dict):
        return _said(value)
    return value.isoformat() if isinstance(value, date) else value
