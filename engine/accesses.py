"""Who saw the personal data of a case in clear, and which auditor looked at it masked: noted whenever a query hands it
out, once per ten minutes.

What cannot be noted is not shown: the row is written before the answer leaves the house.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, select

from engine.storage.models import accesses
from engine.storage.prepared import Prepared
from engine.storage.rows import insert_rows

IN_CLEAR = frozenset({"case", "paper", "unmask"})
OF_AUDITORS = frozenset({"audit", "sheet"})  # masked, and part of their day's work
AGAIN_AFTER = timedelta(minutes=10)
_a = accesses.c
_NOTED = Prepared(
    select(_a.id)
    .where(
        _a.case_id == bindparam("of_case"),
        _a.person == bindparam("by"),
        _a.what == bindparam("kind"),
        _a.at > bindparam("since"),
    )
    .limit(1)
)


@dataclass(frozen=True)
class Access:
    """Something of a case that was shown, in clear or to an auditor; `what` is a key of vocabulary.ACCESS."""

    case_id: int
    what: str


def unnoted(conn: Connection, seen: Iterable[Access], person: str, now: datetime) -> list[Access]:
    """Those of what a person has just seen that were not noted of them within the last ten minutes."""
    return [each for each in dict.fromkeys(seen) if not noted_since(conn, each, person, now - AGAIN_AFTER)]


def noted_since(conn: Connection, access: Access, person: str, since: datetime) -> bool:
    """Whether such an access of this person was noted after that instant."""
    wanted = {"of_case": access.case_id, "by": person, "kind": access.what, "since": since}
    return bool(_NOTED.fetch(conn, wanted))


def write_down(conn: Connection, seen: Iterable[Access], person: str, now: datetime) -> None:
    """Write them down; in a transaction that writes."""
    same = {"person": person, "at": now}
    insert_rows(conn, accesses, [{"case_id": each.case_id, "what": each.what, **same} for each in seen])
