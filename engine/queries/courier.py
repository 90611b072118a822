"""What is known of the parcel with the person's documents, from everything that was entered of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine.cases.courier import INSTANTS
from engine.facade import ReadContext
from engine.queries.seen_case import SeenCase
from engine.queries.sight import Sight
from engine.storage.models import answers
from engine.storage.sealed import unsealed

_ACT, _STEP = "courier", "give_feedback"  # where a parcel is entered: the whole form, or a part of the feedback


@dataclass(frozen=True)
class CaseCourier:
    """What is known of the parcel with the person's documents."""

    carrier: str | None = None
    tracking_no: str | None = None
    documents: tuple[str, ...] | None = None
    sent_at: datetime | None = None
    signed_at: datetime | None = None


def courier_of(ctx: ReadContext, found: SeenCase, sight: Sight) -> CaseCourier | None:
    """The parcel of a case; None when there is none."""
    known = {**sight.values(courier_known(ctx, found))}
    if not known:
        return None
    instants = {name: datetime.fromisoformat(known[name]) for name in INSTANTS if known.get(name)}
    return CaseCourier(**{**known, **instants})


def courier_known(ctx: ReadContext, found: SeenCase) -> dict[str, Any]:
    """The same as it was entered; what came later replaces what was known."""
    if "courier" not in found.record.facts:
        return {}
    entered = (answers.c.case_id == found.row["id"], answers.c.element.in_((_ACT, _STEP)))
    known: dict[str, Any] = {}
    for row in ctx.conn.execute(select(answers).where(*entered).order_by(answers.c.seq)).mappings():
        known |= _part(unsealed(ctx.keys, answers, row))
    return known


def _part(row: Mapping[str, Any]) -> Mapping[str, Any]:
    values: Mapping[str, Any] = json.loads(row["variables"])
    return values if row["element"] == _ACT else values.get("courier") or {}
