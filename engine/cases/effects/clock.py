"""Operations on the clock: acceptance, limits, re-grading, pauses, extension, redo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from engine.bpmn.elements import Element
from engine.cases.clock_ledger import ClockLedger, Pause
from engine.cases.step import Operation, Step


def accept(step: Step, data: dict[str, Any], element: Element) -> None:
    """The acceptance instant is the instant of the act."""
    step.ledger = replace(step.ledger, accepted_at=step.now)


def set_clock(step: Step, data: dict[str, Any], element: Element) -> None:
    """Give the case the limits of its grade; a grade it already has changes nothing."""
    if step.ledger.round > 1:
        _next_round(step, data, element)
        return
    if step.ledger.grade == data["grade"]:
        return
    _classified(step)
    _graded(step, data, element)
    if step.ledger.original is None:
        step.ledger = replace(step.ledger, original=step.deadline())


def _next_round(step: Step, data: Mapping[str, Any], element: Element) -> None:
    """A new round keeps the grade the case has, also one that a unit asked for; a simple case is dispatched now."""
    if step.ledger.grade == data["grade"]:
        full = step.ledger.limit_days or data["limit_days"]
        _apply(step, replace(step.ledger, limit_days=full, warn_days=data["warn_days"]), element)


def _graded(step: Step, data: Mapping[str, Any], element: Element) -> None:
    """Take over a row of the table of limits."""
    step.record.grade = data["grade"]
    changed = replace(
        step.ledger,
        grade=data["grade"],
        limit_days=data["limit_days"] or None,
        full_days=data["limit_days"] or None,
        redo_days=data["redo_days"],
        warn_days=data["warn_days"] or 0,
    )
    _apply(step, changed, element)


def _classified(step: Step) -> None:
    """What the officer found at classification, kept for lists and statistics."""
    step.record.cause = step.answers.get("cause", step.record.cause)
    step.record.urgent = bool(step.answers.get("urgent", step.record.urgent))
    step.ledger = replace(step.ledger, lead=step.answers.get("lead_unit") or step.ledger.lead)


def _apply(step: Step, changed: ClockLedger, element: Element) -> None:
    """Take over a changed ledger, with the deadline before and after on the trail."""
    before = step.deadline()
    step.ledger = changed
    after = step.deadline()
    if before != after:
        step.note("deadline_moved", element.id, _stamp(before), _stamp(after))


def _stamp(deadline: datetime | None) -> dict[str, Any]:
    return {"deadline": None if deadline is None else deadline.isoformat()}


def regrade(step: Step, data: dict[str, Any], element: Element) -> None:
    """A case not settled on the spot becomes a general one; the clock keeps the original acceptance."""
    step.ledger = step.ledger.resumed(step.now)
    step.note("regraded", element.id, {"grade": step.ledger.grade}, {"grade": data["grade"]})


def pause_for_citizen(step: Step, data: dict[str, Any], element: Element) -> None:
    """The clock stands still while the citizen fetches a paper."""
    _apply(step, step.ledger.with_pause(Pause(step.now, datetime.fromisoformat(data["until"]))), element)


def resume(step: Step, data: dict[str, Any], element: Element) -> None:
    """The clock goes on."""
    paused = step.ledger.paused
    _apply(step, step.ledger.resumed(step.now), element)
    if paused is not None and paused.unit is not None:
        step.order(paused.unit).status = "contacted" if step.order(paused.unit).first_contact_at else "signed"


def request(step: Step, data: dict[str, Any], element: Element) -> None:
    """A unit asks for an extension, a pause or another grade: what was asked, and when, waits for the decision."""
    asked = {key: step.answers.get(key) for key in ("action", "days", "until") if step.answers.get(key) is not None}
    requests = step.record.facts.setdefault("requests", {})
    requests[data["unit"]] = {**asked, "unit": data["unit"], "at": step.now.isoformat()}
    step.tell("request_filed", ["work_group"], unit=data["unit"])


def _decided(step: Step, data: Mapping[str, Any]) -> dict[str, Any] | None:
    """The unit's request, which waits no longer.

    None when it was taken back with its order meanwhile: then there is nothing left to decide.
    """
    requests: dict[str, dict[str, Any]] = step.record.facts.get("requests", {})
    asked = requests.pop(data["unit"], None)
    if asked is not None:
        kind = "request_granted" if data.get("approved") else "request_refused"
        step.tell(kind, [f"unit:{data['unit']}"], unit=data["unit"], action=asked["action"])
    return asked


def decide_extension(step: Step, data: dict[str, Any], element: Element) -> None:
    """An approved extension: the closing time `days` working days after the old deadline."""
    asked = _decided(step, data)
    if asked is None or step.ledger.extension_days is not None:  # another unit's was granted: once in a case's life
        return
    approved = bool(data.get("approved"))
    decided = {"days": asked["days"], "asked_at": asked["at"], "decided_at": step.now.isoformat(), "approved": approved}
    step.record.facts["extension"] = decided
    if approved:
        _apply(step, replace(step.ledger, extension_days=asked["days"], extension_round=step.ledger.round), element)
        step.notify("extension_granted", ["window"], days=asked["days"])


def decide_pause(step: Step, data: dict[str, Any], element: Element) -> None:
    """An approved pause counts from the request."""
    asked = _decided(step, data)
    if asked is None or not data.get("approved"):
        return
    until = step.worktime.opening_time(date.fromisoformat(asked["until"]))
    pause = Pause(datetime.fromisoformat(asked["at"]), until, None, asked["unit"])
    _apply(step, step.ledger.with_pause(pause), element)
    step.order(asked["unit"]).status = "paused"


def decide_regrade(step: Step, data: dict[str, Any], element: Element) -> None:
    """An approved re-grading to complex: its limit counts from the acceptance."""
    if _decided(step, data) is None or not data.get("approved"):
        return
    _graded(step, data, element)


def start_redo(step: Step, data: dict[str, Any], element: Element) -> None:
    """A redo sets its own deadline, from now, even if it lies earlier."""
    _new_round(step, step.ledger.redo_days, element)


def start_measure(step: Step, data: dict[str, Any], element: Element) -> None:
    """A new measure after the second dissatisfaction: the full limit of the grade from now."""
    _new_round(step, step.ledger.full_days, element)


def _new_round(step: Step, days: int | None, element: Element) -> None:
    changed = replace(
        step.ledger,
        round=step.ledger.round + 1,
        round_from=step.now,
        limit_days=days,
    )
    step.record.completed_at = None
    step.record.outcome = None
    step.record.tier = 0
    _apply(step, changed, element)


OPERATIONS: Mapping[str, Operation] = {
    "accept": accept,
    "set_clock": set_clock,
    "regrade": regrade,
    "pause_for_citizen": pause_for_citizen,
    "resume": resume,
    "request": request,
    "decide_extension": decide_extension,
    "decide_pause": decide_pause,
    "decide_regrade": decide_regrade,
    "start_redo": start_redo,
    "start_measure": start_measure,
}
