"""What a case has passed can be read for ever: beside its own version stands what earlier ones of it drew."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import orjson
from sqlalchemy import select

from engine.bpmn.definition import Definition
from engine.cases.deeds import MIGRATED, MIGRATION_UNDONE
from engine.facade import ReadContext
from engine.storage.models import audit

MIGRATIONS = frozenset({MIGRATED, MIGRATION_UNDONE})


def readable(ctx: ReadContext, case_id: int, definition: Definition) -> Definition:
    """The definition of a case that has been migrated, with the elements and forms of the versions it left."""
    of_case = audit.c.case_id == case_id
    lines = select(audit.c.before).where(of_case, audit.c.action.in_(MIGRATIONS)).order_by(audit.c.seq)
    left = [orjson.loads(before)["version"] for before in ctx.conn.scalars(lines)]
    return beside(definition, (ctx.versions.numbered(ctx.conn, definition.key, each).definition for each in left))


def beside(definition: Definition, earlier: Iterable[Definition]) -> Definition:
    """A definition to read by, not to run: where it draws nothing of an id, the latest of the earlier ones does."""
    elements = dict(definition.elements)
    forms = dict(definition.forms)
    names = dict(definition.process_names)
    for each in (*earlier, definition):
        elements.update(each.elements)
        forms.update(each.forms)
        names.update(each.process_names)
    return replace(definition, elements=elements, forms=forms, process_names=names)
