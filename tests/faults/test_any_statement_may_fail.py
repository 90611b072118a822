"""F2: whatever fails, and when, an act is done as a whole or not at all; asked again it is done once."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from sqlalchemy import Connection

from engine.facade import Answered
from engine.storage import rows
from tests.faults.acts import ADVICE, LONG, SHORT, WITHDRAWN, Act
from tests.faults.failing import COMMIT, How
from tests.faults.invariants import promises_broken
from tests.faults.snapshot import Snapshot
from tests.faults.stage import FAILURES, Attempt, Stage

_SMALL = (*SHORT, *WITHDRAWN, *ADVICE)


@pytest.mark.checklist(49)
@pytest.mark.parametrize("how", ["refused", "lost"])
@pytest.mark.parametrize("course", [LONG, _SMALL], ids=["long", "small"])
def test_an_act_that_fails_anywhere_leaves_no_trace(course: tuple[Act, ...], how: How, stage: Stage) -> None:
    for act in course:
        attempt, before = stage.attempt(act), stage.rows()
        _fail_at_each_statement(stage, attempt, before, how)
        attempt.try_it()
        assert stage.rows() != before, act.name
    assert promises_broken(stage.house.settings.database_url) == []


def test_a_house_that_commits_half_way_does_not_pass(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    update_case = rows.update_case

    def update_and_commit(conn: Connection, *case: Any) -> None:
        update_case(conn, *case)
        conn.connection.cursor().execute("END")  # what COMMIT is called by both databases as well

    monkeypatch.setattr(rows, "update_case", update_and_commit)
    with pytest.raises(AssertionError):
        _fail_at_each_statement(stage, stage.attempt(LONG[0]), stage.rows(), "refused")


def _fail_at_each_statement(stage: Stage, attempt: Attempt, before: Snapshot, how: How) -> None:
    """One failure after the other, up to the COMMIT itself not arriving."""
    for place in count(1):
        stage.point.set(at=place, how=how)
        with pytest.raises(FAILURES):
            attempt.try_it()
        assert stage.point.hit is not None
        assert stage.rows() == before, (place, stage.point.hit)
        if stage.point.hit == COMMIT:
            return


@pytest.mark.parametrize("course", [LONG, _SMALL], ids=["long", "small"])
def test_an_act_whose_commit_was_not_answered_is_done_once(course: tuple[Act, ...], stage: Stage) -> None:
    for act in course:
        attempt, before = stage.attempt(act), stage.rows()
        stage.point.set(after_commit=True)
        with pytest.raises(FAILURES):
            attempt.try_it()
        done = stage.rows()
        assert done != before, act.name
        assert _says_it_was_done(attempt.try_it())
        assert stage.rows() == done, act.name
    assert promises_broken(stage.house.settings.database_url) == []


def _says_it_was_done(told: Any) -> bool:
    """The first answer again; of timers that fired none is left."""
    return told.replayed if isinstance(told, Answered) else told == []
