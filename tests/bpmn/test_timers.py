"""Timers: fixed when the wait begins, fired by the runtime, computed anew only when asked to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine.bpmn.durations import read_duration
from engine.errors import StepFailed
from tests.bpmn import drawing as d
from tests.bpmn.plain_host import NINE, Play


def with_boundary(expression: str, interrupting: bool = True, tag: str = "timeDate") -> bytes:
    """start → t → end, with a timer on `t` that leads to `late`."""
    return d.document(
        d.process(
            *(d.start(), d.user("t"), d.user("late"), d.end(), d.end("other")),
            d.boundary("clock", "t", d.timer(expression, tag), interrupting),
            d.flows("start t end", "clock late other"),
        )
    )


def test_an_interrupting_timer_takes_the_place_of_its_task() -> None:
    play = Play(with_boundary("minutes(30)"))
    assert play.waiting() == {"clock": 30}
    assert play.fire("clock").open() == ["late"]
    assert play.waiting() == {}


def test_another_timer_opens_a_branch_beside_its_task() -> None:
    play = Play(with_boundary("minutes(30)", interrupting=False)).fire("clock")
    assert play.open() == ["late", "t"]
    assert play.do("t").open() == ["late"]
    assert play.do("late").run.ended


def test_completing_the_task_disarms_its_timer() -> None:
    play = Play(with_boundary("minutes(30)")).do("t")
    assert play.run.ended
    assert play.waiting() == {}


def test_time_alone_fires_nothing() -> None:
    play = Play(with_boundary("minutes(30)"))
    play.host.now += timedelta(days=365)
    play.run.signal("anything")
    assert play.open() == ["t"]


def test_the_instant_is_kept_with_the_beginning_of_the_wait_whatever_the_clock_does() -> None:
    play = Play(with_boundary("minutes(30)"))
    play.host.now += timedelta(minutes=10)
    play.signal("nothing")
    timer = play.timer("clock")
    assert (timer.since, timer.due) == (NINE, NINE + timedelta(minutes=30))


@pytest.mark.parametrize("expression", ["null", "never()", "minutes(5) if false else null"])
def test_a_timer_without_an_instant_never_fires(expression: str) -> None:
    play = Play(with_boundary(expression))
    assert play.waiting() == {}
    assert play.do("t").run.ended


@pytest.mark.parametrize("expression", ["5", "'tomorrow'", "'2026-10-19T09:00'", "true", "[1]"])
def test_what_is_no_instant_is_a_failure_that_names_the_timer(expression: str) -> None:
    with pytest.raises(StepFailed, match="“clock”"):
        Play(with_boundary(expression))


def test_timers_are_listed_in_the_order_of_their_instants() -> None:
    drawn = d.process(
        *(d.start(), d.user("t"), d.end()),
        *(
            d.boundary(id, "t", d.timer(f"minutes({n})"), False) + d.end(f"end_{id}")
            for id, n in (("c", 30), ("a", 10), ("b", 20))
        ),
        d.flows("start t end", "a end_a", "b end_b", "c end_c"),
    )
    assert [timer.element.id for timer in Play(d.document(drawn)).run.timers()] == ["a", "b", "c"]


def moving() -> Play:
    """A task whose timer and due stand on the fact `limit`, begun at nine with half an hour."""
    drawn = with_boundary("minutes(fact('limit'))").replace(b'id="t"', b'id="t" bc:due="minutes(fact(\'limit\'))"')
    play = Play(drawn, facts={"limit": 30})
    play.host.now += timedelta(minutes=10)
    return play


def test_instants_are_computed_anew_from_the_same_beginning_when_their_ground_has_moved() -> None:
    play = moving()
    play.host.facts["limit"] = 50
    moved = play.run.reproject()
    before, after = NINE + timedelta(minutes=30), NINE + timedelta(minutes=50)
    assert [(m.element.id, m.before, m.after) for m in moved] == [
        ("clock", before.isoformat(), after.isoformat()),
        ("t", before.isoformat(), after.isoformat()),
    ]
    assert play.waiting() == {"clock": 50}
    assert play.task("t").due == after


def test_what_has_not_moved_is_not_told() -> None:
    assert moving().run.reproject() == []


def test_a_timer_that_lost_its_instant_waits_without_one_until_it_gets_another() -> None:
    play = Play(with_boundary("minutes(30) if fact('on') else null"), facts={"on": True})
    play.host.facts["on"] = False
    assert [m.after for m in play.run.reproject()] == [None]
    assert play.waiting() == {}
    play.host.facts["on"] = True
    play.run.reproject()
    assert play.waiting() == {"clock": 30}


def test_a_computation_that_fails_anew_names_its_timer() -> None:
    play = moving()
    play.host.facts["limit"] = None
    with pytest.raises(StepFailed, match="“clock”"):
        play.run.reproject()


def test_timers_that_stand_on_the_clock_of_the_case_are_marked() -> None:
    assert Play(with_boundary("case_due(2)")).timer("clock").case_clock
    assert not Play(with_boundary("workdays(2)")).timer("clock").case_clock


def test_a_timer_in_the_flow_waits_and_goes_on() -> None:
    play = Play(d.straight(d.node("intermediateCatchEvent", "wait", d.timer("minutes(5)")), d.user("t")))
    assert play.open() == []
    assert play.fire("wait").open() == ["t"]


def test_a_loop_arms_its_timer_afresh() -> None:
    drawn = d.process(
        *(d.start(), d.user("t"), d.xor("g", default="end"), d.end(), d.end("other"), d.service("note")),
        d.boundary("clock", "t", d.timer("minutes(30)"), False) + d.flows("clock note other"),
        d.flows("start t g end", "g t: again"),
    )
    play = Play(d.document(drawn), again=False).fire("clock")
    assert play.waiting() == {}
    assert play.do("t", again=True).waiting() == {"clock": 60}


def race() -> bytes:
    return d.document(
        d.process(
            *(d.start(), d.node("eventBasedGateway", "first"), d.user("told"), d.user("late"), d.xor("m"), d.end()),
            d.node("intermediateCatchEvent", "news", d.event("message", "news")),
            d.node("intermediateCatchEvent", "clock", d.timer("minutes(5)")),
            d.flows("start first news told m end", "first clock late m"),
        ),
        d.message("news"),
    )


def test_behind_an_event_gateway_the_timer_waits_under_its_own_name() -> None:
    play = Play(race())
    assert play.waiting() == {"clock": 5}
    assert play.fire("clock").open() == ["late"]
    assert not play.run.waits_for("news")


def test_behind_an_event_gateway_the_message_disarms_the_timer() -> None:
    play = Play(race()).send("news", text="hello")
    assert play.open() == ["told"]
    assert play.task("told").data["text"] == "hello"
    assert play.waiting() == {}


# ------------------------------------------------------------------ durations
@pytest.mark.parametrize(
    ("text", "minutes"), [("PT30M", 30), ("PT1H30M", 90), ("P1D", 24 * 60), ("P1W", 7 * 24 * 60), ("'PT45M'", 45)]
)
def test_a_duration_counts_from_the_beginning_of_the_wait(text: str, minutes: int) -> None:
    play = Play(with_boundary(text, tag="timeDuration"))
    assert play.waiting() == {"clock": minutes}
    assert play.fire("clock").open() == ["late"]


def test_a_duration_may_be_computed() -> None:
    play = Play(with_boundary("'PT5M' if fact('short') else 'P1D'", tag="timeDuration"))
    assert play.waiting() == {"clock": 24 * 60}


@pytest.mark.parametrize(
    ("text", "begin", "end"),
    [
        ("P1M", datetime(2026, 1, 31, 9, tzinfo=UTC), datetime(2026, 2, 28, 9, tzinfo=UTC)),
        ("P1M", datetime(2026, 12, 15, 9, tzinfo=UTC), datetime(2027, 1, 15, 9, tzinfo=UTC)),
        ("P1Y", datetime(2028, 2, 29, 9, tzinfo=UTC), datetime(2029, 2, 28, 9, tzinfo=UTC)),
        ("P1Y2M3DT4H", datetime(2026, 1, 1, 0, tzinfo=UTC), datetime(2027, 3, 4, 4, tzinfo=UTC)),
        ("P10Y", datetime(2026, 1, 1, 0, tzinfo=UTC), datetime(2036, 1, 1, 0, tzinfo=UTC)),
    ],
)
def test_months_are_those_of_the_calendar(text: str, begin: datetime, end: datetime) -> None:
    assert read_duration(text).after(begin) == end


@pytest.mark.parametrize(
    "text",
    [
        "P",
        "PT",
        "P1DT",
        "PT59S",
        "PT0S",
        "P0D",
        "P11Y",
        "P1000000Y",
        "P1000000000Y",
        "P9999D",
        "P1.5D",
        "-P1D",
        "5D",
        "P1H",
        "",
        "PT1S1M",
    ],
)
def test_empty_absurd_and_broken_durations_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="时长"):
        read_duration(text)


def test_a_broken_duration_names_its_timer() -> None:
    with pytest.raises(StepFailed, match="“clock”"):
        Play(with_boundary("'P1000000Y'", tag="timeDuration"))
