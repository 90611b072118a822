"""What happened to a case, line by line of its trail, with who and what they entered in words."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine.bpmn.definition import Definition
from engine.facade import ReadContext
from engine.queries.entered import Fact, facts_of
from engine.queries.people import displays, group_name
from engine.queries.readable import MIGRATIONS, readable
from engine.queries.sight import Sight
from engine.queries.variables import Answer, answers_of
from engine.queries.walk import Passage
from engine.storage.models import audit

_GIVEN = frozenset({"handed_on", "delegated"})


@dataclass(frozen=True)
class HistoryLine:
    """One line of the trail. `by`, `on_behalf_of`, `unit` as on screens, `name` as drawn; `absent`: the sign-in name
    of `on_behalf_of`; `given_to`: who has the task since, as on screens, where a colleague was given it.

    `facts`: what was entered, without personal data.
    """

    seq: int
    at: datetime
    actor: str
    by: str
    on_behalf_of: str | None
    action: str
    element: str | None
    name: str
    unit: str | None
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    facts: tuple[Fact, ...]
    absent: str | None = None
    given_to: str | None = None


def history(
    ctx: ReadContext, case_id: int, definition: Definition, sight: Sight, entered: Iterable[Answer] | None = None
) -> tuple[HistoryLine, ...]:
    """All lines of a case, oldest first, as far as `sight` shows them. Whether the actor may see it the caller asks.

    `entered`: what was entered, where that has been read already for somebody who sees no personal data.
    """
    query = select(audit).where(audit.c.case_id == case_id).order_by(audit.c.seq)
    rows = [{**row, "after": json.loads(row["after"] or "{}")} for row in ctx.conn.execute(query).mappings()]
    said = ((row["actor"], row["on_behalf_of"], _given_to(row)) for row in rows)
    names = displays(ctx.conn, {name for each in said for name in each if name})
    if any(row["action"] in MIGRATIONS for row in rows):
        definition = readable(ctx, case_id, definition)
    drawn = {element.id: element.name for element in definition.elements.values()}
    if entered is None or sight.clear:
        entered = answers_of(ctx, case_id, definition, sight, personal=sight.clear)
    facts = {answer.seq: facts_of(answer.schema, answer.values, ctx.directory) for answer in entered}
    return tuple(_line(ctx, row, names, drawn, facts.get(row["seq"], ())) for row in rows)


def _line(
    ctx: ReadContext,
    row: Mapping[Any, Any],
    names: Mapping[str, str],
    drawn: Mapping[str, str],
    facts: tuple[Fact, ...],
) -> HistoryLine:
    unit, given = row["after"].get("unit"), _given_to(row)
    return HistoryLine(
        seq=row["seq"],
        at=row["at"],
        actor=row["actor"],
        by=names[row["actor"]],
        on_behalf_of=names[row["on_behalf_of"]] if row["on_behalf_of"] else None,
        action=row["action"],
        element=row["element"],
        name=drawn.get(row["element"], row["element"] or ""),
        unit=group_name(ctx.directory, f"unit:{unit}") if unit else None,
        before=json.loads(row["before"] or "{}"),
        after=row["after"],
        facts=facts,
        absent=row["on_behalf_of"],
        given_to=names[given] if given else None,
    )


def _given_to(row: Mapping[Any, Any]) -> str | None:
    given: str | None = row["after"].get("assignee") if row["action"] in _GIVEN else None
    return given


def passages(lines: tuple[HistoryLine, ...]) -> list[Passage]:
    """The lines that moved the diagram, for `walk.walks`."""
    return [
        Passage(line.at, line.actor, line.action, line.element, line.unit, tuple(line.after["path"]))
        for line in lines
        if "path" in line.after and line.element is not None
    ]
