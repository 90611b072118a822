"""当场办结: a simple case carried from registration to feedback in one request, by the tasks of the diagram."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from engine.bpmn.runtime import OpenTask
from engine.cases import deeds
from engine.cases.acts import tasks
from engine.cases.beside.rating import RATING, rating_said
from engine.cases.deeds import Deed
from engine.cases.forms import Entered
from engine.cases.live import Live
from engine.errors import BadInput

FIELD = "on_the_spot"
# The tasks the person completes one after the other, and what follows from its being settled.
_TASKS: Mapping[str, Mapping[str, Any]] = {
    "classify": {},
    "handle_on_site": {"onsite_result": "solved"},
    "give_feedback": {},
}


def split(entered: Entered) -> tuple[Entered, Mapping[str, Any] | None]:
    """The registration alone, and what was settled on the spot, which says that the case is accepted."""
    spot = entered.values.get(FIELD)
    if spot is None:
        return entered, None
    alone = {name: value for name, value in entered.values.items() if name != FIELD}
    return replace(entered, values={**alone, "acceptance": "accept"}), spot


def carry_through(conn: Connection, begun: Live, spot: Mapping[str, Any]) -> None:
    """Complete the tasks up to the feedback as the person who registers; each is held against its own form.

    Raises BadInput (`on_the_spot.cause`, …), NotYours for whoever may not do one of the tasks.
    """
    for name, settled in _TASKS.items():
        task = _open_task(begun, name)
        fields = begun.version.definition.form(task.element.form).get("properties", {})
        given = {field: value for field, value in spot.items() if field in fields}
        try:
            tasks.finish(conn, begun, task, {**given, **settled})
        except BadInput as refused:
            raise BadInput({f"{FIELD}.{field}": sentence for field, sentence in refused.fields.items()}) from None
        begun.passed.append(task)
    if "satisfaction" in spot:
        said = rating_said(begun, {"satisfaction": spot["satisfaction"]}, "counter")
        deeds.do(begun, Deed("rated", RATING.name, said.entered, said.after, said.before))


def _open_task(begun: Live, name: str) -> OpenTask:
    found = next((task for task in begun.run.open_tasks() if task.element.id == name), None)
    if found is None:
        raise BadInput({FIELD: "正在使用的流程不能当场办结，请登记后逐步办理。"})
    return found
