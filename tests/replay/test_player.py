"""Recorded cases play in memory through the real door, and what comes out otherwise is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from engine.clock import ZONE
from engine.definitions.shipped import SHIPPED
from engine.replay.memory import EngineStage, files_with, throw_away_engine
from engine.replay.player import Played, cues, play
from engine.replay.recording import Recording, Step, sample_cases

SAMPLES = {recording.no[-4:]: recording for recording in sample_cases()}


def played(recordings: Sequence[Recording], **trial: bytes) -> list[str]:
    return [one.line() for one in results(recordings, files_with(trial))]


def results(recordings: Sequence[Recording], files: dict[str, bytes]) -> list[Played]:
    with throw_away_engine(files, min(recording.steps[0].at for recording in recordings)) as engine:
        return play(recordings, EngineStage(engine))


def with_step(recording: Recording, place: int, **changes: Any) -> Recording:
    steps = list(recording.steps)
    steps[place] = replace(steps[place], **changes)
    return replace(recording, steps=tuple(steps))


def test_the_sample_cases_come_to_their_dates_states_and_outcomes() -> None:
    assert played(list(SAMPLES.values())) == [f"{recording.no} ok" for recording in SAMPLES.values()]


def test_a_field_that_comes_out_otherwise_is_named_with_both_values() -> None:
    wrong = replace(SAMPLES["0809"], expected={"outcome": "done", "status": "archived"})
    assert played([wrong]) == ['BCS-2026-0809 FAILED outcome expected "done" got "declined"']


def test_a_light_at_the_wrong_instant_is_noticed() -> None:
    early = replace(SAMPLES["0822"], light_at=(datetime(2026, 11, 19, 16, 30, tzinfo=ZONE), "yellow"))
    assert played([early]) == ['BCS-2026-0822 FAILED light expected "yellow" got "green"']


def test_a_field_the_case_does_not_have_is_a_difference() -> None:
    assert played([replace(SAMPLES["0816"], expected={"colour": "red"})]) == [
        'BCS-2026-0816 FAILED colour expected "red" got null'
    ]


def test_a_refused_step_fails_its_case_and_the_others_go_on() -> None:
    lines = played([with_step(SAMPLES["0809"], 1, who="callback"), SAMPLES["0816"]])
    assert lines[0].startswith('BCS-2026-0809 FAILED accept@2026-10-13T10:15 expected "done" got "这件待办不属于您')
    assert lines[1:] == ["BCS-2026-0816 ok"]


def test_a_task_that_is_not_open_is_a_refusal() -> None:
    assert "没有打开的待办 review" in played([with_step(SAMPLES["0809"], 1, task="review")])[0]


def test_a_user_nobody_knows_is_a_refusal() -> None:
    assert "没有名为“nobody”的用户" in played([with_step(SAMPLES["0809"], 0, who="nobody")])[0]


def test_steps_of_all_cases_are_played_in_order_of_time() -> None:
    order = [cue.at for cue in cues(tuple(SAMPLES.values()))]
    assert order == sorted(order)


def test_a_case_is_compared_after_the_case_it_needs_has_ended() -> None:
    compared = {cue.recording.no: cue.at for cue in cues([SAMPLES["0807"], SAMPLES["0806"]]) if cue.step is None}
    assert compared["BCS-2026-0807"] == SAMPLES["0806"].steps[-1].at


def test_at_one_instant_steps_come_before_comparisons_and_in_the_order_of_the_file() -> None:
    at = datetime(2026, 9, 23, 10, 0, tzinfo=ZONE)
    one, two = (
        Recording(no, "", (Step(at, "w1", "register", None, {"title": no}),), {}, None, None) for no in ("one", "two")
    )
    assert [(cue.recording.no, cue.step is None) for cue in cues([one, two])] == [
        ("one", False),
        ("two", False),
        ("one", True),
        ("two", True),
    ]


def test_another_table_of_limits_gives_other_dates() -> None:
    table = (SHIPPED / "decisions" / "time_limits.dmn").read_bytes()
    longer = table.replace(b"<text>5</text>", b"<text>6</text>")
    assert longer != table
    (line,) = played([SAMPLES["0806"]], **{"time_limits.dmn": longer})
    assert line.startswith("BCS-2026-0806 FAILED original_deadline")
    assert "2026-10-27T17:00:00" in line


def test_a_diagram_takes_the_place_of_the_shipped_one_that_declares_its_id() -> None:
    diagram = (SHIPPED / "work_order.bpmn").read_bytes() + b"\n"
    assert files_with({"mine.bpmn": diagram})["work_order.bpmn"] == diagram


def test_a_table_with_a_new_id_comes_beside_the_others() -> None:
    table = b'<definitions><decision id="other"/></definitions>'
    assert files_with({"other.dmn": table})["decisions/other.dmn"] == table
