"""大字材料清单 and 一次性告知书: what is missing, ticked and put right before printing; a copy stays with the case."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.cases.commands import AttachPaper
from engine.cases.services import LARGE_PRINT
from engine.directory.matters import Material
from engine.errors import EngineError
from engine.facade import ReadContext
from engine.papers import Paper, checked
from engine.queries.prints import Printed, printed
from engine.storage.idempotency import StoredAnswer
from webapp.errors import failure_of
from webapp.guard import actor, engine, guarded
from webapp.labels import day
from webapp.limits import UPLOAD, limited
from webapp.once import perform
from webapp.pages import sending
from webapp.pages.prints import around, way_back
from webapp.pdf import PdfMissing, pdf_of
from webapp.public_site import office_phone

blueprint = Blueprint("lists", __name__)

TITLES = {"large": "大字材料清单", "notice": "一次性告知书"}
_KIND = "<any(large,notice):kind>"
_BLANK = 2  # lines for what no guide names
_MOST = 40
_MADE_HERE = "现场"  # forms of a paper that is drawn up, or photographed, at the counter
_ISSUED = re.compile("(.+)(出具|提供)")  # forms that name who gives the paper out
_LONGEST = {"what": 100, "where": 200, "place": 200, "phone": 40, "basis": 1000, "route": 1000}


@dataclass(frozen=True)
class Line:
    """One paper: `detail` says in which form, `where` it is to be had; `needed` when it is ticked.

    `brought`: everybody brings it, so that it is among those that are missing when all are.
    """

    what: str
    detail: str = ""
    where: str = ""
    needed: bool = False
    brought: bool = False


@dataclass(frozen=True)
class Sheet:
    """What stands in the form. `place`: where to bring it; `basis` and `route` stand on the notice alone."""

    lines: tuple[Line, ...]
    place: str
    phone: str
    basis: str
    route: str

    @property
    def needed(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.needed and line.what)


@blueprint.get(f"/cases/<no>/lists/{_KIND}")
@guarded()
def show(no: str, kind: str) -> Response:
    """The papers of the matter to tick, everything on the sheet to change."""
    told = engine().read_as(actor(), printed, no)
    return _form(no, kind, told, _proposed(told))


@blueprint.post(f"/cases/<no>/lists/{_KIND}")
@guarded()
@limited(UPLOAD)
def submit(no: str, kind: str) -> Response:
    """Keep a copy with the case and give the sheet to print, or say what is missing."""
    told = engine().read_as(actor(), printed, no)
    sheet = _sent(told)
    if not sheet.needed:
        return _form(no, kind, told, sheet, "请至少勾一样缺的材料，或者在空行里写上一样。", 400)
    try:
        answered = perform(_kept_copy(no, kind, told, sheet), _kept, sending.sent_key())
    except EngineError as error:
        failure = failure_of(error)
        return _form(no, kind, told, sheet, failure.detail, failure.status)
    kept = url_for("papers.one", no=no, id=answered.answer.body["id"])
    return make_response(_drawn(no, kind, told, sheet, kept))


def links(no: str, step: str | None = None) -> list[dict[str, str]]:
    """For the page of the case, or of a step, to which the sheet then leads back."""
    return [
        {"label": title, "href": url_for("lists.show", no=no, kind=kind, step=step)} for kind, title in TITLES.items()
    ]


# ------------------------------------------------------------------ what stands in the form
def _proposed(told: Printed) -> Sheet:
    materials = () if told.matter is None else told.matter.materials
    route = "" if told.matter is None else f"材料带齐后到{told.matter_unit}办理，办理时限：{told.matter.told_limit}。"
    window = told.window or engine().directory.windows.get(actor().window or "")  # else where this officer sits
    place = f"{window.location}，{window.name}" if window is not None else ""
    basis = "" if told.matter is None else f"《{told.matter.name}》办事指南。{told.matter.tips}"
    lines = [_line(material) for material in materials]
    return Sheet((*lines, *[Line("")] * _BLANK), place, office_phone() or "", basis, route)


def _line(material: Material) -> Line:
    copies = f"{material.form}，{material.copies} 份"
    when = f"（{material.when}）" if material.when else ""
    made_here = material.form.startswith(_MADE_HERE)
    brought = material.required and not material.can_share and not made_here
    return Line(material.name, copies + when, _where(material), brought=brought)


def _where(material: Material) -> str:
    """As far as the guide says it; the rest is for the officer to find out and write."""
    if material.can_share:
        return "我们来调取，不用您跑"
    if material.form.startswith(_MADE_HERE):
        return "来的时候当场办，不用带"
    issuer = _ISSUED.fullmatch(material.form)
    return "" if issuer is None else f"找{issuer[1]}{issuer[2]}"


def _sent(told: Printed) -> Sheet:
    """As it was sent; what the guide says of a paper that was not renamed stays beside it."""
    guide = () if told.matter is None else told.matter.materials
    lines = [_sent_line(number, guide) for number in range(_MOST) if f"what.{number}" in request.form]
    words = {name: _text(name, name) for name in ("place", "phone", "basis", "route")}
    return Sheet(tuple(lines), **words)


def _sent_line(number: int, guide: Sequence[Material]) -> Line:
    """What stands in a line that was blank is missing without a tick."""
    what, where = " ".join(_text(f"what.{number}", "what").split()), _text(f"where.{number}", "where")
    details = {material.name: _line(material).detail for material in guide}
    needed = bool(request.form.get(f"need.{number}")) or (bool(what) and number >= len(guide))
    brought = number < len(guide) and _line(guide[number]).brought
    return Line(what, details.get(what, ""), where, needed, brought)


def _text(name: str, kind: str) -> str:
    return request.form.get(name, "").replace("\0", "").strip()[: _LONGEST[kind]]


# ------------------------------------------------------------------ the paper that is kept
def _kept_copy(no: str, kind: str, told: Printed, sheet: Sheet) -> AttachPaper:
    """The copy, and the service that handing over a list in large characters is."""
    return AttachPaper(_paper(no, kind, told, sheet), no, service=LARGE_PRINT if kind == "large" else None)


def _paper(no: str, kind: str, told: Printed, sheet: Sheet) -> Paper:
    """The sheet as PDF; where none can be made, what stands on it as text. Raises BadInput, TooLarge."""
    name, most = f"{TITLES[kind]} {told.printed_at:%Y-%m-%d}", current_app.extensions["settings"].max_attachment_bytes
    try:
        return checked(f"{name}.pdf", pdf_of(_drawn(no, kind, told, sheet, None, as_pdf=True)), most)
    except PdfMissing:
        return checked(f"{name}.txt", _as_text(kind, sheet).encode(), most)


def _as_text(kind: str, sheet: Sheet) -> str:
    needed = [f"{place}. {line.what} {line.detail} {line.where}" for place, line in enumerate(sheet.needed, 1)]
    return "\n".join([TITLES[kind], *needed, sheet.place, sheet.phone, sheet.basis, sheet.route])


def _kept(ctx: ReadContext, done: Any) -> StoredAnswer:
    return StoredAnswer(200, {"id": done.id})


# ------------------------------------------------------------------ pages
def _form(no: str, kind: str, told: Printed, sheet: Sheet, problem: str | None = None, status: int = 200) -> Response:
    text = render_template(
        "list_form.html",
        no=no,
        kind=kind,
        title=TITLES[kind],
        subject=told.page.case.title,
        matter=None if told.matter is None else told.matter.name,
        sheet=sheet,
        problem=problem,
        action=url_for("lists.submit", no=no, kind=kind),
        hidden={**sending.fresh_key(), **({"step": step} if (step := request.values.get("step")) else {})},
        case_href=url_for("case.show", no=no),
        back=way_back(no),
    )
    return make_response(text, status)


def _drawn(no: str, kind: str, told: Printed, sheet: Sheet, kept: str | None, as_pdf: bool = False) -> str:
    return render_template(
        f"print_{kind}.html",
        **{**around(TITLES[kind], no, as_pdf, kept), "phone": sheet.phone},
        sheet=sheet,
        matter=None if told.matter is None else told.matter.name,
        person=told.page.case.applicant.name,
        today=day(told.printed_at),
        printed_at=told.printed_at,
    )
