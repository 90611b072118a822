"""The catalogue of acts beside the tasks, by the name of their form and route."""

from __future__ import annotations

from collections.abc import Mapping

from engine.cases.beside.act import CaseAct
from engine.cases.beside.amend import AMENDING
from engine.cases.beside.courier import COURIER
from engine.cases.beside.hold_escalation import HOLD_ESCALATION
from engine.cases.beside.rating import RATING
from engine.cases.beside.supplement import SUPPLEMENT
from engine.cases.beside.urge import URGE

_ALL = (COURIER, SUPPLEMENT, URGE, HOLD_ESCALATION, AMENDING, RATING)
ACTS: Mapping[str, CaseAct] = {act.name: act for act in _ALL}
MESSAGES: Mapping[str, CaseAct] = {"citizen_rating": RATING}  # acts that may also come as a message
