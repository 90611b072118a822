"""What a supervisor does about an incident: look after it, have it tried again, say it is done, repair the case.

These acts stand on the trail of the house, for they are about what failed and not about the case, which may not even
be readable; a repair is a line of the case as well.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from engine.audit import house as trail
from engine.audit.trail import commitment
from engine.cases import policy
from engine.cases.acts import repairing
from engine.cases.commands import SYSTEM, RepairCase, ResolveIncident, RetryIncident, TakeIncident
from engine.cases.failing import CORRUPT, OWNER
from engine.cases.opening import Address, Grounds, close_case, open_case, read_back
from engine.errors import BadInput, NotFound, NotNow, NotYours, StateCorrupt, TakenByOther
from engine.storage import incidents, models
from engine.storage.database import WriteTransaction

Row = Mapping[str, Any]

LONGEST_REASON = 2000


def address_of(conn: Connection, id: int) -> Address | None:
    """The case of an incident, if it has one."""
    found = incidents.find(conn, id)
    return None if found is None or found["case_id"] is None else Address("id", found["case_id"])


def take(tx: WriteTransaction, grounds: Grounds, command: TakeIncident) -> int:
    """Look after an incident, also one a colleague had taken."""
    found = _to_deal_with(tx.conn, grounds, command.id)
    tx.begin_writing()
    if not incidents.change(tx.conn, found["id"], {"owner": grounds.actor.name}):
        tx.stale()
    _tell(tx.conn, grounds, "incident_taken", found, {"owner": grounds.actor.name, "before": found["owner"]})
    return command.id


def retry(tx: WriteTransaction, grounds: Grounds, command: RetryIncident) -> int:
    """Try again at once; success closes the incident, failure is raised and counted by whoever catches it."""
    found = _to_deal_with(tx.conn, grounds, command.id)
    if found["kind"] == CORRUPT:
        read_back(tx.conn, grounds, _case_of(tx, found))
    elif found["timer_id"] is not None:
        _fire(tx, grounds, found)
    else:
        raise NotNow("失败的是一次提交，系统不能代人重做：修好原因后请经办人重新提交，再把故障标为已处理。")
    tx.begin_writing()
    _close(tx, grounds, "incident_retried", found, "重试成功")
    return command.id


def _fire(tx: WriteTransaction, grounds: Grounds, found: Row) -> None:
    """Its timers strike, as far as they still wait and are due; the others wait for their instant again."""
    opened = open_case(tx, grounds, Address("id", found["case_id"]), retried=found["id"])
    if opened.step.notes:
        close_case(tx, opened)


def resolve(tx: WriteTransaction, grounds: Grounds, command: ResolveIncident) -> int:
    """Close an incident with what was done about it. Its timers are tried again: what still fails is a new incident."""
    found = _to_deal_with(tx.conn, grounds, command.id)
    reason = command.reason.strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        raise BadInput({"reason": f"请写明怎样处理的，不超过 {LONGEST_REASON} 个字。"})
    if found["kind"] == CORRUPT:
        _must_be_whole(tx, grounds, found)
    tx.begin_writing()
    _close(tx, grounds, "incident_resolved", found, reason)
    return command.id


def _must_be_whole(tx: WriteTransaction, grounds: Grounds, found: Row) -> None:
    try:
        read_back(tx.conn, grounds, _case_of(tx, found))
    except StateCorrupt:
        raise NotNow("这件的流程状态仍然不能读回，写明原因不能使它恢复：请先修复，或从备份恢复后再重试。") from None


def repair(tx: WriteTransaction, grounds: Grounds, command: RepairCase) -> int:
    """Rebuild the case of an incident from its trail, when the trail holds to its last line."""
    found = _to_deal_with(tx.conn, grounds, command.id)
    if found["kind"] != CORRUPT:
        raise NotNow("这个故障不是流程状态损坏，不需要修复；请处理原因后重试，或写明怎样处理的。")
    line = repairing.rebuild(tx, grounds, _case_of(tx, found), found["id"])
    _close(tx, grounds, "incident_repaired", found, f"已按办理经过的 {line} 行留痕重建")
    return command.id


# ------------------------------------------------------------------ finding and closing
def _to_deal_with(conn: Connection, grounds: Grounds, id: int) -> Row:
    """The open incident; raises NotYours, NotFound for one of a case this person may not know of, TakenByOther."""
    if grounds.actor is not SYSTEM and not policy.holds(grounds.actor, {OWNER}):
        raise NotYours("只有流程管理员可以处理故障。")
    found = incidents.find(conn, id)
    if found is None or not _seen(conn, grounds, found["case_id"]):
        raise NotFound
    if found["resolved_at"] is not None:
        by, at = found["resolved_by"], found["resolved_at"]
        raise TakenByOther(f"这个故障已由 {by} 处理，无需再次处理。", by, at)
    return found


def _seen(conn: Connection, grounds: Grounds, case_id: int | None) -> bool:
    if case_id is None or grounds.actor is SYSTEM:
        return True
    restricted = conn.execute(select(models.cases.c.restricted).where(models.cases.c.id == case_id)).scalar()
    return policy.sees(grounds.actor, policy.CaseFacts(bool(restricted), frozenset()))


def _case_of(tx: WriteTransaction, found: Row) -> Row:
    row = tx.lock_case(found["case_id"])
    if row is None:
        raise NotFound
    return row


def _close(tx: WriteTransaction, grounds: Grounds, action: str, found: Row, resolution: str) -> None:
    """What was written stays beside the trail, which holds a commitment to it."""
    salt = secrets.token_hex(16)
    said = {"resolved_at": grounds.now, "resolved_by": grounds.actor.name, "resolution": resolution, "salt": salt}
    if not incidents.close(tx.conn, found, said):
        tx.stale()
    _tell(tx.conn, grounds, action, found, {"commitment": commitment(salt, resolution)})


def _tell(conn: Connection, grounds: Grounds, action: str, found: Row, said: Row) -> None:
    of_case = {"case": found["case_id"], "kind": found["kind"]}
    trail.record(conn, grounds.now, grounds.actor.name, action, str(found["id"]), {**of_case, **said})
