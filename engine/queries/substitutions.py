"""Who stands in for whom, for those it concerns; and whom one may choose."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from engine.cases.commands import SYSTEM
from engine.directory.people import Person, find_person
from engine.directory.posts import lent
from engine.directory.substitution import may_enter, why_not
from engine.errors import NotFound
from engine.facade import ReadContext
from engine.queries.people import displays
from engine.storage.models import memberships, people, substitutions

_KEPT = 100  # the newest so many are listed


@dataclass(frozen=True)
class SubstitutionRow:
    """One substitution; `state`: coming, running or ended. Names as in the sign-in, `…_name` as on screens."""

    id: int
    absent: str
    absent_name: str
    substitute: str
    substitute_name: str
    from_: datetime
    until: datetime
    reason: str | None
    entered_by: str
    ended_at: datetime | None
    state: str
    may_end: bool


@dataclass(frozen=True)
class Somebody:
    """A person to choose."""

    name: str
    display: str


def substitutions_seen(ctx: ReadContext, of: str | None = None) -> tuple[SubstitutionRow, ...]:
    """Those this person takes part in or may set, of everybody or of one absent person; the newest first."""
    query = select(substitutions).order_by(substitutions.c.id.desc()).limit(_KEPT)
    if of is not None:
        query = query.where(substitutions.c.absent == of)
    rows = ctx.conn.execute(query).mappings().all()
    names = displays(ctx.conn, {row[who] for row in rows for who in ("absent", "substitute")})
    settable = {name for name in {row["absent"] for row in rows} if _may_set(ctx, name)}
    seen = (row for row in rows if row["absent"] in settable or row["substitute"] == ctx.actor.name)
    return tuple(
        SubstitutionRow(
            **{key: row[key] for key in ("id", "absent", "substitute", "until", "reason", "entered_by", "ended_at")},
            absent_name=names[row["absent"]],
            substitute_name=names[row["substitute"]],
            from_=row["since"],
            state=_state(ctx.now, row["since"], row["until"], row["ended_at"]),
            may_end=row["ended_at"] is None and row["until"] > ctx.now,
        )
        for row in seen
    )


def substitution(ctx: ReadContext, id: int) -> SubstitutionRow:
    """One of those this person may see; raises NotFound."""
    found = next((row for row in substitutions_seen(ctx) if row.id == id), None)
    if found is None:
        raise NotFound("没有这项代办，请核对。")
    return found


def _may_set(ctx: ReadContext, name: str) -> bool:
    person = find_person(ctx.conn, name)
    return ctx.actor is SYSTEM or (person is not None and may_enter(ctx.actor, person))


def _state(now: datetime, since: datetime, until: datetime, ended_at: datetime | None) -> str:
    if ended_at is not None or until <= now:
        return "ended"
    return "running" if since <= now else "coming"


# ------------------------------------------------------------------ whom to choose
def absentees(ctx: ReadContext) -> tuple[Somebody, ...]:
    """Whose absence this person may enter, themself first."""
    led = (person for person in _active(ctx.conn) if lent(person.groups) and may_enter(ctx.actor, person))
    return _named(sorted(led, key=lambda person: (person.name != ctx.actor.name, person.name)))


def candidates(ctx: ReadContext, absent: str) -> tuple[Somebody, ...]:
    """Who may stand in for somebody; nobody for whoever has nothing to lend. Raises NotFound."""
    person = find_person(ctx.conn, absent)
    if person is None:
        raise NotFound(f"没有名为“{absent}”的用户。")
    if not lent(person.groups):
        return ()
    return _named(other for other in _active(ctx.conn) if why_not(person, other) is None)


def _active(conn: Connection) -> list[Person]:
    query = (
        select(people.c.name, people.c.display, people.c.unit, people.c.window, memberships.c.group)
        .join(memberships, memberships.c.person == people.c.name)
        .where(people.c.active.is_(True))
        .order_by(people.c.name)
    )
    found: dict[str, Person] = {}
    for name, display, unit, window, group in conn.execute(query):
        groups = found[name].groups | {group} if name in found else frozenset({group})
        found[name] = Person(name, display, groups, unit, window, True)
    return list(found.values())


def _named(chosen: Iterable[Person]) -> tuple[Somebody, ...]:
    return tuple(Somebody(person.name, person.display) for person in chosen)
