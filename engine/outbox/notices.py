"""What people are told in the application: the messages of the outbox, by the groups they are addressed to.

Told in office hours: what happens outside them is seen when the office opens, together (DOMAIN.md, "Rules"). Whoever
stands in for somebody is told what that person would be.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, bindparam, exists, select

from engine.cases.commands import Actor
from engine.errors import NotFound
from engine.storage import rows
from engine.storage.models import notice_reads, notices, outbox
from engine.worktime import WorkTime

KEPT = timedelta(days=30)  # how long a notice is shown; what happened stands on the trail of the case for ever
# Somebody is at work just then: a colleague asks, or a person waits at the counter.
AT_ONCE = frozenset({"on_site_yellow", "handed_on", "delegated", "resolved"})


def seen_from(worktime: WorkTime, kind: str, at: datetime) -> datetime:
    """When people see a notice of this kind that is written at this instant."""
    return at if kind in AT_ONCE else worktime.open_from(at)


def addressees(actor: Actor) -> frozenset[str]:
    """The groups whose notices this person is shown, their own and those of whom they stand in for."""
    return actor.groups | {f"person:{name}" for name in actor.names}


_NOW, _OLDEST = (bindparam(name, type_=notices.c.at.type) for name in ("now", "oldest"))


def addressed(actor: Actor) -> ColumnElement[bool]:
    """The rows of `notices` this person is shown at the instant that `shown_at` gives as parameters."""
    return and_(notices.c.group.in_(sorted(addressees(actor))), notices.c.at <= _NOW, notices.c.at > _OLDEST)


def shown_at(now: datetime) -> dict[str, datetime]:
    """The parameters of `addressed`."""
    return {"now": now, "oldest": now - KEPT}


def waits(actor: Actor) -> ColumnElement[bool]:
    """Whether a notice of a row of `notices` still wants to be seen: not read, and not over without it."""
    return and_(notices.c.over_at.is_(None), ~is_read(actor))


def is_read(actor: Actor) -> ColumnElement[bool]:
    """Whether this person has read the notice of a row of `notices`."""
    return exists().where(notice_reads.c.person == actor.name, notice_reads.c.key == notices.c.key)


def mark_read(conn: Connection, actor: Actor, now: datetime, ids: Collection[int] | None) -> None:
    """Note that this person has read these notices, None: all that wait for them. Raises NotFound for one of others.

    It changes nothing of a case nor of the house, and has no line on a trail.
    """
    shown = select(outbox.c.id, outbox.c.key).join(notices, notices.c.key == outbox.c.key)
    shown = shown.where(addressed(actor), waits(actor) if ids is None else outbox.c.id.in_(ids))
    found = {row.id: row.key for row in conn.execute(shown, shown_at(now))}
    if not set(ids or ()) <= found.keys():
        raise NotFound("没有这条通知：可能已过期，也可能不是发给您的。")
    for key in found.values():
        rows.insert_new(conn, notice_reads, {"person": actor.name, "key": key, "at": now})
