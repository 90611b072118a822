"""The pages: what people in offices see and do, drawn on the server and usable without JavaScript."""

from __future__ import annotations

from flask import Flask
from jinja2 import StrictUndefined

from webapp import labels
from webapp.pages import (
    absence,
    accesses,
    account,
    account_steps,
    acts,
    amend,
    answering,
    audit_case,
    audit_cases,
    canned,
    case,
    case_keeping,
    cases,
    confirm,
    deadline,
    definition_drafts,
    definition_files,
    designer,
    diagram,
    diagram_editor,
    director,
    display,
    drafts,
    findings,
    form_editor,
    frame,
    headers,
    heat,
    heat_cases,
    house,
    inbox,
    inbox_acts,
    incidents,
    keeping,
    ladder,
    ledger,
    liaison,
    lists,
    looks,
    migrations,
    network,
    notices,
    papers,
    people,
    preview,
    prints,
    progress,
    publishing,
    reception,
    rectifications,
    register,
    register_hints,
    remarks,
    rules,
    samples,
    sign_in,
    statistics,
    supervision,
    table_editor,
    task,
    trail,
    unit_desk,
    unmask,
    whatif,
)

_OF_ACCOUNTS = (sign_in, account_steps, account, confirm, absence, display)
_OF_CASES = (
    inbox,
    inbox_acts,
    preview,
    task,
    answering,
    case,
    acts,
    amend,
    unmask,
    papers,
    remarks,
    accesses,
    case_keeping,
    cases,
    deadline,
    diagram,
    register,
)
_OF_UNITS = (unit_desk, notices, liaison, network)
_AT_THE_COUNTER = (register_hints, prints, lists, drafts, canned)
_OF_BOOKS = (ledger, reception, statistics, supervision, director)
_OF_THE_HOUSE = (people, incidents)
_EDITORS = (definition_drafts, definition_files, diagram_editor, table_editor, form_editor)
_OF_THE_PROCESS = (designer, *_EDITORS, publishing, migrations, ladder, whatif)
_OF_THE_TRAIL = (
    *(audit_cases, audit_case, heat, heat_cases, rules, samples, findings, rectifications, keeping, house),
    *(looks, trail),
)
_FOR_CITIZENS = (progress,)
_AREAS = (
    *_FOR_CITIZENS,
    *_OF_ACCOUNTS,
    *_OF_CASES,
    *_AT_THE_COUNTER,
    *_OF_UNITS,
    *_OF_BOOKS,
    *_OF_THE_HOUSE,
    *_OF_THE_PROCESS,
    *_OF_THE_TRAIL,
)


def register_pages(app: Flask) -> None:
    """Add every page, with the frame around it and the headers that keep foreign content out."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.undefined = StrictUndefined
    labels.install(app.jinja_env)
    app.context_processor(frame.frame)
    headers.install(app)
    for area in _AREAS:
        app.register_blueprint(area.blueprint)
