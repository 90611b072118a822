"""What lists and people see of a case, derived from its open tasks, ledger and record (PROCESS.md "Vocabulary")."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.cases.clock_ledger import ClockLedger
from engine.cases.effects.findings import FACT
from engine.cases.step import Record
from engine.vocabulary import PHASE
from engine.worktime import WorkTime

_PHASES = tuple(PHASE)
# An open task or waiting event and the status it means, the first that applies; ended, merged, paused come before.
_STATUS: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset({"accept", "confirm_exit", "handle_restricted"}), "registered"),
    (frozenset({"classify"}), "accepted"),
    (frozenset({"approve_redo", "chief_review"}), "redo"),
    (frozenset({"dispatch"}), "classified"),
    (frozenset({"adjudicate_return"}), "returned"),
    (frozenset({"acknowledge"}), "awaiting_signature"),
    (
        frozenset(
            [
                "handle_on_site",
                "await_citizen",
                "first_contact",
                "handle",
                "await_resume",
                "decide_extension",
                "decide_pause",
                "decide_regrade",
            ]
        ),
        "in_progress",
    ),
    (frozenset({"review"}), "in_review"),
    (frozenset({"approve_pending", "review_pending", "await_month"}), "pending"),
    (frozenset({"give_feedback"}), "completed"),
    (frozenset({"return_visit", "await_visit"}), "fed_back"),
)
EXCLUDED = frozenset({"consulted", "declined", "transferred", "merged", "withdrawn", "restricted"})


def status(record: Record, ledger: ClockLedger, open_elements: Collection[str]) -> str:
    """The case's status; `open_elements` are ids of everything that has begun and not ended.

    Of a finding put to a unit: how that stands.
    """
    if FACT in record.facts:
        return str(record.facts[FACT])
    if record.ended_at is not None:
        return "archived"
    if "await_lead" in open_elements:
        return "merged"
    if ledger.paused is not None:
        return "paused"
    if "dispatch" in open_elements and ledger.round > 1:
        return "redo"
    return next((name for ids, name in _STATUS if not ids.isdisjoint(open_elements)), "in_progress")


def phase(record: Record, phases: Collection[str | None]) -> str:
    """The earliest phase among those of the open tasks (with none open: of what is waited for); archived: feedback."""
    if record.ended_at is not None:
        return "feedback"
    return next((name for name in _PHASES if name in phases), _PHASES[0])


def contacted_in_time(facts: Mapping[str, Any]) -> bool | None:
    """False once the timer said so, else what the call-back found (PROCESS.md "Clock")."""
    return False if facts.get("contacts_missed") else facts.get("contacted_in_time")


@dataclass(frozen=True)
class Light:
    """A case's light and the working days that remain; both None where the clock says nothing."""

    colour: str | None
    remaining: int | None


def light(
    now: datetime,
    worktime: WorkTime,
    *,
    deadline: datetime | None,
    warn_days: int,
    completed_at: datetime | None,
    outcome: str | None,
    paused: bool,
) -> Light:
    """PROCESS.md "Lights"; the due day itself is yellow until the due instant has passed."""
    if deadline is None or outcome in EXCLUDED:
        return Light(None, None)
    if outcome == "pending":
        return Light("grey", None)
    if completed_at is not None:
        return Light("blue" if completed_at <= deadline else "red", None)
    remaining = worktime.remaining(now, deadline)
    if paused:
        return Light("grey", remaining)
    if now > deadline:
        return Light("red", remaining)
    return Light("yellow" if remaining <= warn_days else "green", remaining)
