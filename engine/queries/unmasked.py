"""Whose case it is, in clear, right after somebody gave a reason to see it."""

from __future__ import annotations

from engine.facade import ReadContext
from engine.queries.case import Applicant, applicant_of
from engine.queries.seen_case import seen_case


def unmasked(ctx: ReadContext, no: str) -> Applicant:
    """The applicant of a case; to be asked for once the door has let this person through (`Unmask`)."""
    return applicant_of(ctx, seen_case(ctx, no).row["id"], clear=True)
