"""Registering a case, or starting another published process."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from engine.cases import case_person, deeds, findings, live, merging, numbering, policy, saving, words_index
from engine.cases.acts import entering, on_the_spot
from engine.cases.acts.results import Started
from engine.cases.clock_ledger import ClockLedger
from engine.cases.commands import Actor, StartProcess
from engine.cases.effects import OPERATIONS
from engine.cases.live import Live
from engine.cases.opening import Grounds
from engine.cases.step import Record, Step
from engine.definitions.shipped import CASE_PROCESS, RECTIFICATION
from engine.errors import BadInput, NotYours
from engine.keys import Keys
from engine.storage.database import WriteTransaction

_COLUMNS = ("channel", "matter_code", "window")


def start(tx: WriteTransaction, grounds: Grounds, command: StartProcess) -> Started:
    """Start an instance and run it to its first rest."""
    version = grounds.versions.latest(tx.conn, command.key)
    if command.key == CASE_PROCESS:
        _may_register(command, grounds.actor)
    if command.key == RECTIFICATION:
        findings.may_put(grounds.actor)
    step = Step(grounds.now, grounds.actor, Record(), ClockLedger(), grounds.worktime, grounds.directory, OPERATIONS)
    step.calendar = grounds.calendar
    schema = version.definition.start_form
    entered = entering.take(schema, command.variables, step, {})
    entered, spot = on_the_spot.split(entered) if command.key == CASE_PROCESS else (entered, None)
    about = _about(tx.conn, grounds, command, entered.values)
    data = entered.variables(schema, version.definition.read_names)
    uid = str(UUID(int=secrets.randbits(128) & live.BASE_MASK))
    merging.check_lead(tx.conn, step, None, entered.values)
    begun = deeds.begin(uid, version, step, data, entered.values)
    begun.keys = grounds.keys
    if spot is not None:
        on_the_spot.carry_through(tx.conn, begun, spot)
    return _write(tx, grounds, command, begun, entered.values, about)


def _may_register(command: StartProcess, actor: Actor) -> None:
    if not policy.holds(actor, policy.REGISTER):
        raise NotYours("您所在的组不登记反映件，请联系窗口。")
    _numbered_by_us(command)


def _about(
    conn: Connection, grounds: Grounds, command: StartProcess, values: Mapping[str, Any]
) -> findings.Pinned | None:
    """The case and element a finding is about; None for every other process."""
    if command.key != RECTIFICATION:
        return None
    _numbered_by_us(command)
    return findings.put_by(conn, grounds.versions, grounds.directory, grounds.actor, values)


def _numbered_by_us(command: StartProcess) -> None:
    if command.business_key:
        raise BadInput({"businessKey": "编号由系统分配，请不要填写。"})


def _write(
    tx: WriteTransaction,
    grounds: Grounds,
    command: StartProcess,
    begun: Live,
    values: Mapping[str, Any],
    about: findings.Pinned | None,
) -> Started:
    case = saving.case_columns(begun)
    tx.begin_writing()
    is_case = command.key == CASE_PROCESS
    receipt = secrets.token_hex(10).upper() if is_case else None
    no = _number(tx.conn, grounds, command)
    merging.tell_if_closed(begun.step, no)
    fixed = {
        "bundle_id": begun.version.id,
        "key": command.key,
        "no": no,
        "started_at": grounds.now,
        "received_at": begun.step.ledger.received_at,
        "receipt_code": receipt,
        "registered_by": grounds.actor.name,
        "registered_unit": grounds.actor.unit,
        **{name: values.get(name) for name in _COLUMNS if is_case},
        **({} if about is None else {"title": findings.title_of(about), "registered_unit": values["unit"]}),
        **({"title": case_person.masked(values["title"], values["applicant"])} if is_case else {}),
    }
    case_id = saving.write_new(tx.conn, begun, case, fixed)
    if is_case:
        _of_the_person(tx.conn, grounds.keys, case_id, str(no), values)
    if about is not None:
        findings.pin(tx.conn, case_id, about, values, grounds.actor, grounds.now)
    return Started(begun.row["uid"], no, receipt, case["status"], case["deadline"], begun.version, begun.crosses)


def _number(conn: Connection, grounds: Grounds, command: StartProcess) -> str | None:
    kind = {CASE_PROCESS: numbering.CASE, RECTIFICATION: numbering.RECTIFICATION}.get(command.key)
    return command.business_key if kind is None else numbering.next_number(conn, grounds.now, kind)


def _of_the_person(conn: Connection, keys: Keys, case_id: int, no: str, values: Mapping[str, Any]) -> None:
    """Who the case is about, and the words that find it."""
    applicant = values["applicant"]
    case_person.write_new(conn, keys, case_id, applicant)
    title, description = (case_person.masked(values[name], applicant) for name in ("title", "description"))
    words_index.insert_words(conn, keys, case_id, no, title, description)
