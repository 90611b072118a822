"""Playing one case through the public door, a line per act, on a demo house with a clock moved by hand.

Local times are written `10-19 14:05` (of 2026) or `2027-01-04 09:00`; so are the instants it tells. After every step
the stored rows are held against the state they come from, and every audit chain is verified.
"""

from __future__ import annotations

import itertools
import json
import shutil
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select
from sqlalchemy.engine import RowMapping

from engine.audit.verify import Against, verify_all
from engine.cases import live
from engine.cases.commands import SYSTEM, ActOnCase, Actor, CompleteTask, SendMessage, StartProcess
from engine.cases.live import Fired
from engine.clock import SimulatedClock, local
from engine.definitions.shipped import CASE_PROCESS
from engine.errors import BadInput
from engine.facade import AnyCommand, ReadContext
from engine.queries.case import Case, CaseTask, CaseWorkOrder, case
from engine.queries.timeline import TimelineLine, timeline
from engine.storage import models
from engine.storage.prepared import Prepared
from engine.storage.sealed import unsealed
from tests.support.house import House, instant
from tests.support.inbox_rows import unlike_what_they_repeat
from tests.support.postgres import Cluster
from tests.support.replayed import trails_hold

Variables = Mapping[str, Any]

APPLICANT: Variables = {"kind": "person", "name": "赵女士", "phone": "13300000806", "consent_callback": True}
REGISTRATION: Variables = {
    "channel": "window",
    "title": "新生儿医保参保",
    "description": "出生医学证明查询不到，无法参保。",
    "appeal_type": "undone",
    "applicant": APPLICANT,
}

# The plain course of a general case: when, who, which task, what is entered. `unit-`: a person of the lead unit.
COURSE: tuple[tuple[str, str, str, Variables], ...] = (
    ("10-19 14:00", "w3", "register", {}),
    ("10-19 14:05", "w3", "accept", {"acceptance": "accept"}),
    ("10-19 14:06", "w3", "classify", {"grade": "general", "cause": "系统类"}),
    ("10-19 14:10", "group", "dispatch", {"lead_unit": "SC-MI", "onsite_attempt": "窗口已协调"}),
    ("10-19 14:35", "unit-", "acknowledge", {"action": "sign"}),
    ("10-19 15:00", "unit-", "first_contact", {"contact_method": "phone"}),
    ("10-21 11:00", "unit-", "handle", {"action": "reply", "reply_text": "已参保"}),
    ("10-21 11:20", "group2", "review", {"review_result": "pass", "outcome": "done"}),
    ("10-21 11:30", "w3", "give_feedback", {"feedback_method": "phone", "feedback_text": "已告知"}),
    ("10-23 10:00", "callback", "return_visit", {"contacted": True, "resolved": True, "satisfaction": 5}),
)
UNIT_TASKS = frozenset({"acknowledge", "first_contact", "handle", "await_resume"})


class Play:
    """One house and the case last registered in it. `no` names another; acts are by demo users or any Actor."""

    def __init__(self, url: str) -> None:
        self.house = House(url)
        self.engine = self.house.engine
        self.no = ""
        self.harmed = False  # a test has changed rows behind the back of the house

    # ------------------------------------------------------------------ time
    def at(self, text: str) -> list[str]:
        """Move the clock; returns the timers that struck on the way, in their order. Before any case: set it."""
        if not self.no:
            self.engine.clock = self.house.clock = SimulatedClock(when(text))
            return []
        return self._struck(self.engine.move_clock(when(text)))

    def after_downtime(self, text: str) -> list[str]:
        """Nothing ran until this instant; then the due timers are swept, as a worker does at its start."""
        self.house.clock.move(when(text))
        struck: list[Fired] = []
        while fired := self.engine.fire_due():
            struck.extend(fired)
        self.engine.deliver()
        return self._struck(struck)

    def _struck(self, fired: list[Fired]) -> list[str]:
        self._holds()
        return [each.activity for each in fired]

    # ------------------------------------------------------------------ acts
    def register(self, by: str | Actor = "w3", **changes: Any) -> str:
        """Register a case with these changes to a plain one (None leaves a field out); returns its number."""
        variables = {name: value for name, value in {**REGISTRATION, **changes}.items() if value is not None}
        started = self._act(StartProcess(CASE_PROCESS, variables), by)
        self.no = str(started.no)
        return self.no

    def do(self, task: str, by: str | Actor, unit: str | None = None, **variables: Any) -> None:
        """Complete the open task of this name (of this unit)."""
        self._act(CompleteTask(self.task(task, unit).id, variables), by)

    def complete(self, task_id: str, by: str | Actor, **variables: Any) -> None:
        """Complete a task by its id, open or not."""
        self._act(CompleteTask(task_id, variables), by)

    def withdraw(self, by: str | Actor = "w3", **changes: Any) -> None:
        """The citizen takes the case back."""
        self.message("withdraw", by, **{"reason": "自行办成", "confirmed_by": "phone_record", **changes})

    def message(self, name: str, by: str | Actor, **variables: Any) -> None:
        """Send a message to the case."""
        self._act(SendMessage(name, self.no, variables), by)

    def courier(self, by: str | Actor = "w3", **variables: Any) -> None:
        """Record courier facts."""
        self.act("courier", by, **variables)

    def act(self, name: str, by: str | Actor, **variables: Any) -> None:
        """An act beside the tasks."""
        self._act(ActOnCase(name, self.no, variables), by)

    def execute(self, command: AnyCommand, by: str | Actor) -> Any:
        """Carry out any command."""
        return self._act(command, by)

    def until(self, last: str, **changes: Variables) -> None:
        """Play the plain course up to this step; `classify={"grade": "complex"}` changes what a step enters."""
        for at, by, step, variables in COURSE:
            self.at(at)
            self._step(by, step, {**variables, **changes.get(step, {})})
            if step == last:
                return
        raise ValueError(last)

    def _step(self, by: str, step: str, variables: Variables) -> None:
        if step == "register":
            self.register(by, **variables)
            return
        lead = self.case().lead_unit if step in UNIT_TASKS else None
        self.do(step, f"unit-{lead}" if lead else by, lead, **variables)

    def _act(self, command: AnyCommand, by: str | Actor) -> Any:
        result = self.engine.execute(command, self.house.actor(by) if isinstance(by, str) else by)
        self._holds()
        return result

    # ------------------------------------------------------------------ what is seen
    def case(self) -> Case:
        """The case as the system sees it."""
        return self.engine.read(case, self.no)

    def open(self) -> list[str]:
        """Open tasks by name, `handle SC-MI` for those of a unit; sorted."""
        return sorted(f"{task.task} {task.unit}" if task.unit else task.task for task in self.case().open_tasks)

    def task(self, name: str, unit: str | None = None) -> CaseTask:
        """The open task of this name; several: the one opened last."""
        found = [task for task in self.case().open_tasks if task.task == name and unit in (None, task.unit)]
        assert found, f"{name} is not open: {self.open()}"
        return found[-1]

    def due(self, name: str, unit: str | None = None) -> str | None:
        """When the open task of this name is due."""
        return shown(self.task(name, unit).due)

    def groups(self, name: str, unit: str | None = None) -> set[str]:
        """Whose inboxes the open task of this name lies in."""
        return set(self.task(name, unit).groups)

    def order(self, unit: str) -> CaseWorkOrder:
        """The unit's latest work order."""
        return next(order for order in reversed(self.case().work_orders) if order.unit == unit)

    @property
    def deadline(self) -> str | None:
        """The deadline in force."""
        return shown(self.case().deadline)

    @property
    def light(self) -> str | None:
        """The light that burns now."""
        return self.case().light

    def timers(self) -> dict[str, str]:
        """Waiting timers that may strike, with their instants; one name per timer."""
        rows = self._rows(select(models.timers).join(models.cases).where(models.cases.c.no == self.no))
        return {row["element"]: str(shown(row["due"])) for row in rows if not row["suspended"]}

    def notices(self, kind: str) -> list[list[str]]:
        """Recipients of every notice of this kind, oldest first."""
        return [recipients for each, recipients in self.all_notices() if each == kind]

    def entered(self, element: str) -> list[dict[str, Any]]:
        """What was kept beside the lines of an element, oldest first."""
        rows = self._rows(select(models.answers).where(models.answers.c.element == element))
        return [unsealed(self.engine.keys, models.answers, row) for row in sorted(rows, key=lambda row: row["seq"])]

    def all_notices(self) -> list[tuple[str, list[str]]]:
        """Kind and recipients of every notice, oldest first."""
        rows = self._rows(select(models.outbox).order_by(models.outbox.c.id))
        return [(row["kind"], json.loads(row["recipients"])) for row in rows]

    def timeline(self) -> tuple[TimelineLine, ...]:
        """The trail of the case."""
        return self.engine.read(timeline, self.no)

    def path(self) -> list[str]:
        """Every element of the diagrams the case has passed, in order."""
        return [element for line in self.timeline() for element in (line.after or {}).get("path", ())]

    def count(self) -> int:
        """How many cases there are."""
        return len(self._rows(select(models.cases.c.id)))

    def count_incidents(self) -> int:
        """How many incidents are open."""
        return len(self._rows(select(models.incidents.c.id).where(models.incidents.c.resolved_at.is_(None))))

    def _rows(self, query: Any) -> list[RowMapping]:
        return self.engine.read(lambda ctx: list(ctx.conn.execute(query).mappings()))

    # ------------------------------------------------------------------ what always holds
    def _holds(self) -> None:
        self.engine.read(_all_holds)

    def close(self) -> None:
        """Let go of the database; before that every case is led again by its trail."""
        if not self.harmed:
            trails_hold(self.engine)
        self.house.close()


_CASES = Prepared(select(models.cases))
_TASKS, _TIMERS = (
    Prepared(select(each.c.case_id, each.c.id, each.c.element, each.c.due)) for each in (models.tasks, models.timers)
)
_ORDERS = Prepared(
    select(models.work_orders.c.case_id, models.work_orders.c.unit, models.work_orders.c.status).order_by(
        models.work_orders.c.case_id, models.work_orders.c.position
    )
)
_LINES = Prepared(
    select(models.audit.c.case_id, models.audit.c.seq, models.audit.c.at).order_by(
        models.audit.c.case_id, models.audit.c.seq
    )
)


def _all_holds(ctx: ReadContext) -> None:
    assert unlike_what_they_repeat(ctx.conn) == []
    _rows_equal_the_states(ctx)
    assert list(verify_all(ctx.conn, Against(ctx.keys.trail))) == []
    assert _told_backwards(ctx.conn) == []


def _rows_equal_the_states(ctx: ReadContext) -> None:
    """Tasks, timers and work orders in the tables are those of the stored states; the deadline is the ledger's."""
    tasks, timers, orders = (_by_case(ctx.conn, query) for query in (_TASKS, _TIMERS, _ORDERS))
    for row in _CASES.fetch(ctx.conn, {}):
        version = ctx.versions.get(ctx.conn, row["bundle_id"])
        loaded = live.load(row, version, ctx.now, SYSTEM, ctx.worktime, ctx.directory)
        assert set(tasks[row["id"]]) == {(task.id, task.element.id, task.due) for task in loaded.run.open_tasks()}
        assert set(timers[row["id"]]) == {(timer.id, timer.element.id, timer.due) for timer in loaded.run.timers()}
        waits = loaded.tasks or loaded.timers or row["merged_into"]  # for its lead case, which has a clock
        assert row["ended_at"] or waits, "a case waits for nobody and nothing"
        assert orders[row["id"]] == [(order.unit, order.status) for order in loaded.step.record.orders]


def _by_case(conn: Connection, query: Prepared) -> defaultdict[int, list[tuple[Any, ...]]]:
    """The rows of a table case by case, each without the id of its case."""
    found: defaultdict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for row in query.fetch(conn, {}):
        found[row.pop("case_id")].append(tuple(row.values()))
    return found


def _told_backwards(conn: Connection) -> list[tuple[int, int]]:
    """Lines of any trail that say they were earlier than the line before them: case and number."""
    return [
        (line["case_id"], line["seq"])
        for before, line in itertools.pairwise(_LINES.fetch(conn, {}))
        if line["case_id"] == before["case_id"] and line["at"] < before["at"]
    ]


@contextmanager
def refused(*fields: str) -> Iterator[pytest.ExceptionInfo[BadInput]]:
    """What is done inside must be refused as bad input, naming exactly these fields."""
    with pytest.raises(BadInput) as refusal:
        yield refusal
    assert set(refusal.value.fields) == set(fields)


# ------------------------------------------------------------------ times as people write them
def when(text: str) -> datetime:
    """`10-19 14:05` is of 2026; a date with a year is taken as it is."""
    return instant(text if text[4:5] == "-" else f"2026-{text}")


def shown(moment: datetime | None) -> str | None:
    """The other way round; seconds are told only where there are any."""
    if moment is None:
        return None
    at = local(moment)
    text = f"{at:%Y-%m-%d %H:%M:%S}" if at.second else f"{at:%Y-%m-%d %H:%M}"
    return text.removeprefix("2026-")


# ------------------------------------------------------------------ fixtures (the folders that play cases hand them on)
@pytest.fixture
def play(tmp_path: Path, furnished_file: Path) -> Iterator[Play]:
    """A demo house on SQLite, ready to play."""
    shutil.copy(furnished_file, tmp_path / "play.db")
    opened = Play(f"sqlite:///{tmp_path / 'play.db'}")
    yield opened
    opened.close()


@pytest.fixture
def postgres_play(postgres: Cluster, furnished_name: str) -> Iterator[Play]:
    """A demo house on PostgreSQL, ready to play."""
    name = postgres.create(template=furnished_name)
    opened = Play(postgres.url(name))
    yield opened
    opened.close()
    postgres.drop(name)


@pytest.fixture(params=["play", "postgres_play"], ids=["sqlite", "postgresql"])
def any_play(request: pytest.FixtureRequest) -> Play:
    """The test runs once on each kind of database."""
    opened: Play = request.getfixturevalue(request.param)
    return opened
