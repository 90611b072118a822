"""Process instances and tasks, running or over: the past as clients of the process API ask for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, Subquery, cast, func, null, select, union_all

from engine.errors import NotFound
from engine.facade import ReadContext
from engine.queries.narrowing import equal, like
from engine.queries.paging import Page, apart, head, paged
from engine.queries.processes import definition_id
from engine.queries.visibility import known, visible
from engine.storage.models import bundles, cases, finished_tasks, tasks


# ------------------------------------------------------------------ instances
@dataclass(frozen=True)
class PastInstance:
    """A process instance; `ended_at` is None while it runs."""

    uid: str
    no: str | None
    key: str
    name: str
    version: int
    definition_id: str
    started_at: datetime
    ended_at: datetime | None
    started_by: str | None
    start_element: str
    outcome: str | None


@dataclass(frozen=True)
class PastInstanceFilter:
    """Every value given narrows the list; flags narrow it when true."""

    uid: str | None = None
    uids: tuple[str, ...] | None = None
    no: str | None = None
    key: str | None = None
    finished: bool = False
    unfinished: bool = False
    started_before: datetime | None = None
    started_after: datetime | None = None
    finished_before: datetime | None = None
    finished_after: datetime | None = None


INSTANCE_SORTS: Mapping[str, ColumnElement[Any]] = {
    "instance": cases.c.uid,
    "no": cases.c.no,
    "started_at": cases.c.started_at,
    "ended_at": cases.c.ended_at,
}
_INSTANCES = select(
    *(cases.c[name] for name in ("uid", "no", "key", "bundle_id", "started_at", "ended_at", "registered_by")),
    *(cases.c.outcome, bundles.c.version, bundles.c.hash),
).join(bundles, bundles.c.id == cases.c.bundle_id)


def past_instances(ctx: ReadContext, wanted: PastInstanceFilter, page: Page) -> list[PastInstance]:
    """The instances the actor may see, running and ended, oldest first unless sorted otherwise."""
    query = _INSTANCES.where(*_asked_of_instances(ctx, wanted))
    over = wanted.finished or wanted.finished_before is not None or wanted.finished_after is not None
    filled = {"ended_at"} if over else ()
    found = ctx.conn.execute(paged(query, page, INSTANCE_SORTS, (cases.c.id,), filled)).mappings()
    return [_instance(ctx, row) for row in found]


def count_past_instances(ctx: ReadContext, wanted: PastInstanceFilter) -> int:
    """How many `past_instances` would give without limits."""
    query = select(func.count()).select_from(cases).where(*_asked_of_instances(ctx, wanted))
    return int(ctx.conn.execute(query).scalar_one())


def past_instance(ctx: ReadContext, uid: str) -> PastInstance:
    """One instance by its id; raises NotFound, also for one this person may not know of."""
    found = past_instances(ctx, PastInstanceFilter(uid=uid), Page())
    if not found:
        raise NotFound("没有这个流程实例，也可能您无权查看。")
    return found[0]


def _asked_of_instances(ctx: ReadContext, wanted: PastInstanceFilter) -> Iterator[ColumnElement[bool]]:
    yield visible(ctx.actor)
    yield from equal({cases.c.uid: wanted.uid, cases.c.no: wanted.no, cases.c.key: wanted.key})
    if wanted.uids is not None:
        yield cases.c.uid.in_(wanted.uids)
    yield from _over(cases.c.ended_at, wanted.finished, wanted.unfinished)
    yield from _between(cases.c.started_at, wanted.started_after, wanted.started_before)
    yield from _between(cases.c.ended_at, wanted.finished_after, wanted.finished_before)


def _instance(ctx: ReadContext, row: Mapping[Any, Any]) -> PastInstance:
    definition = ctx.versions.get(ctx.conn, row["bundle_id"]).definition
    same = {name: row[name] for name in ("uid", "no", "key", "version", "started_at", "ended_at", "outcome")}
    return PastInstance(
        **same,
        name=definition.process_names[row["key"]],
        definition_id=definition_id(row["key"], row["version"], row["hash"]),
        started_by=row["registered_by"],
        start_element=definition.start.id,
    )


# ------------------------------------------------------------------ tasks
@dataclass(frozen=True)
class PastTask:
    """A task, open or over. `process` draws it; `how`: completed, withdrawn, None while it is open.

    `assignee`: who holds it or did it.
    """

    id: str
    element: str
    name: str
    process: str
    definition_id: str
    uid: str
    no: str | None
    unit: str | None
    assignee: str | None
    owner: str | None
    on_behalf_of: str | None
    priority: int
    opened_at: datetime
    due: datetime | None
    ended_at: datetime | None
    how: str | None


@dataclass(frozen=True)
class PastTaskFilter:
    """Every value given narrows the list; flags narrow it when true. `name_like` takes % and _ as wildcards."""

    id: str | None = None
    uid: str | None = None
    no: str | None = None
    key: str | None = None
    element: str | None = None
    name: str | None = None
    name_like: str | None = None
    assignee: str | None = None
    finished: bool = False
    unfinished: bool = False
    due_before: datetime | None = None
    due_after: datetime | None = None
    started_before: datetime | None = None
    started_after: datetime | None = None
    finished_before: datetime | None = None
    finished_after: datetime | None = None


_PRIORITY = 50  # of a task that is over: the row does not say, and nearly all have it
_SAME = ("id", "case_id", "element", "name", "unit", "opened_at", "due")


def _none(column: Column[Any]) -> ColumnElement[Any]:
    """Nothing, of the type of this column and under its name."""
    return cast(null(), column.type).label(column.name)


_OPEN = select(
    *(tasks.c[name] for name in _SAME),
    *(tasks.c.assignee, tasks.c.owner, tasks.c.priority),
    *(_none(finished_tasks.c[name]) for name in ("on_behalf_of", "ended_at", "how")),
).subquery("open_ones")
_DONE = select(
    *(finished_tasks.c[name] for name in _SAME),
    *(finished_tasks.c.actor.label("assignee"), _none(tasks.c.owner), _none(tasks.c.priority)),
    *(finished_tasks.c[name] for name in ("on_behalf_of", "ended_at", "how")),
).subquery("done_ones")
_OF_CASE = (cases.c.uid, cases.c.no, cases.c.bundle_id, bundles.c.version, bundles.c.hash)
_COLUMNS = {"instance": "uid"}  # by which sort, where it is not called so


def past_tasks(ctx: ReadContext, wanted: PastTaskFilter, page: Page) -> list[PastTask]:
    """The tasks of the instances the actor may see, oldest first unless sorted otherwise."""
    # Each of the two tables gives as many as could be among them, off its own index.
    heads = [_in_order(head, _narrowed(ctx, select(t, *_OF_CASE), t, wanted), page, _sorted(t)) for t in _BOTH]
    together = union_all(*apart(heads)).subquery()
    found = ctx.conn.execute(_in_order(paged, select(together), page, dict(together.c))).mappings()
    return [_task(ctx, row) for row in found]


def count_past_tasks(ctx: ReadContext, wanted: PastTaskFilter) -> int:
    """How many `past_tasks` would give without limits."""
    return sum(ctx.conn.execute(_narrowed(ctx, select(func.count()), t, wanted)).scalar_one() for t in _BOTH)


_BOTH = (_OPEN, _DONE)


def _sorted(t: Subquery) -> Mapping[str, ColumnElement[Any]]:
    return {**t.c, "uid": cases.c.uid}


def _in_order(
    part: Callable[..., Select[Any]], query: Select[Any], page: Page, columns: Mapping[str, ColumnElement[Any]]
) -> Select[Any]:
    """The `part` of the rows: `paged` or `head`."""
    sorts = {sort.by: columns[_COLUMNS.get(sort.by, sort.by)] for sort in page.sorts}
    return part(query, page, sorts, (columns["opened_at"], columns["id"]))


def _narrowed(ctx: ReadContext, query: Select[Any], t: Subquery, wanted: PastTaskFilter) -> Select[Any]:
    rows = t.join(cases, cases.c.id == t.c.case_id).join(bundles, bundles.c.id == cases.c.bundle_id)
    return query.select_from(rows).where(known(ctx.actor, t.c.case_id), *_asked_of_tasks(t.c, wanted))


def _asked_of_tasks(t: Any, wanted: PastTaskFilter) -> Iterator[ColumnElement[bool]]:
    yield from equal(
        {
            t.id: wanted.id,
            cases.c.uid: wanted.uid,
            cases.c.no: wanted.no,
            cases.c.key: wanted.key,
            t.element: wanted.element,
            t.name: wanted.name,
            t.assignee: wanted.assignee,
        }
    )
    yield from like(t.name, wanted.name_like)
    yield from _over(t.ended_at, wanted.finished, wanted.unfinished)
    yield from _between(t.due, wanted.due_after, wanted.due_before)
    yield from _between(t.opened_at, wanted.started_after, wanted.started_before)
    yield from _between(t.ended_at, wanted.finished_after, wanted.finished_before)


def _over(ended: ColumnElement[Any], finished: bool, unfinished: bool) -> Iterator[ColumnElement[bool]]:
    if finished:
        yield ended.is_not(None)
    if unfinished:
        yield ended.is_(None)


def _between(
    column: ColumnElement[Any], after: datetime | None, before: datetime | None
) -> Iterator[ColumnElement[bool]]:
    """Camunda takes both ends in."""
    if after is not None:
        yield column >= after
    if before is not None:
        yield column <= before


def _task(ctx: ReadContext, row: Mapping[Any, Any]) -> PastTask:
    process = _drawn_by(ctx, row["bundle_id"], row["element"])
    of_task = ("id", "element", "name", "unit", "owner", "on_behalf_of", "opened_at", "due", "ended_at")
    return PastTask(
        **{name: row[name] for name in (*of_task, "how", "uid", "no")},
        priority=_PRIORITY if row["priority"] is None else row["priority"],
        assignee=None if row["how"] == "withdrawn" else row["assignee"],
        process=process,
        definition_id=definition_id(process, row["version"], row["hash"]),
    )


def _drawn_by(ctx: ReadContext, bundle: int, element: str) -> str:
    """The process that draws a task: the row of one that is over does not say."""
    definition = ctx.versions.get(ctx.conn, bundle).definition
    found = (each.process for each in definition.elements.values() if each.id == element)
    return next(found, definition.key)
