"""问题: what an auditor found in a case, pinned to an element of its diagram and put to a unit (整改).

It is an instance of a process of its own. The case it is about is not touched: a row says which one it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from engine.bpmn.definition import Definition
from engine.cases import policy
from engine.cases.commands import Actor
from engine.definitions.shipped import CASE_PROCESS
from engine.definitions.versions import Versions
from engine.directory import Directory
from engine.directory.units import HALL
from engine.errors import BadInput, NotYours
from engine.storage.models import cases, rectifications, work_orders

WITHDRAW = "withdraw_finding"  # the message by which a finding is taken back before it was answered, and its form
TITLED = "整改："
UNKNOWN = "没有这一件，或不能对它提出问题。"
NOT_NOW = "这件整改现在不能这样撤销：已经答复的在复核时撤销，结束的不能再撤销；较早提出的要等单位答复。"


@dataclass(frozen=True)
class Pinned:
    """Where a finding is pinned: the case, the element and its name as drawn, and which units may be asked."""

    case_id: int
    no: str
    title: str
    element: str
    name: str
    units: tuple[str, ...]


def may_put(actor: Actor) -> None:
    """Raises NotYours for whoever puts no findings to units, and takes none back."""
    if not policy.holds(actor, policy.RECTIFY):
        raise NotYours("向单位提出和撤销问题由流程管理员或局来做；审计员可以把链接交给他们。")


def pinned(conn: Connection, versions: Versions, directory: Directory, no: str, element: str) -> Pinned:
    """The place a finding is about; raises BadInput for a case that is none or restricted, or an unknown element."""
    columns = ("id", "no", "title", "bundle_id", "registered_unit")
    query = select(*(cases.c[name] for name in columns))
    case = conn.execute(
        query.where(cases.c.no == no, cases.c.key == CASE_PROCESS, cases.c.restricted.is_(False))
    ).one_or_none()
    if case is None:
        raise BadInput({"case_no": UNKNOWN})
    name = drawn_name(versions.get(conn, case.bundle_id).definition, element)
    if name is None:
        raise BadInput({"element": "这一件的流程图里没有这一步。"})
    held = conn.scalars(select(work_orders.c.unit).where(work_orders.c.case_id == case.id).order_by(work_orders.c.id))
    had_part = dict.fromkeys([*held, case.registered_unit, HALL])
    units = tuple(unit for unit in had_part if unit is not None and directory.has_desk(unit))
    return Pinned(case.id, case.no, case.title, element, name, units)


def drawn_name(definition: Definition, element: str) -> str | None:
    """The name of a drawn element; None for what is not drawn, or has no name."""
    drawn = (each for each in definition.elements.values() if each.id == element)
    return next((each.name for each in drawn if each.name), None)


def put_by(
    conn: Connection, versions: Versions, directory: Directory, actor: Actor, values: Mapping[str, Any]
) -> Pinned:
    """What a start form puts to a unit, checked; raises NotYours, BadInput."""
    may_put(actor)
    found = pinned(conn, versions, directory, values.get("case_no", ""), values.get("element", ""))
    if values.get("unit") not in found.units:
        raise BadInput({"unit": "这个单位没有办过这一件，看不到它；请从办过的单位或政务服务中心里选。"})
    return found


def title_of(found: Pinned) -> str:
    """What lists call it: nothing anybody wrote."""
    return f"{TITLED}{found.no}“{found.name}”"


def pin(conn: Connection, instance: int, found: Pinned, values: Mapping[str, Any], actor: Actor, at: datetime) -> None:
    """Keep which case and element an instance is about."""
    kept = {"case_id": instance, "about_id": found.case_id, "element": found.element, "rule": values.get("rule")}
    conn.execute(insert(rectifications).values(**kept, unit=values["unit"], put_by=actor.name, put_at=at))
