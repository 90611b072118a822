"""One case as its row stands, for a person who may know of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import bindparam, select

from engine.cases import clock_ledger, policy, projection
from engine.cases.clock_ledger import ClockLedger
from engine.cases.commands import SYSTEM
from engine.cases.policy import CaseFacts
from engine.cases.projection import Light
from engine.cases.record_form import read_record
from engine.cases.step import Record
from engine.clock import local
from engine.definitions.shipped import CASE_PROCESS
from engine.errors import NotFound
from engine.facade import ReadContext
from engine.storage.models import bundles, cases
from engine.worktime import WorkTime

_CASE = (
    select(cases, bundles.c.version, bundles.c.hash)
    .join(bundles, bundles.c.id == cases.c.bundle_id)
    .where(cases.c.no == bindparam("wanted"), cases.c.key == CASE_PROCESS)
)


@dataclass(frozen=True)
class SeenCase:
    """A row of `cases` with its record and clock ledger read; `row` also holds `version` and `hash` of its diagrams."""

    row: Mapping[str, Any]
    record: Record
    ledger: ClockLedger


def seen_case(ctx: ReadContext, no: str) -> SeenCase:
    """The case with this number; raises NotFound, also for a case this person may not know of."""
    found = ctx.conn.execute(_CASE, {"wanted": no}).one_or_none()
    if found is None:
        raise NotFound
    row = found._asdict()
    case = SeenCase(row, read_record(row), clock_ledger.from_json(row["ledger"]))
    if ctx.actor is not SYSTEM and not policy.sees(ctx.actor, _facts(case)):
        raise NotFound
    return case


def _facts(case: SeenCase) -> CaseFacts:
    registered = case.row["registered_unit"]
    units = {order.unit for order in case.record.orders} | ({registered} if registered else set())
    return CaseFacts(case.record.restricted, frozenset(units))


class Moment(Protocol):
    """When a light is looked at, and by which working time: a read, or a book written in one."""

    @property
    def now(self) -> datetime: ...

    @property
    def worktime(self) -> WorkTime: ...


def light_of(moment: Moment, row: Mapping[str, Any], ledger: ClockLedger) -> Light:
    """The case's light at this moment."""
    return projection.light(
        moment.now,
        moment.worktime,
        deadline=row["deadline"],
        warn_days=ledger.warn_days,
        completed_at=row["completed_at"],
        outcome=row["outcome"],
        paused=ledger.paused is not None,
    )


def provisional(ctx: ReadContext, deadline: datetime | None) -> bool:
    """Whether a deadline lies in a year without official notice (暂定)."""
    return deadline is not None and ctx.worktime.provisional(local(deadline).date())
