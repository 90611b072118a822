"""Acts beside the tasks: messages, the courier, the clock."""

from __future__ import annotations

from engine.cases.acts import entering
from engine.cases.acts.results import Done
from engine.cases.commands import SYSTEM, FireTimers, RecordCourier, SendMessage
from engine.cases.live import Fired, Live
from engine.cases.opening import Address, Grounds, close_case, open_case
from engine.definitions.versions import CASE_PROCESS
from engine.errors import NobodyWaits
from engine.storage.database import WriteTransaction


def send(tx: WriteTransaction, grounds: Grounds, command: SendMessage) -> Done:
    """Deliver a message to the places of a case that wait for it."""
    opened = open_case(tx, grounds, Address("no", command.no))
    if not (_may_send(opened, grounds, command.name) and opened.run.waits_for(command.name)):
        raise NobodyWaits("这件反映件现在不能接收这一操作，请刷新页面查看最新进展。")
    entered = entering.take(opened.version.definition.form(command.name), command.variables, opened.step, {})
    entering.act(opened, "message", command.name, entered.values, {}, lambda: opened.run.send(command.name, {}))
    close_case(tx, opened)
    return Done(opened.no, opened.row["uid"], {})


def _may_send(opened: Live, grounds: Grounds, name: str) -> bool:
    """A message of the case process that has no form is the house's own: cases tell it to one another."""
    is_case = opened.row["key"] == CASE_PROCESS
    return grounds.actor is SYSTEM or not is_case or name in opened.version.definition.forms


def courier(tx: WriteTransaction, grounds: Grounds, command: RecordCourier) -> Done:
    """Add to what is known of the parcel; what is given replaces what was known."""
    opened = open_case(tx, grounds, Address("no", command.no))
    schema = opened.version.definition.form("courier")
    entered = entering.take(schema, command.variables, opened.step, {})
    before = opened.step.record.facts.get("courier") or {}
    opened.step.record.facts["courier"] = {**before, **entered.values}
    entering.act(opened, "courier", "courier", entered.values, {"fields": sorted(entered.values)}, lambda: None)
    close_case(tx, opened)
    return Done(opened.no, opened.row["uid"], {})


def fire(tx: WriteTransaction, grounds: Grounds, command: FireTimers) -> list[Fired]:
    """Fire what is due of one case; too early, or fired before: nothing is written."""
    opened = open_case(tx, grounds, Address("id", command.case_id))
    if opened.fired:
        close_case(tx, opened)
    return opened.fired
