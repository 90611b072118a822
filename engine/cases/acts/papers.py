"""What people leave with a case without moving it: papers, and remarks at its tasks."""

from __future__ import annotations

import secrets
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select

from engine.bpmn.runtime import OpenTask
from engine.cases import deeds, policy
from engine.cases.acts import entering, holding
from engine.cases.acts.results import Attached, Done
from engine.cases.commands import Actor, AttachPaper, CommentTask
from engine.cases.deeds import Deed
from engine.cases.live import Live
from engine.cases.opening import Address, Grounds, close_case, of_task, open_case
from engine.cases.services import served
from engine.definitions.act_forms import act_form
from engine.definitions.shipped import RECTIFICATION
from engine.errors import BadInput, NotYours
from engine.storage import models, rows
from engine.storage.database import WriteTransaction
from engine.storage.prepared import Prepared
from engine.storage.sealed import sealed

_SAME = Prepared(
    select(models.attachments.c.id).where(
        models.attachments.c.case_id == bindparam("of_case"), models.attachments.c.digest == bindparam("wanted")
    )
)


def address_of(command: AttachPaper) -> Address:
    """The case by its number, else that of the task; raises NotFound for what is no task id."""
    return of_task(command.task_id or "") if command.no is None else Address("no", command.no)


def attach(tx: WriteTransaction, grounds: Grounds, command: AttachPaper) -> Attached:
    """Keep a paper with its case. The same content again is kept once: the answer is the paper there is.

    A paper that is a service to the citizen adds it to the case, by a line of its own, unless the case has it.
    """
    opened = open_case(tx, grounds, address_of(command))
    task = None if command.task_id is None else holding.open_task(tx.conn, opened, command.task_id)
    _may(opened, task, grounds.actor)
    same = _SAME.fetch(tx.conn, {"of_case": opened.row["id"], "wanted": command.paper.digest})
    service = None if command.service in served(opened.step.record.facts) else command.service
    if same and service is None:
        return Attached(opened.no, opened.row["uid"], same[0]["id"])
    kept = None if same else _noted(opened, grounds, command)
    if service is not None:
        deeds.do(opened, Deed("served", service))
    close_case(tx, opened)
    if kept is not None:
        rows.insert_rows(tx.conn, models.attachments, [kept])
    return Attached(opened.no, opened.row["uid"], same[0]["id"] if kept is None else str(kept["id"]))


def _noted(opened: Live, grounds: Grounds, command: AttachPaper) -> dict[str, Any]:
    """The row of a new paper, its line written."""
    paper = command.paper
    given = {"name": paper.name, "description": command.description}
    entered = entering.take(act_form(opened.version.definition, "attachment"), given, opened.step, {}).values
    id = str(UUID(int=secrets.randbits(128), version=4))
    row = {"id": id, "media_type": paper.media_type, "size": paper.size, "digest": paper.digest}
    opened.step.note("attached", "attachment", None, row, entered=entered, task_id=command.task_id)
    return sealed(grounds.keys, models.attachments, {**row, **_kept(opened, command, grounds.actor)})


def _kept(opened: Live, command: AttachPaper, actor: Actor) -> dict[str, object]:
    return {
        "case_id": opened.row["id"],
        "task_id": command.task_id,
        "name": command.paper.name,
        "description": command.description,
        "content": command.paper.content,
        "at": opened.step.now,
        "actor": actor.name,
    }


def comment(tx: WriteTransaction, grounds: Grounds, command: CommentTask) -> Done:
    """Leave a remark at an open task: for colleagues, and for the citizen where `public` says so."""
    opened = open_case(tx, grounds, of_task(command.task_id))
    _may(opened, holding.open_task(tx.conn, opened, command.task_id), grounds.actor)
    form = act_form(opened.version.definition, "comment")
    entered = entering.take(form, command.variables, opened.step, {}).values
    if entered.get("public") and opened.row["restricted"]:
        raise BadInput({"public": "限密件的备注不能公开给反映人。"})
    opened.step.note("commented", "comment", None, None, entered=entered, task_id=command.task_id)
    close_case(tx, opened)
    return Done(opened.no, opened.row["uid"], {})


def _may(opened: Live, task: OpenTask | None, actor: Actor) -> None:
    """Whoever acts on the case: has this task or, none named, any open one in the inbox; or sees to all cases.

    A finding is answered and checked by whom it lies with, whatever they see to besides.
    """
    tasks = opened.run.open_tasks() if task is None else [task]
    mine = any(policy.in_group(actor, each.groups) for each in tasks)
    if not (mine if opened.row["key"] == RECTIFICATION else policy.acts_on(actor, (each.groups for each in tasks))):
        raise NotYours("这件反映件现在不由您办理，不能添加材料或备注，请联系窗口或承办单位。")
