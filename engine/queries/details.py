"""Every change of a variable of an instance and every field of a form that was sent. Never personal data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine.errors import BadInput
from engine.facade import ReadContext
from engine.queries.case_lines import CaseLine
from engine.queries.paging import Page, part
from engine.queries.past import past_instance
from engine.queries.sight import sight_of
from engine.queries.variables import BESIDE, Answer, answers_of, sets
from engine.storage.models import answers, cases


@dataclass(frozen=True)
class PastDetail(CaseLine):
    """What one line of the trail set. `revision`: of the variable, from 0 on; None for a field as it was sent."""

    element: str
    task: str | None
    name: str
    value: Any
    revision: int | None


@dataclass(frozen=True)
class PastDetailFilter:
    """Of one instance; every further value given narrows the list, flags narrow it when true."""

    uid: str | None = None
    task: str | None = None
    variables: bool = False
    fields: bool = False
    before: datetime | None = None
    after: datetime | None = None


def past_details(ctx: ReadContext, wanted: PastDetailFilter, page: Page) -> list[PastDetail]:
    """In the order of the trail unless sorted otherwise. Raises BadInput when no instance is named, NotFound."""
    return part(_found(ctx, wanted), page)


def count_past_details(ctx: ReadContext, wanted: PastDetailFilter) -> int:
    """How many `past_details` would give without limits."""
    return len(_found(ctx, wanted))


def _found(ctx: ReadContext, wanted: PastDetailFilter) -> list[PastDetail]:
    if wanted.uid is None:
        raise BadInput({"processInstanceId": "请给出流程实例：变量的变动按实例查。"})
    of = past_instance(ctx, wanted.uid)
    row = dict(ctx.conn.execute(select(cases).where(cases.c.uid == of.uid)).mappings().one())
    definition = ctx.versions.get(ctx.conn, row["bundle_id"]).definition
    sent = select(answers.c.seq, answers.c.task_id).where(answers.c.case_id == row["id"])
    tasks = {line.seq: line.task_id for line in ctx.conn.execute(sent)}
    given = answers_of(ctx, row["id"], definition, sight_of(ctx, row))
    details = [
        PastDetail(
            of.uid, of.no, of.key, of.definition_id, by.seq, by.at, by.element, tasks[by.seq], name, value, revision
        )
        for by, name, value, revision in _told(given)
    ]
    return [each for each in details if _fits(each, wanted)]


def _told(given: Iterator[Answer]) -> Iterator[tuple[Answer, str, Any, int | None]]:
    """Of a step its fields as sent, then the variables that are not what they were."""
    known: dict[str, tuple[Any, int]] = {}
    for answer in given:
        if answer.element not in BESIDE:
            for name, value in answer.values.items():
                yield answer, name, value, None
        for name, value in sets(answer):
            before = known.get(name)
            if before is None or before[0] != value:
                known[name] = (value, 0 if before is None else before[1] + 1)
                yield answer, name, value, known[name][1]


def _fits(each: PastDetail, wanted: PastDetailFilter) -> bool:
    return (
        wanted.task in (None, each.task)
        and not (wanted.variables and each.revision is None)
        and not (wanted.fields and each.revision is not None)
        and (wanted.before is None or each.at <= wanted.before)
        and (wanted.after is None or each.at >= wanted.after)
    )
