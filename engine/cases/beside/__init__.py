"""The catalogue of acts beside the tasks, by the name of their form and route."""

from __future__ import annotations

from collections.abc import Mapping

from engine.cases.beside.act import CaseAct
from engine.cases.beside.amend import AMENDING
from engine.cases.beside.courier import COURIER
from engine.cases.beside.rating import RATING
from engine.cases.beside.supplement import SUPPLEMENT
from engine.cases.beside.urge import URGE

ACTS: Mapping[str, CaseAct] = {act.name: act for act in (COURIER, SUPPLEMENT, URGE, AMENDING, RATING)}
MESSAGES: Mapping[str, CaseAct] = {"citizen_rating": RATING}  # acts that may also come as a message
