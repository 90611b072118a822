"""Units of the district: bureaus, sub-centres, town centres, the hall, and places outside that people are sent to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# Led from above the district, which can write to them but not order them (DOMAIN.md, "Rules").
VERTICAL = frozenset({"SW_TAX", "SC-TAX", "SC-HPF", "SC-EE", "SC-VEH"})

# The hall office has a desk of its own without being a member of the liaison network.
HALL = "ZX"

_COLUMNS = ("code", "name", "short", "type", "parent")


@dataclass(frozen=True)
class Unit:
    """One unit; the people are names for the liaison network, not sign-in names.

    `has_desk`: can be lead or co-unit of a case. `vertical`: can only be written to, not ordered.
    `kind` is a code of the vocabulary `unit_kind`.
    """

    code: str
    name: str
    short: str
    kind: str
    parent: str | None
    has_desk: bool
    vertical: bool
    liaison: str | None = None
    backup: str | None = None
    phone: str | None = None
    dept_head: str | None = None
    deputy: str | None = None
    chief: str | None = None
    topics: tuple[str, ...] = ()


def unit_row(record: Mapping[str, Any], position: int) -> dict[str, Any]:
    """The row of table `units` for one record of the shipped `units.json`."""
    return {
        "code": record["code"],
        "name": record["name"],
        "short": record["short"],
        "kind": record["type"],
        "parent": record["parent"],
        "has_desk": "liaison" in record or record["code"] == HALL,
        "vertical": record["code"] in VERTICAL,
        "details": json.dumps({k: v for k, v in record.items() if k not in _COLUMNS}, ensure_ascii=False),
        "position": position,
    }


def unit_from(row: Mapping[str, Any]) -> Unit:
    """The unit in one row of table `units`."""
    details = json.loads(row["details"])
    liaison = details.get("liaison", {})
    return Unit(
        code=row["code"],
        name=row["name"],
        short=row["short"],
        kind=row["kind"],
        parent=row["parent"],
        has_desk=row["has_desk"],
        vertical=row["vertical"],
        liaison=liaison.get("name"),
        backup=liaison.get("backup"),
        phone=liaison.get("phone"),
        dept_head=_name(details, "dept_head"),
        deputy=_name(details, "deputy"),
        chief=_name(details, "chief"),
        topics=tuple(details.get("topics", ())),
    )


def _name(details: Mapping[str, Any], post: str) -> str | None:
    name: str | None = details.get(post, {}).get("name")
    return name


@dataclass(frozen=True)
class Window:
    """One of the windows where people bring what could not be done."""

    code: str
    name: str
    location: str
    focus: str
    lead: str


def window_row(record: Mapping[str, Any], position: int) -> dict[str, Any]:
    """The row for a window: it stands in table `units` with kind `window` below its host, without a desk."""
    details = {key: record[key] for key in ("location", "focus", "lead", "staff")}
    return {
        "code": record["code"],
        "name": record["name"],
        "short": record["code"],
        "kind": "window",
        "parent": record["host"],
        "has_desk": False,
        "vertical": False,
        "details": json.dumps(details, ensure_ascii=False),
        "position": position,
    }


def window_from(row: Mapping[str, Any]) -> Window:
    """The window in one row of table `units` whose kind is `window`."""
    details = json.loads(row["details"])
    return Window(row["code"], row["name"], details["location"], details["focus"], details["lead"])
