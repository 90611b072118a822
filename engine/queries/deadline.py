"""Why the deadline of a case falls where it does, day by day, and the rule in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from engine.cases import clock_ledger
from engine.cases.clock_ledger import ClockLedger, Pause
from engine.clock import local
from engine.facade import ReadContext
from engine.queries.seen_case import SeenCase, provisional, seen_case
from engine.worktime import ExplainedDay, WorkTime

_UNCLASSIFIED = "还没有分类定级，期限在定级后确定。"
_ON_SITE = "简单件当场办：受理当日下班前办结；离下班不足 120 分钟的，自受理起 120 分钟。"


@dataclass(frozen=True)
class Explained:
    """`from_` and `to`: instants it counts from and ends at, None before classification; `days`: the last is the due
    day."""

    from_: datetime | None
    to: datetime | None
    rule: str
    provisional: bool
    days: tuple[ExplainedDay, ...]


def deadline(ctx: ReadContext, no: str) -> Explained:
    """The deadline of a case, explained; raises NotFound for a case this person may not know of."""
    found = seen_case(ctx, no)
    ledger = found.ledger
    since, to = ledger.anchor, clock_ledger.deadline(ledger, ctx.worktime)
    if since is None or to is None:
        return Explained(since, None, _why_not(found), False, ())
    days = tuple(_days(ledger, since, to, ctx.worktime))
    return Explained(since, to, _rule(ledger, ctx.worktime), provisional(ctx, to), days)


def _why_not(found: SeenCase) -> str:
    lead = found.row["merged_into"]
    return _UNCLASSIFIED if lead is None else f"已并入 {lead}，以主件的期限为准。"


# ------------------------------------------------------------------ day by day
def _days(ledger: ClockLedger, since: datetime, to: datetime, worktime: WorkTime) -> Iterator[ExplainedDay]:
    """Up to the due day; what the counting leaves over are days on which the clock stood still."""
    first, last, n = local(since).date(), local(to).date(), _counted(ledger)
    pauses = [(local(p.asked).date(), local(p.end).date()) for p in _pauses(ledger)]
    start = ExplainedDay(first, "start", None, worktime.calendar.name(first))
    counted = worktime.explain(since, n, pauses) if n else (start,)
    within = [day for day in counted if day.date <= last]
    yield from within
    yield from _stood_still(within[-1].date, last, worktime)


def _stood_still(after: date, last: date, worktime: WorkTime) -> Iterator[ExplainedDay]:
    calendar = worktime.calendar
    for number in range(1, (last - after).days + 1):
        day = after + timedelta(number)
        kind = calendar.kind(day)
        yield ExplainedDay(day, kind if kind in ("weekend", "holiday") else "paused", None, calendar.name(day))


def _counted(ledger: ClockLedger) -> int:
    return (ledger.limit_days or 0) + (ledger.extension_days or 0)


def _pauses(ledger: ClockLedger) -> Sequence[Pause]:
    """Those of the present round."""
    start = ledger.round_from
    return [pause for pause in ledger.pauses if start is None or pause.asked >= start]


# ------------------------------------------------------------------ in words
def _rule(ledger: ClockLedger, worktime: WorkTime) -> str:
    return _base(ledger) + _extended(ledger) + _paused(ledger, worktime) + _promised(ledger)


def _base(ledger: ClockLedger) -> str:
    if not ledger.limit_days:
        return _ON_SITE
    what, begin = ("复杂件" if ledger.grade == "complex" else "一般件", "受理")
    if ledger.round_from is not None:
        what, begin = "重办", "决定重办"
    return f"{what}：{begin}当日不计，从次日起数满 {ledger.limit_days} 个工作日，到最后一日下班时为止。"


def _promised(ledger: ClockLedger) -> str:
    """A notice imported since then would end it earlier."""
    kept = ledger.promised is not None and ledger.promised_round == ledger.round
    return "放假安排后来有变，已承诺的期限不提前。" if kept else ""


def _extended(ledger: ClockLedger) -> str:
    return f"经批准延期 {ledger.extension_days} 个工作日。" if ledger.extension_days else ""


def _paused(ledger: ClockLedger, worktime: WorkTime) -> str:
    days = sum(clock_ledger.pause_days(pause, worktime) for pause in _pauses(ledger))
    return f"暂停期间的 {days} 个工作日不计。" if days else ""
