"""审计一件: for auditors, a case as it was after any line of its trail, with the whole trail beside it."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, render_template, request

from engine.clock import ZONE
from engine.errors import BadInput
from engine.facade import ReadContext
from engine.queries.as_of import seq_at
from engine.queries.audit_case import AuditCase, audit_case
from webapp.guard import actor, engine, guarded
from webapp.pages.audit_case_parts import context

blueprint = Blueprint("audit_case", __name__)
READERS = ("auditor", "supervisor")


@blueprint.get("/audit/cases/<no>")
@guarded(*READERS)
def show(no: str) -> str:
    """The case after line `at`, or by the instant `when`; after its last line when nothing is said."""
    return render_template("audit_case.html", **context(engine().read_as(actor(), _page, no, _asked())))


def _page(ctx: ReadContext, no: str, wanted: int | datetime | None) -> AuditCase:
    seq = seq_at(ctx, no, wanted) if isinstance(wanted, datetime) else wanted
    return audit_case(ctx, no, seq)


def _asked() -> int | datetime | None:
    """Which line; raises BadInput for what is none."""
    when, at = request.args.get("when", "").strip(), request.args.get("at", "").strip()
    if when:
        return _instant(when)
    if not at:
        return None
    if not (at.isascii() and at.isdecimal() and len(at) < 10):
        raise BadInput({"at": "行号应是整数。"})
    return int(at)


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text.replace(" ", "T") if "T" not in text else text)
    except ValueError:
        raise BadInput({"when": "时间写成 2026-10-08 17:00。"}) from None
    return found if found.tzinfo is not None else found.replace(tzinfo=ZONE)
