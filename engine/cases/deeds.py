"""What an act does to a case, by the action its audit line names.

An act is done here and nowhere else: the door does it the first time, the replay of the trail (again.py) does it again
from its line and the answers beside it. Whatever a deed needs is therefore in the deed: codes and instants in `said`,
what a person filled in in `entered`. What it tells others it tells while it is being done.

A new kind of act that changes state, ledger or facts gets an action of its own and a place in `DEEDS`. An act that
changes nothing of these writes its line by `Step.note` and is named in `SAID_ALONE`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any

from engine.audit.trail import canonical
from engine.bpmn.migration import Plan
from engine.cases import clock_ledger, live, merging, services
from engine.cases.beside import ACTS
from engine.cases.beside.act import CaseAct, Said
from engine.cases.clock_ledger import ClockLedger
from engine.cases.commands import SYSTEM
from engine.cases.live import LEAD_MOVED, Live
from engine.cases.step import Step
from engine.definitions.versions import Version
from engine.worktime import WorkTime

# How a case begins (`begin`), how its clock strikes (`live.strike`), how its calendar changes (`change_calendar`).
BEGUN, STRUCK, CALENDAR_CHANGED = "registered", "timer_fired", "calendar_changed"
# The case goes on by another version of its diagrams; that is taken back.
MIGRATED, MIGRATION_UNDONE = "migrated", "migration_undone"
# Said by an act on its way: doing the act again says it again.
SAID_ON_THE_WAY = frozenset(
    {
        "archived",
        "armed",
        "concluded",
        "deadline_moved",
        "decided",
        "disarmed",
        "escalated",
        "moved",
        "notice",
        "reasons_given",
        "regraded",
        "reminder_skipped",
        "signed_by_clock",
    }
)
# Acts that leave state, ledger and facts as they are.
SAID_ALONE = frozenset(
    {
        "attached",
        "claimed",
        "commented",
        "delegated",
        "erased",
        "handed_on",
        "repaired",
        "resolved",
        "unclaimed",
        "unmasked",
    }
)


@dataclass(frozen=True)
class Deed:
    """One act as its audit line tells it. `said` is the line's `after` but for what the move itself adds to it."""

    action: str
    element: str
    entered: Mapping[str, Any] | None = None  # nobody had a form to fill in
    said: Mapping[str, Any] = field(default_factory=dict)
    before: Mapping[str, Any] | None = None
    task_id: str | None = None


def do(opened: Live, deed: Deed) -> None:
    """Do it, by the actor and at the instant of the step: its line on the trail, what it changes, the path it took."""
    opened.step.answers = deed.entered or {}
    move = partial(DEEDS[deed.action], opened, deed)
    kept = {"before": deed.before, "entered": deed.entered, "task_id": deed.task_id}
    live.moving(opened, deed.action, deed.element, deed.said, move, **kept)


def change_calendar(opened: Live, version: int, worktime: WorkTime) -> None:
    """Bring a case to a newer calendar, by an act of the system's own; its line says what that means for the deadline.

    Nothing for a case that has it already, or is archived.
    """
    step = opened.step
    if version <= step.calendar or step.record.ended_at is not None:
        return
    kept = clock_ledger.keep_promise(step.ledger, step.worktime, worktime)
    before = {"calendar": step.calendar, "deadline": step.deadline()}
    said = {"calendar": version, "deadline": clock_ledger.deadline(kept, worktime)}
    step.coming = worktime
    _by_system(opened, Deed(CALENDAR_CHANGED, "calendar", said=said, before=before))


def follow_lead(opened: Live) -> None:
    """Bring a merged case to the deadline its lead case has by now; nothing for one that has it already, or is none."""
    if opened.step.lead_case is not None and opened.run.out_of_date():
        _by_system(opened, Deed(LEAD_MOVED, "lead_case"))


def _by_system(opened: Live, deed: Deed) -> None:
    """Nobody's act: the case follows what has changed around it."""
    actor, opened.step.actor = opened.step.actor, SYSTEM
    do(opened, deed)
    opened.step.actor = actor


def begin(uid: str, version: Version, step: Step, variables: Mapping[str, Any], entered: Mapping[str, Any]) -> Live:
    """Begin a case with its start form, and bring it to its first rest."""
    _on_paper(step, entered)
    step.answers = entered
    step.note(BEGUN, version.definition.start.id)
    begun = live.begin(uid, version, step, variables)
    begun.merged_into = merging.lead_named(entered)
    calendar = {"calendar": step.calendar} if step.calendar else {}
    after = {"variables": variables, **calendar, **live.of_lead_case(step), "path": list(begun.run.path)}
    step.notes[0] = replace(step.notes[0], after=after, entered=entered)
    return begun


def _on_paper(step: Step, entered: Mapping[str, Any]) -> None:
    """What the start form says of the case itself."""
    applicant = entered.get("applicant") or {}
    step.record.restricted = bool(entered.get("confidential")) or entered.get("acceptance") == "restricted"
    step.record.anonymous = applicant.get("kind") == "anonymous"
    received, external = _instant(entered.get("received_at")), _instant(entered.get("external_due"))
    step.ledger = ClockLedger(received_at=received or step.now, external_due=external)


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _complete(opened: Live, deed: Deed) -> None:
    """A task, with the variables its form gave to the diagram."""
    task_id = deed.task_id or ""
    opened.merged_into = merging.lead_named(deed.entered or {})
    opened.done_by[task_id] = opened.step.actor
    opened.run.complete(task_id, deed.said["variables"])


def _send(opened: Live, deed: Deed) -> None:
    """A message, to every place that waits for it."""
    opened.run.send(deed.element, {})


def _change_calendar(opened: Live, deed: Deed) -> None:
    """Another calendar is in force: every instant is computed anew by it, no promised deadline comes earlier."""
    step = opened.step
    assert step.coming is not None
    step.ledger = clock_ledger.keep_promise(step.ledger, step.worktime, step.coming)
    step.worktime, step.calendar = step.coming, deed.said["calendar"]


def _follow_lead(opened: Live, deed: Deed) -> None:
    """Its lead case is due otherwise: what waits for that deadline waits for the new one."""
    live.reproject(opened)


def _migrate(opened: Live, deed: Deed) -> None:
    """It goes on by the version that is coming, from where it stands."""
    assert opened.coming is not None
    live.exchange(opened, opened.coming, Plan(deed.said["instructions"]))


def _undo_migration(opened: Live, deed: Deed) -> None:
    """Back to the version before: as the case stood, or by the rules of every migration where it has gone on since."""
    assert opened.coming is not None
    if deed.said["restored"]:
        assert opened.former is not None
        live.restore(opened, opened.coming, opened.former)
    else:
        live.exchange(opened, opened.coming, Plan(deed.said["instructions"]), back=True)


def _serve(opened: Live, deed: Deed) -> None:
    """A service by the act that gave it; the element of the line is its kind."""
    services.serve(opened.step.record, deed.element, opened.step.now)


def _beside(act: CaseAct, opened: Live, deed: Deed) -> None:
    """From what the line and the answers will give back, no more: sorted as they are kept."""
    act.do(opened, Said(_as_kept(deed.entered or {}), deed.before, _as_kept(deed.said)))


def _as_kept(values: Mapping[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(canonical(values))
    return kept


DEEDS: Mapping[str, Callable[[Live, Deed], None]] = {
    "completed": _complete,
    "message": _send,
    CALENDAR_CHANGED: _change_calendar,
    LEAD_MOVED: _follow_lead,
    MIGRATED: _migrate,
    "served": _serve,
    MIGRATION_UNDONE: _undo_migration,
    **{act.action: partial(_beside, act) for act in ACTS.values()},
}
