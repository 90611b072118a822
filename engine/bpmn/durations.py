"""ISO 8601 durations as a diagram may write them: whole numbers, one minute to ten years.

The library's own reader takes `P` for zero and spends seconds on absurd lengths; this one refuses both.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, timedelta

_PATTERN = re.compile(
    r"P(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?"
)
SHORTEST = timedelta(minutes=1)
LONGEST_MONTHS = 120
LONGEST = timedelta(days=3_653)


@dataclass(frozen=True)
class Duration:
    """Calendar months, and what is not counted in months."""

    months: int
    rest: timedelta

    def after(self, instant: datetime) -> datetime:
        """`instant` moved on: months first, a day the month does not have becomes its last."""
        index = instant.year * 12 + instant.month - 1 + self.months
        year, month = divmod(index, 12)
        day = min(instant.day, monthrange(year, month + 1)[1])
        return instant.replace(year=year, month=month + 1, day=day) + self.rest


def looks_like_duration(text: str) -> bool:
    """Whether the text is meant as a duration rather than an expression that gives one."""
    return re.fullmatch(r"P[\dYMWDTHS.,]*", text) is not None


def read_duration(text: str) -> Duration:
    """`P5D`, `PT36H`, `P1M`; raises ValueError with the reason in Chinese."""
    match = _PATTERN.fullmatch(text.strip())
    if match is None or not any(match.groups()) or text.strip().endswith("T"):
        raise ValueError(f"“{text}”不是时长，应写成 P5D、PT36H 这样的整数时长")
    years, months, weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    rest = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    found = Duration(years * 12 + months, rest)
    if found.months > LONGEST_MONTHS or rest > LONGEST or (found.months == 0 and rest < SHORTEST):
        raise ValueError(f"时长“{text}”应在 1 分钟到 10 年之间")
    return found
