"""What is left of a form when words and persons are taken out of it: codes, numbers, truths, days and instants.

They say how a case went and not whose it was: statistics count them, and a replay of the trail goes by them.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

Schema = Mapping[str, Any]

OF_PERSON = frozenset({"kind", "consent_callback"})  # of `applicant`: what the flow went by, and no more
_APPLICANT = "applicant"
_COUNTED = frozenset({"boolean", "integer", "number"})
_DATED = frozenset({"date", "date-time"})


def reduced(schema: Schema, values: Mapping[str, Any], codes: Set[str], on_the_line: Set[str]) -> dict[str, Any]:
    """The values of a form without what anybody wrote.

    `codes`: of units, windows and matters, which forms take as text; `on_the_line`: fields whose values stand on the
    audit line as well, where they stay for good.
    """
    fields = schema.get("properties", {})
    found = {name: values[name] for name in values if name in on_the_line}
    for name, value in values.items():
        if name in found or name not in fields:
            continue
        part = {key: value[key] for key in value if key in OF_PERSON} if name == _APPLICANT else value
        kept = _kept(fields[name], part, codes)
        if kept is not None:
            found[name] = kept
    return found


def _kept(schema: Schema, value: Any, codes: Set[str]) -> Any:
    """The value as far as it is no text of anybody's; None for nothing of it."""
    if isinstance(value, Mapping):
        fields = schema.get("properties", {})
        inner = {name: _kept(fields.get(name, {}), part, codes) for name, part in value.items()}
        return {name: part for name, part in inner.items() if part is not None} or None
    if isinstance(value, list):
        parts = [_kept(schema.get("items", {}), part, codes) for part in value]
        return [part for part in parts if part is not None] or None
    return value if _is_closed(schema, value, codes) else None


def _is_closed(schema: Schema, value: Any, codes: Set[str]) -> bool:
    if "enum" in schema:
        return value in schema["enum"]
    if not isinstance(value, str):
        return schema.get("type") in _COUNTED
    return schema.get("format") in _DATED or value in codes
