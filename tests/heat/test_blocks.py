"""The figures of many cases, packed and not, held against what their trails led again add up to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from engine.clock import local
from engine.facade import ReadContext
from engine.heat.blocks import REST, keep_packed
from engine.heat.keeping import keep_walked
from engine.queries.heat import Selection, heat
from engine.queries.heat_cases import OPEN, steps_behind
from engine.queries.paging import Page
from engine.storage.models import cases, moving_cases
from tests.heat.oracle import Seen, minutes, seen_in
from tests.support.play import Play

SELECTIONS = (
    Selection(),
    Selection(key="work_order"),
    Selection(bundle=1),
    Selection(bundle=99),
    Selection(unit="SC-MI"),
    Selection(grade="general"),
    Selection(cause="系统类", channel="phone"),
    Selection(since=date(2026, 10, 20)),
    Selection(until=date(2026, 10, 19), grade="general", channel="window"),
)


def keep(play: Play) -> None:
    while keep_walked(play.engine.db, play.engine.versions, play.engine.calendars, play.engine.clock.now()):
        pass


def pack(play: Play) -> None:
    keep(play)
    while keep_packed(play.engine.db, play.engine.clock.now(), timedelta()):
        pass


def moving(play: Play) -> int:
    return play.engine.read(lambda ctx: len(ctx.conn.scalars(select(moving_cases.c.case_id)).all()))


def some_cases(play: Play) -> None:
    """One case at its handling, sent back once; one of another channel, day and grade that waits for its dispatch."""
    play.until("first_contact", dispatch={"co_units": ["SC-SS"]})
    play.at("10-20 09:00")
    play.register(acceptance="accept", channel="phone")
    play.at("10-20 09:30")
    play.do("classify", "w3", grade="complex", cause="系统类")


# ------------------------------------------------------------------ the other way
@dataclass(frozen=True)
class Step:
    """One task by the trail, and what the case of it is now."""

    seen: Seen
    took: int
    case: dict[str, Any]

    def in_(self, wanted: Selection) -> bool:
        day = local(self.case["received_at"]).date()
        own = {**self.case, "unit": self.seen.unit or self.case["lead_unit"]}
        return (
            self.case["key"] == wanted.key
            and wanted.bundle in (None, self.case["bundle_id"])
            and all(own[name] == value for name, value in wanted.named.items())
            and (wanted.since or day) <= day <= (wanted.until or day)
        )


def by_trail(ctx: ReadContext) -> list[Step]:
    rows = [dict(row) for row in ctx.conn.execute(select(cases).where(cases.c.restricted.is_(False))).mappings()]
    return [
        Step(seen, minutes(ctx, row, seen.entered_at, seen.left_at or seen.entered_at), row)
        for row in rows
        for seen in seen_in(ctx, row)
    ]


def agrees(play: Play, steps: list[Step]) -> None:
    for wanted in SELECTIONS:
        found = play.engine.read(heat, wanted)
        chosen = [each for each in steps if each.in_(wanted)]
        told = {(p.element, p.reached, p.open, p.waited.count, p.spent) for p in found.places if p.is_task}
        assert told == set(added_up(chosen)), wanted


def added_up(steps: list[Step]) -> Iterator[tuple[str, int, int, int, int]]:
    for element in {each.seen.element for each in steps}:
        here = [each for each in steps if each.seen.element == element]
        done = [each.took for each in here if each.seen.completed]
        yield element, len(here), sum(each.seen.left_at is None for each in here), len(done), sum(done)


# ------------------------------------------------------------------ the tests
def test_packed_or_on_the_move_the_figures_are_what_the_trails_add_up_to(any_play: Play) -> None:
    some_cases(any_play)
    keep(any_play)
    steps = any_play.engine.read(by_trail)
    agrees(any_play, steps)
    pack(any_play)
    assert moving(any_play) == 0
    agrees(any_play, steps)
    any_play.at("10-20 10:00")
    any_play.do("dispatch", "group", lead_unit="SC-MI", onsite_attempt="窗口已协调")
    keep(any_play)
    assert moving(any_play) == 1
    agrees(any_play, any_play.engine.read(by_trail))


def test_what_a_later_line_changes_of_a_case_counts_for_its_packed_steps_too(play: Play) -> None:
    play.until("accept")
    pack(play)
    assert play.engine.read(heat, Selection(cause="系统类")).places == ()
    play.at("10-19 14:06")
    play.do("classify", "w3", grade="general", cause="系统类")
    keep(play)
    for _ in ("on the move", "packed"):
        found = play.engine.read(heat, Selection(cause="系统类"))
        assert {each.element: each.reached for each in found.places if each.is_task}["accept"] == 1
        pack(play)


def test_a_case_that_becomes_restricted_leaves_the_packed_figures_at_once(play: Play) -> None:
    play.at("10-19 14:00")
    play.register(acceptance=None)
    pack(play)
    play.do("accept", "w3", acceptance="restricted")
    keep(play)
    for _ in ("on the move", "packed"):
        assert play.engine.read(heat, Selection()).places == ()
        pack(play)


def test_a_block_is_packed_once_for_the_changes_of_a_minute(play: Play) -> None:
    play.until("accept")
    keep(play)
    db, now = play.engine.db, play.engine.clock.now()
    assert not keep_packed(db, now + REST - timedelta(seconds=1))
    play.at("10-19 14:06")
    play.do("classify", "w3", grade="general", cause="系统类")
    keep(play)  # later changes do not put it off
    assert keep_packed(db, now + REST) and moving(play) == 0
    assert not keep_packed(db, now + 2 * REST)


def test_the_cases_behind_a_figure_are_told_by_how_long_they_took_and_the_open_ones_last(any_play: Play) -> None:
    any_play.until("accept")
    any_play.at("10-20 09:00")
    for minute, how_long in (("09:00", 20), ("09:30", 5)):
        any_play.at(f"10-20 {minute}")
        any_play.register(acceptance=None)
        any_play.at(f"10-20 {minute[:3]}{int(minute[3:]) + how_long:02}")
        any_play.do("accept", "w3", acceptance="accept")
    any_play.register(acceptance=None)
    keep(any_play)
    found = any_play.engine.read(steps_behind, Selection(), "accept", None, Page(most=3))
    assert (found.total, [each.waited for each in found.items]) == (4, [20, 5, 5])
    still = any_play.engine.read(steps_behind, Selection(), "accept", None, Page(first=3))
    assert still.items == any_play.engine.read(steps_behind, Selection(), "accept", OPEN, Page()).items
