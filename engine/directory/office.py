"""The door of the office: every change of people, posts and substitutions is made here, one after the other."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from engine.audit import house as trail
from engine.cases.commands import SYSTEM, Actor
from engine.directory import grants, liaison, staff, substitution
from engine.directory.commands import (
    ChangeGroups,
    ChangeLiaison,
    ChangePerson,
    ConfirmLiaison,
    DecideGrant,
    EndSubstitution,
    EnterPerson,
    EnterSubstitution,
    ExportPeople,
    OfficeCommand,
    ReadNotices,
    SetActive,
)
from engine.errors import NotYours
from engine.outbox import notices
from engine.storage.database import WriteTransaction
from engine.storage.locks import lock_name


def begin(tx: WriteTransaction) -> None:
    """From here on nobody else changes people, posts or substitutions until this transaction ends."""
    tx.begin_writing()
    lock_name(tx.conn, "office")


def carry_out(tx: WriteTransaction, command: OfficeCommand, actor: Actor, now: datetime) -> Any:
    """Carry out one command; returns a Staffed, the id of a substitution, or None. Raises EngineError."""
    if isinstance(command, ReadNotices):
        tx.begin_writing()
        return notices.mark_read(tx.conn, actor, now, command.ids)
    begin(tx)
    match command:
        case EnterSubstitution():
            return substitution.enter(tx.conn, actor, now, command)
        case EndSubstitution():
            return substitution.end(tx.conn, actor, now, command)
        case ChangeLiaison():
            return liaison.change(tx.conn, actor, now, command)
        case ConfirmLiaison():
            return liaison.confirm(tx.conn, actor, now, command)
        case _:
            return _administer(tx, command, actor, now)


def _administer(tx: WriteTransaction, command: OfficeCommand, actor: Actor, now: datetime) -> Any:
    if actor is not SYSTEM and "admin" not in actor.groups:
        raise NotYours("人员和岗位由系统管理员管理，请联系系统管理员。")
    match command:
        case EnterPerson():
            return staff.enter(tx.conn, actor, now, command)
        case ChangePerson():
            return staff.change(tx.conn, actor, now, command)
        case ChangeGroups():
            return staff.change_groups(tx.conn, actor, now, command)
        case SetActive():
            return staff.set_active(tx.conn, actor, now, command)
        case DecideGrant():
            return grants.decide(tx.conn, actor, now, command)
        case ExportPeople():
            trail.record(tx.conn, now, actor.name, "people_exported", "people")
