"""A year's notice on holidays and make-up days: its shape, its stored form, and those shipped.

The State Council publishes one notice a year, usually in November for the year after. It may reach back into
December of the year before (New Year on a Monday takes the Saturday and Sunday with it, or has a make-up day there).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import resources
from typing import Any, Literal

SpecialKind = Literal["holiday", "workday"]

FIRST_YEAR, LAST_NOTICED_YEAR = 2022, 2026
PROVISIONAL_SOURCE = "尚无正式通知，按周末和13天法定节假日暂定，不含调休"


@dataclass(frozen=True)
class SpecialDay:
    """A day the notice names: off (`holiday`) or worked (`workday`, 调休); `name` is the festival it belongs to."""

    date: date
    kind: SpecialKind
    name: str


@dataclass(frozen=True)
class YearNotice:
    """The special days of `year`; not `official` means provisional (暂定). `source` says where they come from."""

    year: int
    days: tuple[SpecialDay, ...]
    source: str
    official: bool = True

    def covers(self, day: date) -> bool:
        """Whether a notice for this year may name `day`: the year itself and the December before."""
        return day.year == self.year or (day.year == self.year - 1 and day.month == 12)


def to_data(notice: YearNotice) -> dict[str, Any]:
    """The stored form of an official notice, as in `holidays/<year>.json`; `from_data` reads it back."""
    days = [{"date": day.date.isoformat(), "kind": day.kind, "name": day.name} for day in notice.days]
    return {"year": notice.year, "source": notice.source, "days": days}


def from_data(data: Mapping[str, Any]) -> YearNotice:
    """The official notice that `to_data` wrote; foreign files go through `calendar_import`."""
    days = tuple(SpecialDay(date.fromisoformat(row["date"]), row["kind"], row["name"]) for row in data["days"])
    return YearNotice(data["year"], days, data["source"])


def shipped_notices() -> tuple[YearNotice, ...]:
    """The notices of 2022 to 2026, then the provisional years for which the lunar festivals are on file."""
    official = [from_data(_holidays(str(year))) for year in range(FIRST_YEAR, LAST_NOTICED_YEAR + 1)]
    provisional = [_provisional(int(year), festivals) for year, festivals in _holidays("provisional").items()]
    return (*official, *provisional)


def _holidays(name: str) -> dict[str, Any]:
    text = resources.files(__package__).joinpath("holidays", f"{name}.json").read_text("utf-8")
    data: dict[str, Any] = json.loads(text)
    return data


def _provisional(year: int, festivals: Mapping[str, str]) -> YearNotice:
    """The 13 statutory days (全国年节及纪念日放假办法, as of 2025). Two festivals on one day make one day off."""
    names: dict[date, list[str]] = {}
    for day, name in _statutory_days(year, festivals):
        names.setdefault(day, []).append(name)
    days = tuple(SpecialDay(day, "holiday", "、".join(names[day])) for day in sorted(names))
    return YearNotice(year, days, PROVISIONAL_SOURCE, official=False)


def _statutory_days(year: int, festivals: Mapping[str, str]) -> Iterator[tuple[date, str]]:
    yield date(year, 1, 1), "元旦"
    for offset in (-1, 0, 1, 2):
        yield date.fromisoformat(festivals["春节"]) + timedelta(offset), "春节"
    for day in (1, 2):
        yield date(year, 5, day), "劳动节"
    for name in ("清明节", "端午节", "中秋节"):
        yield date.fromisoformat(festivals[name]), name
    for day in (1, 2, 3):
        yield date(year, 10, day), "国庆节"
