"""Migration plans as clients of Camunda 7 know them: which element's tokens go to which, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from engine.bpmn.elements import SCOPES, USER_TASKS, Element
from engine.definitions.impact import CaseImpact, impact_of
from engine.definitions.versions import Version
from engine.errors import BadInput
from engine.facade import ReadContext
from engine.queries.processes import ProcessDefinition, definition
from engine.storage.models import cases

# Where a token may wait, and what may wait on it.
_WAITING = USER_TASKS | SCOPES | {"callActivity", "receiveTask", "intermediateCatchEvent", "boundaryEvent"}


@dataclass(frozen=True)
class Planned:
    """The two definitions of a plan, each with its version; both are of one process."""

    source: ProcessDefinition
    target: ProcessDefinition
    source_version: Version
    target_version: Version


@dataclass(frozen=True)
class Pair:
    """One instruction: tokens at `source` go to `target`."""

    source: str
    target: str


def planned(ctx: ReadContext, source_id: str, target_id: str) -> Planned:
    """The definitions a plan names. Raises NotFound, BadInput for definitions of two processes or a called one."""
    source, target = definition(ctx, source_id), definition(ctx, target_id)
    if source.key != target.key or not source.startable:
        raise BadInput({"targetProcessDefinitionId": "应是同一个流程的另一版；被调用的流程随主流程一起迁移。"})
    versions = (ctx.versions.get(ctx.conn, each.bundle_id) for each in (source, target))
    return Planned(source, target, *versions)


def same_elements(plan: Planned) -> list[Pair]:
    """The elements a token may wait at that both versions draw alike, each to itself."""
    drawn = plan.source_version.definition.elements.values()
    own = (each for each in drawn if each.process == plan.source.key and each.kind in _WAITING)
    return [Pair(each.id, each.id) for each in own if not _failures(plan, Pair(each.id, each.id))]


def reports(plan: Planned, pairs: Sequence[Pair]) -> list[tuple[Pair, list[str]]]:
    """What is wrong with each instruction; nothing for one that can be followed."""
    sources = [pair.source for pair in pairs]
    return [
        (pair, [*_failures(plan, pair), *(["这个环节写了不止一次"] if sources.count(pair.source) > 1 else [])])
        for pair in pairs
    ]


def _failures(plan: Planned, pair: Pair) -> list[str]:
    source = _drawn(plan.source_version, pair.source)
    target = _drawn(plan.target_version, pair.target)
    if source is None:
        return [f"原版里没有“{pair.source}”这个环节"]
    if target is None:
        return [f"目标版本里没有“{pair.target}”这个环节"]
    if source.kind != target.kind:
        return [f"“{source.name}”和“{target.name}”不是同一种环节"]
    if (source.process, source.scope) != (target.process, target.scope):
        return [f"“{source.name}”和“{target.name}”不在同一个子流程里"]
    return []


def _drawn(version: Version, id: str) -> Element | None:
    """By its id alone, as plans name elements; those of the entry process first."""
    found = [element for element in version.definition.elements.values() if element.id == id]
    return min(found, key=lambda each: each.process != version.definition.key, default=None)


def may_take_over(
    ctx: ReadContext, version: Version, gone: Collection[str]
) -> dict[str, tuple[str, list[tuple[str, str]]]]:
    """Of elements a version draws no more: the name of each, and the elements of that version that may take over."""
    found: dict[str, tuple[str, list[tuple[str, str]]]] = {}
    for earlier in reversed(ctx.versions.all(ctx.conn)):
        for id in sorted(gone):
            drawn = _drawn(earlier, id) if earlier.key == version.key and earlier.id != version.id else None
            if drawn is not None and id not in found and _drawn(version, id) is None:
                alike = [each for each in version.definition.elements.values() if _takes_over(drawn, each)]
                found[id] = (drawn.name, [(each.id, each.name) for each in alike])
    return {id: offered for id, offered in found.items() if offered[1]}


def _takes_over(gone: Element, there: Element) -> bool:
    same = (gone.kind, gone.process, gone.scope) == (there.kind, there.process, there.scope)
    return same and gone.kind in USER_TASKS


def foretold(ctx: ReadContext, plan: Planned, uids: Sequence[str], pairs: Sequence[Pair]) -> list[CaseImpact]:
    """What would become of these instances. Raises BadInput for one that does not run on the source version."""
    instructions = {pair.source: pair.target for pair in pairs if pair.source != pair.target}
    wanted = select(cases).where(cases.c.uid.in_(uids), cases.c.ended_at.is_(None), cases.c.restricted.is_(False))
    rows = {row["uid"]: dict(row) for row in ctx.conn.execute(wanted).mappings()}
    strange = [uid for uid in uids if uid not in rows or rows[uid]["bundle_id"] != plan.source_version.id]
    if strange:
        raise BadInput({"processInstanceIds": f"不是原版上在办的实例：{'、'.join(strange)}。"})
    return [impact_of(ctx, rows[uid], plan.target_version, instructions) for uid in uids]
