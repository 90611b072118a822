"""What the citizen may know of their own case: how far it is, until when, what came of it. Nobody is named.

Who asks is known by the receipt code, or by the number together with the last four digits of the telephone. A case
that is handled in confidence is found by its receipt code alone, and tells no more than that it is being handled.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from engine.cases.beside.rating import OPEN_AFTER_ARCHIVE
from engine.cases.marks import TAIL
from engine.clock import local
from engine.definitions.shipped import CASE_PROCESS
from engine.errors import NotFound
from engine.facade import ReadContext
from engine.queries.case_page import phases
from engine.queries.history import history, passages
from engine.queries.remarks import PublicRemark, public_remarks
from engine.queries.seen_case import SeenCase, seen_case
from engine.queries.sight import Sight
from engine.queries.walk import phases_passed
from engine.storage.models import cases, person_marks
from engine.vocabulary import PHASE, WHAT_NEXT

NOT_FOUND = "没有查到。请核对回执码，或者编号和登记时所留电话的后四位；查不到就请打电话问窗口。"
CONFIDENTIAL = "由专人办理，有结果会告诉您。"
_ERASED = "这一件已办完，您的个人信息已于 {} 清除；办理的经过仍可核查。"


@dataclass(frozen=True)
class ProgressStep:
    """One of the five steps: `state` done, current, todo or skipped; `at` when it was done."""

    phase: str
    name: str
    state: str
    at: datetime | None


@dataclass(frozen=True)
class Progress:
    """How far a case is, in words: `next` says what to expect.

    `promised`: the deadline as it stands, null until classified; `outcome`: null while it is open; `remarks`:
    what those who handle it want the citizen to know, oldest first.
    """

    no: str
    steps: tuple[ProgressStep, ...]
    promised: datetime | None
    outcome: str | None
    next: str
    remarks: tuple[PublicRemark, ...]


@dataclass(frozen=True)
class OwnProgress:
    """The same for whoever holds the receipt code: `may_rate` from the first feedback until 30 days after archive."""

    progress: Progress
    may_rate: bool
    satisfaction: int | None


def progress_by_number(ctx: ReadContext, no: str, phone4: str) -> Progress:
    """How far the case of this number is; raises NotFound, the same after the same look-up, whatever is wrong."""
    marks = ctx.keys.marks(_digits(phone4), TAIL)
    named = select(cases.c.no).join(person_marks, person_marks.c.case_id == cases.c.id)
    found = _one(ctx, named.where(cases.c.no == _plain(no), person_marks.c.mark.in_(marks), ~cases.c.restricted))
    return _progress(ctx, found)


def progress_by_code(ctx: ReadContext, receipt_code: str) -> OwnProgress:
    """How far the case of this receipt code is; raises NotFound."""
    found = _one(ctx, select(cases.c.no).where(cases.c.receipt_code == receipt_code_of(receipt_code)))
    return OwnProgress(_progress(ctx, found), _may_rate(ctx, found), found.record.facts.get("satisfaction"))


def progress_on_screen(ctx: ReadContext, no: str) -> Progress:
    """The same for the screen beside the officer; raises NotFound for a case this person may not know of."""
    return _progress(ctx, seen_case(ctx, no))


def receipt_code_of(text: str) -> str:
    """The code as it is kept, however it was typed: with spaces or dashes, in small letters, in full width."""
    return re.sub(r"[\s-]", "", _plain(text)).upper()


def _one(ctx: ReadContext, query: Select[Any]) -> SeenCase:
    no = ctx.conn.execute(query.where(cases.c.key == CASE_PROCESS)).scalar()
    if no is None:
        raise NotFound(NOT_FOUND)
    return seen_case(ctx, no)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().upper()


def _digits(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _progress(ctx: ReadContext, found: SeenCase) -> Progress:
    row, steps = found.row, _steps(ctx, found)
    if row["restricted"]:
        return Progress(row["no"], steps, None, None, CONFIDENTIAL, ())
    said = public_remarks(ctx, found)
    gone = row["erased_at"]
    after = WHAT_NEXT[row["status"]] if gone is None else _ERASED.format(local(gone).date().isoformat())
    return Progress(row["no"], steps, row["deadline"], row["outcome"], after, said)


def _steps(ctx: ReadContext, found: SeenCase) -> tuple[ProgressStep, ...]:
    row = found.row
    definition = ctx.versions.get(ctx.conn, row["bundle_id"]).definition
    lines = history(ctx, row["id"], definition, Sight(False, ctx.conn, ctx.keys, row["id"]))
    states = phases(row["phase"], row["ended_at"] is not None, phases_passed(definition, passages(lines)))
    return tuple(ProgressStep(each.phase, PHASE[each.phase], each.state, each.at) for each in states)


def _may_rate(ctx: ReadContext, found: SeenCase) -> bool:
    ended = found.row["ended_at"]
    over = ended is not None and ctx.now > ended + OPEN_AFTER_ARCHIVE
    return found.ledger.feedback_at is not None and not over and not found.row["restricted"]
