"""What a person typed into an HTML form, as the JSON values its schema speaks of.

Text that is not the number or date it should be stays text: the schema refuses it, and the page shows it again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Protocol

from engine.clock import ZONE
from webapp.form_fields import Schema, kind_of

MAX_ROWS = 100
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")


class FormData(Protocol):
    """The part of werkzeug's MultiDict that is used."""

    def getlist(self, key: str) -> list[str]: ...

    def __iter__(self) -> Iterator[str]: ...


def read_object(schema: Schema, data: FormData, today: date | None = None, prefix: str = "") -> dict[str, Any]:
    """The fields of an object schema; what was left empty is missing. Names outside the schema are not read.

    `today`: the day meant by a time of day alone; without it such a text stays as it was typed.
    """
    values = {name: _read(part, data, today, prefix + name) for name, part in schema["properties"].items()}
    return {name: value for name, value in values.items() if value is not None}


def _read(schema: Schema, data: FormData, today: date | None, path: str) -> Any:
    kind = kind_of(schema)
    if kind == "object":
        return _unless_blank(read_object(schema, data, today, path + "."))
    if kind == "objects":
        rows = (read_object(schema["items"], data, today, f"{path}.{number}.") for number in _row_numbers(data, path))
        return [row for row in rows if _unless_blank(row)] or None
    given = data.getlist(path)
    if kind == "boolean":
        return _boolean(given)
    texts = [_tidy(text) for text in given]
    if kind == "strings":
        return [line.strip() for text in texts for line in text.splitlines() if line.strip()] or None
    return _scalar(kind, schema.get("format"), texts[-1], today) if texts else None


def _row_numbers(data: FormData, path: str) -> list[int]:
    pattern = re.compile(re.escape(path) + r"\.(0|[1-9]\d{0,3})\.")
    found = {int(match[1]) for name in data if (match := pattern.match(name))}
    return sorted(found)[:MAX_ROWS]


def _unless_blank(values: dict[str, Any]) -> dict[str, Any] | None:
    """None when nothing was entered: an unticked box alone is no entry."""
    return values if any(value is not False for value in values.values()) else None


def _boolean(given: list[str]) -> bool | None:
    """A box sends an empty companion, so that unticked (false) differs from not asked (missing)."""
    if "true" in given:
        return True
    return False if "false" in given or "" in given else None


def _scalar(kind: str, form: str | None, text: str, today: date | None) -> Any:
    if not text:
        return None
    if kind in ("integer", "number"):
        return _number(kind, text)
    if form == "date":
        return date_text(text)
    return instant_text(text, today) if form == "date-time" else text


def _tidy(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\x00", "").strip()


def _number(kind: str, text: str) -> int | float | str:
    plain = unicodedata.normalize("NFKC", text)
    if re.fullmatch(r"[+-]?\d{1,15}", plain):
        return int(plain)
    if kind == "number" and re.fullmatch(r"[+-]?\d{1,15}\.\d{1,10}", plain):
        return float(plain)
    return text


def date_text(text: str) -> str:
    """`2026-10-08` for a day however it was typed: with / . or 年月日, in full-width digits; else the text itself."""
    match = _DATE.fullmatch(unicodedata.normalize("NFKC", text))
    return f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}" if match else text


def day_or_none(text: str) -> date | None:
    """The day a text means, of this century; None for any other."""
    try:
        day = date.fromisoformat(date_text(text))
    except ValueError:
        return None
    return day if 2000 <= day.year < 2100 else None


def instant_text(text: str, today: date | None = None) -> str:
    """`2026-10-08 17:00`, also with / or 年月日, means Asia/Shanghai; 17:00 alone is today's.

    An instant with its own offset stays.
    """
    plain = unicodedata.normalize("NFKC", text).replace("T", " ").strip()
    given = _DATE.match(plain)
    day = today.isoformat() if given is None and today is not None else date_text(given[0]) if given else None
    clock = _CLOCK.fullmatch(plain[given.end() if given else 0 :].strip())
    if day is None or clock is None:
        return text
    try:
        instant = datetime.fromisoformat(f"{day}T{int(clock[1]):02}:{clock[2]}:{clock[3] or '00'}")
    except ValueError:
        return text
    return instant.replace(tzinfo=ZONE).isoformat()
