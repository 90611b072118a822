"""What the trail of the house says was changed in the directory. Its lines stay as they are: they are read once, and
then only those that came after.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from engine.audit.house import HOUSE, head_of_house
from engine.storage.models import audit

OF_PEOPLE = frozenset({"user_changed", "groups_changed", "post_granted", "user_enabled", "user_disabled"})
OF_UNITS = frozenset({"liaison_changed"})


@dataclass(frozen=True)
class Change:
    """A line of the house about a person or a unit, `about` its sign-in name or code."""

    at: datetime
    action: str
    about: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


class Changes:
    """The changes of one database."""

    def __init__(self) -> None:
        self._read: tuple[int, tuple[Change, ...]] = (0, ())

    def of(self, conn: Connection) -> tuple[Change, ...]:
        """All of them, oldest first."""
        last, known = self._read
        head, _ = head_of_house(conn)
        if head > last:
            known = (*known, *_between(conn, last, head))
            self._read = (head, known)
        return known


def _between(conn: Connection, last: int, head: int) -> tuple[Change, ...]:
    query = select(audit.c.at, audit.c.action, audit.c.element, audit.c.before, audit.c.after).where(
        audit.c.case_id == HOUSE, audit.c.seq > last, audit.c.seq <= head, audit.c.action.in_(OF_PEOPLE | OF_UNITS)
    )
    return tuple(
        Change(row.at, row.action, row.element, json.loads(row.before or "{}"), json.loads(row.after or "{}"))
        for row in conn.execute(query.order_by(audit.c.seq))
    )
