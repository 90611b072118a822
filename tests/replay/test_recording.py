"""A file of recorded cases is read whole, or refused with the place that is wrong."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from engine.clock import ZONE
from engine.errors import BadInput
from engine.replay.recording import chosen, read_recordings, sample_cases

STEP = {"at": "2026-09-23T10:10+08:00", "as": "w3", "do": "register", "variables": {"title": "t"}}


def file(*steps: Any, **more: Any) -> bytes:
    return json.dumps({"cases": [{"no": "A", "steps": steps or [STEP], **more}]}).encode()


def test_the_sample_cases_are_there_with_their_steps() -> None:
    cases = {recording.no: recording for recording in sample_cases()}
    assert len(cases) == 12
    accept = cases["BCS-2026-0803"].steps[1]
    assert (accept.at, accept.who) == (datetime(2026, 9, 23, 10, 15, tzinfo=ZONE), "w3")
    assert (accept.act, accept.task, accept.variables) == ("complete", "accept", {"acceptance": "accept"})


def test_a_light_at_an_instant_stands_apart_from_what_is_expected_at_the_end() -> None:
    light = {"at": "2026-11-23T18:00+08:00", "light": "yellow"}
    (recording,) = read_recordings(file(expected={"outcome": None, "light_at": light}))
    assert recording.expected == {"outcome": None}
    assert recording.light_at == (datetime(2026, 11, 23, 18, 0, tzinfo=ZONE), "yellow")


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"no json", "cases"),
        (b'{"files": []}', "cases"),
        (b'{"cases": {}}', "cases"),
        (b'{"cases": [7]}', "cases.0"),
        (file({**STEP, "at": "2026-09-23T10:10"}), "cases.0.steps.0.at"),
        (file({**STEP, "at": "noon"}), "cases.0.steps.0.at"),
        (file({**STEP, "do": "delete"}), "cases.0.steps.0"),
        (file(STEP, {**STEP, "do": "complete"}), "cases.0.steps.1.task"),
        (file({**STEP, "do": "courier"}), "cases.0.steps"),
        (file({**STEP, "variables": []}), "cases.0.steps.0.variables"),
        (file(expected={"light_at": {"at": "2026-11-23T18:00+08:00"}}), "cases.0.expected.light_at"),
    ],
)
def test_what_is_wrong_is_named_by_its_place(content: bytes, place: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_recordings(content)
    assert list(refused.value.fields) == [place]


def test_a_chosen_case_brings_the_one_it_needs() -> None:
    assert [r.no for r in chosen(sample_cases(), ["BCS-2026-0807"])] == ["BCS-2026-0806", "BCS-2026-0807"]
    assert [r.no for r in chosen(sample_cases(), ["BCS-2026-0806"])] == ["BCS-2026-0806"]


def test_a_number_nobody_recorded_is_refused() -> None:
    with pytest.raises(BadInput, match="请按提示改正"):
        chosen(sample_cases(), ["BCS-2026-9999"])
