"""Every golden run, on both kinds of database, stored and read back between all steps."""

import shutil
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from engine.bpmn.definition import Definition, read_definition
from engine.clock import ZONE
from engine.definitions.shipped import SHIPPED, read_folder
from engine.replay.scenario import FOLDER, Scenario, read_scenario
from tests.scenarios import coverage
from tests.scenarios.playing import Run
from tests.support.play import Play

FILES = sorted(FOLDER.glob("*.toml"))
DECLINED = read_scenario(FOLDER / "declined.toml")


class Runs:
    """Every golden run on SQLite, each played once."""

    def __init__(self, furnished: Path, folder: Path) -> None:
        self._furnished, self._folder = furnished, folder
        self._paths: dict[Path, list[list[str]]] = {}

    def paths(self, file: Path) -> list[list[str]]:
        """The way of each of its cases; AssertionError where it comes out otherwise."""
        if file not in self._paths:
            copy = shutil.copy(self._furnished, self._folder / f"{file.stem}.db")
            with closing(Play(f"sqlite:///{copy}")) as play:
                self._paths[file] = Run(play, read_scenario(file)).to_its_end()
        return self._paths[file]


@pytest.fixture(scope="module")
def runs(furnished_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Runs:
    return Runs(furnished_file, tmp_path_factory.mktemp("runs"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_golden_run_comes_out_as_written(runs: Runs, file: Path) -> None:
    assert runs.paths(file)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_golden_run_comes_out_alike_on_postgresql(postgres_play: Play, file: Path) -> None:
    assert Run(postgres_play, read_scenario(file)).to_its_end()


# ------------------------------------------------------------------ together they pass everything drawn
@pytest.fixture(scope="module")
def definition() -> Definition:
    return read_definition(read_folder(SHIPPED))


@pytest.fixture(scope="module")
def paths(runs: Runs) -> list[list[str]]:
    """The way of every case of every golden run."""
    return [path for file in FILES for path in runs.paths(file)]


def test_every_task_timer_and_message_drawn_is_passed_by_a_golden_run(
    definition: Definition, paths: list[list[str]]
) -> None:
    assert coverage.nodes(definition) - coverage.passed_nodes(paths) == set()


def test_every_branch_drawn_is_taken_by_a_golden_run(definition: Definition, paths: list[list[str]]) -> None:
    assert coverage.branches(definition) - coverage.passed_branches(definition, paths) == set()


def test_a_branch_no_run_takes_is_noticed(definition: Definition, paths: list[list[str]]) -> None:
    others = [path for path in paths if "five_step_loop/start_measure" not in path]
    missing = coverage.branches(definition) - coverage.passed_branches(definition, others)
    assert ("five_step_loop/chief_decided", "five_step_loop/start_measure") in missing


# ------------------------------------------------------------------ what a run says is held
def otherwise(**changes: Any) -> Scenario:
    """The run of a case declined, its second step changed."""
    steps = list(DECLINED.steps)
    steps[1] = replace(steps[1], **changes)
    return replace(DECLINED, steps=tuple(steps))


def test_a_timer_at_another_instant_is_noticed_with_both(play: Play) -> None:
    wrong = otherwise(then={"timers": {"confirm_exit_late": datetime(2026, 10, 13, 17, 0, tzinfo=ZONE)}})
    with pytest.raises(AssertionError, match=r"step 2.*\n.*10-13 17:00.*expected.*10-13 13:45.*found"):
        Run(play, wrong).to_its_end()


@pytest.mark.parametrize("then", [{"path": ["confirm_exit"]}, {"open": []}, {"notices": {"escalation": ["bureau"]}}])
def test_whatever_is_otherwise_is_noticed(play: Play, then: dict[str, Any]) -> None:
    with pytest.raises(AssertionError, match="step 2"):
        Run(play, otherwise(then=then)).to_its_end()


def test_an_act_that_should_have_been_refused_is_noticed(play: Play) -> None:
    with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
        Run(play, otherwise(refused=("reason",))).to_its_end()


def test_a_refusal_of_another_kind_is_noticed(play: Play) -> None:
    with pytest.raises(AssertionError, match="404 expected, 403 found"):
        Run(play, otherwise(by="callback", refused=404)).to_its_end()


@pytest.mark.parametrize("line", ['do = "delete"', 'do = "wait"\ncolour = "red"'])
def test_a_word_no_step_has_is_refused(tmp_path: Path, line: str) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text(f'title = "x"\n[[step]]\nat = 2026-10-13T10:00:00+08:00\n{line}\n', "utf-8")
    with pytest.raises((TypeError, ValueError)):
        read_scenario(file)
