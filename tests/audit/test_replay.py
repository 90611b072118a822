"""The trail leads a case again to what is stored of it, and names the first line from which it does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from engine.audit.replay import Outcome, lines_of
from engine.cases.again import Again, lead_again
from engine.directory.calendars import Calendars
from engine.facade import ReadContext
from engine.storage.models import answers, audit, cases
from engine.worktime import WorkTime
from engine.worktime.notices import SpecialDay
from tests.support.harm import harm
from tests.support.play import Play, when


def led_again(play: Play, to_seq: int | None = None, calendars: Calendars | None = None) -> tuple[Again, Outcome]:
    def lead(ctx: ReadContext) -> tuple[Again, Outcome]:
        row = dict(ctx.conn.execute(select(cases).where(cases.c.no == play.no)).mappings().one())
        return lead_again(ctx.conn, row, ctx.versions, calendars or ctx.calendars, ctx.directory, ctx.keys, to_seq)

    return play.engine.read(lead)


def first_bad(play: Play, calendars: Calendars | None = None) -> int | None:
    mismatch = led_again(play, calendars=calendars)[1].mismatch
    return None if mismatch is None else mismatch.seq


def seq_of(play: Play, action: str, element: str | None = None) -> int:
    return next(line.seq for line in play.timeline() if line.action == action and element in (None, line.element))


def this_line(seq: int) -> Any:
    return (audit.c.case_id == 1) & (audit.c.seq == seq)


@pytest.fixture
def handled(play: Play) -> Play:
    """A case that was warned about and has gone through several hands; claimed, urged, its parcel known."""
    play.until("first_contact")
    play.courier(carrier="邮政")
    play.at("10-27 10:00")
    play.do("handle", "unit-SC-MI", action="reply", reply_text="已参保")
    return play


def test_replayed_to_any_line_the_state_has_the_digest_on_that_line(handled: Play) -> None:
    lines = handled.engine.read(lambda ctx: lines_of(ctx.conn, ctx.keys, 1))
    got = {line.seq: led_again(handled, line.seq)[1] for line in lines}
    assert {seq: outcome.digest for seq, outcome in got.items()} == {line.seq: line.digest for line in lines}
    assert [seq for seq, outcome in got.items() if outcome.mismatch or outcome.seq < seq] == []


@pytest.mark.parametrize(
    ("action", "element", "open_then"),
    [
        ("registered", None, ["accept"]),
        ("completed", "classify", ["dispatch"]),
        ("completed", "dispatch", ["acknowledge"]),
        ("timer_fired", "overdue", ["handle", "supervise"]),
    ],
)
def test_at_a_line_the_tasks_are_those_of_that_moment(
    handled: Play, action: str, element: str | None, open_then: list[str]
) -> None:
    again, _ = led_again(handled, seq_of(handled, action, element))
    assert sorted(task.element.id for task in again.case(when("10-27 10:00")).tasks.values()) == open_then


def test_a_changed_answer_is_named(handled: Play) -> None:
    seq = seq_of(handled, "completed", "classify")
    harm(handled, update(answers).where(answers.c.seq == seq).values(variables='{"grade":"simple"}'))
    assert first_bad(handled) == seq


def test_a_sealed_answer_that_does_not_open_is_named_by_its_line(handled: Play) -> None:
    seq = seq_of(handled, "completed", "classify")
    other = select(answers.c.variables).where(answers.c.seq == 1).scalar_subquery()
    harm(handled, update(answers).where(answers.c.seq == seq).values(variables=other))
    _, outcome = led_again(handled)
    assert outcome.mismatch is not None and "打不开" in outcome.mismatch.reason
    assert (outcome.seq, outcome.mismatch.seq) == (seq - 1, seq)


def test_an_erased_answer_ends_the_replay_where_it_was_given(handled: Play) -> None:
    seq = seq_of(handled, "completed", "classify")
    harm(handled, delete(answers).where(answers.c.seq == seq))
    _, outcome = led_again(handled)
    assert outcome.mismatch is not None and "已不在" in outcome.mismatch.reason
    assert (outcome.seq, outcome.mismatch.seq) == (seq - 1, seq)


@pytest.mark.parametrize(
    ("action", "was", "became"),
    [
        ("completed", '"lead_unit":"SC-MI"', '"lead_unit":"SC-SS"'),  # what was decided
        ("escalated", '"tier":3', '"tier":4'),  # what followed from it
        ("timer_fired", '"due":"2026-10-26', '"due":"2026-10-25'),
        ("decided", '"limit_days":5', '"limit_days":6'),
    ],
)
def test_a_changed_line_is_named_although_the_chain_was_made_anew(
    handled: Play, action: str, was: str, became: str
) -> None:
    changed = select(func.min(audit.c.seq)).where(audit.c.action == action, audit.c.after.contains(was))
    seq = handled.engine.read(lambda ctx: ctx.conn.execute(changed).scalar_one())
    better = func.replace(audit.c.after, was, became)
    harm(handled, update(audit).where(this_line(seq)).values(after=better), rehash=True)
    assert first_bad(handled) == seq


@pytest.mark.parametrize("column", ["actor", "at", "action", "element", "digest"])
def test_whichever_part_of_a_line_was_changed_it_is_named(handled: Play, column: str) -> None:
    seq = seq_of(handled, "completed", "acknowledge")
    at = handled.timeline()[0].at
    harm(handled, update(audit).where(this_line(seq)).values({column: at if column == "at" else "x"}), rehash=True)
    assert first_bad(handled) == seq


@pytest.mark.parametrize("action", ["completed", "notice", "timer_fired"])
def test_a_missing_line_is_named_although_the_rest_was_numbered_anew(handled: Play, action: str) -> None:
    seq = seq_of(handled, action)
    after = [line.seq for line in handled.timeline() if line.seq > seq]
    moves = [update(audit).where(this_line(n)).values(seq=n - 1) for n in after]
    answered = [update(answers).where(answers.c.seq == n).values(seq=n - 1) for n in after]
    gone = (delete(audit).where(this_line(seq)), delete(answers).where(answers.c.seq == seq))
    harm(handled, *gone, *moves, *answered, rehash=True)
    assert first_bad(handled) is not None and seq - 1 <= (first_bad(handled) or 0) <= seq + 1


def test_a_broken_chain_ends_the_replay(handled: Play) -> None:
    seq = seq_of(handled, "completed", "dispatch")
    harm(handled, update(audit).where(this_line(seq)).values(hash="0" * 64))
    _, outcome = led_again(handled)
    assert outcome.mismatch is not None and outcome.mismatch.seq == seq


def test_another_calendar_is_noticed_where_it_first_matters(handled: Play) -> None:
    shipped = WorkTime.shipped()
    of_2026 = shipped.calendar.notice(2026)
    one_day_off = SpecialDay(date(2026, 10, 20), "holiday", "假想")
    other = shipped.with_notice(replace(of_2026, days=(*of_2026.days, one_day_off)))
    assert first_bad(handled, Calendars(other)) == seq_of(handled, "registered")  # the officer's own due day
