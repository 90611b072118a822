"""谁看过: who looked at a citizen, in all cases of the same person, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from engine.accesses import IN_CLEAR
from engine.cases.case_person import person_of
from engine.cases.marks import of_same_person
from engine.facade import ReadContext
from engine.personal.masking import masked_name, masked_phone
from engine.personal.words import Person
from engine.queries.people import displays
from engine.queries.seen_case import seen_case
from engine.queries.visibility import visible
from engine.storage.models import accesses, cases

MOST = 1000


@dataclass(frozen=True)
class CaseAccess:
    """Somebody saw something of case `no`; `by` as on screens, `what` a key of vocabulary.ACCESS.

    `clear`: with personal data; auditors' pages and packs mask it.
    """

    no: str
    at: datetime
    person: str
    by: str
    what: str
    clear: bool


@dataclass(frozen=True)
class Accesses:
    """Of the citizen of one case: name and phone masked, the newest thousand accesses, and how many there are.

    `erased`: who it was is not known any more, so it is the accesses to this case alone.
    """

    name: str | None
    phone: str | None
    items: tuple[CaseAccess, ...]
    total: int
    erased: bool = False


def accesses_of(ctx: ReadContext, no: str) -> Accesses:
    """Every access to the citizen of this case; raises NotFound for a case this person may not know of."""
    row = seen_case(ctx, no).row
    case_id, erased = row["id"], row["erased_at"] is not None
    person = person_of(ctx.conn, ctx.keys, case_id)
    theirs = _cases_of(ctx, case_id, person)
    query = select(cases.c.no, accesses.c.at, accesses.c.person, accesses.c.what).join(
        cases, cases.c.id == accesses.c.case_id
    )
    newest = query.where(theirs).order_by(accesses.c.at.desc(), accesses.c.id.desc()).limit(MOST)
    found = ctx.conn.execute(newest).mappings().all()
    names = displays(ctx.conn, {row["person"] for row in found})
    items = tuple(CaseAccess(**row, by=names[row["person"]], clear=row["what"] in IN_CLEAR) for row in found)
    total = ctx.conn.execute(select(func.count()).select_from(accesses).where(theirs)).scalar_one()
    return Accesses(masked_name(person.name, person.kind), masked_phone(person.phone), items, total, erased)


def _cases_of(ctx: ReadContext, case_id: int, person: Person) -> ColumnElement[bool]:
    """Of the cases of this citizen those the actor may know of; as numbers, so that their rows are looked up."""
    same = {case_id, *of_same_person(ctx.conn, ctx.keys, person.name, person.phone)}
    known = ctx.conn.scalars(select(cases.c.id).where(cases.c.id.in_(same), visible(ctx.actor)))
    return accesses.c.case_id.in_(list(known))
