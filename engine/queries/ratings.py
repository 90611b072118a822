"""The ratings of a case, oldest first, with the citizen's words for those who may see who they are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from engine.cases.beside.rating import RATING
from engine.cases.ratings import CALL_BACK
from engine.facade import ReadContext
from engine.queries.seen_case import SeenCase
from engine.storage.models import answers
from engine.storage.sealed import unsealed


@dataclass(frozen=True)
class CaseRating:
    """What the person said of it, 1 to 5; `by`: in the call-back, at the counter, or of their own accord.

    `comment`: their own words; null when there are none, or for whoever may not see the person's data in clear.
    """

    satisfaction: int
    at: datetime
    by: str
    comment: str | None


def ratings_of(ctx: ReadContext, found: SeenCase, clear: bool) -> tuple[CaseRating, ...]:
    """Every rating; `clear`: with the words."""
    kept = found.record.facts.get("ratings", ())
    words = _comments(ctx, found.row["id"]) if clear and kept else iter(())
    return tuple(
        CaseRating(
            rating["satisfaction"],
            datetime.fromisoformat(rating["at"]),
            rating["by"],
            None if rating["by"] == CALL_BACK else next(words, None),
        )
        for rating in kept
    )


def _comments(ctx: ReadContext, case_id: int) -> Iterator[str | None]:
    """Of every rating that was no call-back, in the same order."""
    query = select(answers).where(answers.c.case_id == case_id, answers.c.element == RATING.name)
    for row in ctx.conn.execute(query.order_by(answers.c.seq)).mappings():
        yield json.loads(unsealed(ctx.keys, answers, row)["variables"]).get("comment")
