"""The clock: no promise comes earlier, timers strike on time, what is late was raised."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from engine.audit.rules.told import Finding, Told, breaks
from engine.clock import local

# What may set a deadline earlier: a pause that ends before the day it was projected to, and a redo.
_MAY_COME_EARLIER = frozenset(
    {"resume_clock", "citizen_came", "citizen_did_not_come", "start_redo", "start_measure", "regrade_general"}
)
_LATE = timedelta(hours=1)  # so long a timer may take without anybody asking
_COMPLETED = frozenset({"complete_case", "conclude_on_site", "record_pending"})
_NEW_ROUND = frozenset({"start_redo", "start_measure"})
_RUNG = "overdue"  # the timer of the deadline itself, and why it raises
_NEVER = datetime.max.replace(tzinfo=UTC)
_DECIDED: Mapping[str, str] = {  # a request → the task that decides it
    "request_extension": "decide_extension",
    "request_pause": "decide_pause",
    "request_regrade": "decide_regrade",
}


def a_promise_comes_no_earlier(lines: Sequence[Told]) -> Iterator[Finding | None]:
    """A deadline moves later or is explained by a pause that ended or a redo."""
    for line in lines:
        moved = line.action in ("deadline_moved", "calendar_changed")
        before, after = (_instant(each.get("deadline")) for each in (line.before, line.after))
        if not moved or before is None or after is None:
            continue
        shortened = after < before and line.element not in _MAY_COME_EARLIER
        words = f"期限从 {_shown(before)} 提前到 {_shown(after)}，没有暂停结束或重办可以解释。"
        yield breaks(line, words) if shortened else None


def the_clock_strikes_on_time(lines: Sequence[Told]) -> Iterator[Finding | None]:
    """A timer strikes within an hour after it fell due."""
    for line in lines:
        due, at = _instant(line.after.get("due")), _instant(line.after.get("at"))
        if line.action == "timer_fired" and due is not None and at is not None:
            late = at - due > _LATE
            yield breaks(line, f"{_shown(due)} 到时，{_shown(at)} 才处理。") if late else None


def what_is_late_was_raised(lines: Sequence[Told]) -> Iterator[Finding | None]:
    """Whoever is completed after the deadline, or is open past it, had been raised for it: in this round, by the rung
    of the deadline, not by an earlier one. While a request is undecided the ladder waits."""
    promise = _Promise()
    for line in lines:
        if promise.moved is not None and promise.late(line.at) and not _COMPLETED.isdisjoint(line.path):
            words = f"{_shown(promise.due)} 就到期了，办结前一直没有因超期提级。"
            yield None if promise.excused(line.at) else breaks(line, words)
        promise = promise.after(line)
    if promise.moved is not None and not promise.raised and not promise.asked:
        ripe = promise.owed + _LATE - promise.moved.at
        yield breaks(promise.moved, f"{_shown(promise.due)} 就到期了，到现在没有因超期提级。", max(ripe, timedelta(0)))


@dataclass(frozen=True)
class _Promise:
    """The deadline in force. `moved`: the line that set it, None while nothing is promised; `owed`: when its rung is to
    strike, later than `due` when it was held back; `asked`: requests that wait for a decision."""

    moved: Told | None = None
    due: datetime = _NEVER
    owed: datetime = _NEVER
    raised: bool = False
    asked: frozenset[tuple[str, object]] = frozenset()

    def late(self, at: datetime) -> bool:
        return at > self.due

    def excused(self, at: datetime) -> bool:
        """Whether somebody completed then had been raised, or need not have been."""
        return self.raised or bool(self.asked) or at <= self.owed != self.due

    def after(self, line: Told) -> _Promise:
        """As it stands after a line."""
        if not _COMPLETED.isdisjoint(line.path) or line.action in ("concluded", "archived"):
            return _Promise()
        found = self if _NEW_ROUND.isdisjoint(line.path) else _Promise()
        due = _instant(line.after.get("deadline")) if line.action in ("deadline_moved", "calendar_changed") else None
        if due is not None:
            return replace(found, moved=line, due=due, owed=due)
        if line.action == "escalated" and line.after.get("reason") == _RUNG:
            return replace(found, raised=True)
        until = _instant(line.after.get("due")) if line.action == "escalation_held" else None
        if until is not None and line.after.get("activity") == _RUNG:
            return replace(found, owed=until)
        return replace(found, asked=_undecided(found.asked, line))


def _undecided(asked: frozenset[tuple[str, object]], line: Told) -> frozenset[tuple[str, object]]:
    unit = line.after.get("unit")
    if line.did("handle") and line.set.get("action") in _DECIDED:
        return asked | {(_DECIDED[line.set["action"]], unit)}
    decided = next((task for task in _DECIDED.values() if task in line.path or line.element == task), None)
    if decided is None and line.action == "timer_fired" and (line.element or "").startswith("decide_"):
        return frozenset()  # refused by the clock
    return frozenset(each for each in asked if each[0] != decided)


def _instant(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None


def _shown(instant: datetime) -> str:
    return f"{local(instant):%Y-%m-%d %H:%M}"
