"""The shipped decision tables: time limits, escalation tiers and routing, evaluated by our own reader."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from engine.bpmn.decisions import Decision, read_decision
from engine.bpmn.expressions import parse_template
from engine.bpmn.xml import read_xml
from engine.vocabulary import GRADE, GROUP, NOTICE

FOLDER = Path(__file__).parents[2] / "processes" / "decisions"


def table(name: str) -> Decision:
    return read_decision(read_xml((FOLDER / f"{name}.dmn").read_bytes()))


@pytest.mark.parametrize("name", ["time_limits", "escalation_tiers", "routing"])
def test_a_table_is_named_like_its_file(name: str) -> None:
    assert table(name).id == name


@pytest.mark.parametrize(
    ("grade", "turn", "limits", "group"),
    [
        ("general", 1, (5, 2, 3), "window,work_group"),
        ("general", 2, (5, 2, 3), "work_group"),
        ("complex", 1, (10, 3, 5), "work_group"),
        ("complex", 3, (10, 3, 5), "work_group"),
        ("simple", 1, (0, 0, 3), "window"),
        ("simple", 2, (5, 2, 3), "work_group"),
    ],
)
def test_limits_follow_grade_and_round(grade: str, turn: int, limits: tuple[int, ...], group: str) -> None:
    found = table("time_limits").evaluate({"grade": grade, "round": turn}, {})
    assert (found["limit_days"], found["warn_days"], found["redo_days"]) == limits
    assert found["dispatch_group"] == group


@pytest.mark.parametrize("grade", sorted(GRADE))
@pytest.mark.parametrize("turn", [1, 2, 3, 9])
def test_no_grade_is_without_limits_in_any_round(grade: str, turn: int) -> None:
    assert None not in table("time_limits").evaluate({"grade": grade, "round": turn}, {}).values()


def supervisors(tier: int, kind: str) -> tuple[str, str]:
    """Groups with the lead filled in, and the notice."""
    found: dict[str, Any] = table("escalation_tiers").evaluate({"tier": tier, "kind": kind}, {})
    return parse_template(found["groups"]).fill({"lead": "SC-SS"}, {}), found["notice"]


@pytest.mark.parametrize(
    ("tier", "kind", "groups", "notice"),
    [
        (0, "none", "", "bureau_plain"),
        (0, "district", "", "bureau_plain"),
        (1, "district", "window_lead", "escalation"),
        (2, "none", "window_lead", "escalation"),
        (2, "district", "unit_head:SC-SS", "escalation"),
        (2, "vertical", "unit_head:SC-SS", "escalation"),
        (3, "none", "work_group", "escalation"),
        (3, "district", "work_group,unit_deputy:SC-SS", "escalation"),
        (4, "none", "bureau", "escalation"),
        (4, "district", "bureau,unit_chief:SC-SS", "escalation"),
        (4, "vertical", "bureau", "letter"),
        (5, "district", "leading_group", "escalation"),
        (5, "vertical", "leading_group", "letter"),
    ],
)
def test_a_tier_is_supervised_by(tier: int, kind: str, groups: str, notice: str) -> None:
    assert supervisors(tier, kind) == (groups, notice)


@pytest.mark.parametrize("kind", ["none", "district", "vertical"])
@pytest.mark.parametrize("tier", range(1, 6))
def test_every_tier_has_known_groups_and_a_known_notice(tier: int, kind: str) -> None:
    groups, notice = supervisors(tier, kind)
    assert {group.partition(":")[0] for group in groups.split(",")} <= set(GROUP)
    assert notice in NOTICE


def test_every_matter_goes_to_its_unit() -> None:
    shipped = json.loads(files("engine.directory").joinpath("data", "matters.json").read_text(encoding="utf-8"))
    units = {matter["code"]: matter["unit"] for matter in shipped["matters"]}
    routing = table("routing")
    assert {code: routing.evaluate({"matter_code": code}, {})["unit"] for code in units} == units
    assert len(routing.rules) == len(units) == 40


@pytest.mark.parametrize("code", [None, "", "M999"])
def test_without_a_known_matter_there_is_no_suggestion(code: str | None) -> None:
    assert table("routing").evaluate({"matter_code": code}, {})["unit"] is None
