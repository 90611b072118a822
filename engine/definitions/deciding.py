"""Asking for approval and deciding it: bound to the content, by somebody who has not touched it, in one transaction."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

import orjson
from sqlalchemy import Connection

from engine.bpmn.definition import content_hash
from engine.definitions import approvals
from engine.definitions.approvals import APPROVED, REFUSED, WAITING, Request, request_of
from engine.definitions.commands import AskApproval, Decide, Deploy
from engine.definitions.drafts import (
    OPEN,
    PUBLISHED,
    SUBMITTED,
    deployed,
    draft_of,
    files_of,
    hands_of,
    mark,
    to_change,
)
from engine.definitions.putting import Publication, put_in_force
from engine.definitions.shipped import CASE_PROCESS
from engine.definitions.versions import PUBLISH, About, last_published
from engine.errors import BadInput, NotNow, NotYours, TakenByOther
from engine.personal.numbers import personal_numbers
from engine.storage.locks import lock_name
from engine.vocabulary import label

LONGEST_REASON = 500


def ask(conn: Connection, command: AskApproval, person: str, now: datetime) -> Request:
    """Enter the request; one that waits for an earlier content of the draft is void.

    Raises BadInput, DraftMoved, NotFound, NotNow.
    """
    reason = fit_text("reason", command.reason, "请写明为什么要改，")
    lock_name(conn, PUBLISH, draft_of(conn, command.draft).key)  # what it is compared with stays the running version
    draft, files = to_change(conn, command.draft, command.revision)
    running = last_published(conn, draft.key)
    if content_hash(files) != command.hash or running is None or running[0] != command.against:
        raise NotNow("检查的时候草稿或正在运行的版本变了，请重新提交。")
    if running[1] == command.hash:
        raise BadInput({"draft": "草稿和正在运行的版本一模一样，没有可以发布的改动。"})
    approvals.void_waiting(conn, draft.id, person, now, "重新提交")
    mark(conn, draft.id, SUBMITTED)
    row = {"draft_id": draft.id, "key": draft.key, "hash": command.hash, "asked_by": person, "reason": reason}
    return approvals.enter(conn, {**row, "report": command.report}, now)


def deploy(conn: Connection, command: Deploy, person: str, now: datetime) -> Request:
    """Enter the draft and its request; content that waits already is not asked about twice.

    Raises BadInput, DiagramRefused, NotNow.
    """
    lock_name(conn, PUBLISH, CASE_PROCESS)
    digest = content_hash(command.files)
    waiting = next((each for each in approvals.all_waiting(conn, CASE_PROCESS) if each.hash == digest), None)
    if waiting is not None:
        return waiting
    draft = deployed(conn, command, person, now)
    asked = AskApproval(draft.id, draft.revision, digest, command.against, command.reason, command.report)
    return ask(conn, asked, person, now)


def decide(conn: Connection, command: Decide, person: str, now: datetime) -> Request:
    """Approve and publish, or give back; returns the request as it has ended.

    Raises BadInput, NotFound, NotNow, NotYours, TakenByOther.
    """
    found = request_of(conn, command.approval)
    draft_id = found.draft_id
    lock_name(conn, PUBLISH, found.key)  # before any draft: publishing opens others again
    draft = draft_of(conn, draft_id, lock=True)  # the draft first, as whoever changes it does
    request = request_of(conn, command.approval, lock=True)
    if request.state != WAITING:
        ended = label("approval_state", request.state)
        raise TakenByOther(f"这份申请{ended}，不再等待审核。", request.decided_by, request.decided_at)
    if person == request.asked_by or person in hands_of(conn, draft_id):
        raise NotYours("起草、修改或提交过这份草稿的人不能审核它，请由另一位流程管理员或区政务服务局审核。")
    if not command.approve:
        comment = fit_text("comment", command.comment, "退回时请写明要改什么，")
        approvals.decide(conn, request, REFUSED, person, now, comment=comment)
        mark(conn, draft_id, OPEN)
        return request_of(conn, request.id)
    said_so = fit_text("comment", command.comment, "") if command.comment.strip() else None
    files = files_of(conn, draft_id)
    if content_hash(files) != request.hash:  # cannot be, as every change voids the request; never to be published
        raise NotNow("草稿的内容和申请时的不一样，请重新提交。")
    about = partial(_about, About(approved_by=person, reason=request.reason, name=draft.title))
    said = {"approval": request.id, "draft": draft_id, "reason": request.reason, **_excused(request)}
    published = put_in_force(conn, now, Publication(request.key, files, request.asked_by, said, request.id), about)
    if not published.new:
        raise NotNow("这份内容已经在运行，不用再发布。")
    approvals.decide(conn, request, APPROVED, person, now, comment=said_so, version=published.version)
    mark(conn, draft_id, PUBLISHED)
    return request_of(conn, request.id)


def _excused(request: Request) -> dict[str, Any]:
    """What was found and published all the same, with the reasons given for it."""
    told = orjson.loads(request.report)
    return {name: told[name] for name in ("because", "laxer", "confirmed") if told.get(name)}


def _about(about: About, _: Connection) -> About:
    return about


def fit_text(name: str, text: str, asked: str) -> str:
    """What a person wrote, as it is kept on the trail for ever. Raises BadInput."""
    plain = text.replace("\r\n", "\n").strip()
    if not plain or len(plain) > LONGEST_REASON or "\0" in plain:
        raise BadInput({name: f"{asked}不超过 {LONGEST_REASON} 个字。"})
    if any("\ud800" <= mark <= "\udfff" for mark in plain):
        raise BadInput({name: "含有无法使用的字符，请删去。"})
    if personal_numbers(plain):
        raise BadInput({name: "这里不能写手机号或身份证号，写下的会长期留痕。"})
    return plain
