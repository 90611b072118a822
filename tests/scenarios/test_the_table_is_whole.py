"""The table of branches leaves nothing out that the diagrams draw, and a wrong cell in it fails."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

import pytest

from engine.bpmn.xml import bpmn, read_xml
from engine.definitions.shipped import SHIPPED, read_folder
from tests.scenarios import play_branch
from tests.scenarios.branch import Branch, Seen
from tests.scenarios.branches import BRANCHES
from tests.support.play import Play

DIAGRAMS = [read_xml(content) for name, content in read_folder(SHIPPED).items() if name.endswith(".bpmn")]


def drawn_timers() -> set[str]:
    """Ids of the events that wait for an instant."""
    definitions = (node for root in DIAGRAMS for node in root.iter(bpmn("timerEventDefinition")))
    return {str(event.get("id")) for node in definitions if (event := node.getparent()) is not None}


def drawn_tasks() -> set[str]:
    """Ids of the tasks of people."""
    return {str(node.get("id")) for root in DIAGRAMS for node in root.iter(bpmn("userTask"))}


def timers_of(branch: Branch) -> set[str]:
    """Timers that wait in the first column of a row and strike in the three others."""
    struck = [set(cell.fired) for cell in (branch.late, branch.downtime, branch.raced)]
    return set(_now(branch).timers).intersection(*struck)


def _now(branch: Branch) -> Seen:
    assert branch.in_time.now is not None
    return branch.in_time.now


def without_a_row(timers: Collection[str], branches: Iterable[Branch]) -> set[str]:
    """Timers no row has in all four columns."""
    return set(timers) - {timer for branch in branches for timer in timers_of(branch)}


def test_every_timer_of_the_diagrams_has_a_row_with_all_four_columns() -> None:
    assert without_a_row(drawn_timers(), BRANCHES) == set()


def test_a_timer_without_a_row_is_noticed() -> None:
    rows = [branch for branch in BRANCHES if branch.name != "confirm_exit_late"]
    assert without_a_row(drawn_timers(), rows) == {"confirm_exit_late"}


def test_every_task_of_the_diagrams_is_done_in_some_row() -> None:
    assert drawn_tasks() - {branch.act.task.partition(" ")[0] for branch in BRANCHES} == set()


def test_every_row_has_a_name_of_its_own() -> None:
    assert len({branch.name for branch in BRANCHES}) == len(BRANCHES)


# ------------------------------------------------------------------ a wrong cell
ROW = next(branch for branch in BRANCHES if branch.name == "uncontacted")
CONTACT = "first_contact SC-MI | unit:SC-MI | 10-10 17:00"
HEAD = "supervise | unit_head:SC-MI | 10-12 17:00"


def now(**changes: Any) -> dict[str, Any]:
    """The late column with this said otherwise of the state before the act."""
    assert ROW.late.now is not None
    return {"now": replace(ROW.late.now, **changes)}


@pytest.mark.parametrize(
    "wrong",
    [
        now(tasks=(CONTACT,)),
        now(tasks=(CONTACT.replace("SC-MI |", "T05 |"), HEAD)),
        now(tasks=(CONTACT, HEAD.replace("unit_head", "unit_chief"))),
        now(tasks=(CONTACT, HEAD.replace("17:00", "17:01"))),
        now(timers={}),
        now(timers={**ROW.late.now.timers, "remind": "10-13 09:01"} if ROW.late.now else {}),
        now(tier=3),
        now(light="red"),
        now(status="signed"),
        now(more={"contacted_in_time": True}),
        now(more={"notices": {"escalation": []}}),
        {"then": ROW.late.now},
        {"fired": {}},
        {"fired": {"uncontacted": "10-10 16:59"}},
        {"fired": {"uncontacted": "10-10 17:00 @ 10-12 09:00"}},
    ],
    ids=lambda wrong: "-".join(wrong),
)
def test_a_cell_that_comes_out_otherwise_is_noticed(play: Play, wrong: dict[str, Any]) -> None:
    play_branch.play_before(play, ROW)
    with pytest.raises(AssertionError):
        play_branch.late(play, replace(ROW, late=replace(ROW.late, **wrong)))


def test_an_act_that_should_have_been_a_conflict_is_noticed(play: Play) -> None:
    play_branch.play_before(play, ROW)
    with pytest.raises(pytest.fail.Exception):
        play_branch.late(play, replace(ROW, late=replace(ROW.late, refused=True)))
