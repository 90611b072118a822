"""Why a timer strikes when it does: the working-day arithmetic of its own expression, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from itertools import groupby
from typing import Any

from engine.bpmn.expressions import parse
from engine.bpmn.runtime import WaitingTimer
from engine.cases import clock_ledger
from engine.cases.step import Step
from engine.cases.words import CATALOGUE
from engine.clock import local
from engine.worktime import Calendar, WorkTime

_WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True)
class _Call:
    """One word as it was called on the way to the instant."""

    word: str
    n: Any
    since: str | None
    result: Any


def why(timer: WaitingTimer, step: Step, host: str) -> str:
    """One sentence without its full stop; `host` is what the element the timer stands on is called."""
    told = _reason(timer, step, host)
    return f"{told}（放假安排暂定）" if step.worktime.provisional(local(timer.due).date()) else told


def _reason(timer: WaitingTimer, step: Step, host: str) -> str:
    calls = _called(timer, step)
    due = local(timer.due).isoformat()
    call = next((each for each in reversed(calls) if each.result == due), None)
    begun = f"进入“{host}” {instant(timer.since)}"
    if call is None:
        return f"{begun} 起，按图上写的时长"
    since = datetime.fromisoformat(call.since) if call.since else timer.since
    start = begun if call.since is None else f"{_anchor(calls, call.since)}{instant(since)}"
    tell = _TOLD.get(call.word)
    return f"图上写的是{CATALOGUE[call.word]}" if tell is None else tell(step, call.n, since, start, timer.due)


def _called(timer: WaitingTimer, step: Step) -> list[_Call]:
    """The words its expression calls, in their order: the one whose answer is the instant is the reason."""
    if timer.element.timer is None:
        return []
    calls: list[_Call] = []
    known = {name: partial(_listen, calls, name, word) for name, word in step.words.items()}
    step.since = timer.since
    parse(timer.element.timer).evaluate(timer.data, known)
    return calls


def _listen(calls: list[_Call], name: str, word: Callable[..., Any], *given: Any, **named: Any) -> Any:
    result = word(*given, **named)
    n = given[0] if given else named.get("n", 0)
    calls.append(_Call(name, n, given[1] if len(given) > 1 else named.get("since"), result))
    return result


_ANCHORS = {"accepted_at": "受理 ", "dispatched_at": "派单 ", "feedback_at": "反馈 "}


def _anchor(calls: list[_Call], since: str) -> str:
    """What the instant is called that the expression counts from."""
    return next((_ANCHORS[each.word] for each in calls if each.word in _ANCHORS and each.result == since), "")


# ------------------------------------------------------------------ one sentence per word
def _workdays(step: Step, n: int, since: datetime, start: str, due: datetime) -> str:
    return f"{start} 当日不计，第 {n} 个工作日下班{_on_the_way(step.worktime, since, due)}"


def _office_hours(step: Step, n: float, since: datetime, start: str, due: datetime) -> str:
    return f"{start} 起满 {n:g} 个办公小时（午休和下班后不计）{_on_the_way(step.worktime, since, due)}"


def _minutes(step: Step, n: int, since: datetime, start: str, due: datetime) -> str:
    return f"{start} 起满 {n} 分钟"


def _closing_time(step: Step, n: int, since: datetime, start: str, due: datetime) -> str:
    return f"{start} 当日下班"


def _next_opening(step: Step, n: int, since: datetime, start: str, due: datetime) -> str:
    return f"{start} 之后的下一个工作日上班{_on_the_way(step.worktime, since, due)}"


def _month_later(step: Step, n: int, since: datetime, start: str, due: datetime) -> str:
    return f"{start} 的下月同日上班，遇休顺延"


def _case_due(step: Step, n: int, since: datetime, start: str, due: datetime) -> str:
    deadline = clock_ledger.deadline(step.ledger, step.worktime)
    if deadline is None or n == 0:
        return f"到承诺期限：{_promise(step, due)}"
    return _beside("承诺期限", step.worktime, deadline, n, due)


def _external_due(step: Step, n: int, since: datetime, start: str, due: datetime) -> str:
    external = step.ledger.external_due
    if external is None or n == 0:
        return "到来单要求的办结时间"
    return _beside("来单要求的办结时间", step.worktime, external, n, due)


def _beside(what: str, worktime: WorkTime, anchor: datetime, n: int, due: datetime) -> str:
    if n > 0:
        return f"{what} {instant(anchor)} 之后第 {n} 个工作日下班{_on_the_way(worktime, anchor, due)}"
    return f"{what} {instant(anchor)} 之前第 {-n} 个工作日上班{_on_the_way(worktime, due, anchor)}"


def _promise(step: Step, due: datetime) -> str:
    ledger = step.ledger
    since = ledger.anchor or step.now
    start = f"{'受理' if ledger.round_from is None else '决定重办'} {instant(since)}"
    if not ledger.limit_days:
        return f"{start} 当日下班，离下班不足 120 分钟的自受理起满 120 分钟"
    moved = "，经延期或挂起顺延" if ledger.pauses or ledger.extension_days else ""
    return f"{start} 当日不计，第 {ledger.limit_days} 个工作日下班{_on_the_way(step.worktime, since, due)}{moved}"


_TOLD: Mapping[str, Callable[[Step, Any, datetime, str, datetime], str]] = {
    "workdays": _workdays,
    "office_hours": _office_hours,
    "minutes": _minutes,
    "closing_time": _closing_time,
    "next_opening": _next_opening,
    "month_later": _month_later,
    "case_due": _case_due,
    "external_due": _external_due,
}


# ------------------------------------------------------------------ days on the way
def instant(at: datetime) -> str:
    """`2026-09-25（周五）17:20`."""
    return f"{_day(local(at).date())}{local(at):%H:%M}"


def _day(day: date) -> str:
    return f"{day}（周{_WEEKDAYS[day.weekday()]}）"


def _on_the_way(worktime: WorkTime, since: datetime, due: datetime) -> str:
    """The days between that do not count, and those that do although they lie on a weekend."""
    stretches = list(_stretches(worktime.calendar, local(since).date(), local(due).date()))
    return f"，其间 {'、'.join(stretches)}" if stretches else ""


def _stretches(calendar: Calendar, after: date, upto: date) -> Iterator[str]:
    days = [after + timedelta(number) for number in range(1, (upto - after).days + 1)]
    for what, run in groupby(days, partial(_what, calendar)):
        if what:
            first, *rest = run
            yield f"{first:%m-%d}{f' 至 {rest[-1]:%m-%d}' if rest else ''} {what}"


def _what(calendar: Calendar, day: date) -> str | None:
    match calendar.kind(day):
        case "weekend":
            return "周末不计"
        case "holiday":
            return f"{calendar.name(day)}放假不计"
        case "makeup":
            return f"{calendar.name(day)}上班照计"
    return None
