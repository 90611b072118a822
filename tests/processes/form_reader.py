"""The shipped forms, and what the engine refuses of an answer to them when a case stands as WORDS says."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from engine.cases.forms import take
from engine.errors import BadInput

FOLDER = Path(__file__).parents[2] / "processes" / "forms"
FORMS: dict[str, dict[str, Any]] = {
    path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))
}

DESKS = {"ZX", "SCJG", "RS", "GA", "CPY", "SW_TAX", "SC-SS", "SC-MI", "SC-VEH", "T05", "T14"}
NOW = datetime.fromisoformat("2026-11-23T17:00+08:00")

# A case on its way: led by SC-SS, general, in time, nothing used up.
WORDS: dict[str, Callable[..., Any]] = {
    "has_desk": lambda units: set([units] if isinstance(units, str) else units) <= DESKS,
    "has_matter": lambda code: code in {f"M{number:03}" for number in range(1, 41)},
    "holds_order": lambda unit: unit == "SC-SS",
    "vertical": lambda unit: unit == "SC-VEH",
    "in_future": lambda instant: datetime.fromisoformat(instant) > NOW,
    "in_calendar": lambda instant: True,
    "now_date": lambda: NOW.date().isoformat(),
    "lead": lambda: "SC-SS",
    "is_lead": lambda: True,
    "grade": lambda: "general",
    "returns": lambda: 0,
    "replied": lambda: False,
    "before_due": lambda: True,
    "extension_used": lambda: False,
    "paused": lambda: False,
    "asked_pause_days": lambda: 1,
    "pause_days": lambda until: (date.fromisoformat(until) - NOW.date()).days,
    "open_orders": lambda: 1,
    "tier": lambda: 3,
}


def sentences(form: str, values: Mapping[str, Any]) -> Mapping[str, str]:
    """What is said of each field that is refused, by dotted path."""
    try:
        take(FORMS[form], values, WORDS)
    except BadInput as refused:
        return refused.fields
    return {}


def problems(form: str, values: Mapping[str, Any], **other_words: Any) -> set[str]:
    """Dotted paths of what is refused; `other_words` gives words of the case another value: `returns=2`."""
    words = {**WORDS, **{name: lambda *_, value=value: value for name, value in other_words.items()}}
    try:
        take(FORMS[form], values, words)
    except BadInput as refused:
        return set(refused.fields)
    return set()
