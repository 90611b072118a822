"""What a line of the trail says of an export that somebody took."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from engine.queries.event_log import Selection
from engine.queries.ledger import LedgerFilter


def on_the_line(wanted: LedgerFilter | Selection) -> dict[str, Any]:
    """The filter in codes; of what was typed only that something was: it may name somebody."""
    given = {name: value for name, value in asdict(wanted).items() if value is not None}
    said = {name: value.isoformat() if isinstance(value, date) else value for name, value in given.items()}
    return {**said, "words": True} if wanted.words is not None else said
