"""What an instance passed: its tasks with beginning and end; events, gateways and calls when it passed them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from sqlalchemy import select

from engine.bpmn.definition import Definition
from engine.bpmn.elements import USER_TASKS, Element
from engine.errors import BadInput
from engine.facade import ReadContext
from engine.queries.paging import Page
from engine.queries.past import PastTask, PastTaskFilter, past_instance, past_tasks
from engine.queries.processes import definition_id
from engine.storage.models import audit, bundles, cases

USER_TASK = "userTask"
_ALL = 1_000_000


@dataclass(frozen=True)
class PastActivity:
    """One element an instance came to. `kind` as Camunda calls it; `task`: of a user task, open or over.

    What is no task has no duration: `ended_at` is when it was passed.
    """

    id: str
    element: str
    name: str
    kind: str
    process: str
    definition_id: str
    uid: str
    no: str | None
    task: str | None
    assignee: str | None
    unit: str | None
    started_at: datetime
    ended_at: datetime | None
    canceled: bool


@dataclass(frozen=True)
class PastActivityFilter:
    """Every value given narrows the list; flags narrow it when true. Without `uid` user tasks alone can be listed."""

    uid: str | None = None
    key: str | None = None
    element: str | None = None
    name: str | None = None
    kind: str | None = None
    assignee: str | None = None
    finished: bool = False
    unfinished: bool = False
    canceled: bool = False
    started_before: datetime | None = None
    started_after: datetime | None = None
    finished_before: datetime | None = None
    finished_after: datetime | None = None


def past_activities(ctx: ReadContext, wanted: PastActivityFilter, page: Page) -> list[PastActivity]:
    """What the filter lets through, oldest first unless sorted otherwise. Raises BadInput, NotFound."""
    found = sorted(_found(ctx, wanted), key=lambda each: (each.started_at, each.id))
    for sort in reversed(page.sorts):
        empty_last = [each for each in found if getattr(each, sort.by) is None]
        found = [each for each in found if getattr(each, sort.by) is not None]
        found.sort(key=attrgetter(sort.by), reverse=sort.descending)
        found += empty_last
    return found[page.first : page.first + page.most]


def count_past_activities(ctx: ReadContext, wanted: PastActivityFilter) -> int:
    """How many `past_activities` would give without limits."""
    return len(_found(ctx, wanted))


def _found(ctx: ReadContext, wanted: PastActivityFilter) -> list[PastActivity]:
    if wanted.uid is None:
        raise BadInput({"processInstanceId": "请给出流程实例；要跨实例查人工步骤，请用 /history/task。"})
    instance = past_instance(ctx, wanted.uid)
    own = past_tasks(ctx, PastTaskFilter(uid=wanted.uid), Page(most=_ALL))
    found = [*map(_of_task, own), *_passed(ctx, instance.uid, instance.no)]
    return [each for each in found if _fits(each, wanted)]


def _of_task(task: PastTask) -> PastActivity:
    same = ("element", "name", "process", "definition_id", "uid", "no", "assignee", "unit", "ended_at")
    return PastActivity(
        **{name: getattr(task, name) for name in same},
        id=f"{task.element}:{task.id}",
        kind=USER_TASK,
        task=task.id,
        started_at=task.opened_at,
        canceled=task.how == "withdrawn",
    )


def _passed(ctx: ReadContext, uid: str, no: str | None) -> Iterator[PastActivity]:
    """What is no task, from the lines of the trail that say which way the diagram went."""
    query = (
        select(audit.c.seq, audit.c.at, audit.c.after, cases.c.bundle_id, bundles.c.version, bundles.c.hash)
        .join(cases, cases.c.id == audit.c.case_id)
        .join(bundles, bundles.c.id == cases.c.bundle_id)
        .where(cases.c.uid == uid, audit.c.after.is_not(None))
    )
    for row in ctx.conn.execute(query.order_by(audit.c.seq)):
        definition = ctx.versions.get(ctx.conn, row.bundle_id).definition
        for place, drawn in enumerate(_drawn(definition, json.loads(row.after).get("path", ()))):
            yield PastActivity(
                id=f"{drawn.id}:{row.seq}.{place}",
                element=drawn.id,
                name=drawn.name,
                kind=_kind(drawn),
                process=drawn.process,
                definition_id=definition_id(drawn.process, row.version, row.hash),
                uid=uid,
                no=no,
                task=None,
                assignee=None,
                unit=None,
                started_at=row.at,
                ended_at=row.at,
                canceled=False,
            )


def _drawn(definition: Definition, path: list[str]) -> Iterator[Element]:
    for place in path:
        process, _, id = place.partition("/")
        drawn = definition.elements.get((process, id))
        if drawn is not None and drawn.kind not in USER_TASKS:
            yield drawn


def _kind(drawn: Element) -> str:
    """What Camunda tells apart by the name of the type."""
    if drawn.kind == "endEvent":
        return "noneEndEvent"
    timed = {"intermediateCatchEvent": "intermediateTimer", "boundaryEvent": "boundaryTimer"}
    return timed.get(drawn.kind, drawn.kind) if drawn.timer is not None else drawn.kind


def _fits(each: PastActivity, wanted: PastActivityFilter) -> bool:
    equal = (
        (wanted.key, each.process),
        (wanted.element, each.element),
        (wanted.name, each.name),
        (wanted.kind, each.kind),
        (wanted.assignee, each.assignee),
    )
    return (
        all(value in (None, there) for value, there in equal)
        and not (wanted.finished and each.ended_at is None)
        and not (wanted.unfinished and each.ended_at is not None)
        and not (wanted.canceled and not each.canceled)
        and _within(each.started_at, wanted.started_after, wanted.started_before)
        and _within(each.ended_at, wanted.finished_after, wanted.finished_before)
    )


def _within(at: datetime | None, after: datetime | None, before: datetime | None) -> bool:
    if at is None:
        return after is None and before is None
    return (after is None or at >= after) and (before is None or at <= before)
