"""The words diagrams use: timer functions and facts of the clock ledger (PROCESS.md "Clock").

Timer words give ISO 8601 texts with offset, or None, which never fires. Without `since` they count from the
instant the timer or task began to wait.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from engine.cases import clock_ledger
from engine.cases.clock_ledger import ClockLedger
from engine.clock import ZONE, local
from engine.worktime import WorkTime


class Ground(Protocol):
    """What the words stand on: the step in progress."""

    now: datetime
    since: datetime
    ledger: ClockLedger
    worktime: WorkTime

    def order_count(self) -> int: ...
    def lead_kind(self) -> str: ...
    def lead_case_due(self) -> datetime | None: ...


# Every word with what it gives, for the check at publication and the page that explains the language.
CATALOGUE: Mapping[str, str] = {
    "workdays": "某日之后第 n 个工作日的下班时刻",
    "office_hours": "n 个办公小时之后",
    "minutes": "n 分钟之后（自然时间）",
    "closing_time": "当日下班时刻",
    "next_opening": "次一工作日上班时刻",
    "case_due": "承诺期限；n > 0 之后第 n 个工作日下班，n < 0 之前第 n 个工作日上班",
    "lead_case_due": "主件的承诺期限（并单）",
    "external_due": "外部期限；n 同上",
    "month_later": "下月同日（遇休顺延）上班时刻",
    "accepted_at": "受理时刻",
    "dispatched_at": "派单时刻",
    "feedback_at": "最近一次反馈时刻",
    "resume_at": "某日上班时刻",
    "returns": "本件退单次数",
    "redo_count": "已重办次数",
    "extension_used": "是否已延期",
    "before_due": "是否在承诺期限之前",
    "lead": "现在的主办单位",
    "lead_kind": "主办单位类别：none 未派单、district 区属、vertical 垂直管理",
    "warn_days": "提前几个工作日提醒",
    "contact_open": "是否还没有首次联系，也还没有记过响应超时",
    "open_orders": "未办完的工单数",
}


_INSTANTS = (
    *("workdays", "office_hours", "minutes", "closing_time", "next_opening", "case_due", "lead_case_due"),
    *("external_due", "month_later", "accepted_at", "dispatched_at", "feedback_at", "resume_at"),
)
# What kinds of values each word gives, for the check at publication (engine/bpmn/lint/kinds.py).
KINDS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(_INSTANTS, frozenset({"text", "null"})),
    **dict.fromkeys(("returns", "redo_count", "warn_days", "open_orders"), frozenset({"number"})),
    **dict.fromkeys(("extension_used", "before_due", "contact_open"), frozenset({"truth"})),
    "lead": frozenset({"text", "null"}),
    "lead_kind": frozenset({"text"}),
}


def words(ground: Ground) -> Mapping[str, Callable[..., Any]]:
    """The words over one step; they read it when they are called."""
    timed = {name: getattr(_Timed(ground), name) for name in _TIMED}
    facts: dict[str, Callable[..., Any]] = {
        "returns": lambda: ground.ledger.returns,
        "redo_count": lambda: ground.ledger.round - 1,
        "extension_used": lambda: ground.ledger.extension_days is not None,
        "before_due": lambda: _before_due(ground),
        "lead": lambda: ground.ledger.lead,
        "lead_kind": ground.lead_kind,
        "warn_days": lambda: ground.ledger.warn_days,
        "contact_open": lambda: not (ground.ledger.contacted or ground.ledger.contact_missed),
        "open_orders": ground.order_count,
    }
    return {**timed, **facts}


_TIMED = [
    "workdays",
    "office_hours",
    "minutes",
    "closing_time",
    "next_opening",
    "case_due",
    "lead_case_due",
    "external_due",
    "month_later",
    "accepted_at",
    "dispatched_at",
    "feedback_at",
    "resume_at",
]


class _Timed:
    """The words that give instants."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def _since(self, since: str | None) -> datetime:
        return datetime.fromisoformat(since) if since is not None else self._ground.since

    def workdays(self, n: int, since: str | None = None) -> str:
        return _text(self._ground.worktime.workdays(n, self._since(since)))

    def office_hours(self, n: float, since: str | None = None) -> str:
        return _text(self._ground.worktime.office_hours(n, self._since(since)))

    def minutes(self, n: int, since: str | None = None) -> str:
        return _text(self._since(since) + timedelta(minutes=n))

    def closing_time(self) -> str:
        return _text(self._ground.worktime.closing_time(self._ground.since))

    def next_opening(self) -> str:
        return _text(self._ground.worktime.next_opening(self._ground.since))

    def month_later(self) -> str:
        return _text(self._ground.worktime.month_later(self._ground.since))

    def case_due(self, n: int = 0) -> str | None:
        return _optional(clock_ledger.due_at(self._ground.ledger, self._ground.worktime, n))

    def lead_case_due(self) -> str | None:
        return _optional(self._ground.lead_case_due())

    def external_due(self, n: int = 0) -> str | None:
        due, worktime = self._ground.ledger.external_due, self._ground.worktime
        if due is None or n == 0:
            return _optional(due)
        return _text(worktime.shift(due, n) if n > 0 else worktime.opening_before(due, -n))

    def accepted_at(self) -> str | None:
        return _optional(self._ground.ledger.accepted_at)

    def dispatched_at(self) -> str | None:
        return _optional(self._ground.ledger.dispatched_at)

    def feedback_at(self) -> str | None:
        return _optional(self._ground.ledger.feedback_at)

    def resume_at(self, until: str) -> str:
        """Opening time of the day `until` (YYYY-MM-DD, or an instant, which is kept)."""
        if "T" in until:
            return _text(datetime.fromisoformat(until))
        return _text(self._ground.worktime.opening_time(datetime.fromisoformat(until).date()))


def _before_due(ground: Ground) -> bool:
    due = clock_ledger.deadline(ground.ledger, ground.worktime)
    return due is None or ground.now <= due


def _text(instant: datetime) -> str:
    return local(instant).isoformat() if instant.tzinfo else instant.replace(tzinfo=ZONE).isoformat()


def _optional(instant: datetime | None) -> str | None:
    return None if instant is None else _text(instant)
