"""Carries out what is asked of definitions, for whoever may: supervisors change drafts, they and the bureau decide."""

from __future__ import annotations

from datetime import datetime

from engine.cases import policy
from engine.cases.commands import Actor
from engine.definitions import deciding, drafts
from engine.definitions.approval import APPROVE
from engine.definitions.approvals import Request
from engine.definitions.commands import AskApproval, Decide, DefinitionCommand, Deploy
from engine.definitions.drafts import Draft
from engine.errors import NotYours
from engine.storage.database import WriteTransaction


def carry_out(tx: WriteTransaction, command: DefinitionCommand, actor: Actor, now: datetime) -> Draft | Request:
    """Carry out one command; returns the draft, or the request, as it is then.

    Raises BadInput, DiagramRefused for names and sizes, DraftMoved, NotFound, NotNow, NotYours, TakenByOther.
    """
    tx.begin_writing()
    match command:
        case Decide():
            if not policy.holds(actor, APPROVE):
                raise NotYours("发布由另一位流程管理员或区政务服务局审核。")
            return deciding.decide(tx.conn, command, actor.name, now)
        case AskApproval():
            _refuse_others(actor)
            return deciding.ask(tx.conn, command, actor.name, now)
        case Deploy():
            _refuse_others(actor)
            return deciding.deploy(tx.conn, command, actor.name, now)
        case _:
            _refuse_others(actor)
            return drafts.change(tx.conn, command, actor.name, now)


def _refuse_others(actor: Actor) -> None:
    if not policy.holds(actor, policy.DESIGNING):
        raise NotYours("流程草稿由流程管理员修改。")
