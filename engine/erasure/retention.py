"""保存期限: how many years after its end the personal data of a case is kept (BANCHENG_RETENTION)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.clock import local
from engine.vocabulary import CHANNEL, OUTCOME

DEFAULT_YEARS = 10
MOST_YEARS = 100


@dataclass(frozen=True)
class Retention:
    """`years` for most, other numbers by outcome or channel; `by_itself`: what is past it goes without being asked.

    Where several numbers apply the longest counts.
    """

    years: int = DEFAULT_YEARS
    others: Mapping[str, int] = field(default_factory=dict)
    by_itself: bool = False

    def years_of(self, outcome: str | None, channel: str | None) -> int:
        """For a case that ended so, and came that way."""
        named = [self.others[code] for code in (outcome, channel) if code is not None and code in self.others]
        return max(named, default=self.years)


def due_at(row: Mapping[str, Any], retention: Retention) -> datetime | None:
    """The instant from which the personal data of a case may go; None while it is open."""
    if row["ended_at"] is None:
        return None
    return years_later(row["ended_at"], retention.years_of(row["outcome"], row["channel"]))


def years_later(instant: datetime, years: int) -> datetime:
    """The same day and hour so many years later; from the 29th of February the 1st of March."""
    at = local(instant)
    try:
        return at.replace(year=at.year + years)
    except ValueError:
        return at.replace(year=at.year + years, month=3, day=1)


def read_retention(text: str, by_itself: bool = False) -> Retention:
    """`10` or `10, consulted=3, hotline=5`, by codes of outcome and channel; ValueError says what is wrong."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    years, *named = parts or [str(DEFAULT_YEARS)]
    others = dict(_named(part) for part in named)
    return Retention(_years(years), others, by_itself)


def _named(part: str) -> tuple[str, int]:
    code, _, years = part.partition("=")
    if code.strip() not in {*OUTCOME, *CHANNEL}:
        raise ValueError(f"“{code.strip()}”不是办理结果或渠道的代码")
    return code.strip(), _years(years)


def _years(text: str) -> int:
    plain = text.strip()
    if not (plain.isascii() and plain.isdecimal() and 1 <= int(plain) <= MOST_YEARS):
        raise ValueError(f"“{plain}”不是 1 到 {MOST_YEARS} 的整数年数")
    return int(plain)
