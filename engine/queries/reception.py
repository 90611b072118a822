"""The reception book (接待记录本): every contact in the order of its registration, as it was registered.

It is append-only: what was registered stays as it was, a correction stands under it. People are masked for everybody,
of corrected personal data it is only said that they were corrected; restricted cases do not appear.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from engine.cases.beside.amendable import AMEND, PERSONAL
from engine.clock import local
from engine.directory import Directory
from engine.facade import ReadContext
from engine.personal.masking import masked_name, masked_phone
from engine.personal.numbers import masked_numbers
from engine.queries.ledger import open_to_all, person_columns
from engine.queries.ledger_words import START, Answer, answers_in
from engine.queries.people import displays
from engine.queries.statistics import Period
from engine.storage.models import case_people, cases
from engine.storage.sealed import unsealed
from engine.vocabulary import VOCABULARIES, label

_COLUMNS = ("id", "no", "started_at", "received_at", "registered_by", "status", "outcome", "ended_at", "merged_into")


@dataclass(frozen=True)
class Amended:
    """A correction: which field, to what (None for personal data), when, by whom, why."""

    field: str
    value: str | None
    at: datetime
    by: str
    reason: str


@dataclass(frozen=True)
class Reception:
    """One contact as it was registered; `standing`: how it ended or stands now."""

    no: str
    registered_at: datetime
    received_at: datetime
    channel: str
    window: str
    officer: str
    person: str
    phone: str
    kind: str
    matter: str
    title: str
    description: str
    amended: tuple[Amended, ...]
    standing: str


def reception_book(ctx: ReadContext, period: Period) -> tuple[Reception, ...]:
    """The contacts registered in these days, in their order."""
    columns = (*(cases.c[name] for name in _COLUMNS), *person_columns())
    query = select(*columns).join(case_people, case_people.c.case_id == cases.c.id)
    wanted = query.where(*open_to_all(ctx), period.holds(cases.c.started_at)).order_by(cases.c.started_at, cases.c.id)
    found = [unsealed(ctx.keys, case_people, row) for row in ctx.conn.execute(wanted).mappings()]
    told: dict[int, list[Answer]] = {row["id"]: [] for row in found}
    for answer in answers_in(ctx, list(told), (START, AMEND)):
        told[answer.case_id].append(answer)
    actors = {answer.actor for answers in told.values() for answer in answers}
    names = displays(ctx.conn, actors | {row["registered_by"] for row in found})
    return tuple(_reception(ctx.directory, names, row, told[row["id"]]) for row in found)


def last_reception_day(ctx: ReadContext, before: date) -> date | None:
    """The last day before this one that the book has an entry of, None when it has none."""
    earlier = Period(None, before - timedelta(days=1)).holds(cases.c.started_at)
    last = ctx.conn.scalar(select(func.max(cases.c.started_at)).where(*open_to_all(ctx), earlier))
    return None if last is None else local(last).date()


def _reception(
    directory: Directory, names: Mapping[str, str], row: Mapping[Any, Any], told: Sequence[Answer]
) -> Reception:
    start = next((answer.values for answer in told if answer.step == START), {})
    return Reception(
        no=row["no"],
        registered_at=local(row["started_at"]),
        received_at=local(row["received_at"]),
        channel=label("channel", start.get("channel")),
        window=start.get("window") or "",
        officer=names[row["registered_by"]],
        person=masked_name(row["name"], row["kind"]) or "",
        phone=masked_phone(row["phone"]) or "",
        kind=label("applicant_kind", row["kind"]),
        matter=_matter(directory, start.get("matter_code")),
        title=masked_numbers(start.get("title") or ""),
        description=masked_numbers(start.get("description") or ""),
        amended=tuple(_amended(directory, names, each) for each in told if each.step == AMEND),
        standing=_standing(row),
    )


def _amended(directory: Directory, names: Mapping[str, str], answer: Answer) -> Amended:
    field, value = answer.values["field"], answer.values.get("value")
    personal = field.partition(".")[0] in PERSONAL
    return Amended(
        field=label("amendable", field),
        value=None if personal else _word(directory, field, value),
        at=local(answer.at),
        by=names[answer.actor],
        reason=masked_numbers(answer.values.get("reason") or ""),
    )


def _word(directory: Directory, field: str, value: Any) -> str:
    if value is None:
        return "（空）"
    if field == "matter_code":
        return _matter(directory, value)
    return label(field, value) if field in VOCABULARIES else masked_numbers(str(value))


def _matter(directory: Directory, code: str | None) -> str:
    known = directory.matters.get(code or "")
    return code or "" if known is None else known.name


def _standing(row: Mapping[Any, Any]) -> str:
    if row["merged_into"]:
        return f"并入 {row['merged_into']}"
    if row["ended_at"] is None:
        return label("status", row["status"])
    return f"{label('outcome', row['outcome'])}，{local(row['ended_at']):%Y-%m-%d} 归档"
