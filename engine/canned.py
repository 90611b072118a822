"""常用答复: texts that are given again and again, kept for a step, and for a matter or for all of them.

They belong to the house and to no case: they hold no personal data, and whatever differs from case to case stands in
them as one of `PLACEHOLDERS`. Every change has its line in the trail of the house.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from engine.audit import house as trail
from engine.cases import policy
from engine.cases.commands import Actor
from engine.errors import BadInput, NotFound, NotYours, TakenByOther
from engine.personal.numbers import personal_numbers
from engine.storage.database import WriteTransaction
from engine.storage.locks import lock_name
from engine.storage.models import canned_answers, matters

PLACEHOLDERS = ("编号", "期限", "单位", "窗口电话")
STEPS_OF_UNITS = ("acknowledge", "first_contact", "handle")
STEPS = (  # those whose forms take a text
    *("accept", "classify", "handle_on_site", "dispatch"),
    *STEPS_OF_UNITS,
    *("review", "approve_pending", "give_feedback", "return_visit", "approve_redo", "chief_review"),
    *("review_pending", "handle_restricted", "supervise"),
)
LONGEST_TITLE = 40
LONGEST_TEXT = 2000  # the shortest of the fields for answers takes as much

_c = canned_answers.c
_BRACED = re.compile(r"[{｛]([^{}｛｝]*)[}｝]")
_BRACE = re.compile(r"[{}｛｝]")
_NO_PERSON = "常用答复对所有件都一样，不能写手机号或身份证号；窗口的电话请写 {窗口电话}。"


@dataclass(frozen=True)
class Wording:
    """What a canned answer says, and where it is offered; `matter` None: whatever the matter is."""

    element: str
    matter: str | None
    title: str = field(repr=False)
    text: str = field(repr=False)


@dataclass(frozen=True)
class AddCanned:
    """Keep a new one."""

    wording: Wording


@dataclass(frozen=True)
class ChangeCanned:
    """Say it differently from now on; `revision` is the one that was read."""

    id: int
    revision: int
    wording: Wording


@dataclass(frozen=True)
class RetireCanned:
    """Offer it no more; the row stays."""

    id: int
    revision: int


CannedCommand = AddCanned | ChangeCanned | RetireCanned


def keeps(actor: Actor, element: str) -> bool:
    """Whether this person keeps the answers of a step: a section head those of the steps of units alone."""
    return policy.holds(actor, policy.KEEP_CANNED) or (
        element in STEPS_OF_UNITS and policy.holds(actor, policy.KEEP_CANNED_OF_UNITS)
    )


def steps_kept(actor: Actor) -> tuple[str, ...]:
    """The steps whose answers this person keeps, in the order of the process; none for most."""
    return tuple(step for step in STEPS if keeps(actor, step))


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders filled in; what is not known yet stays to be seen, as 【单位待填】."""
    return _BRACED.sub(lambda found: values.get(found[1]) or f"【{found[1]}待填】", text)


# ------------------------------------------------------------------ keeping
def carry_out(tx: WriteTransaction, command: CannedCommand, actor: Actor, now: datetime) -> int:
    """Carry out one command; returns the id. Raises BadInput, NotFound, NotYours, TakenByOther."""
    tx.begin_writing()
    lock_name(tx.conn, "canned")
    match command:
        case AddCanned():
            return _add(tx.conn, command.wording, actor, now)
        case ChangeCanned():
            _change(tx.conn, command, actor, now)
        case RetireCanned():
            _retire(tx.conn, command, actor, now)
    return command.id


def _add(conn: Connection, wording: Wording, actor: Actor, now: datetime) -> int:
    _refuse_others(actor, wording.element)
    row = {**_fit(conn, wording), "revision": 1, "changed_by": actor.name, "changed_at": now}
    id = int(conn.execute(insert(canned_answers).values(**row).returning(_c.id)).scalar_one())
    _note(conn, actor, now, "canned_added", {**row, "id": id})
    return id


def _change(conn: Connection, command: ChangeCanned, actor: Actor, now: datetime) -> None:
    before = _kept(conn, command.id, command.revision, actor)
    _refuse_others(actor, command.wording.element)
    row = {**_fit(conn, command.wording), "revision": command.revision + 1}
    _write(conn, command.id, actor, now, row)
    _note(conn, actor, now, "canned_changed", {**row, "id": command.id}, before)


def _retire(conn: Connection, command: RetireCanned, actor: Actor, now: datetime) -> None:
    before = _kept(conn, command.id, command.revision, actor)
    _write(conn, command.id, actor, now, {"retired_at": now, "revision": command.revision + 1})
    _note(conn, actor, now, "canned_retired", {**before, "revision": command.revision + 1})


def _kept(conn: Connection, id: int, revision: int, actor: Actor) -> dict[str, Any]:
    """The row as it stands; nobody changes what they have not read."""
    row = conn.execute(select(canned_answers).where(_c.id == id)).mappings().one_or_none()
    if row is None:
        raise NotFound("没有这条常用答复，可能编号有误。")
    _refuse_others(actor, row["element"])
    if row["revision"] != revision or row["retired_at"] is not None:
        raise TakenByOther("这条常用答复刚被同事改过或停用，请重新打开再改。", row["changed_by"], row["changed_at"])
    return dict(row)


def _write(conn: Connection, id: int, actor: Actor, now: datetime, values: Mapping[str, Any]) -> None:
    conn.execute(update(canned_answers).where(_c.id == id).values(**values, changed_by=actor.name, changed_at=now))


def _note(
    conn: Connection, actor: Actor, now: datetime, act: str, after: Mapping[str, Any], before: Any = None
) -> None:
    """One line, without the words: a name may stand in them by mistake, and a trail forgets nothing."""
    said = ("id", "revision", "matter_code")
    told = [None if row is None else {name: row[name] for name in said} for row in (after, before)]
    trail.record(conn, now, actor.name, act, after["element"], *told)


# ------------------------------------------------------------------ what is refused
def _refuse_others(actor: Actor, element: str) -> None:
    if keeps(actor, element):
        return
    if steps_kept(actor) and element not in STEPS:
        raise BadInput({"element": "请选一个步骤。"})
    if steps_kept(actor):
        raise NotYours("科室负责人维护签收、首次联系和办理的常用答复，其他步骤的请联系窗口负责人。")
    raise NotYours("常用答复由窗口负责人、工作小组、区政务服务局、流程管理员和科室负责人维护。")


def _fit(conn: Connection, wording: Wording) -> dict[str, Any]:
    """The columns of a wording; raises BadInput."""
    title, text = wording.title.strip(), wording.text.replace("\r\n", "\n").strip()
    wrong = {"title": _misfit_of_title(title), "text": _misfit_of_text(text), "element": None, "matter_code": None}
    if wording.element not in STEPS:
        wrong["element"] = "请选一个步骤。"
    if wording.matter and conn.execute(select(matters.c.code).where(matters.c.code == wording.matter)).first() is None:
        wrong["matter_code"] = "没有这个事项，请从列表里选。"
    if any(wrong.values()):
        raise BadInput({name: said for name, said in wrong.items() if said})
    return {"element": wording.element, "matter_code": wording.matter or None, "title": title, "text": text}


def _misfit_of_title(title: str) -> str | None:
    if not title or len(title) > LONGEST_TITLE or not title.isprintable():
        return f"请写一个名称，不超过 {LONGEST_TITLE} 个字。"
    return _NO_PERSON if personal_numbers(title) else None


def _misfit_of_text(text: str) -> str | None:
    if not text or len(text) > LONGEST_TEXT:
        return f"请写答复的内容，不超过 {LONGEST_TEXT} 个字。"
    if personal_numbers(text):
        return _NO_PERSON
    known = "、".join(f"{{{name}}}" for name in PLACEHOLDERS)
    unknown = [name for name in _BRACED.findall(text) if name not in PLACEHOLDERS]
    if unknown:
        return f"不认识“{{{unknown[0]}}}”，大括号里只能写：{known}。"
    return f"大括号要成对写，里面只能写：{known}。" if _BRACE.search(_BRACED.sub("", text)) else None
