"""改表: a decision table of a draft as a sheet to fill in. Without scripts every button sends the whole sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.bpmn.editing.tables import NoTable, Row, Sheet, read_sheet, with_rows
from engine.bpmn.xml import XmlRefused
from engine.cases import policy
from engine.definitions.difference.spoken import names_of
from engine.definitions.sheets import Asked, Problem, columns_asked, entry_of, problems, whole_problems
from engine.errors import DraftMoved, NotFound
from webapp.guard import actor, engine, guarded
from webapp.pages import draft_editing
from webapp.pages.draft_editing import Edited
from webapp.pages.table_sent import rows_sent, rows_with

blueprint = Blueprint("table_editor", __name__)

POLICIES = {
    "UNIQUE": "各行互不重叠，只有一行适用",
    "FIRST": "从上往下，第一行适用的算数",
    "ANY": "几行同时适用时结果须一样",
    "PRIORITY": "几行适用时按结果的先后取一行",
    "COLLECT": "适用的各行都算",
    "RULE ORDER": "适用的各行都算，按行的先后",
    "OUTPUT ORDER": "适用的各行都算，按结果的先后",
}


@blueprint.get("/designer/drafts/<int:id>/table/<path:table>")
@guarded(*policy.DESIGNING)
def show(id: int, table: str) -> Response:
    """The table as it is stored."""
    found, sheet, asked = _opened(id, table)
    return _page(found, sheet, asked, sheet.rows, saved=request.args.get("saved") == str(found.draft.revision))


@blueprint.post("/designer/drafts/<int:id>/table/<path:table>")
@guarded(*policy.DESIGNING)
def change(id: int, table: str) -> Response:
    """Move, add and take away rows on the page, or store what was filled in."""
    found, sheet, asked = _opened(id, table)
    rows = rows_sent(sheet, asked, request.form)
    act = request.form.get("act", "save")
    if act != "save":
        return _page(found, sheet, asked, rows_with(sheet, rows, act), unsaved=True)
    wrong = problems(asked, rows)
    if wrong:
        return _page(found, sheet, asked, rows, wrong=wrong, unsaved=True, status=400)
    content = with_rows(found.content, rows)
    moved = draft_editing.store(found, content)
    if moved is not None:
        return _page(found, sheet, asked, rows, moved=moved, unsaved=True, status=409)
    revision = engine().read_as(actor(), draft_editing.revision_of, id)
    return redirect(url_for("table_editor.show", id=id, table=table, saved=revision), 303)


def _opened(id: int, name: str) -> tuple[Edited, Sheet, tuple[Asked, ...]]:
    found = draft_editing.edited(id, name, ".dmn")
    try:
        sheet = read_sheet(found.content)
        asked = columns_asked(sheet, names_of((found.readable,)), _lists())
    except (XmlRefused, NoTable) as refused:
        raise NotFound(f"“{name}”不能当表格改：{refused}。") from None
    return found, sheet, asked


def _lists() -> Mapping[str, Sequence[tuple[str, str]]]:
    """What the house knows beside its vocabularies."""
    directory = engine().directory
    return {
        "matter_code": [(each.code, f"{each.code} {each.name}") for each in directory.matters.values()],
        "unit": [(each.code, each.short) for each in directory.desks()],
    }


# ------------------------------------------------------------------ drawing
def _page(
    found: Edited,
    sheet: Sheet,
    asked: Sequence[Asked],
    rows: Sequence[Row],
    *,
    wrong: Sequence[Problem] = (),
    moved: DraftMoved | None = None,
    unsaved: bool = False,
    saved: bool = False,
    status: int = 200,
) -> Response:
    said = {(each.row, each.column): each.message for each in wrong}
    text = render_template(
        "definition_table.html",
        draft=draft_editing.head(found),
        table={"name": sheet.name, "note": sheet.note, "policy": POLICIES.get(sheet.policy, sheet.policy)},
        columns=[{"label": each.column.label, "test": each.test} for each in asked],
        rows=[_row(place, row, asked, said) for place, row in enumerate(rows)],
        problems=[_problem(each, asked) for each in wrong],
        revision=draft_editing.known_revision() if unsaved and moved is None else found.draft.revision,
        unsaved=unsaved,
        saved=saved,
        warnings=[] if unsaved else whole_problems(found.content),
        changes=[] if unsaved else draft_editing.sentences(found.base, found.files, found.name),
        conflict=None if moved is None else draft_editing.conflict(found, moved, with_rows(found.content, rows)),
        action=request.path,
    )
    return make_response(text, status)


def _row(place: int, row: Row, asked: Sequence[Asked], said: Mapping[tuple[int, int], str]) -> dict[str, Any]:
    cells = (*row.tests, *row.results)
    return {
        "id": row.id,
        "number": place + 1,
        "note": row.note,
        "cells": [
            _cell(place, number, column, cell, said.get((place, number), ""))
            for number, (column, cell) in enumerate(zip(asked, cells, strict=True))
        ],
    }


def _cell(row: int, number: int, asked: Asked, cell: str, error: str) -> dict[str, Any]:
    entry = entry_of(asked, cell)
    chosen = [label for code, label in asked.choices if code in entry.chosen]
    return {
        "id": f"c-{row}-{number}",
        "place": f"{row}.{number}",
        "way": entry.way.value,
        "label": f"第 {row + 1} 行 {asked.column.label}",
        "text": entry.text,
        "options": [(code, label, code in entry.chosen) for code, label in asked.choices],
        "none": "不限" if asked.test else "请选择",
        "words": "或".join(chosen) if asked.test else "、".join(chosen),
        "error": error,
        "numeric": entry.way.value == "whole",
    }


def _problem(found: Problem, asked: Sequence[Asked]) -> dict[str, str]:
    place = f"第 {found.row + 1} 行 {asked[found.column].column.label}"
    return {"target": f"c-{found.row}-{found.column}", "text": f"{place}：{found.message}"}
