"""The trails of any selection of cases as an event log for process mining: a trace per case, an event per line.

Nothing of it is personal data: of the citizen there is neither name nor number nor word, of the office the account
names under which people acted. Restricted cases are in it for nobody. It is read in batches: the memory taken does not
grow with the selection.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, func, select

from engine.definitions.shipped import CASE_PROCESS
from engine.facade import ReadContext
from engine.queries.heat_cases import Behind, cases_behind
from engine.queries.ledger import LedgerFilter, asked, behind
from engine.queries.rules import cases_against
from engine.storage.models import audit, cases, microseconds
from engine.vocabulary import TIMER, label

BATCH = 200  # cases

_TRACE = ("no", "status", "channel", "grade", "cause", "matter_code", "lead_unit", "outcome", "tier")
_DATES = ("received_at", "accepted_at", "deadline", "completed_at")
_SAME = ("seq", "at", "actor", "on_behalf_of", "action", "element", "before", "after", "hash")
_LINES = select(*(audit.c[name] for name in ("case_id", *_SAME)))
_TRACES = select(cases.c.id, cases.c.bundle_id, *(cases.c[name] for name in (*_TRACE, *_DATES)))
_DRAWN = frozenset({"completed", "timer_fired", "message"})  # what the diagrams have a name for
_REASSIGNED = frozenset({"handed_on", "delegated", "resolved"})


@dataclass(frozen=True)
class Selection(LedgerFilter):
    """What narrows a ledger, and: single cases by their `numbers`; those on a `version` of the diagrams; those in which
    a `rule` found something; those `behind` a figure of the heat."""

    numbers: tuple[str, ...] | None = None
    version: int | None = None
    rule: str | None = None
    behind: Behind | None = None


@dataclass(frozen=True)
class Event:
    """One line. `activity` in words; `transition` as the lifecycle extension of XES names it; `unit`: whose order.

    `before`, `after`: canonical JSON as on the line, or None.
    """

    seq: int
    at: datetime
    activity: str
    transition: str
    actor: str
    on_behalf_of: str | None
    unit: str | None
    action: str
    element: str | None
    before: str | None
    after: str | None
    hash: str


@dataclass(frozen=True)
class Trace:
    """One case. `version`: of the diagrams it runs on; `facts`: codes and numbers by name, None left out."""

    no: str
    version: int
    facts: Mapping[str, str | int | datetime]
    events: tuple[Event, ...]


def count_traces(ctx: ReadContext, wanted: Selection) -> int:
    """How many `traces` gives."""
    return int(ctx.conn.execute(select(func.count()).select_from(cases).where(*_selected(ctx, wanted))).scalar_one())


def traces(ctx: ReadContext, wanted: Selection) -> Iterator[Trace]:
    """The cases the actor may know of and the selection lets through, oldest receipt first."""
    query = _TRACES.where(*_selected(ctx, wanted)).order_by(cases.c.received_at, cases.c.id).limit(BATCH)
    batch = query
    while found := ctx.conn.execute(batch).mappings().all():
        events = _events(ctx, found)
        for row in found:
            version = ctx.versions.get(ctx.conn, row["bundle_id"]).version
            facts = {name: row[name] for name in (*_TRACE[1:], *_DATES) if row[name] is not None}
            yield Trace(row["no"], version, facts, tuple(events.get(row["id"], ())))
        batch = query.where(behind(microseconds(found[-1]["received_at"]), found[-1]["id"]))


def _selected(ctx: ReadContext, wanted: Selection) -> Iterator[ColumnElement[bool]]:
    yield from asked(ctx, wanted)
    if wanted.numbers is not None:
        yield cases.c.no.in_(wanted.numbers)
    if wanted.version is not None:
        yield cases.c.bundle_id == ctx.versions.numbered(ctx.conn, CASE_PROCESS, wanted.version).id
    if wanted.rule is not None:
        yield cases.c.id.in_(cases_against(ctx, wanted.rule))
    if wanted.behind is not None:
        yield cases.c.id.in_(cases_behind(ctx, wanted.behind))


def _events(ctx: ReadContext, found: Any) -> dict[int, list[Event]]:
    """Row id → the lines of the case, in their order."""
    named = {bundle: _drawn(ctx, bundle) for bundle in {row["bundle_id"] for row in found}}
    drawn = {row["id"]: named[row["bundle_id"]] for row in found}
    query = _LINES.where(audit.c.case_id.in_(list(drawn))).order_by(audit.c.case_id, audit.c.seq)
    events: dict[int, list[Event]] = {}
    for line in ctx.conn.execute(query).mappings().all():
        events.setdefault(line["case_id"], []).append(_event(line, drawn[line["case_id"]]))
    return events


def _drawn(ctx: ReadContext, bundle: int) -> Mapping[str, str]:
    """Id of an element → its name in the diagrams of this version."""
    elements = ctx.versions.get(ctx.conn, bundle).definition.elements.values()
    return {element.id: element.name for element in elements if element.name}


def _event(line: Mapping[Any, Any], drawn: Mapping[str, str]) -> Event:
    return Event(
        **{name: line[name] for name in _SAME},
        activity=_activity(line["action"], line["element"], drawn),
        transition="reassign" if line["action"] in _REASSIGNED else "complete",
        unit=_unit(line["after"]),
    )


def _activity(action: str, element: str | None, drawn: Mapping[str, str]) -> str:
    """What was done: the step as drawn, or what happened beside the steps."""
    if element is None or action not in _DRAWN:
        return label("trail_act", action)
    if action == "timer_fired" and element in TIMER:
        return TIMER[element]
    return drawn.get(element) or label("trail_act", action)


def _unit(after: str | None) -> str | None:
    unit = None if after is None else orjson.loads(after).get("unit")
    return unit if isinstance(unit, str) else None
