"""Which trails are asked for, on a page or at the command line: as a ledger is narrowed, by number, version or rule, or
those of the cases a list behind a figure of the heat shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

from engine.audit.rules import RULES
from engine.definitions.shipped import CASE_PROCESS
from engine.errors import BadInput
from engine.facade import ReadContext
from engine.queries import heat
from engine.queries.event_log import Selection
from engine.queries.heat_cases import WHICH, Behind
from engine.queries.ledger import LedgerFilter

Versions = Mapping[int, int]
_OF_STEPS = {field.name for field in fields(heat.Selection)} & {field.name for field in fields(LedgerFilter)}


@dataclass(frozen=True)
class Chosen:
    """`element`: the cases that reached this step, of those times the ones `which` says, one of WHICH; None: all."""

    filter: LedgerFilter
    numbers: tuple[str, ...] = ()
    version: int | None = None
    rule: str | None = None
    element: str | None = None
    which: str | None = None


def versions_of(ctx: ReadContext) -> Versions:
    """The versions of the process of cases: number → row id."""
    return {each.version: each.id for each in ctx.versions.all(ctx.conn) if each.key == CASE_PROCESS}


def selected(ctx: ReadContext, asked: Chosen) -> Selection:
    """The selection; what there is none of must not widen it. Raises BadInput."""
    versions = versions_of(ctx)
    if wrong := " ".join(_wrong(ctx, asked, versions)):
        raise BadInput({"filter": wrong})
    given = {name: value for name, value in vars(asked.filter).items() if value is not None}
    if asked.element is None:
        return Selection(**given, numbers=asked.numbers or None, version=asked.version, rule=asked.rule)
    bundle = None if asked.version is None else versions[asked.version]
    return Selection(behind=Behind(heat.Selection(bundle=bundle, **given), asked.element, asked.which))


def _wrong(ctx: ReadContext, asked: Chosen, versions: Versions) -> Iterator[str]:
    if asked.version not in (None, *versions):
        yield "没有这一版流程，请从清单里选。"
    if asked.rule not in (None, *RULES):
        yield "没有这条规则，请从清单里选。"
    if asked.element is None:
        if asked.which is not None:
            yield "请同时说明是哪一步。"
    elif asked.which not in (None, *WHICH) or asked.element not in _drawn(ctx):
        yield "没有这样的步骤，请回到流程分析再点一次。"
    elif asked.numbers or asked.rule or _beyond_steps(asked.filter):
        yield "按步骤选件时，还可以按版本、单位、等级、原因、渠道和收到日期筛选；别的请去掉。"


def _drawn(ctx: ReadContext) -> set[str]:
    """The tasks that some version of the process draws."""
    versions = (each for each in ctx.versions.all(ctx.conn) if each.key == CASE_PROCESS)
    return {task.id for version in versions for task in version.definition.user_tasks}


def _beyond_steps(asked: LedgerFilter) -> set[str]:
    """What is narrowed by that steps know nothing of."""
    return {name for name, value in vars(asked).items() if value is not None} - _OF_STEPS
