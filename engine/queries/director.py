"""领导一页: how many are late now and whose, what waits for this person, the rates of this month and of the last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from engine.clock import local
from engine.facade import ReadContext
from engine.queries.inbox import InboxItem, first_of, inbox
from engine.queries.statistics import Period, Statistics, statistics
from engine.queries.supervision import LATE, PENDING, SOON, standing

MOST_WAITING = 10


@dataclass(frozen=True)
class DirectorPage:
    """`late`, `soon`, `pending`: how many now; `waiting`: the first tasks this person or their posts have to do."""

    late: int
    soon: int
    pending: int
    tiers: Mapping[int, int]
    units: Mapping[str, int]
    waiting: tuple[InboxItem, ...]
    waiting_count: int
    more_waiting: bool
    month: Statistics
    before: Statistics


def director_page(ctx: ReadContext, weights: tuple[int, int, int]) -> DirectorPage:
    """The page of one who signs, over the cases they may know of; `weights` of the composite in per cent."""
    mine, offered = first_of(ctx, "mine", MOST_WAITING), inbox(ctx, "group", limit=MOST_WAITING)
    counts = {each.key: each for each in offered.queues}
    month, before = _months(local(ctx.now).date())
    now = standing(ctx)
    return DirectorPage(
        late=now.watches[LATE],
        soon=now.watches[SOON],
        pending=now.watches[PENDING],
        tiers=now.tiers,
        units=now.units,
        waiting=(*mine, *offered.items)[:MOST_WAITING],
        waiting_count=counts["mine"].count + counts["group"].count,
        more_waiting=counts["mine"].more or counts["group"].more,
        month=statistics(ctx, month, weights),
        before=statistics(ctx, before, weights),
    )


def _months(today: date) -> tuple[Period, Period]:
    first = today.replace(day=1)
    last = first - timedelta(days=1)
    return Period(first, today), Period(last.replace(day=1), last)
