"""The worker leads long cases along and keeps where they rest; nobody else's word for it counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from engine.audit.waypoints import Waypoint
from engine.cases import resting
from engine.cases.resting import keep_waypoints
from engine.facade import ReadContext
from engine.keys import DEMO_SECRET, Keys
from engine.queries.as_of import AsOf, as_of
from engine.scheduler.beat import beat
from engine.storage.models import answers, audit, waypoints
from tests.support.harm import harm
from tests.support.play import Play, play, postgres_play

__all__ = ["play", "postgres_play"]


def kept(play: Play) -> int:
    """One round of the worker."""
    engine = play.engine
    return keep_waypoints(engine.db, engine.versions, engine.calendars, engine.directory, engine.keys)


def looked(play: Play, seq: int | None = None) -> AsOf:
    """By a process that has never looked at the case."""
    play.engine.waypoints.forget()
    return play.engine.read(as_of, play.no, seq)


def places(play: Play) -> list[int]:
    def read(ctx: ReadContext) -> Sequence[int]:
        return ctx.conn.scalars(select(waypoints.c.seq).order_by(waypoints.c.seq)).all()

    return list(play.engine.read(read))


@pytest.fixture
def long(play: Play) -> Play:
    """A case that has come up the ladder, was sent back once, and has been corrected many times since."""
    return lengthened(play)


def lengthened(play: Play) -> Play:
    play.until("first_contact")
    play.at("10-29 10:00")
    play.do("handle", "unit-SC-MI", action="reply", reply_text="已参保")
    play.do("review", "group2", review_result="send_back", send_back_reason="再办")
    play.do("handle", "unit-SC-MI", action="reply", reply_text="已参保")
    correct(play)
    return play


def correct(play: Play) -> None:
    for n in range(20):
        play.act("amend", "w3", field="title", value=f"标题 {n}", reason="看错了")


def test_a_short_case_has_none(play: Play) -> None:
    play.until("accept")
    assert (kept(play), places(play)) == (0, [])


def test_a_case_is_led_on_from_the_last_one_before_the_line(long: Play, done: list[int]) -> None:
    fresh = {seq: asdict(looked(long, seq)) for seq in range(1, looked(long).lines + 1, 4)}
    assert kept(long) == 1 and kept(long) == 0
    first, last = places(long)
    assert 20 <= first < last == looked(long).lines
    for seq, told in fresh.items():
        done.clear()
        assert asdict(looked(long, seq)) == told
        assert all(line > max([place for place in places(long) if place <= seq], default=0) for line in done)


def test_so_it_is_on_postgresql_by_a_beat_of_the_worker(postgres_play: Play, done: list[int]) -> None:
    long = lengthened(postgres_play)
    beat(long.engine, share=True)
    done.clear()
    assert looked(long).holds and done == []
    assert looked(long, 24).holds and min(done) > places(long)[0]


def test_what_comes_later_is_led_from_there_on(long: Play, done: list[int]) -> None:
    kept(long)
    last = places(long)[-1]
    correct(long)
    done.clear()
    assert kept(long) == 1
    assert min(done) > last and places(long)[-1] == looked(long).lines


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (answers, {"task_id": "00000000-0000-0000-0000-000000000000"}),
        (answers, {"actor": "w4"}),
        (audit, {"actor": "w4"}),
        (audit, {"element": "accept"}),
    ],
)
def test_a_change_before_it_is_found_although_the_chain_was_made_anew(
    long: Play, table: Any, values: dict[str, str]
) -> None:
    kept(long)
    seq = next(line.seq for line in long.timeline() if line.element == "dispatch")
    harm(long, update(table).where(table.c.case_id == 1, table.c.seq == seq).values(values), rehash=True)
    assert (looked(long).holds, looked(long).first_bad) == (False, seq)


@pytest.mark.parametrize("column", ["kept", "print", "mark"])
def test_one_that_was_changed_is_not_believed(long: Play, done: list[int], column: str) -> None:
    fresh = looked(long)
    kept(long)
    early = select(waypoints.c[column]).where(waypoints.c.seq == places(long)[0]).scalar_subquery()
    harm(long, update(waypoints).where(waypoints.c.seq == places(long)[-1]).values({column: early}))
    done.clear()
    assert asdict(looked(long)) == asdict(fresh)
    assert done[0] == 1


def test_an_older_key_of_the_house_still_counts(long: Play, done: list[int]) -> None:
    kept(long)
    younger = b"the secret that came after, long enough"
    long.engine.keys = Keys(younger, older=[DEMO_SECRET], trail=long.engine.keys.trail)
    done.clear()
    assert looked(long).holds and done == []


def test_a_case_that_moves_on_while_it_is_led_waits_for_the_next_round(
    long: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read before somebody erased its data must not be written after that."""
    led = resting._led

    def meanwhile(conn: Connection, row: dict[str, Any], *grounds: Any) -> list[Waypoint]:
        found = led(conn, row, *grounds)
        long.act("amend", "w3", field="title", value="其间改了", reason="看错了")
        return found

    monkeypatch.setattr(resting, "_led", meanwhile)
    kept(long)
    assert places(long) == []
    monkeypatch.undo()
    kept(long)
    assert places(long) != []
