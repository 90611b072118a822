"""保全 and 清除个人信息: what must stay, and what goes for good. Each stands on the trail of the house.

Two people for what cannot be undone: who asked for an erasure does not carry it out, who put a case under preservation
does not lift it. Whoever acts must see the case; it is never opened for an administrator or an auditor.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, Select, insert, select, update

from engine.audit import house as trail
from engine.audit.trail import commitment
from engine.cases import policy
from engine.cases.acts.results import Done
from engine.cases.case_person import person_of
from engine.cases.commands import (
    SYSTEM,
    AskErasure,
    DropErasure,
    EraseCase,
    PreserveCase,
    ReleaseCase,
)
from engine.cases.opening import Address, Grounds, close_case, open_case
from engine.definitions.shipped import CASE_PROCESS
from engine.erasure.retention import due_at
from engine.erasure.wipe import Removed, codes_of, wipe, wipe_words
from engine.errors import BadInput, NotFound, NotNow, NotYours
from engine.storage.database import WriteTransaction
from engine.storage.models import audit, cases, erasures, preservations, rectifications
from engine.vocabulary import ERASURE_GROUND, PRESERVATION

Row = Mapping[str, Any]
LONGEST_NOTE = 500
GROUNDS = ("request", "retention")  # what people may give as one
_TWICE = "由另一人{}，不能与{}的是同一人：请另一位同事来办。"


# ------------------------------------------------------------------ what must stay
def preserve(tx: WriteTransaction, grounds: Grounds, command: PreserveCase) -> int:
    """Put a case under preservation; returns its id. A case has one at a time."""
    row = _case(tx, grounds, command.no, policy.PRESERVE, "保全由区政务服务局或流程管理员办理。")
    note = _note(tx.conn, grounds, row, command.note, command.ground, PRESERVATION)
    if row["erased_at"] is not None:
        raise NotNow("这一件的个人信息已清除，没有可保全的了。")
    if standing(tx.conn, row["id"]) is not None:
        raise NotNow("这一件已在保全中。")
    said = {"case_id": row["id"], "ground": command.ground, "put_by": grounds.actor.name, "put_at": grounds.now, **note}
    id = int(tx.conn.execute(insert(preservations).values(**said).returning(preservations.c.id)).scalar_one())
    _tell(tx.conn, grounds, "case_preserved", row, {"ground": command.ground, **_committed(note)})
    return id


def release(tx: WriteTransaction, grounds: Grounds, command: ReleaseCase) -> int:
    """Lift the preservation of a case, by another than who put it; returns its id."""
    row = _case(tx, grounds, command.no, policy.PRESERVE, "保全由区政务服务局或流程管理员办理。")
    found = standing(tx.conn, row["id"])
    if found is None:
        raise NotNow("这一件不在保全中。")
    if found["put_by"] in grounds.actor.names:
        raise NotYours(_TWICE.format("解除", "提出保全"))
    note = _note(tx.conn, grounds, row, command.note, found["ground"], PRESERVATION)
    lifted = {"lifted_note": note["note"], "lifted_salt": note["salt"]}
    said = {"lifted_by": grounds.actor.name, "lifted_at": grounds.now, **lifted}
    tx.conn.execute(update(preservations).where(preservations.c.id == found["id"]).values(said))
    _tell(tx.conn, grounds, "preservation_lifted", row, {"put_by": found["put_by"], **_committed(note)})
    return int(found["id"])


def standing(conn: Connection, case_id: int) -> Row | None:
    """The preservation a case stands under."""
    wanted = (preservations.c.case_id == case_id, preservations.c.lifted_at.is_(None))
    return _one(conn, select(preservations).where(*wanted))


# ------------------------------------------------------------------ what goes
def ask(tx: WriteTransaction, grounds: Grounds, command: AskErasure) -> int:
    """Ask that the personal data of an ended case goes; returns the id of the request."""
    row = _case(tx, grounds, command.no, policy.ASK_ERASURE, "清除由窗口负责人、工作小组或区政务服务局提出。")
    known = ERASURE_GROUND if grounds.actor is SYSTEM else {name: ERASURE_GROUND[name] for name in GROUNDS}
    note = _note(tx.conn, grounds, row, command.note, command.ground, known)
    _must_be_over(tx.conn, row)
    if command.ground == "retention":
        due = due_at(row, grounds.retention)
        if due is None or due > grounds.now:
            raise NotNow("这一件的保存期还没有满；本人要求的，请选“本人要求”。")
    if asked_for(tx.conn, row["id"]) is not None:
        raise NotNow("这一件已提出清除，正等另一人确认。")
    by = {"asked_by": grounds.actor.name, "asked_at": grounds.now, "state": "asked"}
    said = {"case_id": row["id"], "ground": command.ground, **by, **note}
    id = int(tx.conn.execute(insert(erasures).values(**said).returning(erasures.c.id)).scalar_one())
    _tell(tx.conn, grounds, "erasure_asked", row, {"ground": command.ground, **_committed(note)})
    return id


def drop(tx: WriteTransaction, grounds: Grounds, command: DropErasure) -> int:
    """Give a request up, by whoever may ask or decide; nothing has been erased. Returns its id."""
    posts = policy.ASK_ERASURE | policy.CONFIRM_ERASURE
    row = _case(tx, grounds, command.no, posts, "您的岗位不办理清除。")
    found = _request(tx.conn, row, command.request)
    _decide(tx.conn, grounds, found, "dropped", None)
    _tell(tx.conn, grounds, "erasure_dropped", row, {"ground": found["ground"], "asked_by": found["asked_by"]})
    return int(found["id"])


def erase(tx: WriteTransaction, grounds: Grounds, command: EraseCase) -> Done:
    """Carry a request out, by another than who asked: for good. The case's own trail says so as well, and of which of
    its lines the answers are gone."""
    posts, refusal = policy.CONFIRM_ERASURE, "清除由区政务服务局或区级领导小组确认。"
    row = _case(tx, grounds, command.no, posts, refusal)
    found = _request(tx.conn, row, command.request)
    if grounds.actor is not SYSTEM and found["asked_by"] in grounds.actor.names:
        raise NotYours(_TWICE.format("确认", "提出清除"))
    _must_be_over(tx.conn, row)
    opened = open_case(tx, grounds, Address("id", row["id"]))
    asked = {"ground": found["ground"], "asked_by": found["asked_by"], "request": found["id"]}
    opened.step.note("erased", None, None, {**asked, "lines": _with_answers(tx.conn, row["id"])})
    close_case(tx, opened)
    for instance, element in _about(tx.conn, row["id"]):
        _erase_beside(tx, grounds, instance, asked, frozenset({row["no"], element}))
    removed = wipe(tx.conn, grounds.keys, row, opened.version.definition, grounds.directory, grounds.now)
    _decide(tx.conn, grounds, found, "done", removed)
    gone = {"removed": removed.counts(), "commitments": _commitments(tx.conn, row["id"], removed)}
    _tell(tx.conn, grounds, "case_erased", row, {**asked, **gone})
    return Done(row["no"], row["uid"], {})


def _about(conn: Connection, case_id: int, ended: bool = True) -> list[tuple[int, str]]:
    """What auditors found in the case and put to units (findings.py): the instances, over or not, and the elements."""
    over = cases.c.ended_at.is_not(None) if ended else cases.c.ended_at.is_(None)
    query = select(cases.c.id, rectifications.c.element).join(rectifications, rectifications.c.case_id == cases.c.id)
    found = conn.execute(query.where(rectifications.c.about_id == case_id, over).order_by(cases.c.id))
    return [(row.id, row.element) for row in found]


def _erase_beside(tx: WriteTransaction, grounds: Grounds, instance: int, asked: Row, kept: frozenset[str]) -> None:
    """What was written about the case in an instance of its own goes too, and its trail says so."""
    opened = open_case(tx, grounds, Address("id", instance))
    opened.step.note("erased", None, None, {**asked, "lines": _with_answers(tx.conn, instance)})
    close_case(tx, opened)
    codes = codes_of(grounds.directory) | kept
    wipe_words(tx.conn, grounds.keys, instance, opened.version.definition, codes, grounds.now)


def asked_for(conn: Connection, case_id: int) -> Row | None:
    """The request that waits for a second person."""
    wanted = (erasures.c.case_id == case_id, erasures.c.state == "asked")
    return _one(conn, select(erasures).where(*wanted))


def _one(conn: Connection, query: Select[Any]) -> Row | None:
    found = conn.execute(query).mappings().one_or_none()
    return None if found is None else {str(name): value for name, value in found.items()}


def _request(conn: Connection, row: Row, id: int) -> Row:
    """The one that was read; raises NotNow where it is decided, or was asked for anew since."""
    found = asked_for(conn, row["id"])
    if found is None or found["id"] != id:
        raise NotNow("这个清除申请已不在等待确认，请刷新后再看。")
    return found


def _must_be_over(conn: Connection, row: Row) -> None:
    if row["erased_at"] is not None:
        raise NotNow("这一件的个人信息已清除。")
    if row["ended_at"] is None:
        raise NotNow("这一件还没有归档，办完以后才能清除个人信息。")
    if _about(conn, row["id"], ended=False):
        raise NotNow("对这一件提出的整改还没有办完，办完以后才能清除个人信息。")
    if standing(conn, row["id"]) is not None:
        raise NotNow("这一件在保全中，解除保全以前任何人都不能清除。")


def _decide(conn: Connection, grounds: Grounds, found: Row, state: str, removed: Removed | None) -> None:
    counts = None if removed is None else json.dumps(removed.counts())
    said = {"state": state, "decided_by": grounds.actor.name, "decided_at": grounds.now, "removed": counts}
    conn.execute(update(erasures).where(erasures.c.id == found["id"]).values(said))


def _with_answers(conn: Connection, case_id: int) -> list[int]:
    """The lines that commit themselves to what was entered."""
    return sorted(_committed_lines(conn, case_id))


def _commitments(conn: Connection, case_id: int, removed: Removed) -> dict[str, str]:
    found = _committed_lines(conn, case_id)
    return {str(seq): found[seq] for seq in removed.answers if seq in found}


def _committed_lines(conn: Connection, case_id: int) -> dict[int, str]:
    query = select(audit.c.seq, audit.c.after).where(audit.c.case_id == case_id, audit.c.after.is_not(None))
    said = {row.seq: json.loads(row.after).get("commitment") for row in conn.execute(query)}
    return {seq: committed for seq, committed in said.items() if committed is not None}


# ------------------------------------------------------------------ who, which, why
def _case(tx: WriteTransaction, grounds: Grounds, no: str, posts: Collection[str], refusal: str) -> Row:
    """The case under its lock, being written; raises NotFound for whoever may not know of it, NotYours."""
    tx.begin_writing()
    row = tx.lock_case(no, "no")
    if row is None or row["key"] != CASE_PROCESS:
        raise NotFound
    if grounds.actor is SYSTEM:
        return row
    if not policy.sees(grounds.actor, policy.CaseFacts(bool(row["restricted"]), frozenset())):
        raise NotFound
    if not policy.holds(grounds.actor, posts):
        raise NotYours(refusal)
    return row


def _note(
    conn: Connection, grounds: Grounds, row: Row, note: str, ground: str, known: Mapping[str, str]
) -> dict[str, str]:
    """Why, as it is kept: numbers and the person's name masked, for it outlives them."""
    wrong = {} if ground in known else {"ground": "请选一个理由。"}
    text = note.strip()
    if not 0 < len(text) <= LONGEST_NOTE:
        wrong["note"] = f"请写明依据，不超过 {LONGEST_NOTE} 个字。"
    if wrong:
        raise BadInput(wrong)
    return {"note": person_of(conn, grounds.keys, row["id"]).masked(text), "salt": secrets.token_hex(16)}


def _committed(note: Mapping[str, str]) -> dict[str, str]:
    return {"commitment": commitment(note["salt"], note["note"])}


def _tell(conn: Connection, grounds: Grounds, action: str, row: Row, said: Row) -> None:
    trail.record(conn, grounds.now, grounds.actor.name, action, "case", {"no": row["no"], "case": row["id"], **said})
