"""抽查: a sample of cases, drawn by a seed (engine/audit/draw.py) from all that a selection lets through."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, or_, select

from engine.audit.draw import drawn, lot
from engine.audit.rules import RULES
from engine.cases import clock_ledger
from engine.definitions.shipped import CASE_PROCESS
from engine.facade import ReadContext
from engine.queries.seen_case import light_of
from engine.queries.statistics import Period
from engine.queries.visibility import visible
from engine.storage.models import cases, rule_findings, work_orders

RECEIVED, COMPLETED = "received", "completed"
BY = {RECEIVED: cases.c.received_at, COMPLETED: cases.c.counted_at}  # the day that counts for the period
MOST = 200  # cases in a sample
_ROW = select(
    *(cases.c[name] for name in ("id", "no", "title", "status", "lead_unit", "grade", "cause", "received_at")),
    *(cases.c[name] for name in ("counted_at", "deadline", "completed_at", "outcome", "ledger")),
)


@dataclass(frozen=True)
class Choice:
    """From which cases to draw. `unit` has or had a part in it; `rule`: with an exception of it."""

    by: str = RECEIVED
    period: Period = field(default_factory=Period)
    unit: str | None = None
    grade: str | None = None
    cause: str | None = None
    rule: str | None = None


@dataclass(frozen=True)
class Sampled:
    """A case of the sample. `light`, `remaining` as everywhere; `rules`: those it has an exception of; `lot`: the hash
    it was drawn by.
    """

    no: str
    title: str
    status: str
    outcome: str | None
    lead_unit: str | None
    grade: str | None
    cause: str | None
    received_at: datetime
    counted_at: datetime | None
    deadline: datetime | None
    light: str | None
    remaining: int | None
    rules: tuple[str, ...]
    lot: str


@dataclass(frozen=True)
class Sample:
    """The sample in the order in which it was drawn. `among`: from how many cases; `restricted`: how many more of the
    period nobody here may know of.
    """

    cases: tuple[Sampled, ...]
    among: int
    restricted: int


def sample(ctx: ReadContext, wanted: Choice, size: int, seed: str) -> Sample:
    """Draw `size` cases; the same choice and seed give the same ones as long as the choice lets the same through."""
    asked = [cases.c.key == CASE_PROCESS, cases.c.restricted.is_(False), visible(ctx.actor), *_narrows(ctx, wanted)]
    numbers = ctx.conn.scalars(select(cases.c.no).where(*asked)).all()
    hidden = [cases.c.key == CASE_PROCESS, cases.c.restricted.is_(True), _within(wanted)]
    restricted = ctx.conn.execute(select(func.count()).select_from(cases).where(*hidden)).scalar_one()
    chosen = drawn(seed, numbers, min(size, MOST))
    return Sample(tuple(_sampled(ctx, chosen, seed)), len(numbers), int(restricted))


def _narrows(ctx: ReadContext, wanted: Choice) -> Iterator[ColumnElement[bool]]:
    yield _within(wanted)
    if wanted.unit is not None:
        taking_part = select(work_orders.c.case_id).where(work_orders.c.unit == wanted.unit)
        yield or_(cases.c.lead_unit == wanted.unit, cases.c.id.in_(taking_part))
    for name in ("grade", "cause"):
        if (value := getattr(wanted, name)) is not None:
            yield cases.c[name] == value
    if wanted.rule is not None:
        found = rule_findings.c
        yield exists().where(found.case_id == cases.c.id, found.rule == wanted.rule, found.ripe_at <= ctx.now)


def _within(wanted: Choice) -> ColumnElement[bool]:
    return wanted.period.holds(BY[wanted.by])


def _sampled(ctx: ReadContext, numbers: Sequence[str], seed: str) -> Iterator[Sampled]:
    rows = {row.no: row._asdict() for row in ctx.conn.execute(_ROW.where(cases.c.no.in_(numbers)))}
    rules = _exceptions(ctx, [row["id"] for row in rows.values()])
    same = ("no", "title", "status", "outcome", "lead_unit", "grade", "cause", "received_at", "counted_at", "deadline")
    for no in numbers:
        row = rows[no]
        light = light_of(ctx, row, clock_ledger.from_json(row["ledger"]))
        told = {name: row[name] for name in same}
        yield Sampled(
            **told,
            light=light.colour,
            remaining=light.remaining,
            rules=tuple(name for name in RULES if name in rules.get(row["id"], ())),
            lot=lot(seed, no),
        )


def _exceptions(ctx: ReadContext, ids: Sequence[int]) -> dict[int, set[str]]:
    found = rule_findings.c
    query = select(found.case_id, found.rule).where(found.case_id.in_(ids), found.ripe_at <= ctx.now).distinct()
    rules: dict[int, set[str]] = {}
    for case_id, rule in ctx.conn.execute(query):
        rules.setdefault(case_id, set()).add(rule)
    return rules
