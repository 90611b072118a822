"""Messages and the clock."""

from __future__ import annotations

from engine.cases import deeds, findings, policy
from engine.cases.acts import beside, entering
from engine.cases.acts.results import Done
from engine.cases.beside import MESSAGES
from engine.cases.commands import SYSTEM, Actor, FireTimers, SendMessage
from engine.cases.deeds import Deed
from engine.cases.live import Fired, Live
from engine.cases.opening import Address, Grounds, close_case, open_case
from engine.definitions.shipped import CASE_PROCESS, RECTIFICATION
from engine.errors import NobodyWaits, NotYours
from engine.storage.database import WriteTransaction

_NOT_NOW = "这件反映件现在不能接收这一操作，请刷新页面查看最新进展。"


def send(tx: WriteTransaction, grounds: Grounds, command: SendMessage) -> Done:
    """Deliver a message to the places of a case that wait for it."""
    opened = open_case(tx, grounds, Address("no", command.no))
    if command.name in MESSAGES and opened.row["key"] == CASE_PROCESS:
        return beside.act_on(tx, opened, MESSAGES[command.name], command.variables)
    _may_send(opened, grounds.actor, command.name)
    if not opened.run.waits_for(command.name):
        raise NobodyWaits(findings.NOT_NOW if opened.row["key"] == RECTIFICATION else _NOT_NOW)
    entered = entering.take(opened.version.definition.form(command.name), command.variables, opened.step, {})
    deeds.do(opened, Deed("message", command.name, entered.values))
    close_case(tx, opened)
    return Done(opened.no, opened.row["uid"], {}, opened.crosses)


def _may_send(opened: Live, actor: Actor, name: str) -> None:
    """A message of the case process that has no form is the house's own: cases tell it to one another."""
    if actor is SYSTEM or opened.row["key"] not in (CASE_PROCESS, RECTIFICATION):
        return
    if opened.row["key"] == RECTIFICATION:
        findings.may_put(actor)
        return
    if name not in opened.version.definition.forms:
        raise NobodyWaits(_NOT_NOW)
    if not policy.holds(actor, policy.WITHDRAW):
        raise NotYours("您所在的组不能为反映人撤回，请联系窗口。")


def fire(tx: WriteTransaction, grounds: Grounds, command: FireTimers) -> list[Fired]:
    """Bring one case up to date; too early, or fired before: nothing is written."""
    opened = open_case(tx, grounds, Address("id", command.case_id))
    if opened.step.notes:
        close_case(tx, opened)
    return opened.fired
