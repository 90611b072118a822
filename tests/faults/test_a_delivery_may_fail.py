"""F2 for the outbox: what one case has to tell others arrives once each, whatever fails on the way."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import func, select

from engine.facade import ReadContext
from engine.storage.models import audit, outbox
from tests.faults.acts import WITHDRAWN, complete, register
from tests.faults.courses import Course
from tests.faults.failing import How
from tests.faults.invariants import promises_broken
from tests.faults.stage import FAILURES, Stage

_DUPLICATES = 12
_COURSE = Course()


def _close_a_case_with_duplicates(stage: Stage) -> None:
    """Afterwards a notice to every duplicate waits in the outbox."""
    stage.attempt(WITHDRAWN[0]).try_it()
    lead = stage.no
    for _ in range(_DUPLICATES):
        stage.attempt(register(_COURSE, acceptance="duplicate", duplicate_of=lead)).try_it()
    stage.no = lead
    stage.attempt(WITHDRAWN[1]).try_it()
    stage.attempt(complete("give_feedback", "w1", _COURSE)).try_it()


def _messages(ctx: ReadContext) -> Counter[int]:
    """How often each duplicate heard that its lead is closed."""
    heard = select(audit.c.case_id, func.count()).where(audit.c.action == "message", audit.c.element == "lead_closed")
    return Counter({row[0]: row[1] for row in ctx.conn.execute(heard.group_by(audit.c.case_id))})


def _waiting(ctx: ReadContext) -> int:
    found: int = ctx.conn.execute(select(func.count()).where(outbox.c.next_try.is_not(None))).scalar_one()
    return found


@pytest.mark.parametrize("how", ["refused", "lost"])
def test_every_duplicate_hears_once_that_its_lead_is_closed(how: How, stage: Stage) -> None:
    _close_a_case_with_duplicates(stage)
    for place in count(1):
        stage.point.set(at=place, how=how)
        with suppress(*FAILURES):
            stage.house.engine.deliver()
        if stage.point.hit is None:
            break
        stage.house.clock.move(stage.house.clock.now() + timedelta(hours=2))
    stage.point.set()
    stage.house.engine.deliver()
    assert stage.house.engine.read(_waiting) == 0
    assert list(stage.house.engine.read(_messages).values()) == [1] * _DUPLICATES
    assert promises_broken(stage.house.settings.database_url) == []
