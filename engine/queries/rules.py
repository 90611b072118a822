"""How the cases of a period stand against the rules (engine/audit/rules): checked, and found otherwise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Column, ColumnElement, Select, func, select, type_coerce

from engine.accesses import OF_AUDITORS
from engine.audit.rules import RULES
from engine.facade import ReadContext
from engine.heat.keeping import waiting
from engine.queries.paging import Page
from engine.queries.statistics import Period
from engine.queries.visibility import visible
from engine.storage.models import accesses, cases, rule_findings, walked_cases

LOOKS = "looks"  # read off the accesses, not off a trail
MANY_LOOKS = 30  # different cases that one person looked into on one day
_f = rule_findings.c
_DAY = 24 * 3600 * 1_000_000
_EAST = 8 * 3600 * 1_000_000  # the day begins at midnight in Shanghai
_MOST_WAITING = 999


@dataclass(frozen=True)
class Standing:
    """One rule over a period: in how many cases there was something to check, and in how many it was otherwise."""

    rule: str
    checked: int
    cases: int
    findings: int


@dataclass(frozen=True)
class FoundIn:
    """One finding; `name`: of the element as drawn."""

    no: str
    seq: int
    at: datetime
    name: str
    sentence: str


@dataclass(frozen=True)
class ManyLooks:
    """How many different cases one person looked into on one day; `day` is its first instant."""

    person: str
    day: datetime
    cases: int


def standings(ctx: ReadContext, period: Period) -> list[Standing]:
    """Every rule read off trails, in the order of the page, over the cases received in the period."""
    asked = [*_within(walked_cases.c.received_at, period)]
    by_bits = select(walked_cases.c.ruled, func.count()).where(*asked).group_by(walked_cases.c.ruled)
    checked: Counter[str] = Counter()
    for bits, number in ctx.conn.execute(by_bits):
        for place, name in enumerate(RULES):
            checked[name] += number * (bits >> place & 1)
    found = select(_f.rule, func.count(func.distinct(_f.case_id)), func.count()).where(*_found(ctx, period))
    by_rule = {rule: (of_cases, number) for rule, of_cases, number in ctx.conn.execute(found.group_by(_f.rule))}
    return [Standing(name, checked[name], *by_rule.get(name, (0, 0))) for name in RULES]


def findings(ctx: ReadContext, rule: str, period: Period, page: Page) -> list[FoundIn]:
    """The findings of a rule, the newest first."""
    columns = (cases.c.no, cases.c.bundle_id, _f.seq, _f.at, _f.element, _f.sentence)
    query = select(*columns).join(cases, cases.c.id == _f.case_id).where(_f.rule == rule, *_found(ctx, period))
    newest = query.where(visible(ctx.actor)).order_by(_f.at.desc(), _f.case_id, _f.seq)
    return [
        FoundIn(row.no, row.seq, row.at, _name(ctx, row.bundle_id, row.element), row.sentence)
        for row in ctx.conn.execute(newest.offset(page.first).limit(page.most))
    ]


def cases_against(ctx: ReadContext, rule: str) -> Select[tuple[int]]:
    """Row ids of the cases in which the rule found something."""
    return select(_f.case_id).where(_f.rule == rule, _f.ripe_at <= ctx.now)


def many_looks(ctx: ReadContext, period: Period, most: int = 200) -> list[ManyLooks]:
    """Who looked into very many different cases on one day, the most first."""
    day = (_raw(accesses.c.at) + _EAST) // _DAY
    number = func.count(func.distinct(accesses.c.case_id))
    query = select(accesses.c.person, func.min(accesses.c.at), number).where(*_looked(period))
    grouped = query.group_by(accesses.c.person, day).having(number >= MANY_LOOKS)
    found = ctx.conn.execute(grouped.order_by(number.desc(), accesses.c.person).limit(most))
    return [ManyLooks(person, at, number) for person, at, number in found]


def still_to_read(ctx: ReadContext) -> int:
    """How many cases have changed and are not held against the rules yet, counted up to a thousand."""
    return waiting(ctx.conn, _MOST_WAITING)


def _found(ctx: ReadContext, period: Period) -> Iterator[ColumnElement[bool]]:
    yield _f.ripe_at <= ctx.now
    yield from _within(_f.received_at, period)


def _within(column: Column[datetime], period: Period) -> Iterator[ColumnElement[bool]]:
    yield period.holds(column)


def _looked(period: Period) -> Iterator[ColumnElement[bool]]:
    """An auditor's day is full of cases, masked ones."""
    yield accesses.c.what.not_in(OF_AUDITORS)
    yield from _within(accesses.c.at, period)


def _raw(column: Column[datetime]) -> ColumnElement[int]:
    return type_coerce(column, BigInteger)


def _name(ctx: ReadContext, bundle: int, element: str | None) -> str:
    drawn = ctx.versions.get(ctx.conn, bundle).definition.elements.values()
    return next((each.name for each in drawn if each.id == element), "")
