"""寄递: what is known of the parcel with the person's documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.cases import policy
from engine.cases.beside.act import CaseAct, Said
from engine.cases.live import Live


def _record(live: Live, values: Mapping[str, Any]) -> Said:
    """What is given replaces what was known."""
    facts = live.step.record.facts
    facts["courier"] = {**(facts.get("courier") or {}), **values}
    return Said(after={"fields": sorted(values)})


COURIER = CaseAct(
    name="courier",
    action="courier",
    posts=policy.COURIER,
    refusal="您所在的组不登记寄递信息，请联系窗口或承办单位。",
    effect=_record,
)
