"""How much of a case's personal data a person sees: in clear for who is handling it, masked for all others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, select

from engine.cases import policy
from engine.cases.case_person import people_of
from engine.cases.commands import SYSTEM
from engine.cases.record_form import read_record
from engine.definitions.shipped import CASE_PROCESS
from engine.facade import ReadContext
from engine.keys import Keys
from engine.personal.words import Person
from engine.queries.tasks import groups_of
from engine.storage.models import cases, tasks


@dataclass(frozen=True)
class Sight:
    """What an actor sees of one case. `clear`: everything as it was told; else free text is masked as well."""

    clear: bool
    conn: Connection
    keys: Keys
    case_id: int

    @cached_property
    def _people(self) -> tuple[Person, ...]:
        return people_of(self.conn, self.keys, self.case_id)

    def text(self, text: str) -> str:
        """A free text of the case as this person reads it."""
        return text if self.clear else self.masked(text)

    def values(self, values: Any) -> Any:
        """A JSON value whose texts are as this person reads them."""
        for person in () if self.clear else self._people:
            values = person.masked_in(values)
        return values

    def masked(self, text: str) -> str:
        """The same as somebody reads it who does not see the person in clear."""
        for person in self._people:
            text = person.masked(text)
        return text


def sight_of(ctx: ReadContext, row: Mapping[str, Any]) -> Sight:
    """What the actor sees of the case of a whole row of `cases`; that it is in clear is noted."""
    clear = in_clear(ctx, row)
    if clear and row["key"] == CASE_PROCESS:
        ctx.saw(row["id"], "case")
    return Sight(clear, ctx.conn, ctx.keys, row["id"])


def sight_by_id(ctx: ReadContext, case_id: int) -> Sight:
    """The same of a case by its row id."""
    row = ctx.conn.execute(select(cases).where(cases.c.id == case_id)).mappings().one()
    return sight_of(ctx, dict(row))


def in_clear(ctx: ReadContext, row: Mapping[str, Any]) -> bool:
    """Who holds or may take an open task of the case, and a unit whose order is open; never who only supervises."""
    if ctx.actor is SYSTEM:
        return True
    if not policy.may_see_clear(ctx.actor):
        return False
    units = policy.units_of(ctx.actor.groups)
    if units and any(order.open and order.unit in units for order in read_record(row).orders):
        return True
    return _has_task(ctx, row["id"])


def _has_task(ctx: ReadContext, case_id: int) -> bool:
    query = select(tasks.c.id, tasks.c.assignee).where(tasks.c.case_id == case_id)
    held = {id: assignee for id, assignee in ctx.conn.execute(query)}
    groups = groups_of(ctx.conn, list(held))
    return any(
        policy.in_group(ctx.actor, groups.get(id, ())) if assignee is None else assignee in ctx.actor.names
        for id, assignee in held.items()
    )
