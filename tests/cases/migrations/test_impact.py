"""What a version would mean for the cases that run is what then becomes of them; looking changes nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine.definitions.impact import CaseImpact, Impact, impact
from engine.errors import CannotMigrate
from engine.facade import ReadContext
from engine.queries.versions import version_of
from engine.storage.models import cases
from tests.cases.migrations.stands import Scenario, migrate
from tests.cases.migrations.table import SCENARIOS
from tests.support.play import Play, play, shown
from tests.support.redrawn import given, put_in_force, redrawn, strikes, without

__all__ = ["play"]
STRICTER = (strikes("review_late", "office_hours(4)"), given("review", due="office_hours(4)"))


def looked_at(play: Play, version: int | None = None, limit: int = 200) -> Impact:
    return play.engine.read_as(play.house.actor("supervisor"), lambda ctx: impact(ctx, version_of(ctx, version), limit))


def _stored(ctx: ReadContext) -> list[tuple[object, ...]]:
    return [tuple(row) for row in ctx.conn.execute(select(cases).order_by(cases.c.id))]


@pytest.fixture
def three_cases(play: Play) -> Play:
    """One reviewed, one just registered, one restricted; version 2 has no review and fewer hours."""
    play.until("handle")
    play.register("w3", title="另一件")
    play.register("w3", title="限密件", confidential=True)
    play.at("10-21 11:10")
    return play


def test_each_case_is_told_where_it_stands_and_why_it_is_held_up(three_cases: Play) -> None:
    put_in_force(three_cases.engine, redrawn(without("review")))
    found = looked_at(three_cases)
    first, second = found.cases
    assert (first.verdict, first.at) == ("blocked", ("审核办结",))
    assert first.reason == "正在“审核办结”，目标版本里没有这一步；请指定由哪一步接续，或让这件按原版办完"
    assert (second.verdict, second.at, second.reason) == ("moves", ("受理",), "")
    assert (found.open, found.restricted, found.more) == (3, 1, 0)


def test_deadline_and_clocks_are_told_before_and_after(three_cases: Play) -> None:
    put_in_force(three_cases.engine, redrawn(*STRICTER))
    first = looked_at(three_cases).cases[0]
    assert (shown(first.deadline_before), shown(first.deadline_after)) == ("10-26 17:00", "10-26 17:00")
    told = {each.name: (each.before or "", each.after or "") for each in first.clocks}
    assert {name: (at[0][:16], at[1][:16]) for name, at in told.items()} == {
        "审核超时": ("2026-10-22T17:00", "2026-10-21T16:30"),
        "审核办结的时限": ("2026-10-22T17:00", "2026-10-21T16:30"),
    }


def test_files_on_trial_are_looked_at_like_a_version(three_cases: Play) -> None:
    files, actor = redrawn(without("review")), three_cases.house.actor("supervisor")
    found = three_cases.engine.read_as(actor, impact, files)
    assert [each.verdict for each in found.cases] == ["blocked", "moves"]


def test_who_has_it_already_stays_and_no_more_are_looked_at_than_asked_for(three_cases: Play) -> None:
    found = looked_at(three_cases, limit=1)
    assert [each.verdict for each in found.cases] == ["stays"]
    assert (found.count("stays"), found.more) == (1, 1)


def test_looking_changes_nothing(three_cases: Play) -> None:
    put_in_force(three_cases.engine, redrawn(*STRICTER))
    three_cases.house.clock.move(three_cases.house.clock.now().replace(hour=23))  # timers are due and not fired
    before = three_cases.engine.read(_stored)
    looked_at(three_cases)
    assert three_cases.engine.read(_stored) == before


@pytest.mark.parametrize(
    "scenario",
    [each for each in SCENARIOS if not each.base and not each.instructions][3:24:4],
    ids=lambda each: each.title,
)
def test_the_act_does_what_the_look_foretold(scenario: Scenario, play: Play) -> None:
    scenario.stand(play)
    play.at(scenario.at)
    version = put_in_force(play.engine, redrawn(*scenario.strokes))
    foretold = _of(play, looked_at(play, version))
    try:
        migrate(play, version)
        happened = ("moves", "", shown(play.case().deadline))
    except CannotMigrate as refused:
        happened = ("blocked", refused.message.rstrip("。"), shown(play.case().deadline))
    assert (foretold.verdict, foretold.reason, shown(foretold.deadline_after)) == happened


def _of(play: Play, found: Impact) -> CaseImpact:
    return next(each for each in found.cases if each.no == play.no)
