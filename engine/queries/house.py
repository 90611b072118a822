"""The trail that belongs to no case, newest first: sign-ins, refusals, exports, erasures, publishing, people.

A million lines are read off partial indexes, each in the order of the list: of a kind of act the heads of its acts, of
a person those of what they did and of what was done about them, merged.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, literal_column, or_, select, union_all

from engine.definitions.shipped import CASE_PROCESS
from engine.facade import ReadContext
from engine.personal.numbers import masked_numbers
from engine.queries.paging import apart, behind, mark_of
from engine.queries.people import called, displays
from engine.queries.statistics import Period
from engine.storage.hints import by
from engine.storage.models import audit, cases

LIMIT = 50
MOST = 200
KINDS: Mapping[str, tuple[str, ...]] = {
    "entrance": (
        *("signed_in", "signed_out", "sign_in_failed", "locked_out", "unlocked", "confirmed", "session_ended"),
        *("second_factor_enrolled", "second_factor_given", "second_factor_reset", "sessions_ended"),
        *("password_changed", "password_reset"),
    ),
    "refused": ("refused", "refusals_not_listed"),
    "taken_out": ("ledger_exported", "events_exported", "people_exported", "evidence_packed"),
    "kept": ("case_preserved", "preservation_lifted", "erasure_asked", "erasure_dropped", "case_erased"),
    "definitions": (
        *("published", "approval_asked", "approval_approved", "approval_refused", "approval_void", "what_if_asked"),
        *("draft_begun", "draft_changed", "draft_discarded", "migration_ordered", "migration_ended"),
    ),
    "people": (
        *("user_added", "user_changed", "user_disabled", "user_enabled", "groups_changed", "token_issued"),
        *("post_asked", "post_granted", "post_declined", "substitution_entered", "substitution_ended", "token_revoked"),
    ),
    "office": (
        *("calendar_imported", "liaison_changed", "liaison_confirmed"),
        *("canned_added", "canned_changed", "canned_retired"),
    ),
    "keys": ("key_changed", "resealed"),
    "incidents": (
        *("incident_taken", "incident_retried", "incident_resolved", "incident_repaired", "incident_failed_again"),
    ),
}
_a = audit.c
_COLUMNS = (_a.seq, _a.at, _a.actor, _a.action, _a.element, _a.before, _a.after, _a.hash)
# Written out: with a bound value neither database would know that a partial index holds what is asked for.
_OF_THE_HOUSE = literal_column("audit.case_id") == literal_column("0")
_NAMES_A_CASE = frozenset({"no", "case"})
_DIGESTS = frozenset({"hash", "manifest", "commitment", "commitments", "key"})  # no number in them is anybody's


@dataclass(frozen=True)
class HouseFilter:
    """Every value given narrows the list. `kind`: a key of vocabulary.HOUSE_KIND; `person`: a sign-in name, or the
    name on screens of whoever acted or was acted upon; `since`, `until`: days, inclusive."""

    kind: str | None = None
    person: str | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class HouseLine:
    """One line. `by`: `actor` as on screens; `no`: number of the case it is about, where it is about one.

    `restricted`: it is about a restricted case, which is not named. Numbers of people are masked in what it says.
    """

    seq: int
    at: datetime
    actor: str
    by: str
    action: str
    element: str | None
    no: str | None
    restricted: bool
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    hash: str


@dataclass(frozen=True)
class HouseLines:
    """One page. `next`: the `after` of the next page, null on the last."""

    items: tuple[HouseLine, ...]
    next: str | None


def house_lines(ctx: ReadContext, wanted: HouseFilter, after: str | None = None, limit: int = LIMIT) -> HouseLines:
    """The lines the filter lets through, newest first; raises BadInput for an `after` that is none."""
    period = Period(wanted.since, wanted.until)
    asked = [_OF_THE_HOUSE, period.holds(_a.at), *behind(_a.at, _a.seq, after)]
    each = [head.where(*asked).order_by(_a.at.desc(), _a.seq.desc()).limit(limit + 1) for head in _heads(ctx, wanted)]
    merged = union_all(*apart(each)).subquery()
    newest = select(merged).distinct().order_by(merged.c.at.desc(), merged.c.seq.desc()).limit(limit + 1)
    found = ctx.conn.execute(newest).mappings().all()
    lines = told_lines(ctx, found[:limit])
    return HouseLines(lines, mark_of(lines[-1].at, lines[-1].seq) if len(found) > limit else None)


def every_house_line(ctx: ReadContext, wanted: HouseFilter) -> Iterator[HouseLine]:
    """All of them, newest first, a page in memory."""
    page = house_lines(ctx, wanted, limit=MOST)
    yield from page.items
    while page.next is not None:
        page = house_lines(ctx, wanted, page.next, MOST)
        yield from page.items


def about_person(ctx: ReadContext, name: str, most: int) -> tuple[HouseLine, ...]:
    """The newest lines about a person, by their sign-in name, whoever acted."""
    query = by(select(*_COLUMNS), audit, "ix_audit_house_element").where(_OF_THE_HOUSE, _a.element == name)
    return told_lines(ctx, ctx.conn.execute(query.order_by(_a.at.desc(), _a.seq.desc()).limit(most)).mappings().all())


# ------------------------------------------------------------------ where they are read
def _heads(ctx: ReadContext, wanted: HouseFilter) -> Iterator[Select[Any]]:
    lines = select(*_COLUMNS)
    if wanted.person is not None:
        # One person has few lines: their kind is looked at line by line.
        of_kind = [] if wanted.kind is None else [_a.action.in_(KINDS[wanted.kind])]
        for name in called(ctx.conn, wanted.person):
            yield by(lines, audit, "ix_audit_house_actor").where(_a.actor == name, *of_kind)
            yield by(lines, audit, "ix_audit_house_element").where(_a.element == name, *of_kind)
    elif wanted.kind is not None:
        for action in KINDS[wanted.kind]:
            yield by(lines, audit, "ix_audit_house_action").where(_a.action == action)
    else:
        yield by(lines, audit, "ix_audit_house_at")


# ------------------------------------------------------------------ what they say
def told_lines(ctx: ReadContext, rows: Iterable[Mapping[Any, Any]]) -> tuple[HouseLine, ...]:
    """Rows of the house as they may be told."""
    read = [{**row, "before": _read(row["before"]), "after": _read(row["after"])} for row in rows]
    names = displays(ctx.conn, {row["actor"] for row in read})
    of_case = _Named.of(ctx.conn, [row["after"] for row in read])
    return tuple(_line(row, names, of_case) for row in read)


def _line(row: Mapping[str, Any], names: Mapping[str, str], named: _Named) -> HouseLine:
    no, restricted = named.case(row["after"])
    hidden = _NAMES_A_CASE if restricted else frozenset[str]()
    said = {side: {k: v for k, v in row[side].items() if k not in hidden} for side in ("before", "after")}
    of_line = {name: row[name] for name in ("seq", "at", "actor", "action", "element", "hash")}
    told = {side: _masked(values) for side, values in said.items()}
    return HouseLine(**of_line, **told, by=names[row["actor"]], no=no, restricted=restricted)


@dataclass(frozen=True)
class _Named:
    """The cases some lines are about: row id and number → (number, restricted)."""

    known: Mapping[int | str, tuple[str, bool]]

    @classmethod
    def of(cls, conn: Connection, said: Collection[Mapping[str, Any]]) -> _Named:
        ids = {each["case"] for each in said if isinstance(each.get("case"), int)}
        numbers = {each["no"] for each in said if isinstance(each.get("no"), str)}
        if not ids and not numbers:
            return cls({})
        wanted = or_(cases.c.id.in_(ids), cases.c.no.in_(numbers))
        query = select(cases.c.id, cases.c.no, cases.c.restricted).where(wanted, cases.c.key == CASE_PROCESS)
        known: dict[int | str, tuple[str, bool]] = {}
        for row in conn.execute(query):
            known[row.id] = known[row.no] = (row.no, row.restricted)
        return cls(known)

    def case(self, said: Mapping[str, Any]) -> tuple[str | None, bool]:
        """Number of the case a line is about, None for one that is not named, and whether it is restricted."""
        found = self.known.get(said.get("case") or said.get("no") or "")
        if found is None:
            return None, False
        no, restricted = found
        return (None if restricted else no), restricted


def _masked(value: Any) -> Any:
    """Telephone and identity numbers masked, wherever somebody wrote them."""
    if isinstance(value, dict):
        return {name: part if name in _DIGESTS else _masked(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_masked(part) for part in value]
    return masked_numbers(value) if isinstance(value, str) else value


def _read(text: str | None) -> dict[str, Any]:
    found: dict[str, Any] = {} if text is None else json.loads(text)
    return found
