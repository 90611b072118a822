"""What people entered of days and instants, when they enter it on another day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from engine.clock import local
from engine.worktime import WorkTime


def moved(
    schema: Mapping[str, Any],
    values: Mapping[str, Any],
    instants: tuple[datetime, datetime],
    since: datetime,
    worktime: WorkTime,
) -> dict[str, Any]:
    """The values of an act that was done at the first of the `instants`, at the second.

    A day ahead stays as many working days ahead (a pause keeps its length); an instant stays as long before the act,
    but not before the task was there (`since`). Everything else is as it was.
    """
    if instants[0] == instants[1]:
        return dict(values)
    fields: Mapping[str, Any] = schema.get("properties", {})
    kinds = {name: fields.get(name, {}).get("format") for name in values}
    return {name: _moved(kinds[name], value, instants, since, worktime) for name, value in values.items()}


def _moved(
    kind: str | None, value: Any, instants: tuple[datetime, datetime], since: datetime, worktime: WorkTime
) -> Any:
    was, now = instants
    if not isinstance(value, str) or kind not in ("date", "date-time"):
        return value
    if kind == "date":
        ahead = worktime.count(local(was).date(), date.fromisoformat(value))
        return worktime.workdays(ahead, now).date().isoformat() if ahead else value
    then = datetime.fromisoformat(value)
    return local(min(max(now - (was - then), since), now)).isoformat() if then <= was else value
