"""Published processes and their running instances."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select

from engine.definitions.shipped import CASE_PROCESS
from engine.definitions.versions import Version
from engine.errors import BadInput, NotFound
from engine.facade import ReadContext
from engine.queries.narrowing import equal
from engine.queries.paging import Page, paged
from engine.queries.visibility import visible
from engine.storage.models import bundle_files, bundles, cases


# ------------------------------------------------------------------ definitions
@dataclass(frozen=True)
class ProcessDefinition:
    """One process of a published bundle. `startable`: instances of its own; the others are called by it."""

    id: str
    key: str
    name: str
    version: int
    bundle_id: int
    resource: str
    startable: bool
    start_form: str | None
    author: str
    published_at: datetime


@dataclass(frozen=True)
class DefinitionFilter:
    """Every value given narrows the list; `latest`: of each process the running version alone."""

    key: str | None = None
    name: str | None = None
    version: int | None = None
    latest: bool = False


def definition_id(process: str, version: int, digest: str) -> str:
    """The id of a process of a bundle: key, version, and the first digits of the hash over all its files."""
    return f"{process}:{version}:{digest[:12]}"


def definitions(ctx: ReadContext, wanted: DefinitionFilter, page: Page) -> list[ProcessDefinition]:
    """The published processes the filter lets through, by key, newest version first unless sorted otherwise."""
    found = _found(ctx, wanted)
    for sort in reversed(page.sorts):
        found.sort(key=attrgetter(sort.by), reverse=sort.descending)
    return found[page.first : page.first + page.most]


def count_definitions(ctx: ReadContext, wanted: DefinitionFilter) -> int:
    """How many `definitions` would give without limits."""
    return len(_found(ctx, wanted))


def _found(ctx: ReadContext, wanted: DefinitionFilter) -> list[ProcessDefinition]:
    every = [d for version in ctx.versions.all(ctx.conn) for d in _of_version(version)]
    newest = {d.key: d.id for d in every}
    found = [d for d in every if _fits(d, wanted) and (not wanted.latest or newest[d.key] == d.id)]
    return sorted(found, key=lambda d: (d.key, -d.bundle_id))


def _fits(definition: ProcessDefinition, wanted: DefinitionFilter) -> bool:
    asked = ((wanted.key, definition.key), (wanted.name, definition.name), (wanted.version, definition.version))
    return all(value in (None, present) for value, present in asked)


def _of_version(version: Version) -> Iterator[ProcessDefinition]:
    definition = version.definition
    for process, name in definition.process_names.items():
        entry = process == definition.key
        yield ProcessDefinition(
            id=definition_id(process, version.version, definition.hash),
            key=process,
            name=name,
            version=version.version,
            bundle_id=version.id,
            resource=definition.process_files[process],
            startable=entry,
            start_form=definition.start.form if entry else None,
            author=version.author,
            published_at=version.published_at,
        )


def definition(ctx: ReadContext, id: str) -> ProcessDefinition:
    """One published process; raises NotFound."""
    return _only([d for d in _found(ctx, DefinitionFilter()) if d.id == id], id)


def latest_definition(ctx: ReadContext, key: str) -> ProcessDefinition:
    """The running version of a process; raises NotFound."""
    return _only(_found(ctx, DefinitionFilter(key=key, latest=True)), key)


def _only(found: list[ProcessDefinition], named: str) -> ProcessDefinition:
    if not found:
        raise NotFound(f"没有“{named}”这个流程，请核对名称或编号。")
    return found[0]


def startable(ctx: ReadContext, key: str) -> ProcessDefinition:
    """The running version of a process that may be started by itself; raises NotFound, BadInput."""
    found = latest_definition(ctx, key)
    if not found.startable:
        raise BadInput({"key": f"“{found.name}”由主流程调用，不能单独启动；请启动 {CASE_PROCESS}。"})
    return found


def xml_of(ctx: ReadContext, wanted: ProcessDefinition) -> str:
    """The diagram that draws the process, as it was published."""
    stored = select(bundle_files.c.content).where(
        bundle_files.c.bundle_id == wanted.bundle_id, bundle_files.c.name == wanted.resource
    )
    return bytes(ctx.conn.execute(stored).scalar_one()).decode("utf-8")


# ------------------------------------------------------------------ running instances
@dataclass(frozen=True)
class Instance:
    """A process instance; for the case process, a case."""

    case_id: int
    uid: str
    key: str
    definition_id: str
    no: str | None
    ended: bool


@dataclass(frozen=True)
class InstanceFilter:
    """Every value given narrows the list."""

    no: str | None = None
    uids: tuple[str, ...] | None = None
    key: str | None = None


INSTANCE_SORTS: Mapping[str, ColumnElement[Any]] = {"instance": cases.c.uid, "key": cases.c.key, "no": cases.c.no}

_INSTANCES = select(
    cases.c.id, cases.c.uid, cases.c.key, cases.c.no, cases.c.ended_at, bundles.c.version, bundles.c.hash
).join(bundles, bundles.c.id == cases.c.bundle_id)


def instances(ctx: ReadContext, wanted: InstanceFilter, page: Page) -> list[Instance]:
    """The running instances the actor may see, oldest first unless sorted otherwise."""
    query = paged(_running(ctx, _INSTANCES, wanted), page, INSTANCE_SORTS, (cases.c.id,))
    return [_instance(row) for row in ctx.conn.execute(query).mappings()]


def count_instances(ctx: ReadContext, wanted: InstanceFilter) -> int:
    """How many `instances` would give without limits."""
    return int(ctx.conn.execute(_running(ctx, select(func.count(cases.c.id)), wanted)).scalar_one())


def instance(ctx: ReadContext, uid: str) -> Instance:
    """One running instance by its id; raises NotFound."""
    try:
        UUID(uid)
    except ValueError:
        raise NotFound from None
    row = ctx.conn.execute(_INSTANCES.where(visible(ctx.actor), cases.c.uid == uid)).mappings().one_or_none()
    if row is None or row["ended_at"] is not None:
        raise NotFound("没有这个正在运行的流程实例：可能已结束，也可能您无权查看。")
    return _instance(row)


def acted_on(ctx: ReadContext, uid: str) -> Instance:
    """The instance somebody has just acted on, to tell them so: also when it has ended, or is theirs no longer."""
    return _instance(ctx.conn.execute(_INSTANCES.where(cases.c.uid == uid)).mappings().one())


def _running(ctx: ReadContext, query: Select[Any], wanted: InstanceFilter) -> Select[Any]:
    asked = equal({cases.c.no: wanted.no, cases.c.key: wanted.key})
    found = query.where(visible(ctx.actor), cases.c.ended_at.is_(None), *asked)
    return found if wanted.uids is None else found.where(cases.c.uid.in_(wanted.uids))


def _instance(row: Mapping[Any, Any]) -> Instance:
    id = definition_id(row["key"], row["version"], row["hash"])
    return Instance(row["id"], row["uid"], row["key"], id, row["no"], row["ended_at"] is not None)
