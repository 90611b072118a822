"""Writes a small database as this version leaves it, a case at every step: `python -m tests.upgrade.make_fixture NAME`.

A fixture is made when a version lands, and never again after that: later versions must upgrade it and finish its cases.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import zstandard
from sqlalchemy import select

from engine.cases.commands import (
    SYSTEM,
    ActOnCase,
    AttachPaper,
    CommentTask,
    MigrateCase,
    PreserveCase,
    SendMessage,
    StartProcess,
)
from engine.definitions.approval import Approval
from engine.definitions.commands import BeginDraft, ChangeFile
from engine.definitions.gate import publish_files
from engine.definitions.shipped import RECTIFICATION, SHIPPED, read_folder
from engine.facade import Engine
from engine.house import open_house
from engine.papers import Paper
from engine.papers.check import checked
from engine.settings import Settings
from engine.storage.models import cases
from engine.worktime import SpecialDay, YearNotice
from tests.papers.samples import png
from tests.upgrade.course import answered_by, complete, open_tasks, person, person_for, register

FIXTURES = Path(__file__).parent / "fixtures"
DAYS = tuple(datetime.fromisoformat(f"2026-{day}+08:00") for day in ("09-18T10:00", "10-19T09:30", "10-20T09:30"))
_MONTH_AGO, _YESTERDAY, _TODAY = DAYS
LIMITS, ROW = "decisions/time_limits.dmn", '<outputEntry id="time_limits_row_3_limit_days"><text>{}<'
NOTICE = YearNotice(2027, (SpecialDay(date(2027, 5, 3), "holiday", "劳动节"),), "国办发明电")

Step = Callable[[Engine, str, Mapping[str, str]], None]  # on a case, given the numbers of those that stand already


# ------------------------------------------------------------------ steps
def done(element: str, **answers: Any) -> Step:
    """Complete a task by its canned answers, with these changes."""
    return lambda engine, no, numbers: complete(engine, no, element, **answers)


def beside(act: str, who: str, **values: Any) -> Step:
    """An act beside the tasks."""
    return lambda engine, no, numbers: engine.execute(ActOnCase(act, no, values), person(engine, who))


def taken_back(engine: Engine, no: str, numbers: Mapping[str, str]) -> None:
    """The citizen takes the case back."""
    said = {"reason": "自行办成", "confirmed_by": "phone_record"}
    engine.execute(SendMessage("withdraw", no, said), person(engine, "w1"))


def with_papers(engine: Engine, no: str, numbers: Mapping[str, str]) -> None:
    """A paper at the case, a remark at its task."""
    [task] = {task.id: task for task in open_tasks(engine, no)}.values()
    engine.execute(AttachPaper(_paper(), no, task.id, "现场照片"), person(engine, "w1"))
    engine.execute(
        CommentTask(task.id, {"message": "已电话核对", "public": True}), person(engine, person_for(task.group))
    )


def _paper() -> Paper:
    return checked("照片.png", png(), 1_000_000)


def duplicate_of(place: str) -> Step:
    """Accepted as a duplicate of the case at that place."""
    return lambda engine, no, numbers: complete(
        engine, no, "accept", acceptance="duplicate", duplicate_of=numbers[place]
    )


# ------------------------------------------------------------------ courses
_PAUSE = {"action": "request_pause", "reason": "待回函", "waiting_for": "外省", "until": "2026-10-23"}
_UNHAPPY = {"satisfaction": 2, "resolved": False}
ACCEPTED = (done("accept"),)
DISPATCHED = (*ACCEPTED, done("classify"), done("dispatch"))
SIGNED = (*DISPATCHED, done("acknowledge"), done("acknowledge"))
LED = (*SIGNED, done("first_contact"))
REVIEWED = (*LED, done("handle"), done("handle"))
PASSED = (*REVIEWED, done("review"))
TOLD = (*PASSED, done("give_feedback"))
PENDING = (*REVIEWED, done("review", review_result="pending"))

# Where each case stands in the fixture: the steps taken before, by the day they are taken on.
COURSES: Mapping[str, Mapping[datetime, tuple[Step, ...]]] = {
    "review_pending": {_MONTH_AGO: (*PENDING, done("approve_pending"), done("give_feedback"))},
    "redo": {
        _YESTERDAY: TOLD,
        _TODAY: (done("return_visit", **_UNHAPPY, dissatisfied_reason="result"), done("approve_redo")),
    },
    "approve_redo": {_YESTERDAY: TOLD, _TODAY: (done("return_visit", **_UNHAPPY, dissatisfied_reason="time"),)},
    "chief_review": {_YESTERDAY: TOLD, _TODAY: (done("return_visit", **_UNHAPPY, dissatisfied_reason="policy"),)},
    "return_visit": {_YESTERDAY: TOLD},
    "await_visit": {_TODAY: TOLD},
    "await_month": {_TODAY: (*PENDING, done("approve_pending"), done("give_feedback"))},
    "rated": {_TODAY: (*TOLD, beside("rating", "w1", satisfaction=4, comment="办得快"))},
    "accept": {_TODAY: ()},
    "confirm_exit": {_TODAY: (done("accept", acceptance="decline", reason="不属受理范围"),)},
    "handle_restricted": {_TODAY: (done("accept", acceptance="restricted", reason="涉及工作人员"),)},
    "classify": {_TODAY: ACCEPTED},
    "handle_on_site": {_TODAY: (*ACCEPTED, done("classify", grade="simple"))},
    "await_citizen": {
        _TODAY: (*ACCEPTED, done("classify", grade="simple"), done("handle_on_site", onsite_result="waiting_citizen"))
    },
    "dispatch": {_TODAY: (*ACCEPTED, done("classify"))},
    "supervise": {_TODAY: (*ACCEPTED, done("classify", urgent=True))},
    "acknowledge": {_TODAY: DISPATCHED},
    "first_contact": {_TODAY: SIGNED},
    "adjudicate_return": {_TODAY: (*DISPATCHED, done("acknowledge", action="return", reason="不属本单位职责"))},
    "handle": {_TODAY: LED},
    "merged": {_TODAY: (duplicate_of("handle"),)},
    "decide_extension": {_TODAY: (*LED, done("handle", action="request_extension", days=3, reason="待核"))},
    "decide_pause": {_TODAY: (*LED, done("handle", **_PAUSE))},
    "decide_regrade": {_TODAY: (*LED, done("handle", action="request_regrade", reason="涉及多个单位"))},
    "await_resume": {_TODAY: (*LED, done("handle", **_PAUSE), done("decide_pause"))},
    "migrated": {_TODAY: LED},
    "held": {_TODAY: (*LED, beside("hold_escalation", "bureau", activity="overdue", reason="已约定次日"))},
    "amended": {_TODAY: (*ACCEPTED, beside("amend", "w1", field="channel", value="phone", reason="点错了"))},
    "with_papers": {_TODAY: (*ACCEPTED, with_papers)},
    "urged": {
        _TODAY: (
            *DISPATCHED,
            beside("urge", "w1", reason="反映人来电"),
            beside("supplement", "w1", text="又送来一份证明"),
        )
    },
    "withdrawn": {_TODAY: (*LED, taken_back, beside("courier", "w1", carrier="邮政"))},
    "review": {_TODAY: REVIEWED},
    "approve_pending": {_TODAY: PENDING},
    "give_feedback": {_TODAY: PASSED},
}


# ------------------------------------------------------------------ the file
def make(name: str) -> None:
    """Write `fixtures/NAME.db.zst` and `fixtures/NAME.json` (the numbers and where each case stands)."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "fixture.db"
        engine = open_house(Settings(database_url=f"sqlite:///{path}", demo=True), DAYS[0])
        places = {no: place for place, no in _played(engine).items()}
        engine.db.close()
        with sqlite3.connect(path) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.execute("VACUUM")
        connection.close()
        FIXTURES.mkdir(exist_ok=True)
        (FIXTURES / f"{name}.db.zst").write_bytes(zstandard.compress(path.read_bytes(), 19))
        about = {"now": DAYS[-1].isoformat(), "cases": places}
        (FIXTURES / f"{name}.json").write_text(json.dumps(about, indent=1) + "\n")


def _played(engine: Engine) -> dict[str, str]:
    """Every course played day by day; the number of the case at each place.

    The notice of a year comes in on the last morning: some cases have followed it, the others have yet to.
    """
    numbers: dict[str, str] = {}
    for day in DAYS:
        engine.move_clock(day)
        if day == DAYS[-1]:
            engine.import_notice(NOTICE, SYSTEM)
        for place, course in COURSES.items():
            if day in course and place not in numbers:
                numbers[place] = register(engine)
            for step in course.get(day, ()):
                step(engine, numbers[place], numbers)
    _with_a_second_version(engine, numbers["migrated"])
    _with_findings(engine, numbers)
    return numbers


def _with_a_second_version(engine: Engine, no: str) -> None:
    """General cases in three days, published by two people; one running case brought over, and a draft begun."""
    files = read_folder(SHIPPED)
    shorter = files[LIMITS].replace(ROW.format(5).encode(), ROW.format(3).encode())
    publish_files(engine, {**files, LIMITS: shorter}, "supervisor", approval=Approval("supervisor", "supervisor2"))
    uid = engine.read(lambda ctx: ctx.conn.scalar(select(cases.c.uid).where(cases.c.no == no)))
    engine.execute(MigrateCase(str(uid), 2, "新规定"), person(engine, "supervisor"))
    draft = engine.execute(BeginDraft(2, "再改回来"), person(engine, "supervisor"))
    engine.execute(ChangeFile(draft.id, LIMITS, files[LIMITS], draft.revision), person(engine, "supervisor"))


def _with_findings(engine: Engine, numbers: Mapping[str, str]) -> None:
    """Of four findings put to the window one is answered, one has a paper with its answer to come, one waits, one was
    taken back; the data of an ended case is kept for somebody."""
    asked = {"element": "accept", "text": "晚了", "ask": "说明", "unit": "ZX", "days": 5}
    supervisor, window = person(engine, "supervisor"), person(engine, "unit-ZX")
    put = [
        str(engine.execute(StartProcess(RECTIFICATION, {**asked, "case_no": numbers[place]}), supervisor).no)
        for place in ("handle", "review", "handle", "review")
    ]
    answered_by(engine, "unit-ZX", put[0], found="人手不够", done="已加人", done_by="2026-10-20")
    [task] = open_tasks(engine, put[1])
    engine.execute(AttachPaper(_paper(), None, task.id), window)
    engine.execute(SendMessage("withdraw_finding", put[3], {"reason": "查明当时有电话记录"}), supervisor)
    engine.execute(PreserveCase(numbers["withdrawn"], "court", "区法院来函"), person(engine, "bureau"))


if __name__ == "__main__":
    make(sys.argv[1])
