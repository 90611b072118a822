"""The golden runs on files on trial: what comes out otherwise is told, what cannot be finished blocks."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from engine.definitions import apart
from engine.definitions.apart import Limits
from engine.definitions.rehearsing import rehearsal
from engine.definitions.shipped import SHIPPED, read_folder
from engine.replay.otherwise import Rehearsed, otherwise
from engine.replay.scenario import FOLDER

FAMILY = read_folder(SHIPPED)
MAIN = "five_step_loop.bpmn"
SATURDAY = "saturday.toml"
IN_TIME = "general_in_time.toml"
VERTICAL = "vertical_letter.toml"


def changed(name: str, before: str, after: str) -> dict[str, bytes]:
    """The family with one place of a file replaced."""
    text = FAMILY[name].decode()
    assert text.count(before) == 1, before
    return {**FAMILY, name: text.replace(before, after).encode()}


def three_days() -> dict[str, bytes]:
    """A general case has three working days instead of five."""
    row = '<outputEntry id="time_limits_row_3_limit_days"><text>{}<'
    return changed("decisions/time_limits.dmn", row.format(5), row.format(3))


def signed_off() -> dict[str, bytes]:
    """The work group signs off before the citizen is told of a case that units have handled."""
    flow = 'sourceRef="handling_stage" targetRef="give_feedback" />'
    drawn = (
        flow.replace("give_feedback", "sign_off")
        + '<bpmn:userTask id="sign_off" name="签批" bc:phase="completion" bc:form="comment" bc:groups="work_group" '
        'bc:due="workdays(1)"><bpmn:incoming>handling_stage__give_feedback</bpmn:incoming>'
        "<bpmn:outgoing>signed</bpmn:outgoing></bpmn:userTask>"
        '<bpmn:sequenceFlow id="signed" sourceRef="sign_off" targetRef="give_feedback" />'
    )
    return changed(MAIN, flow, drawn)


def played(files: Mapping[str, bytes], *names: str) -> dict[str, Rehearsed]:
    """What came out otherwise, by the beginning of its title."""
    count, found = otherwise(files, FAMILY, [FOLDER / name for name in names])
    assert count == len(names)
    return {each.title[:5]: each for each in found}


def test_on_the_same_files_nothing_comes_out_otherwise() -> None:
    assert played({**FAMILY, "forms/accept.json": FAMILY["forms/accept.json"] + b"\n"}, SATURDAY, IN_TIME) == {}


def test_dates_that_move_are_told_once_each_with_before_and_after() -> None:
    saturday = played(three_days(), SATURDAY)["星期六受理"]
    assert saturday.stuck is None
    assert saturday.sentences[0] == "10-24 10:05：期限由 2026-10-30 17:00 变为 2026-10-28 17:00"
    about = [sentence.partition("：")[2] for sentence in saturday.sentences]
    assert "“超期2个工作日提级”的计时由 2026-11-03 17:00 变为 2026-10-30 17:00" in about
    assert len(about) == len(set(about))


def test_a_step_that_is_another_s_by_then_ends_the_run_but_not_the_case() -> None:
    vertical = played(three_days(), VERTICAL)["垂直管理单"]
    assert vertical.stuck is None
    assert vertical.sentences[-1].startswith("场景演到这里为止，之后照常办到归档：2026-10-26 17:10 “督办”做不了")


def test_a_step_that_is_new_is_done_on_the_way_and_told() -> None:
    in_time = played(signed_off(), IN_TIME)["一般件跨国"]
    assert in_time.stuck is None
    assert in_time.sentences[0] == "多了“签批”一步"


def test_a_step_that_is_gone_is_passed_over_and_told() -> None:
    text = FAMILY[MAIN].decode().replace('"review"', '"look_through"').encode()
    in_time = played({**FAMILY, MAIN: text}, IN_TIME)["一般件跨国"]
    assert "没有“审核办结”这一步了" in in_time.sentences


def test_a_diagram_that_fails_on_the_way_blocks() -> None:
    harmed = changed(
        MAIN, "outcome = 'declined' if acceptance == 'decline' else 'transferred'", "outcome = round + reason"
    )
    found = played(harmed, "declined.toml")["不予受理："]
    assert found.stuck is not None
    assert "走不下去" in found.stuck


def test_it_is_played_in_a_process_apart_and_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    found = rehearsal(three_days(), FAMILY, runs=[SATURDAY])
    assert (found.played, len(found.otherwise), found.findings) == (1, 1, ())
    monkeypatch.setattr(apart, "told_by", lambda *_: {})
    assert rehearsal(three_days(), FAMILY, runs=[SATURDAY]) == found


def test_what_takes_too_long_is_a_finding() -> None:
    found = rehearsal(three_days(), FAMILY, Limits(megabytes=600, seconds=0, patience=60))
    assert (found.played, [each.code for each in found.findings]) == (0, ["TOO_SLOW"])
