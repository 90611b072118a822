"""The parcel with the person's documents: its instants are facts of the case, its words stand in `answers` alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.cases.step import Record

INSTANTS = ("sent_at", "signed_at")


def sent(record: Record, entered: Mapping[str, Any]) -> None:
    """What is given replaces what was known."""
    given = {name: entered[name] for name in INSTANTS if name in entered}
    record.facts["courier"] = {**(record.facts.get("courier") or {}), **given}


def without_words(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts of a case without what earlier versions kept of people's words among them."""
    kept = dict(facts)
    for name, fields in (("courier", INSTANTS), ("feedback", ("at", "feedback_method"))):
        if isinstance(kept.get(name), Mapping):
            kept[name] = {field: value for field, value in kept[name].items() if field in fields}
    return kept
