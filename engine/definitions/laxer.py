"""Whether a version of the case family gives more time than was promised: by value, not by how it is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from engine.bpmn.decisions import Decision, read_decision
from engine.bpmn.elements import Element, read_elements
from engine.bpmn.expressions import ExpressionError, Words, parse
from engine.bpmn.lint.bundle import Bundle
from engine.cases.clock_ledger import ClockLedger
from engine.cases.words import words
from engine.definitions.promises import DUES, LIMITS, TIMERS, Promise
from engine.errors import Finding
from engine.worktime import WorkTime

LAXER = "LAXER"
DATA: Mapping[str, Any] = {"is_lead": True, "anonymous": False, "until": "2026-11-10"}
FIRST, EVERY, SAMPLES = datetime(2026, 1, 1, 1, 10, tzinfo=UTC), timedelta(hours=53), 160


@dataclass
class _Ground:
    """A case as the words see it, at one instant."""

    now: datetime
    since: datetime
    ledger: ClockLedger
    worktime: WorkTime

    def order_count(self) -> int:
        return 1

    def lead_kind(self) -> str:
        return "district"

    def lead_case_due(self) -> datetime | None:
        return self.since


@cache
def _worktime() -> WorkTime:
    return WorkTime.shipped()


def laxer(bundle: Bundle) -> Iterator[Finding]:
    """Every limit that is longer than promised, or gone; for the case family alone."""
    drawn = {e.id: (e, p.file) for p in bundle.processes.values() for e in read_elements(p.node)}
    files = {process.file for process in bundle.processes.values()}
    for id, promised in DUES.items():
        yield from _due(drawn, id, promised)
    for id, promise in TIMERS.items():
        yield from _timer(drawn, id, promise, min(files))
    yield from _limits(bundle)


def _due(drawn: Mapping[str, tuple[Element, str]], id: str, promised: str) -> Iterator[Finding]:
    if id not in drawn:
        return
    element, file = drawn[id]
    if element.due is None:
        yield Finding(file, LAXER, id, f"“{element.name}”的时限没有了，承诺的是 {promised}，请写回 bc:due")
    elif (when := _later(element.due, promised)) is not None:
        yield _longer(file, id, f"“{element.name}”的时限", element.due, promised, when)


def _longer(file: str, id: str, what: str, given: str, promised: str, when: str) -> Finding:
    return Finding(file, LAXER, id, f"{what} {given} 比承诺的 {promised} 宽（{when}），请改回或在发布时写明理由")


def _timer(drawn: Mapping[str, tuple[Element, str]], id: str, promise: Promise, any_file: str) -> Iterator[Finding]:
    if id not in drawn:
        if promise.on in drawn:
            element, file = drawn[promise.on]
            yield Finding(file, LAXER, promise.on, f"“{element.name}”的计时 {id} 没有了，请画回或在发布时写明理由")
        return
    element, file = drawn[id]
    if element.attached_to != promise.on:
        yield Finding(file, LAXER, id, f"计时“{element.name}”应附在 {promise.on} 上，请移回原处")
    elif element.interrupting != promise.ends:
        should = "应打断等待" if promise.ends else "不应打断等待"
        yield Finding(file, LAXER, id, f"计时“{element.name}”{should}，请改回（cancelActivity）")
    elif element.timer is None:
        yield Finding(file, LAXER, id, f"计时“{element.name}”不再是时刻计时，请写回 timeDate")
    elif (when := _later(element.timer, promise.at)) is not None:
        yield _longer(file, id, f"计时“{element.name}”", element.timer, promise.at, when)


def _later(given: str, promised: str) -> str | None:
    """When the given instant is later than the promised one, or never comes; None when it nowhere is."""
    if given == promised:
        return None
    for ground in _grounds():
        known = words(ground)
        wanted, got = _instant(promised, known), _instant(given, known)
        if wanted is not None and (got is None or got > wanted):
            day = ground.since.astimezone(wanted.tzinfo)
            return f"如 {day:%Y-%m-%d %H:%M} 起算，" + (f"到 {got:%Y-%m-%d %H:%M}" if got else "永远不到")
    return None


def _instant(text: str, known: Words) -> datetime | None:
    try:
        value = parse(text).evaluate(DATA, known)
        return datetime.fromisoformat(value) if isinstance(value, str) else None
    except (ExpressionError, ValueError):
        return None


@cache
def _grounds() -> tuple[_Ground, ...]:
    """Instants over a year, by day and by night, in cases with and without returns."""
    return tuple(_ground(FIRST + place * EVERY, returns=2 * (place % 2)) for place in range(SAMPLES))


def _ground(since: datetime, returns: int) -> _Ground:
    earlier = since - timedelta(hours=3)
    ledger = ClockLedger(
        received_at=earlier,
        accepted_at=earlier,
        dispatched_at=earlier,
        feedback_at=earlier,
        external_due=since + timedelta(days=9),
        grade="general",
        limit_days=5,
        full_days=5,
        redo_days=3,
        warn_days=2,
        lead="SC-SS",
        returns=returns,
    )
    return _Ground(since, since, ledger, _worktime())


# ------------------------------------------------------------------ the table of limits
def _limits(bundle: Bundle) -> Iterator[Finding]:
    for file, root in bundle.decision_files():
        decision = read_decision(root)
        if decision.id == "time_limits":
            yield from _rows(file, decision)


def _rows(file: str, decision: Decision) -> Iterator[Finding]:
    for (grade, round), promised in LIMITS.items():
        row = decision.evaluate({"grade": grade, "round": round}, {})
        for name, most in promised.items():
            if not isinstance(row.get(name), int) or row[name] > most:
                which = f"{grade} 第 {round} 轮的 {name}"
                text = f"{which} 是 {row.get(name)}，承诺的是 {most} 个工作日，请改回或在发布时写明理由"
                yield Finding(file, LAXER, decision.id, text)
