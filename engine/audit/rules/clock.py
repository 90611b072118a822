"""The clock: no promise comes earlier, timers strike on time, what is late was raised."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from engine.audit.rules.told import Finding, Told, breaks
from engine.clock import local

# What may set a deadline earlier: a pause that ends before the day it was projected to, and a redo.
_MAY_COME_EARLIER = frozenset(
    {"resume_clock", "citizen_came", "citizen_did_not_come", "start_redo", "start_measure", "regrade_general"}
)
_LATE = timedelta(hours=1)  # so long a timer may take without anybody asking
_COMPLETED = frozenset({"complete_case", "conclude_on_site"})


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
    """Whoever is completed after the deadline had been raised before."""
    due: datetime | None = None
    raised = False
    for line in lines:
        if line.action in ("deadline_moved", "calendar_changed"):
            due = _instant(line.after.get("deadline"))
        raised = raised or line.action in ("escalated", "escalation_held")
        if due is not None and line.at > due and not _COMPLETED.isdisjoint(line.path):
            yield None if raised else breaks(line, f"{_shown(due)} 就到期了，办结前一直没有提级。")


def _instant(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None


def _shown(instant: datetime) -> str:
    return f"{local(instant):%Y-%m-%d %H:%M}"
