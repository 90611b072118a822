"""How one case counts in the rates (DOMAIN.md "Rates"): what each rate asks of it, and why a case is left out.

The in-time rate takes the first round, everything a person said the last (PROCESS.md "Lights"). A call-back is valid
when the person was reached; one that did not ask a question does not count for the rate of that question.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.cases import projection
from engine.cases.heard import Heard

OPEN = "open"
ANONYMOUS = "anonymous"
NO_CALL_BACK = "no_call_back"
NOT_ASKED = "not_asked"
UNRATED = "unrated"
SATISFIED = 3  # from here on a rating is one of satisfaction


@dataclass(frozen=True)
class Counted:
    """`at`: the instant whose period the case belongs to; None: it counts nowhere yet.

    `excluded`: the outcome that keeps it out of every rate. `due`: of the first round; `closed`: completed once.
    """

    at: datetime | None
    closed: bool
    due: datetime | None
    excluded: str | None
    anonymous: bool
    called_back: bool
    contacted_in_time: bool | None
    solved: bool | None
    satisfaction: int | None

    @property
    def in_time(self) -> bool | None:
        """Closed in time, or closed late or past due; None where neither can be said."""
        if self.at is None or self.excluded is not None:
            return None
        return self.closed and self.due is not None and self.at <= self.due

    def asked(self, rate: str) -> bool | str | None:
        """The case's part in a rate: True or False, the reason it has none, or None: it counts nowhere yet."""
        if self.at is None:
            return None
        if self.excluded is not None:
            return self.excluded
        return _ASKED[rate](self)


def counted(row: Mapping[Any, Any], heard: Heard, now: datetime) -> Counted:
    """How a row of `cases` counts at this moment."""
    settled, due = row["counted_at"], row["counted_due"]
    overdue = row["deadline"] if settled is None and _overdue(row, now) else None
    return Counted(
        at=settled or overdue,
        closed=due is not None,
        due=due or overdue,
        excluded=row["outcome"] if row["outcome"] in projection.EXCLUDED else None,
        **heard._asdict(),
    )


def _overdue(row: Mapping[Any, Any], now: datetime) -> bool:
    return row["deadline"] is not None and row["deadline"] < now and row["merged_into"] is None


# ------------------------------------------------------------------ the rates
def _in_time(case: Counted) -> bool | str:
    return bool(case.in_time)


def _responded(case: Counted) -> bool | str:
    return ANONYMOUS if case.closed and case.anonymous else _by_call_back(case, case.contacted_in_time)


def _solved(case: Counted) -> bool | str:
    return _by_call_back(case, case.solved)


def _by_call_back(case: Counted, said: bool | None) -> bool | str:
    if not case.closed:
        return OPEN
    if not case.called_back:
        return NO_CALL_BACK
    return NOT_ASKED if said is None else said


def _satisfied(case: Counted) -> bool | str:
    if not case.closed:
        return OPEN
    if case.anonymous:
        return ANONYMOUS
    return UNRATED if case.satisfaction is None else case.satisfaction >= SATISFIED


_ASKED = {"in_time": _in_time, "responded": _responded, "solved": _solved, "satisfied": _satisfied}
RATES = tuple(_ASKED)
