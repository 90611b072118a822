"""Requests for approval, for those who decide them, those who asked, and auditors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from engine.cases import policy
from engine.definitions import report
from engine.definitions.approval import APPROVE
from engine.definitions.approvals import WAITING, Request, request_of
from engine.definitions.drafts import Draft, draft_of, files_of, hands_of
from engine.definitions.report import Report
from engine.facade import ReadContext
from engine.storage.models import approvals, definition_drafts

_a = approvals.c
MOST = 200


@dataclass(frozen=True)
class ApprovalRow:
    """One request as lists tell it: `draft` is the id of what it is about, `title` what that is called."""

    id: int
    state: str
    key: str
    hash: str
    draft: int
    title: str
    asked_by: str
    asked_at: datetime
    reason: str
    decided_by: str | None
    decided_at: datetime | None
    comment: str | None
    version: int | None


@dataclass(frozen=True)
class OpenedApproval:
    """A request with what the gate found and what would be live; `may`: whether the person who asks may decide it,
    `own`: they may not because they have touched it.
    """

    row: ApprovalRow
    draft: Draft
    report: Report
    files: dict[str, bytes]
    may: bool
    own: bool


def approval_rows(ctx: ReadContext, state: str | None = None, draft: int | None = None) -> list[ApprovalRow]:
    """The requests in this state, of this draft, the newest first."""
    query = select(approvals, definition_drafts.c.title).join(definition_drafts).order_by(_a.id.desc()).limit(MOST)
    if state is not None:
        query = query.where(_a.state == state)
    if draft is not None:
        query = query.where(_a.draft_id == draft)
    return [
        _row(Request(**{name: value for name, value in row.items() if name != "title"}), row["title"])
        for row in ctx.conn.execute(query).mappings()
    ]


def approval_row(ctx: ReadContext, id: int) -> ApprovalRow:
    """One request; raises NotFound."""
    request = request_of(ctx.conn, id)
    return _row(request, draft_of(ctx.conn, request.draft_id).title)


def approval_report(ctx: ReadContext, id: int) -> Report:
    """What the gate found in it; raises NotFound."""
    return report.read_back(request_of(ctx.conn, id).report)


def opened_approval(ctx: ReadContext, id: int) -> OpenedApproval:
    """One request whole; raises NotFound."""
    request = request_of(ctx.conn, id)
    draft = draft_of(ctx.conn, request.draft_id)
    touched = ctx.actor.name in hands_of(ctx.conn, draft.id) or ctx.actor.name == request.asked_by
    decides = policy.holds(ctx.actor, APPROVE) and request.state == WAITING
    row, found = _row(request, draft.title), report.read_back(request.report)
    return OpenedApproval(row, draft, found, files_of(ctx.conn, draft.id), decides and not touched, decides and touched)


def _row(request: Request, title: str) -> ApprovalRow:
    named = ("id", "state", "key", "hash")
    more = ("asked_by", "asked_at", "reason", "decided_by", "decided_at", "comment", "version")
    return ApprovalRow(
        **{name: getattr(request, name) for name in (*named, *more)}, draft=request.draft_id, title=title
    )
