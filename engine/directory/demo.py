"""The people of a demonstration (API.md, "Demo users"): one password for all, never without `--demo`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, select, update

from engine.directory.directory import Directory
from engine.directory.passwords import hash_password
from engine.directory.people import NewPerson, enter_people
from engine.directory.units import Unit
from engine.storage.models import people
from engine.vocabulary import GROUP

PASSWORD = "bancheng-demo"

_OFFICE = (  # sign-in name, name on screens, groups
    ("lead", "窗口负责人甲", ("window", "window_lead")),
    ("lead2", "窗口负责人乙", ("window", "window_lead")),
    ("group", "工作小组甲", ("work_group",)),
    ("group2", "工作小组乙", ("work_group",)),
    ("callback", "回访专员甲", ("callback",)),
    ("callback2", "回访专员乙", ("callback",)),
    ("bureau", "区政务服务局", ("bureau",)),
    ("leading", "区级领导小组", ("leading_group",)),
    ("restricted", "限密专员", ("restricted",)),
    ("supervisor", "流程管理员甲", ("supervisor",)),
    ("supervisor2", "流程管理员乙", ("supervisor",)),
    ("auditor", "审计员", ("auditor",)),
    ("admin", "系统管理员甲", ("admin",)),
    ("admin2", "系统管理员乙", ("admin",)),
)


def demo_people(directory: Directory) -> tuple[NewPerson, ...]:
    """Everybody of the demonstration: windows, offices, and five people per unit with a desk."""
    windows = (
        NewPerson(code.replace("W", "w"), f"{code[1:]}号窗口工作人员", ("window",), window=code)
        for code in directory.windows
    )
    offices = (NewPerson(name, display, groups) for name, display, groups in _OFFICE)
    staff = (person for unit in directory.desks() for person in _staff(unit))
    return (*windows, *offices, *staff)


def _staff(unit: Unit) -> Iterator[NewPerson]:
    posts = (
        ("unit", f"unit-{unit.code}", unit.liaison or f"{unit.short}经办人A"),
        ("unit", f"unit-{unit.code}-b", unit.backup or f"{unit.short}经办人B"),
        ("unit_head", f"head-{unit.code}", unit.dept_head),
        ("unit_deputy", f"deputy-{unit.code}", unit.deputy),
        ("unit_chief", f"chief-{unit.code}", unit.chief),
    )
    for post, name, display in posts:
        yield NewPerson(name, display or f"{unit.short}{GROUP[post]}", (f"{post}:{unit.code}",), unit.code)


def seed_demo_people(conn: Connection, directory: Directory, password: str, now: datetime) -> None:
    """Enter the demo people who are not there yet, and give all of them `password`, also those of an earlier start.

    One hash, because three hundred would take many seconds and the password is public anyway.
    """
    everybody, password_hash = demo_people(directory), hash_password(password)
    present = set(conn.scalars(select(people.c.name)))
    old = [person.name for person in everybody if person.name in present]
    conn.execute(update(people).where(people.c.name.in_(old)).values(password=password_hash))
    enter_people(conn, [person for person in everybody if person.name not in present], password_hash, now)
