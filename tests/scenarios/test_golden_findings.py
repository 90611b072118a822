"""The golden runs of 整改: each comes out as written, together they pass everything that is drawn."""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from engine.bpmn.definition import Definition, read_definition
from engine.definitions.shipped import RECTIFICATION, SHIPPED, read_folder
from engine.replay.scenario import read_scenario
from tests.scenarios import coverage
from tests.scenarios.findings import FOLDER, FindingRun
from tests.support.play import Play

FILES = sorted(FOLDER.glob("*.toml"))


@pytest.fixture(scope="module")
def paths(furnished_file: Path, tmp_path_factory: pytest.TempPathFactory) -> list[list[str]]:
    """The way of every finding of every golden run; AssertionError where one comes out otherwise."""
    folder, found = tmp_path_factory.mktemp("findings"), []
    for file in FILES:
        with closing(Play(f"sqlite:///{shutil.copy(furnished_file, folder / f'{file.stem}.db')}")) as play:
            _case, *findings = FindingRun(play, read_scenario(file)).to_its_end()
            found += findings
    return found


@pytest.fixture(scope="module")
def definition() -> Definition:
    return read_definition(read_folder(SHIPPED / RECTIFICATION), RECTIFICATION)


def test_there_is_a_run_for_each_way_a_finding_may_take() -> None:
    assert [file.stem for file in FILES] == ["sent_back", "settled", "silent", "withdrawn"]


def test_the_golden_runs_pass_every_step_timer_message_and_branch(
    definition: Definition, paths: list[list[str]]
) -> None:
    assert coverage.nodes(definition) - coverage.passed_nodes(paths) == set()
    assert coverage.branches(definition) - coverage.passed_branches(definition, paths) == set()


def test_a_branch_that_no_run_takes_is_noticed(definition: Definition, paths: list[list[str]]) -> None:
    others = [path for path in paths if "rectification/send_back" not in path]
    missing = coverage.branches(definition) - coverage.passed_branches(definition, others)
    assert missing == {("rectification/verdict", "rectification/send_back")}


def test_the_run_of_the_clock_comes_out_alike_on_postgresql(postgres_play: Play) -> None:
    assert FindingRun(postgres_play, read_scenario(FOLDER / "silent.toml")).to_its_end()


def test_what_comes_out_otherwise_is_noticed(play: Play) -> None:
    run = read_scenario(FOLDER / "settled.toml")
    *before, last = run.steps
    wrong = replace(run, steps=(*before, replace(last, then={"status": "withdrawn"})))
    with pytest.raises(AssertionError, match="status: withdrawn expected, accepted found"):
        FindingRun(play, wrong).to_its_end()
