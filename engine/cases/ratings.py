"""What the citizen says of a case, 1 to 5: a later rating replaces an earlier one, all are kept."""

from __future__ import annotations

from datetime import datetime

from engine.cases.step import Step

CALL_BACK = "return_visit"


def rate(step: Step, satisfaction: int, by: str) -> None:
    """Keep a rating; `by` says where it was given, a code of vocabulary.RATED_BY."""
    facts = step.record.facts
    rating = {"satisfaction": satisfaction, "at": step.now.isoformat(), "by": by}
    facts["ratings"] = [*facts.get("ratings", []), rating]
    facts["satisfaction"] = satisfaction


def before_the_visit(step: Step) -> int | None:
    """What the citizen has said since the last feedback, for the call-back to start from."""
    ratings, feedback_at = step.record.facts.get("ratings", ()), step.ledger.feedback_at
    if not ratings or feedback_at is None or ratings[-1]["by"] == CALL_BACK:
        return None
    since = datetime.fromisoformat(ratings[-1]["at"]) >= feedback_at
    found: int | None = ratings[-1]["satisfaction"] if since else None
    return found
