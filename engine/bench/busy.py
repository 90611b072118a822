"""A house with very many open tasks, for `bench inbox` and `bench search` (webapp/bench.py).

The sample cases are played through the door, then their rows are copied with numbers, titles and tasks of their own,
spread over groups and units, dues from four days ago to twelve days ahead. Each case has one open task, a few orders,
one notice and one finished task, and is found by words like any other.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import insert, select

from engine.cases.words_index import insert_words
from engine.demo import live_through, past_of
from engine.facade import Engine
from engine.outbox.notices import KEPT
from engine.storage.database import WriteTransaction
from engine.storage.models import cases, finished_tasks, notices, outbox, work_orders
from engine.storage.rows import INBOX_OF_CASE, insert_rows, open_tasks
from engine.vocabulary import TASK

_FIRST = 1_000_000  # row id of the first copy
_AT_ONCE = 1000  # cases per transaction
_WINDOWS = ("w1", "w2", "w3", "w4", "w5")
_UNIT = "unit:{}"
# Element, process, groups: as the shipped diagrams give them, a unit has half of all.
_STEPS: Sequence[tuple[str, str, tuple[str, ...]]] = (
    ("accept", "five_step_loop", ("window", "work_group")),
    ("handle", "work_order", (_UNIT,)),
    ("classify", "five_step_loop", ("window", "work_group")),
    ("acknowledge", "work_order", (_UNIT,)),
    ("handle_on_site", "five_step_loop", ("window",)),
    ("handle", "work_order", (_UNIT,)),
    ("review", "five_step_loop", ("work_group",)),
    ("first_contact", "work_order", (_UNIT,)),
    ("give_feedback", "five_step_loop", ("window", "work_group")),
    ("handle", "work_order", (_UNIT,)),
    ("supervise", "escalation", ("window_lead",)),
    ("return_visit", "five_step_loop", ("callback",)),
)
_HOLDERS: Mapping[str, Sequence[str]] = {
    "window": _WINDOWS,
    "work_group": ("group", "group2"),
    "window_lead": ("lead", "lead2"),
    "callback": ("callback", "callback2"),
}
OnCase = Callable[[], object]


@dataclass(frozen=True)
class _Material:
    """What copies are made of. `units` and `subjects` (of the titles) are taken in turn."""

    engine: Engine
    now: datetime
    samples: Sequence[Mapping[str, Any]]
    units: Sequence[str]
    subjects: Sequence[str]


def fill(engine: Engine, count: int, on_case: OnCase = lambda: None) -> None:
    """Give a demo house that has no cases so many open tasks, beside those of the sample cases."""
    live_through(engine, past_of(engine), lambda: None)
    material = _material(engine)
    for first in range(0, count, _AT_ONCE):
        numbers = range(first, min(first + _AT_ONCE, count))
        engine.db.write(partial(_copy, material, numbers))
        for _ in numbers:
            on_case()
    engine.db.write(_told_of_the_rows)


def _told_of_the_rows(tx: WriteTransaction) -> None:
    """PostgreSQL plans by what it has been told of the tables; so much at once it has not looked at yet."""
    if tx.conn.dialect.name == "postgresql":
        tx.conn.exec_driver_sql("ANALYZE")


def _material(engine: Engine) -> _Material:
    with engine.db.read() as conn:
        samples = [dict(row) for row in conn.execute(select(cases).where(cases.c.restricted.is_(False))).mappings()]
    units = [unit.code for unit in engine.directory.desks()]
    return _Material(engine, engine.clock.now(), samples, units, [m.name for m in engine.directory.matters.values()])


# ------------------------------------------------------------------ the rows of one case
def _copy(material: _Material, numbers: Sequence[int], tx: WriteTransaction) -> None:
    tx.begin_writing()
    conn = tx.conn
    copies = [_case(material, number) for number in numbers]
    conn.execute(insert(cases), copies)
    for number, case in zip(numbers, copies, strict=True):
        told = f"{case['title']}，跑了{number % 9 + 1}趟都没有办成，网上提交提示状态异常。"
        insert_words(conn, material.engine.keys, case["id"], case["no"], case["title"], told)
    open_tasks(conn, [_task(material, number, case) for number, case in zip(numbers, copies, strict=True)])
    insert_rows(conn, work_orders, [_order(material, number, at) for number in numbers for at in range(2)])
    insert_rows(conn, finished_tasks, [_finished(material, number) for number in numbers])
    insert_rows(conn, outbox, [_message(material, number) for number in numbers])
    insert_rows(conn, notices, [row for number in numbers for row in _notices(material, number)])


def _case(material: _Material, number: int) -> dict[str, Any]:
    sample = material.samples[number % len(material.samples)]
    subject = material.subjects[number * 7 % len(material.subjects)]
    return {
        **sample,
        "id": _FIRST + number,
        "uid": str(uuid.uuid4()),
        "no": f"BCS-2020-{number:06d}",
        "receipt_code": f"R{number}",
        "title": f"{subject}{('办不成', '材料不全', '系统报错', '迟迟没有答复')[number % 4]}",
        "received_at": sample["received_at"] - timedelta(minutes=number % 300_000),
        "ended_at": None,
        "status": "handling",
        "lead_unit": _unit(material, number),
        "urgent": number % 50 == 0,
    }


def _unit(material: _Material, number: int) -> str:
    return material.units[number * 11 % len(material.units)]


def _step(material: _Material, number: int) -> tuple[str, str, list[str]]:
    element, process, groups = _STEPS[number % len(_STEPS)]
    return element, process, [group.format(_unit(material, number)) for group in groups]


def _task(material: _Material, number: int, case: Mapping[str, Any]) -> dict[str, Any]:
    element, process, groups = _step(material, number)
    of_unit = process == "work_order"
    return {
        "id": str(uuid.uuid4()),
        "case_id": _FIRST + number,
        "element": element,
        "name": TASK[element],
        "process": process,
        "unit": _unit(material, number) if of_unit else None,
        "assignee": _holder(material, number, groups[0]) if number % 17 == 0 else None,
        "opened_at": material.now - timedelta(hours=number % 90),
        "due": material.now + timedelta(minutes=number * 37 % 23_000 - 5_760),
        "groups": groups,
        **{name: case[name] for name in INBOX_OF_CASE},
    }


def _holder(material: _Material, number: int, group: str) -> str:
    people = _HOLDERS.get(group, (f"unit-{_unit(material, number)}",))
    return people[number // 17 % len(people)]


def _order(material: _Material, number: int, position: int) -> dict[str, Any]:
    return {
        "case_id": _FIRST + number,
        "position": position,
        "round": 1,
        "unit": _unit(material, number + position),
        "is_lead": position == 0,
        "status": "handling",
        "dispatched_at": material.now - timedelta(hours=number % 90),
    }


def _finished(material: _Material, number: int) -> dict[str, Any]:
    ended = material.now - timedelta(minutes=number % 40_000)
    return {
        "id": str(uuid.uuid4()),
        "case_id": _FIRST + number,
        "element": "accept",
        "name": TASK["accept"],
        "opened_at": ended - timedelta(hours=3),
        "ended_at": ended,
        "actor": (*_WINDOWS, "lead", "group", f"unit-{_unit(material, number)}")[number % 8],
        "how": "completed",
    }


def _message(material: _Material, number: int) -> dict[str, Any]:
    return {
        "key": f"bench {number}",
        "case_id": _FIRST + number,
        "kind": "escalation",
        "recipients": "[]",
        "payload": "{}",
        "created_at": material.now,
    }


def _notices(material: _Material, number: int) -> Iterator[dict[str, Any]]:
    at = material.now - KEPT * (number % 1000) / 1000
    for group in _step(material, number)[2]:
        yield {"group": group, "key": f"bench {number}", "at": at}
