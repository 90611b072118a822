"""整改: findings put to units, with the case and element each is pinned to, how it stands and what was said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select, true, union, union_all

from engine.bpmn.elements import Element
from engine.cases import policy
from engine.cases.commands import SYSTEM, Actor
from engine.cases.effects.findings import ACCEPTED, ANSWERED, ASKED, WITHDRAWN
from engine.cases.findings import WITHDRAW, Pinned, drawn_name, pinned
from engine.definitions.shipped import RECTIFICATION
from engine.errors import NotFound
from engine.facade import ReadContext
from engine.pictures.layout import Layout
from engine.pictures.layouts import layout_in
from engine.queries.dues import TaskDue, task_due
from engine.queries.entered import Fact, facts_of
from engine.queries.paging import Page
from engine.queries.papers import PAPER
from engine.queries.people import displays, group_name
from engine.queries.sight import Sight
from engine.queries.task_page import Choices, choices_of
from engine.queries.variables import Schema, answers_of
from engine.storage.models import cases, finished_tasks, rectifications, task_groups, tasks

LATE = "late"
WHICH = (ASKED, LATE, ANSWERED, ACCEPTED, WITHDRAWN)
READERS = policy.READ_FINDINGS  # of all findings; a unit reads those it was asked
_about = cases.alias("about")
_r = rectifications.c
ANSWERS = ("answer_finding", "head_answer")  # the steps by which a unit answers
PINNED_BY = frozenset({"case_no", "element", "unit", "rule"})  # told beside what was written


@dataclass(frozen=True)
class Finding:
    """One finding. `name`: of the element as drawn; `status`: a code of FINDING_STATUS; `due`: of what waits now.

    `id`: of its instance; `unit_code` is asked; `task`: the open task that lies with the actor, none: there is none.
    """

    id: int
    no: str
    about: str
    about_title: str
    element: str
    name: str
    rule: str | None
    unit: str
    unit_code: str
    put_by: str
    put_by_name: str
    put_at: datetime
    status: str
    due: TaskDue
    ended_at: datetime | None
    task: str | None

    @property
    def late(self) -> bool:
        """Whether the unit should have answered by now."""
        return self.status == ASKED and self.due.light == "red"


@dataclass(frozen=True)
class Said:
    """What was entered at one step: `by` as on screens."""

    title: str
    by: str
    at: datetime
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Place:
    """The element on the drawing of the process it belongs to."""

    element: str
    name: str
    process: str
    layout: Layout


@dataclass(frozen=True)
class FindingPage:
    """One finding with everything said of it, oldest first; `waits`: with whom it lies, as on screens.

    `withdrawal`: the form by which this person may take it back before it is answered, None: they may not, or not now.
    """

    finding: Finding
    place: Place
    said: tuple[Said, ...]
    waits: tuple[str, ...]
    withdrawal: Schema | None


@dataclass(frozen=True)
class ToPut:
    """A finding about to be put: the form, its place and the units that may be asked; `steps`: all that could be
    chosen, element → name, and while none is, `came_by` those of them the case was at, in that order; `handled_by`:
    those of the units whose step it was, or has been."""

    schema: Schema
    choices: Choices
    pinned: Pinned | None
    place: Place | None
    title: str
    steps: Mapping[str, str]
    came_by: tuple[str, ...]
    handled_by: tuple[str, ...] = ()


def findings_put(ctx: ReadContext, which: str | None, page: Page) -> tuple[list[Finding], Mapping[str, int]]:
    """Those of one kind, None all, the newest first; and how many there are of each kind."""
    counts = {each: number_of(ctx, *of_kind(ctx, each)) for each in WHICH}
    return read(ctx, newest(ctx, *of_kind(ctx, which)).offset(page.first).limit(page.most)), counts


def newest(ctx: ReadContext, *asked: ColumnElement[bool]) -> Select[Any]:
    """Those of which this is so, the newest first."""
    return _select(ctx, *asked).order_by(_r.put_at.desc(), _r.case_id.desc())


def findings_of(ctx: ReadContext, no: str) -> list[Finding]:
    """Those about one case, the oldest first."""
    return read(ctx, _select(ctx, _about.c.no == no).order_by(_r.put_at, _r.case_id))


def of_units(ctx: ReadContext, units: Sequence[str]) -> list[Finding]:
    """Those these units have still to answer, the oldest first."""
    asked = (_r.unit.in_(units), cases.c.status == ASKED)
    return read(ctx, _select(ctx, *asked).order_by(_r.put_at, _r.case_id))


def finding_page(ctx: ReadContext, no: str) -> FindingPage:
    """One finding; raises NotFound, also for whoever may not know of it."""
    found = read(ctx, _select(ctx, cases.c.no == no))
    if not found:
        raise NotFound("没有这件整改：可能编号有误，也可能您无权查看。")
    row = ctx.conn.execute(
        select(_r.case_id, _r.about_id, cases.c.bundle_id, _about.c.bundle_id.label("drawn_by"))
        .select_from(_joined())
        .where(cases.c.no == no)
    ).one()
    forms = ctx.versions.get(ctx.conn, row.bundle_id).definition.forms
    withdrawable = found[0].status == ASKED and policy.holds(ctx.actor, policy.RECTIFY)
    return FindingPage(
        finding=found[0],
        place=_place(ctx, row.drawn_by, found[0].element),
        said=tuple(_said(ctx, row.case_id, row.about_id, row.bundle_id)),
        waits=tuple(_waits(ctx, row.case_id)),
        withdrawal=forms.get(WITHDRAW) if withdrawable else None,
    )


def to_put(ctx: ReadContext, no: str, element: str | None) -> ToPut:
    """What is needed to write a finding; raises BadInput for a case or element that is none."""
    definition = ctx.versions.latest(ctx.conn, RECTIFICATION).definition
    schema = definition.start_form
    first = pinned(ctx.conn, ctx.versions, ctx.directory, no, element) if element else None
    row = ctx.conn.execute(select(cases.c.id, cases.c.bundle_id, cases.c.title).where(cases.c.no == no)).one_or_none()
    if row is None:
        raise NotFound
    drawn = ctx.versions.get(ctx.conn, row.bundle_id).definition
    steps = _told_apart(drawn.user_tasks)
    choices = dict(choices_of(ctx, schema))
    if first is not None:
        choices["unit"] = [(code, ctx.directory.unit(code).name) for code in first.units]
    place = None if first is None else _place(ctx, row.bundle_id, first.element)
    handled_by = () if first is None else _handled_by(ctx, first)
    came_by = () if first else tuple(each for each in _came_by(ctx, row.id) if each in steps)
    return ToPut(schema, choices, first, place, row.title or "", steps, came_by, handled_by)


def _came_by(ctx: ReadContext, case_id: int) -> dict[str, None]:
    """Element by element, in the order in which they were first opened."""
    of = (select(t.c.element, t.c.opened_at).where(t.c.case_id == case_id) for t in (finished_tasks, tasks))
    every = union_all(*of).subquery()
    return dict.fromkeys(ctx.conn.scalars(select(every.c.element).order_by(every.c.opened_at)))


def _told_apart(steps: Sequence[Element]) -> dict[str, str]:
    """Element → name; those of one name say in which lane they are drawn, so that nobody pins to the wrong one."""
    met = Counter(each.name for each in steps)
    return {each.id: f"{each.name}（{each.lane}）" if met[each.name] > 1 and each.lane else each.name for each in steps}


def _handled_by(ctx: ReadContext, at: Pinned) -> tuple[str, ...]:
    of = (select(t.c.unit).where(t.c.case_id == at.case_id, t.c.element == at.element) for t in (finished_tasks, tasks))
    found = set(ctx.conn.scalars(union(*of)))
    return tuple(unit for unit in at.units if unit in found)


# ------------------------------------------------------------------ rows
def _joined() -> Any:
    return rectifications.join(cases, cases.c.id == _r.case_id).join(_about, _about.c.id == _r.about_id)


def _select(ctx: ReadContext, *asked: ColumnElement[bool]) -> Select[Any]:
    """Of those this person may know of; where only few may know of the case by now, nobody."""
    columns = (cases.c.no, cases.c.status, cases.c.ended_at, _about.c.no.label("about"), _about.c.title.label("title"))
    pins = (_r.case_id, _r.element, _r.rule, _r.unit, _r.put_by, _r.put_at, _about.c.bundle_id)
    query = select(*columns, *pins).select_from(_joined())
    return query.where(_told(ctx.actor), _about.c.restricted.is_(False), *asked)


def _told(actor: Actor) -> ColumnElement[bool]:
    """Those who audit are told of all, whoever has a post at a unit of what that unit was asked."""
    if actor is SYSTEM or policy.holds(actor, READERS):
        return true()
    return _r.unit.in_(sorted(policy.units_of(actor.groups)))


def about(no: str) -> ColumnElement[bool]:
    """That it is about this case."""
    return _about.c.no == no


def of_kind(ctx: ReadContext, which: str | None) -> list[ColumnElement[bool]]:
    """That it is of this kind: a status, or asked and overdue; None: of any."""
    overdue = exists().where(tasks.c.case_id == cases.c.id, tasks.c.element.in_(ANSWERS), tasks.c.due < ctx.now)
    if which == LATE:
        return [cases.c.status == ASKED, overdue]
    return [] if which is None else [cases.c.status == which]


def number_of(ctx: ReadContext, *asked: ColumnElement[bool]) -> int:
    """Of how many this is so."""
    some = _select(ctx, *asked).subquery()
    return int(ctx.conn.execute(select(func.count()).select_from(some)).scalar_one())


def read(ctx: ReadContext, query: Select[Any]) -> list[Finding]:
    """The findings a query of `newest` gives."""
    rows = ctx.conn.execute(query).all()
    names = displays(ctx.conn, {row.put_by for row in rows})
    ids = [row.case_id for row in rows]
    dues, own = _dues(ctx, ids), _own_tasks(ctx, ids)
    return [_finding(ctx, row, names, dues.get(row.case_id), own.get(row.case_id)) for row in rows]


def _dues(ctx: ReadContext, ids: Sequence[int]) -> dict[int, datetime]:
    query = select(tasks.c.case_id, func.min(tasks.c.due)).where(tasks.c.case_id.in_(ids)).group_by(tasks.c.case_id)
    return {case_id: due for case_id, due in ctx.conn.execute(query)}


def _own_tasks(ctx: ReadContext, ids: Sequence[int]) -> dict[int, str]:
    groups = task_groups.c
    mine = (groups.case_id.in_(ids), groups.group.in_(sorted(ctx.actor.groups)))
    return {case_id: task for case_id, task in ctx.conn.execute(select(groups.case_id, groups.task_id).where(*mine))}


def _finding(ctx: ReadContext, row: Any, names: Mapping[str, str], due: datetime | None, task: str | None) -> Finding:
    definition = ctx.versions.get(ctx.conn, row.bundle_id).definition
    return Finding(
        id=row.case_id,
        no=row.no,
        about=row.about,
        about_title=row.title or "",
        element=row.element,
        name=drawn_name(definition, row.element) or row.element,
        rule=row.rule,
        unit=group_name(ctx.directory, f"unit:{row.unit}"),
        unit_code=row.unit,
        put_by=row.put_by,
        put_by_name=names[row.put_by],
        put_at=row.put_at,
        status=row.status,
        due=task_due(ctx, due),
        ended_at=row.ended_at,
        task=task,
    )


# ------------------------------------------------------------------ one of them
def _place(ctx: ReadContext, bundle: int, element: str) -> Place:
    version = ctx.versions.get(ctx.conn, bundle)
    drawn = next(each for each in version.definition.elements.values() if each.id == element)
    return Place(element, drawn.name, drawn.process, layout_in(ctx.conn, version, drawn.process))


def _said(ctx: ReadContext, case_id: int, about_id: int, bundle: int) -> list[Said]:
    """As everybody reads it: the person of the case under finding is masked."""
    sight = Sight(False, ctx.conn, ctx.keys, about_id)
    given = list(answers_of(ctx, case_id, ctx.versions.get(ctx.conn, bundle).definition, sight))
    names = displays(ctx.conn, {each.actor for each in given})
    return [
        Said(
            title=str(each.schema.get("title") or each.element),
            by=names[each.actor],
            at=each.at,
            facts=tuple(
                facts_of(each.schema, {n: v for n, v in each.values.items() if n not in PINNED_BY}, ctx.directory)
            ),
        )
        for each in given
        if each.element != PAPER
    ]


def _waits(ctx: ReadContext, case_id: int) -> list[str]:
    query = select(tasks.c.name, tasks.c.assignee).where(tasks.c.case_id == case_id).order_by(tasks.c.opened_at)
    rows = ctx.conn.execute(query).all()
    names = displays(ctx.conn, {row.assignee for row in rows if row.assignee})
    return [f"{row.name}（{names[row.assignee]}）" if row.assignee else row.name for row in rows]
