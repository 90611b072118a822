"""Precedents for a step: how cases of the same matter, and of the same cause where it is known, were brought to an end.

They are told to people who may not know of those cases, so what stands in them is masked for everybody.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select

from engine.cases.case_person import person_of
from engine.definitions.shipped import CASE_PROCESS
from engine.facade import ReadContext
from engine.queries.ledger_words import answers_in
from engine.queries.visibility import visible
from engine.storage.models import cases
from engine.vocabulary import COMPLETED_OUTCOME

SHOWN = 5  # the newest

_STEPS = ("start", "handle_on_site", "handle", "review")  # where somebody says what was done


@dataclass(frozen=True)
class Precedent:
    """One case, masked. `reply`: what was done, as the citizen was told; `basis`: the policy it rests on.

    `no` is None for who may not see the case.
    """

    no: str | None
    title: str
    outcome: str
    completed_at: datetime
    reply: str | None
    basis: str | None


@dataclass(frozen=True)
class Precedents:
    """`count` of all of them, `newest` to be read; `cause` None: of the matter alone."""

    matter_code: str
    cause: str | None
    count: int
    newest: tuple[Precedent, ...]


def precedents(ctx: ReadContext, row: Mapping[str, Any]) -> Precedents | None:
    """Those for the case of a whole row of `cases`; None while its matter is not known."""
    if row["key"] != CASE_PROCESS or row["matter_code"] is None:
        return None
    wanted = tuple(_alike(row))
    count = ctx.conn.execute(select(func.count()).select_from(cases).where(*wanted)).scalar_one()
    return Precedents(row["matter_code"], row["cause"], count, _newest(ctx, wanted) if count else ())


def _alike(row: Mapping[str, Any]) -> Iterator[ColumnElement[bool]]:
    """Restricted cases are never told of, nor those that are being handled again."""
    yield cases.c.matter_code == row["matter_code"]
    if row["cause"] is not None:
        yield cases.c.cause == row["cause"]
    yield cases.c.key == CASE_PROCESS
    yield cases.c.restricted.is_(False)
    yield cases.c.completed_at.is_not(None)
    yield cases.c.outcome.in_(sorted(COMPLETED_OUTCOME))
    yield cases.c.id != row["id"]


def _newest(ctx: ReadContext, wanted: Sequence[ColumnElement[bool]]) -> tuple[Precedent, ...]:
    names = ("id", "no", "title", "outcome", "completed_at")
    query = select(*(cases.c[name] for name in names), visible(ctx.actor).label("seen")).where(*wanted)
    rows = ctx.conn.execute(query.order_by(cases.c.completed_at.desc(), cases.c.id.desc()).limit(SHOWN)).all()
    said: dict[int, dict[str, str]] = {row.id: {} for row in rows}
    for answer in answers_in(ctx, list(said), _STEPS):
        said[answer.case_id] |= _told(answer.step, answer.values)
    return tuple(_precedent(ctx, row, said[row.id]) for row in rows)


def _told(step: str, values: Mapping[str, Any]) -> dict[str, str]:
    """Reply and basis of one answer, where it has them; a later answer takes the place of an earlier one."""
    if step == "handle" and values.get("action", "reply") != "reply":
        return {}
    part = values.get("on_the_spot") or {} if step == "start" else values
    return {name: part[name] for name in ("reply_text", "policy_basis") if part.get(name)}


def _precedent(ctx: ReadContext, row: Any, said: Mapping[str, str]) -> Precedent:
    person = person_of(ctx.conn, ctx.keys, row.id)
    reply, basis = (said.get(name) for name in ("reply_text", "policy_basis"))
    return Precedent(
        no=row.no if row.seen else None,
        title=person.masked(row.title),
        outcome=row.outcome,
        completed_at=row.completed_at,
        reply=None if reply is None else person.masked(reply),
        basis=None if basis is None else person.masked(basis),
    )
