"""The trail of a case as the domain API tells it, line by line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select

from engine.facade import ReadContext
from engine.queries.seen_case import seen_case
from engine.queries.sight import Sight, sight_of
from engine.storage.models import answers, audit
from engine.storage.sealed import unsealed

_REASONS = ("reason", "send_back_reason", "grade_reason", "no_feedback_reason", "dissatisfied_reason")


@dataclass(frozen=True)
class TimelineLine:
    """One line; `actor` is `system` for timers. `reason` is what the person gave, kept beside the chain."""

    seq: int
    at: datetime
    actor: str
    on_behalf_of: str | None
    action: str
    element: str | None
    reason: str | None
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    hash: str


def timeline(ctx: ReadContext, no: str) -> tuple[TimelineLine, ...]:
    """Every line of a case, oldest first; raises NotFound for a case this person may not know of."""
    row = seen_case(ctx, no).row
    case_id, sight = row["id"], sight_of(ctx, row)
    given = and_(answers.c.case_id == audit.c.case_id, answers.c.seq == audit.c.seq)
    query = select(audit, answers.c.variables).outerjoin(answers, given).where(audit.c.case_id == case_id)
    found = ctx.conn.execute(query.order_by(audit.c.seq)).mappings()
    return tuple(_line(unsealed(ctx.keys, answers, line), sight) for line in found)


def _line(row: Mapping[str, Any], sight: Sight) -> TimelineLine:
    same = ("seq", "at", "actor", "on_behalf_of", "action", "element", "hash")
    return TimelineLine(
        **{name: row[name] for name in same},
        reason=sight.values(_reason(row["variables"])),
        before=_read(row["before"]),
        after=_read(row["after"]),
    )


def _reason(entered: str | None) -> str | None:
    if entered is None:
        return None
    values = json.loads(entered)
    return next((values[name] for name in _REASONS if values.get(name)), None)


def _read(text: str | None) -> Mapping[str, Any] | None:
    found: Mapping[str, Any] | None = None if text is None else json.loads(text)
    return found
