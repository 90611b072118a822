"""F16: versions are published one after the other, taken back and migrated to, while cases run.

I7: a case runs on the version it began with, or was brought to its version by acts that stand on its trail; and all of
them come to the archive: none is stuck.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any

from sqlalchemy import select

from engine.cases.commands import CompleteTask, MigrateCase, UndoMigration
from engine.errors import CannotMigrate, EngineError, NotNow, TakenByOther
from engine.facade import ReadContext
from engine.queries.readable import MIGRATIONS
from engine.storage.models import audit, bundles, cases
from tests.faults.invariants import promises_broken
from tests.support.house import House
from tests.support.redrawn import (
    ORDER,
    Stroke,
    given,
    put_in_force,
    redrawn,
    step,
    strikes,
    timer,
    without,
    without_event,
)
from tests.upgrade.course import ANSWERS, next_timer, open_tasks, person_for, register, status

STROKES: tuple[tuple[Stroke, ...], ...] = (
    (step("review__review_given"),),
    (step("classify__grade_limits", "grading", "定级复核"),),
    (step("record_reply__replied", "unit_check", "单位复核", file=ORDER),),
    (timer("handle", "handle_slow", "workdays(3)", ORDER),),
    (without_event("overdue_5"),),
    (strikes("review_late", "office_hours(4)"), given("review", due="office_hours(4)")),
    (step("close_orders__review", "second_look", "复审"), given("second_look", form="review"), without("review")),
    (),  # what was shipped, as a new version
)
_LIKE = {"second_look": "review"}


@dataclass(frozen=True)
class Plan:
    """What is done; `people` at once. The same seed with one person gives the same run."""

    seed: int
    cases: int
    versions: int
    people: int = 1


@dataclass
class Report:
    """What came of it. `began`: case → the version it was registered on."""

    began: dict[str, int] = field(default_factory=dict)
    told: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{len(self.began)} cases, {dict(sorted(self.told.items()))}"


def run(house: House, plan: Plan) -> Report:
    """Let people work, publish and migrate until every version is out; then bring every case to the archive."""
    report, dice = Report(), Random(plan.seed)
    for number in range(plan.versions):
        begun = number * plan.cases // plan.versions, (number + 1) * plan.cases // plan.versions
        for _ in range(*begun):
            no = register(house.engine)
            report.began[no] = _version(house, no)
        acts = 6 * max(1, len(report.began))
        share = [(Random(dice.random()), acts // plan.people) for _ in range(plan.people)]
        with ThreadPoolExecutor(plan.people) as pool:
            working = [pool.submit(_work, house, list(report.began), *each) for each in share]
            put_in_force(house.engine, redrawn(*dice.choice(STROKES), *_same_number(number)))
            for each in working:
                report.told.update(each.result())
    for no in report.began:
        _to_the_archive(house, no)
    report.findings = [*on_other_versions(house, report.began), *promises_broken(str(house.settings.database_url))]
    return report


def _same_number(number: int) -> Sequence[Stroke]:
    """Now and then exactly what was shipped; else something that makes the content another each time."""
    return () if number % 4 == 3 else (given("archived", name=f"归档 {number}"),)


def _work(house: House, numbers: Sequence[str], dice: Random, acts: int) -> Counter[str]:
    told: Counter[str] = Counter()
    for _ in range(acts):
        no, chance = dice.choice(numbers), dice.random()
        if chance < 0.75:
            told[_complete(house, no, dice)] += 1
        else:
            told[_migrate(house, no, dice, back=chance > 0.92)] += 1
    return told


def _complete(house: House, no: str, dice: Random) -> str:
    found = open_tasks(house.engine, no)
    if not found:
        return "waits"
    task = dice.choice(found)
    answers: Mapping[str, Any] = ANSWERS.get(_LIKE.get(task.element, task.element), {})
    try:
        house.do(person_for(task.group), CompleteTask(task.id, answers))
    except (TakenByOther, EngineError) as refused:
        return f"refused {type(refused).__name__}"
    return "completed"


def _migrate(house: House, no: str, dice: Random, back: bool) -> str:
    uid, newest = house.engine.read(_uid_and_newest, no)
    try:
        if back:
            house.do("supervisor", UndoMigration(uid, "换早了"))
            return "undone"
        house.do("supervisor", MigrateCase(uid, dice.randint(1, newest), "新规定"))
    except CannotMigrate:
        return "blocked"
    except NotNow:
        return "nothing to do"
    return "migrated"


def _uid_and_newest(ctx: ReadContext, no: str) -> tuple[str, int]:
    row = ctx.conn.execute(select(cases.c.uid, cases.c.key).where(cases.c.no == no)).one()
    return row.uid, ctx.versions.latest(ctx.conn, row.key).version


def _to_the_archive(house: House, no: str) -> None:
    while status(house.engine, no) != "archived":
        if _complete(house, no, Random(0)) == "waits":
            due = next_timer(house.engine, no)
            assert due is not None, f"{no} is stuck"
            house.move(max(due, house.engine.clock.now()))


def _version(house: House, no: str) -> int:
    return house.engine.read(_runs_on, no)


def _runs_on(ctx: ReadContext, no: str) -> int:
    wanted = select(bundles.c.version).join(cases, cases.c.bundle_id == bundles.c.id).where(cases.c.no == no)
    return int(ctx.conn.execute(wanted).scalar_one())


def on_other_versions(house: House, began: Mapping[str, int]) -> Iterator[str]:
    """I7."""
    for no, first in began.items():
        led_to = house.engine.read(partial(_led_to, no=no, first=first))
        if led_to != _version(house, no):
            yield f"{no} began on {first}, its trail leads to {led_to}, it runs on {_version(house, no)}"


def _led_to(ctx: ReadContext, no: str, first: int) -> int | None:
    lines = (
        select(audit.c.before, audit.c.after)
        .join(cases, cases.c.id == audit.c.case_id)
        .where(cases.c.no == no, audit.c.action.in_(MIGRATIONS))
        .order_by(audit.c.seq)
    )
    on: int | None = first
    for line in ctx.conn.execute(lines):
        on = json.loads(line.after)["version"] if json.loads(line.before)["version"] == on else None
    return on
