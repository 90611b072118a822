"""What-if runs of the house: beside the request, one at a time, kept with their answer."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.engine import RowMapping

from engine.audit.house import HOUSE
from engine.cases.commands import Actor
from engine.definitions.commands import BeginDraft, ChangeFile
from engine.definitions.whatif.comparing import Compared, Progress
from engine.definitions.whatif.request import Request, answered
from engine.errors import NotFound, NotNow, NotYours
from engine.facade import ReadContext
from engine.queries.statistics import Period
from engine.queries.what_if import Question, what_if
from engine.queries.what_if_told import told
from engine.storage.database import WriteTransaction
from engine.storage.models import audit, what_if_runs
from engine.what_if_runs import Asked, Run, last_runs, run_of, start_run
from tests.queries.quarter import SUPERVISOR, shortened
from tests.queries.test_what_if import begin, finish, handed_on
from tests.support.house import House

ASKED = Asked(date(2026, 10, 1), date(2026, 10, 31))
LIMITS = "decisions/time_limits.dmn"


def waited(house: House, id: int) -> Run:
    """The run once it is over."""
    for thread in threading.enumerate():
        if thread.name == f"what-if-{id}":
            thread.join()
    return house.engine.read(run_of, id)


class Held:
    """A comparison that goes on when it is told to."""

    def __init__(self) -> None:
        self.begun, self.go = threading.Event(), threading.Event()

    def __call__(self, request: Request, on_case: Progress) -> Compared:
        on_case(1, 4)
        self.begun.set()
        assert self.go.wait(60)
        return answered(request, on_case)


def broken(error: Exception) -> Callable[[Request, Progress], Compared]:
    def compare(request: Request, on_case: Progress) -> Compared:
        raise error

    return compare


def test_a_run_keeps_the_answer_and_a_line_on_the_trail(any_house: House) -> None:
    house = any_house
    begin(house)
    finish(house, handed_on(house), "10-23 09:30")
    draft = house.do("supervisor", BeginDraft(1, "缩短期限"))
    house.do("supervisor", ChangeFile(draft.id, LIMITS, shortened()[LIMITS], 1))
    asked = Asked(ASKED.since, ASKED.until, draft=draft.id)
    run = waited(house, start_run(house.engine, SUPERVISOR, asked, answered))
    assert (run.state, run.done, run.steps, run.failure) == ("done", 2, 2, None)
    assert run.called == "草稿“缩短期限”（第 2 次改动）"
    question = Question(Period(ASKED.since, ASKED.until), files=shortened())
    assert run.answer == told(what_if(house.engine, question, SUPERVISOR, compare=answered))
    assert (run.answer["before"]["late"], run.answer["after"]["late"]) == (0, 1)
    assert [each.id for each in house.engine.read(last_runs)] == [run.id]
    line = house.engine.read(_last_line)
    assert (line["actor"], line["action"]) == ("supervisor", "what_if_asked")
    days = {"since": "2026-10-01", "until": "2026-10-31"}
    assert json.loads(line["after"]) == {"run": run.id, "draft": draft.id, **days}


def _last_line(ctx: ReadContext) -> RowMapping:
    query = select(audit).where(audit.c.case_id == HOUSE).order_by(audit.c.seq.desc()).limit(1)
    return ctx.conn.execute(query).mappings().one()


def test_while_one_is_under_way_it_says_how_far_it_is_and_no_other_begins(house: House) -> None:
    begin(house)
    handed_on(house)
    held = Held()
    id = start_run(house.engine, SUPERVISOR, ASKED, held)
    assert held.begun.wait(60)
    with pytest.raises(NotNow) as refused:
        start_run(house.engine, SUPERVISOR, ASKED, answered)
    assert "supervisor" in refused.value.message
    assert house.engine.read(run_of, id).state == "running"
    held.go.set()
    assert waited(house, id).state == "done"


def test_a_run_that_is_not_heard_of_is_silent_and_holds_nobody_up(house: House) -> None:
    held = Held()
    id = start_run(house.engine, SUPERVISOR, ASKED, held)
    assert held.begun.wait(60)
    _rewrite(house, heard_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert house.engine.read(run_of, id).silent
    second = start_run(house.engine, SUPERVISOR, ASKED, answered)
    assert waited(house, second).state == "done"
    held.go.set()
    waited(house, id)


def _rewrite(house: House, **values: Any) -> None:
    def write(tx: WriteTransaction) -> None:
        tx.begin_writing()
        tx.conn.execute(update(what_if_runs).values(**values))

    house.engine.db.write(write)


def test_what_was_not_foreseen_is_kept_as_a_sentence_without_its_inside(house: House) -> None:
    id = start_run(house.engine, SUPERVISOR, ASKED, broken(RuntimeError("赵女士 13300000806")))
    run = waited(house, id)
    assert run.state == "failed"
    assert run.failure is not None
    assert "意外" in run.failure
    assert "13300000806" not in run.failure


def test_a_draft_that_cannot_run_fails_with_its_findings(house: House) -> None:
    draft = house.do("supervisor", BeginDraft(1, "写坏了"))
    house.do("supervisor", ChangeFile(draft.id, LIMITS, b"<unfinished", 1))
    asked = Asked(ASKED.since, ASKED.until, draft=draft.id)
    run = waited(house, start_run(house.engine, SUPERVISOR, asked, answered))
    assert run.state == "failed"
    assert run.failure is not None
    assert LIMITS in run.failure


@pytest.mark.parametrize(
    "asked", [Asked(ASKED.since, ASKED.until, version=9), Asked(ASKED.since, ASKED.until, draft=9)]
)
def test_what_is_not_there_cannot_be_tried(house: House, asked: Asked) -> None:
    with pytest.raises(NotFound):
        start_run(house.engine, SUPERVISOR, asked, answered)


def test_whoever_does_not_design_asks_for_no_run(house: House) -> None:
    with pytest.raises(NotYours):
        start_run(house.engine, Actor("w1", groups=frozenset({"window"})), ASKED, answered)
