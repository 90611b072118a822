"""The form that narrows a list of what people did: by a choice of kinds, by person, by days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import request

from webapp.form_values import day_or_none

_LONGEST = 200
_DAYS: Mapping[str, str] = {"from": "从哪天", "to": "到哪天"}
_HINTS: Mapping[str, str] = {"person": "w1", "from": "2026-10-08", "to": "2026-10-08"}


@dataclass(frozen=True)
class Narrowed:
    """What the address asks for: `given` as it was typed, `kind` None for none there is, `wrong` what was not
    understood and how to write it; `fields` for audit_macros.filters."""

    given: Mapping[str, str]
    kind: str | None
    person: str | None
    since: date | None
    until: date | None
    wrong: tuple[str, ...]
    fields: tuple[dict[str, Any], ...]


def narrowed(kind: str, titles: Mapping[str, str], kinds: Mapping[str, str]) -> Narrowed:
    """`kind`: the field that is a choice of `kinds` (value → word); `titles`: this field and `person`, in order."""
    every = {**titles, **_DAYS}
    given = {name: request.args[name].strip()[:_LONGEST] for name in every if request.args.get(name, "").strip()}
    days = {name: day_or_none(given[name]) for name in _DAYS if name in given}
    wrong = (f"“{_DAYS[name]}”没有看懂，请写成 2026-10-08。" for name, day in days.items() if day is None)
    return Narrowed(
        given,
        given.get(kind) if given.get(kind) in kinds else None,
        given.get("person", "").replace("\0", "") or None,
        days.get("from"),
        days.get("to"),
        tuple(wrong),
        tuple(
            {
                "name": name,
                "label": title,
                "value": given.get(name, ""),
                "options": list(kinds.items()) if name == kind else None,
                "hint": _HINTS.get(name, ""),
            }
            for name, title in every.items()
        ),
    )
