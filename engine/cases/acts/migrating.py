"""Bringing a running case to another version of its process, and back: a supervisor's act, with its reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.audit.replay import Told, lines_of
from engine.cases import deeds, policy
from engine.cases.acts.results import Done
from engine.cases.again import lead_again
from engine.cases.commands import SYSTEM, MigrateCase, UndoMigration
from engine.cases.deeds import MIGRATED, MIGRATION_UNDONE, Deed
from engine.cases.live import Live
from engine.cases.opening import Address, Grounds, close_case, open_case
from engine.definitions.act_forms import MIGRATION
from engine.definitions.versions import Version
from engine.errors import BadInput, NotNow, NotYours
from engine.storage.database import WriteTransaction

LONGEST_REASON = 500


def migrate(tx: WriteTransaction, grounds: Grounds, command: MigrateCase) -> Done:
    """Have a case go on by another version. Raises NotYours, NotFound, BadInput, NotNow, CannotMigrate."""
    reason = _permitted(grounds, command.reason)
    opened = open_case(tx, grounds, Address("uid", command.uid))
    target = grounds.versions.numbered(tx.conn, opened.version.key, command.to)
    prepare(opened, target, command.instructions, reason)
    close_case(tx, opened)
    return _done(opened)


def prepare(opened: Live, target: Version, instructions: Mapping[str, str], reason: str) -> None:
    """Do it to the case in memory: the same for the act and for a look at what it would come to."""
    if opened.step.record.ended_at is not None or opened.run.ended:
        raise NotNow("这一件已经归档，留在办结时的版本上，不再迁移。")
    if target.id == opened.version.id:
        raise NotNow(f"这一件已经在第 {target.version} 版上。")
    opened.coming = target
    said = {"version": target.version, "instructions": dict(instructions)}
    before = {"version": opened.version.version}
    deeds.do(opened, Deed(MIGRATED, MIGRATION, {"reason": reason}, said, before))


def undo(tx: WriteTransaction, grounds: Grounds, command: UndoMigration) -> Done:
    """Take the last migration back.

    A case that stands as the migration left it becomes to the last bit what it was; one that has gone on since goes
    back by the rules of every migration. Raises NotNow where there is none to take back, CannotMigrate where an open
    step is not in the version before; the rest as `migrate`.
    """
    reason = _permitted(grounds, command.reason)
    opened = open_case(tx, grounds, Address("uid", command.uid))
    if opened.step.record.ended_at is not None or opened.run.ended:
        raise NotNow("这一件已经归档，迁移不能再撤销。")
    lines = lines_of(tx.conn, grounds.keys, opened.row["id"])
    last = next((line for line in reversed(lines) if line.action in (MIGRATED, MIGRATION_UNDONE)), None)
    if last is None or last.action == MIGRATION_UNDONE or last.before is None:
        raise NotNow("这一件没有可以撤销的迁移。")
    opened.coming = grounds.versions.numbered(tx.conn, opened.version.key, last.before["version"])
    opened.former = _former(tx, grounds, opened, lines, last)
    inverse = {target: source for source, target in last.said["instructions"].items()}
    said = {
        "version": opened.coming.version,
        "instructions": {} if opened.former is not None else inverse,
        "restored": opened.former is not None,
    }
    before = {"version": opened.version.version}
    deeds.do(opened, Deed(MIGRATION_UNDONE, MIGRATION, {"reason": reason}, said, before))
    close_case(tx, opened)
    return _done(opened)


def _former(tx: WriteTransaction, grounds: Grounds, opened: Live, lines: Sequence[Told], last: Told) -> bytes | None:
    """The state before a migration after which nothing has moved, read off the trail; None where something has.

    None also where the migration shares its transaction with a timer that struck just before it, or what was entered
    before is erased by now: then there is no such state to read.
    """
    moved_since = opened.step.notes or lines[-1].digest != last.digest
    if moved_since or lines[last.seq - 2].digest == last.digest:
        return None
    again, outcome = lead_again(
        tx.conn, opened.row, grounds.versions, grounds.calendars, grounds.directory, grounds.keys, last.seq - 1
    )
    led_there = outcome.mismatch is None and outcome.seq == last.seq - 1
    stored: bytes | None = again.columns["state"] if led_there else None
    return stored


def _permitted(grounds: Grounds, reason: str) -> str:
    if grounds.actor is not SYSTEM and not policy.holds(grounds.actor, policy.DESIGNING):
        raise NotYours("只有流程管理员可以迁移在办的反映件。")
    written = reason.strip()
    if not 0 < len(written) <= LONGEST_REASON:
        raise BadInput({"reason": f"请写明为什么迁移，不超过 {LONGEST_REASON} 个字。"})
    return written


def _done(opened: Live) -> Done:
    nothing: Mapping[str, Any] = {}
    return Done(opened.no, opened.row["uid"], nothing, opened.crosses)
