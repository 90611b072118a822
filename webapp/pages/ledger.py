"""台账: the ledger with filter, order and columns in the address, search and exports that are not.

What is searched for may name somebody: while there are words, every form and button of the page sends them along by
POST, where links lead on without.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request, url_for
from werkzeug.exceptions import NotFound

from engine import vocabulary
from engine.cases import policy
from engine.clock import local
from engine.exports.ledger import FORMATS, TITLE, stream_ledger
from engine.facade import ReadContext
from engine.queries.ledger import SORTS, LedgerPage, ledger_page
from engine.queries.ledger_columns import COLUMNS, Cell, LedgerColumn
from engine.queries.ledger_lines import LedgerLine
from engine.queries.people import group_name
from webapp.guard import actor, engine, guarded
from webapp.intake import may_repeat
from webapp.limits import EXPORT, SEARCH, limited
from webapp.pages import keeping_words, ledger_asked, words
from webapp.pages.handed_out import handed_out
from webapp.pages.ledger_asked import IN_TIME, ROWS, TITLES, Asked, asked

blueprint = Blueprint("ledger", __name__)

_MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_BY_KEY: Mapping[str, LedgerColumn] = {column.key: column for column in COLUMNS}


@blueprint.get("/ledger")
@guarded(*policy.LEDGER)
@may_repeat("cols")
def show() -> str:
    """A page of the ledger, newest receipt first unless another order is asked for."""
    return _page(asked(request.args.to_dict(), request.args.getlist("cols")))


@blueprint.post("/ledger/search")
@guarded(*policy.LEDGER)
@limited(SEARCH)
def search() -> str:
    """The lines with a number, words of the title, a name or the tail of a phone number; within the filter."""
    return _page(_sent())


@blueprint.post("/ledger/export.<kind>")
@guarded(*policy.LEDGER, recent=True)
@limited(EXPORT)
def export(kind: str) -> Response:
    """Every line the filter lets through as a file, in the order asked for, sent while it is read."""
    if kind not in FORMATS:
        raise NotFound
    wanted, name = _sent(), f"{TITLE}-{local(engine().clock.now()):%Y%m%d-%H%M}.{kind}"
    pieces = stream_ledger(engine(), actor(), wanted.filter, kind, wanted.sorts)
    return handed_out(pieces, _MEDIA_TYPES[kind], name)


def _sent() -> Asked:
    form = request.form
    return asked(form.to_dict(), form.getlist("cols"), form.get("q", ""))


# ------------------------------------------------------------------ the page
@dataclass(frozen=True)
class _Found:
    ledger: LedgerPage
    units: Mapping[str, str]


def _find(ctx: ReadContext, wanted: Asked) -> _Found:
    units = {unit.code: group_name(ctx.directory, f"unit:{unit.code}") for unit in ctx.directory.desks()}
    return _Found(ledger_page(ctx, wanted.filter, wanted.page), units)


def _page(wanted: Asked) -> str:
    found = engine().read_as(actor(), _find, wanted)
    columns = [_BY_KEY[key] for key in wanted.columns]
    shown = found.ledger.lines
    return render_template(
        "ledger.html",
        again=_again(wanted),
        filters={"fields": filter_fields(wanted.given, found.units), "clear_href": url_for("ledger.show")},
        kept=_kept(wanted),
        search={"action": url_for("ledger.search"), "value": wanted.filter.words or ""},
        chooser=_chooser(wanted),
        heads=[_head(column, wanted) for column in columns],
        lines=[{"href": url_for("case.show", no=line.no), "cells": _cells(line, columns)} for line in shown],
        total_text=f"{'找到' if wanted.filter.words else '共'} {found.ledger.total} 件",
        pages=_pages(found.ledger, wanted),
        ordered=bool(wanted.sorts),
        exports=[{"action": url_for("ledger.export", kind=kind), "label": f"导出 {kind}"} for kind in FORMATS],
        keeping_href=url_for("keeping.show") if keeping_words.reads() else None,
        reception_href=url_for("reception.show") if policy.holds(actor(), policy.RECEPTION) else None,
        notices=[{"kind": "warn", "text": text} for text in wanted.wrong],
        printed_at=engine().clock.now(),
    )


def _again(wanted: Asked) -> dict[str, Any]:
    """How the forms of the page send what it is about: words by POST alone, anything else in the address."""
    if wanted.filter.words is None:
        return {"action": url_for("ledger.show"), "method": "get", "words": None}
    return {"action": url_for("ledger.search"), "method": "post", "words": wanted.filter.words}


def filter_fields(given: Mapping[str, str], units: Mapping[str, str]) -> list[dict[str, Any]]:
    """The fields that narrow a ledger, with what was given in them; `units`: code → name as on screens."""
    codes = ("grade", "cause", "channel", "light", "outcome")
    options = {name: list(vocabulary.VOCABULARIES[name].items()) for name in codes}
    options |= {"unit": list(units.items()), "in_time": list(IN_TIME.items())}
    return [
        {"name": name, "label": title, "value": given.get(name, ""), "options": options.get(name)}
        for name, title in TITLES.items()
    ]


def _kept(wanted: Asked) -> list[tuple[str, str]]:
    """The filter, the columns and the order, for forms that send them along."""
    order = [("sort", ledger_asked.told(wanted.sorts))] if wanted.sorts else []
    rows = [("rows", str(wanted.rows))] if wanted.rows != ROWS[0] else []
    return [*wanted.given.items(), *_chosen(wanted), *order, *rows]


def _chosen(wanted: Asked) -> list[tuple[str, str]]:
    return [("cols", key) for key in wanted.columns] if request.values.getlist("cols") else []


def _chooser(wanted: Asked) -> dict[str, Any]:
    choices = [
        {"key": column.key, "label": column.heading, "chosen": column.key in wanted.columns} for column in COLUMNS[2:]
    ]
    kept = [(name, value) for name, value in _kept(wanted) if name not in ("cols", "rows")]
    return {"choices": choices, "kept": kept, "rows": [(rows, rows == wanted.rows) for rows in ROWS]}


# ------------------------------------------------------------------ the table
def _head(column: LedgerColumn, wanted: Asked) -> dict[str, Any]:
    place, by = next(((n, each) for n, each in enumerate(wanted.sorts, 1) if each.by == column.key), (0, None))
    order = None if by is None else "descending" if by.descending else "ascending"
    sort = ledger_asked.sorted_first(wanted.sorts, column.key) if column.key in SORTS else None
    href = None
    if sort is not None and wanted.filter.words is None:
        href = _address([*(pair for pair in _kept(wanted) if pair[0] != "sort"), ("sort", sort)])
    return {"key": column.key, "label": column.heading, "order": order, "place": place, "href": href, "sort": sort}


def _cells(line: LedgerLine, columns: list[LedgerColumn]) -> list[dict[str, Any]]:
    return [{"key": column.key, "text": _text(column.said(line)), "light": _light(column, line)} for column in columns]


def _text(cell: Cell) -> str:
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    return cell.isoformat() if isinstance(cell, date) else "" if cell is None else str(cell)


def _light(column: LedgerColumn, line: LedgerLine) -> dict[str, Any] | None:
    if column.key != "light" or line.light is None:
        return None
    return words.case_due(line.light, line.remaining, line.outcome, None)


def _pages(found: LedgerPage, wanted: Asked) -> dict[str, Any] | None:
    last = -(-found.total // wanted.rows)
    text = f"第 {wanted.number} 页，共 {last} 页"
    first = 1 if wanted.number > 1 else None
    onward = wanted.number + 1 if wanted.number < last else None
    if wanted.filter.words is not None:
        return words.pager_by_number(text, first, onward)
    return words.pager(text, _turned(wanted, first), _turned(wanted, onward))


def _turned(wanted: Asked, number: int | None) -> str | None:
    """The address of a page."""
    return None if number is None else _address([*_kept(wanted), *([("page", str(number))] if number > 1 else [])])


def _address(parts: list[tuple[str, str]]) -> str:
    return f"{url_for('ledger.show')}?{urlencode(parts)}"
