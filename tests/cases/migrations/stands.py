"""Where a case stands when its version changes, and what must be so afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import select

from engine.cases.commands import ClaimTask, MigrateCase, UndoMigration
from engine.drafts import KeepDraft, Typed, draft_of
from engine.facade import ReadContext
from engine.storage.models import cases
from tests.support.play import Play
from tests.support.redrawn import Stroke, given, put_in_force, redrawn, step, strikes

MI, T05 = "unit-SC-MI", "unit-T05"
TYPED = "已联系省医保局，等回函"
PAUSE = {"action": "request_pause", "reason": "等回函", "waiting_for": "外省", "until": "2026-10-23"}
SIGN_OFF = step("review__review_given")
STRICTER = (strikes("review_late", "office_hours(4)"), given("review", due="office_hours(4)"))
Stand = Callable[[Play], None]


@pytest.fixture
def reviewing(play: Play) -> Play:
    """The review is open since Wednesday 11:00, due Thursday 17:00; version 2 wants it sooner and a sign-off after."""
    play.until("handle")
    play.at("10-21 11:10")
    put_in_force(play.engine, redrawn(SIGN_OFF, *STRICTER))
    return play


@dataclass(frozen=True)
class Scenario:
    """One migration. `stand` brings the case to where it is, `at` is when it migrates, `strokes` draw the new version.

    Expected, written from PROCESS.md and the calendar: `refused`, a part of the sentence; else the tasks that are
    open, dues of tasks, instants of timers (`gone` wait no more), the deadline, what `strikes` at the next sweep.
    """

    title: str
    stand: Stand
    at: str
    strokes: tuple[Stroke, ...]
    open: tuple[str, ...] = ()
    deadline: str | None = "10-26 17:00"
    dues: Mapping[str, str] = field(default_factory=dict)
    timers: Mapping[str, str] = field(default_factory=dict)
    gone: tuple[str, ...] = ()
    strikes: tuple[str, ...] = ()
    refused: str | None = None
    instructions: Mapping[str, str] = field(default_factory=dict)
    holds: str | None = None  # `task holder`: claimed, with a draft typed, before the migration
    base: tuple[Stroke, ...] = ()  # strokes of the version the case begins with


def plain(last: str, **changes: Mapping[str, Any]) -> Stand:
    """The plain course up to this step."""
    return lambda play: play.until(last, **changes)


def with_two_orders(play: Play) -> None:
    """The lead handles, the co-unit has not signed."""
    play.until("dispatch", dispatch={"co_units": ["T05"]})
    play.at("10-19 14:35")
    play.do("acknowledge", MI, "SC-MI", action="sign")
    play.do("first_contact", MI, contact_method="phone")


def overdue(play: Play) -> None:
    """Past its deadline, tier 3 has it."""
    play.until("first_contact")
    play.at("10-27 10:00")


def review_late(play: Play) -> None:
    """The review is late, and somebody was told to see to it."""
    play.until("handle")
    play.at("10-23 10:00")


def paused(play: Play) -> None:
    """Its clock stands until Friday."""
    play.until("first_contact")
    play.at("10-20 10:00")
    play.do("handle", MI, "SC-MI", **PAUSE)
    play.do("decide_pause", "group", approved=True)


def asked_to_pause(play: Play) -> None:
    """A pause is asked for and not decided: the ladder waits."""
    play.until("first_contact")
    play.at("10-20 10:00")
    play.do("handle", MI, "SC-MI", **PAUSE)


def waiting_for_papers(play: Play) -> None:
    """A simple case; the citizen fetches a paper."""
    play.until("accept")
    play.do("classify", "w3", grade="simple", cause="材料类")
    play.do("handle_on_site", "w3", onsite_result="waiting_citizen")


def archived(play: Play) -> None:
    """Over."""
    play.until("return_visit")


# ------------------------------------------------------------------ acts
def uid_of(play: Play) -> str:
    """The process instance of the case."""
    return str(play.engine.read(lambda ctx: _row(ctx, play.no)["uid"]))


def _row(ctx: ReadContext, no: str) -> Mapping[str, Any]:
    return dict(ctx.conn.execute(select(cases).where(cases.c.no == no)).mappings().one())


def row_of(play: Play) -> Mapping[str, Any]:
    """The stored case."""
    return play.engine.read(_row, play.no)


def runs_on(play: Play) -> int:
    """The version the case runs on."""
    bundle = row_of(play)["bundle_id"]
    return play.engine.read(lambda ctx: ctx.versions.get(ctx.conn, bundle)).version


def migrate(play: Play, to: int, by: str = "supervisor", reason: str = "新规定", **instructions: str) -> None:
    """Have the case go over."""
    play.execute(MigrateCase(uid_of(play), to, reason, instructions), by)


def undo(play: Play, by: str = "supervisor", reason: str = "换早了") -> None:
    """Take it back."""
    play.execute(UndoMigration(uid_of(play), reason), by)


def hold_and_type(play: Play, task: str, by: str) -> str:
    """Claim an open task and type something into its form; returns the id of the task."""
    name, _, unit = task.partition(" ")
    found = play.task(name, unit or None).id
    play.execute(ClaimTask(found, by), by)
    play.engine.execute(
        KeepDraft(found, [Typed("reply_text", "答复", TYPED)], frozenset({"reply_text"})), play.house.actor(by)
    )
    return found


def typed(play: Play, task_id: str, by: str) -> list[str]:
    """What is kept of it."""
    kept = play.engine.read(lambda ctx: draft_of(ctx.conn, ctx.keys, by, task_id))
    return [] if kept is None else [each.text for each in kept.fields]
