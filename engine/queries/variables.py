"""The variables of a task or an instance: what people entered, and what the diagram knows. Never personal data."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from operator import attrgetter
from types import MappingProxyType
from typing import Any

from sqlalchemy import select

from engine.bpmn.definition import Definition
from engine.bpmn.runtime import OpenTask
from engine.cases import live, ratings
from engine.cases.beside.amendable import AMEND, PERSONAL, amendables, correction_form
from engine.cases.beside.rating import RATING
from engine.cases.live import Live
from engine.definitions.act_forms import MIGRATION, MIGRATION_FORM, act_form
from engine.errors import BadInput, NotFound
from engine.facade import ReadContext
from engine.queries.paging import Page, part
from engine.queries.past import past_instance
from engine.queries.processes import Instance
from engine.queries.readable import readable
from engine.queries.sight import Sight, sight_of
from engine.queries.visibility import visible
from engine.storage.models import answers, cases
from engine.storage.sealed import unsealed
from engine.vocabulary import ACT

_OWN_WORDS = PERSONAL | {"comment"}  # of a rating

Schema = Mapping[str, Any]
BESIDE = frozenset({*ACT, MIGRATION}) - {"withdraw"}  # a message is a step of the diagram


@dataclass(frozen=True)
class Answer:
    """One form somebody sent, without personal data; `schema` is the form as it then was, `form` its name; of a
    correction the name of the one it puts right."""

    seq: int
    element: str
    actor: str
    at: datetime
    schema: Schema
    values: Mapping[str, Any]
    form: str
    amends: str | None = None  # dotted path of the field that a correction put right


@dataclass(frozen=True)
class OpenedTask:
    """An open task together with its case in memory."""

    live: Live
    task: OpenTask

    @property
    def schema(self) -> Schema:
        """The form of the task in the version its case runs on."""
        return self.live.version.definition.form(self.task.element.form)


def open_task(ctx: ReadContext, task_id: str) -> OpenedTask:
    """Read the case of a task as it is stored; raises NotFound for a task not open or not to be seen."""
    opened = _loaded(ctx, task_id)
    if task_id not in opened.tasks:
        raise NotFound("没有这件待办：可能已办结或已撤回，也可能您无权查看。")
    return OpenedTask(opened, opened.tasks[task_id])


def _loaded(ctx: ReadContext, task_id: str) -> Live:
    try:
        uid = live.uid_of_task(task_id)
    except ValueError:
        raise NotFound from None
    row = ctx.conn.execute(select(cases).where(cases.c.uid == uid, visible(ctx.actor))).one_or_none()
    if row is None:
        raise NotFound
    version = ctx.versions.get(ctx.conn, row.bundle_id)
    return live.load(row._asdict(), version, ctx.now, ctx.actor, ctx.worktime, ctx.directory)


def task_variables(ctx: ReadContext, opened: OpenedTask) -> dict[str, Any]:
    """What was entered in the case, and over it what the task's own branch of the diagram knows."""
    row = opened.live.row
    entered = _latest(answers_of(ctx, row["id"], opened.live.version.definition, sight_of(ctx, row)))
    known = {name: value for name, value in opened.task.data.items() if name not in PERSONAL}
    return {**entered, **known}


def form_variables(ctx: ReadContext, opened: OpenedTask) -> dict[str, Any]:
    """A value for every field of the task's form, null where nothing is known yet."""
    known = {**task_variables(ctx, opened), **rated_before(opened)}
    return {name: known.get(name) for name in opened.schema.get("properties", {}) if name not in PERSONAL}


def rated_before(opened: OpenedTask) -> dict[str, Any]:
    """For the form of the call-back: what the citizen has said of the case already."""
    rating = ratings.before_the_visit(opened.live.step)
    asked = "satisfaction" in opened.schema.get("properties", {})
    return {"satisfaction": rating} if asked and rating is not None else {}


def instance_variables(ctx: ReadContext, wanted: Instance) -> dict[str, Any]:
    """What was entered in an instance, the latest value of each field."""
    row = dict(ctx.conn.execute(select(cases).where(cases.c.id == wanted.case_id)).mappings().one())
    definition = ctx.versions.get(ctx.conn, row["bundle_id"]).definition
    return _latest(answers_of(ctx, row["id"], definition, sight_of(ctx, row)))


def answers_of(
    ctx: ReadContext,
    case_id: int,
    definition: Definition,
    sight: Sight,
    personal: bool = False,
    opened: Mapping[int, str] = MappingProxyType({}),
) -> Iterator[Answer]:
    """Everything entered in a case, oldest first, as far as `sight` shows it; `personal` also tells what was corrected
    of personal data. `opened`: line → what was entered there, as stored, where somebody has unsealed it already."""
    query = select(answers).where(answers.c.case_id == case_id).order_by(answers.c.seq)
    found = ctx.conn.execute(query).mappings().all()
    if any(row["element"] == MIGRATION for row in found):
        definition = readable(ctx, case_id, definition)
    forms = {element.id: element.form for element in definition.elements.values() if element.form}
    for sealed in found:
        text = opened.get(sealed["seq"])
        row = unsealed(ctx.keys, answers, sealed) if text is None else {**sealed, "variables": text}
        form = forms.get(row["element"], row["element"])
        schema = _schema(definition, form)
        hidden = _OWN_WORDS if form == RATING.name and not personal else PERSONAL
        values = {k: v for k, v in json.loads(row["variables"]).items() if k not in hidden}
        answer = Answer(row["seq"], row["element"], row["actor"], row["at"], schema, sight.values(values), form)
        yield _correction(answer, definition, personal) if form == AMEND else answer


def _schema(definition: Definition, form: str) -> Schema:
    if form == MIGRATION:
        return MIGRATION_FORM
    return act_form(definition, form) if form in ACT else definition.form(form)


def _correction(answer: Answer, definition: Definition, personal: bool) -> Answer:
    wanted = amendables(definition)[answer.values["field"]]
    told = {"before", "value", "reason"} if personal or not wanted.personal else {"reason"}
    values = {name: value for name, value in answer.values.items() if name in told}
    schema = correction_form(definition, wanted)
    return replace(answer, schema=schema, values=values, form=wanted.form, amends=wanted.path)


@dataclass(frozen=True)
class PastVariable:
    """The present value of a field of an instance, running or over, and the act that set it."""

    uid: str
    no: str | None
    key: str
    definition_id: str
    name: str
    value: Any
    set_at: datetime
    set_by: str
    element: str


@dataclass(frozen=True)
class PastVariableFilter:
    """Of one instance; every further value given narrows the list. `name_like` takes % and _ as wildcards."""

    uid: str | None = None
    name: str | None = None
    name_like: str | None = None


def past_variables(ctx: ReadContext, wanted: PastVariableFilter, page: Page) -> list[PastVariable]:
    """The variables of an instance, by name. Raises BadInput when none is named, NotFound."""
    return part(sorted(_past(ctx, wanted), key=attrgetter("name")), page)


def count_past_variables(ctx: ReadContext, wanted: PastVariableFilter) -> int:
    """How many `past_variables` would give without limits."""
    return len(_past(ctx, wanted))


def _past(ctx: ReadContext, wanted: PastVariableFilter) -> list[PastVariable]:
    if wanted.uid is None:
        raise BadInput({"processInstanceId": "请给出流程实例：变量按实例查。"})
    of = past_instance(ctx, wanted.uid)
    row = dict(ctx.conn.execute(select(cases).where(cases.c.uid == wanted.uid)).mappings().one())
    definition = ctx.versions.get(ctx.conn, row["bundle_id"]).definition
    entered = _last_set(answers_of(ctx, row["id"], definition, sight_of(ctx, row)))
    return [
        PastVariable(of.uid, of.no, of.key, of.definition_id, name, value, by.at, by.actor, by.element)
        for name, (value, by) in entered.items()
        if wanted.name in (None, name) and (wanted.name_like is None or _like(name, wanted.name_like))
    ]


def _like(name: str, pattern: str) -> bool:
    parts = re.split(r"([%_])", pattern)
    spelt = "".join({"%": ".*", "_": "."}.get(part, re.escape(part)) for part in parts)
    return re.fullmatch(spelt, name) is not None


def _latest(given: Iterable[Answer]) -> dict[str, Any]:
    return {name: value for name, (value, _) in _last_set(given).items()}


def _last_set(given: Iterable[Answer]) -> dict[str, tuple[Any, Answer]]:
    return {name: (value, answer) for answer in given for name, value in sets(answer)}


def sets(answer: Answer) -> Iterator[tuple[str, Any]]:
    """The fields an answer sets. A step sets every field of its form: what it left out is null from then on. Of acts
    beside the steps a correction alone sets something: the field it puts right."""
    if answer.element not in BESIDE:
        fields = [name for name in answer.schema.get("properties", {}) if name not in PERSONAL]
        for name in dict.fromkeys([*fields, *answer.values]):
            yield name, answer.values.get(name)
    elif answer.amends is not None and answer.amends.partition(".")[0] not in PERSONAL:
        yield answer.amends, answer.values.get("value")
