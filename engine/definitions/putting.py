"""The one place where a definition goes live, from whichever door it came: stored and recorded in one transaction.

Nothing is looked at here: whoever calls has had the content examined, and approved where that is wanted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine.audit import house
from engine.bpmn.definition import content_hash
from engine.definitions import approvals
from engine.definitions.drafts import OPEN, mark
from engine.definitions.versions import NOTHING, PUBLISH, About, Published, last_published, publish
from engine.storage.locks import lock_name


@dataclass(frozen=True)
class Publication:
    """What goes live. `said`: what the line on the trail says beside version, content and approval; `request`: the id
    of the request that asked for it.
    """

    key: str
    files: Mapping[str, bytes]
    author: str
    said: Mapping[str, Any] = field(default_factory=dict)
    request: int | None = None


def put_in_force(
    conn: Connection, now: datetime, new: Publication, about: Callable[[Connection], About] | None = None
) -> Published:
    """Publish, in a transaction that writes; what runs already changes nothing and is asked nothing.

    Every other request of the process is void then: it was compared with a version that runs no longer.

    `about` is asked when it is known that the content is new, and may refuse it.
    """
    lock_name(conn, PUBLISH, new.key)
    digest, last = content_hash(new.files), last_published(conn, new.key)
    if last is not None and last[1] == digest:
        return Published(last[0], new=False)
    told = NOTHING if about is None else about(conn)
    published = publish(conn, new.key, new.files, new.author, now, told)
    by = {} if told.approved_by is None else {"approved_by": told.approved_by}
    after = {"version": published.version, "hash": digest, "files": sorted(new.files), **new.said, **by}
    house.record(conn, now, new.author, "published", element=new.key, after=after)
    for other in approvals.all_waiting(conn, new.key):
        if other.id != new.request:
            approvals.decide(
                conn, other, approvals.VOID, new.author, now, comment=f"其间发布了第 {published.version} 版"
            )
            mark(conn, other.draft_id, OPEN)
    return published
