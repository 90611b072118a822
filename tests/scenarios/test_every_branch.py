"""Every branch × (in time, late, downtime over it, raced by a person), against values counted from PROCESS.md.

The rows stand in tests/scenarios/branches. What waits in the diagrams without a row of all four columns fails here.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.scenarios import play_branch
from tests.scenarios.branch import Branch
from tests.scenarios.branches import BRANCHES
from tests.support.play import Play

At = Callable[[Branch], Play]
every_branch = pytest.mark.parametrize("branch", BRANCHES, ids=lambda branch: branch.name.replace(" ", "-"))


@pytest.fixture(scope="module")
def brought(furnished_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Branch], tuple[Path, str]]:
    """A file with a case where the branch begins, and its number; played once for the four columns."""
    folder = tmp_path_factory.mktemp("branches")
    kept: dict[str, tuple[Path, str]] = {}

    def bring(branch: Branch) -> tuple[Path, str]:
        if branch.name not in kept:
            file = folder / f"{len(kept)}.db"
            shutil.copy(furnished_file, file)
            play = Play(f"sqlite:///{file}")
            play_branch.play_before(play, branch)
            play.close()
            kept[branch.name] = file, play.no
        return kept[branch.name]

    return bring


@pytest.fixture
def at(brought: Callable[[Branch], tuple[Path, str]], tmp_path: Path, request: pytest.FixtureRequest) -> At:
    """A house of its own in which the branch begins."""

    def begin(branch: Branch) -> Play:
        file, no = brought(branch)
        shutil.copy(file, tmp_path / "play.db")
        play = Play(f"sqlite:///{tmp_path / 'play.db'}")
        request.addfinalizer(play.close)
        play.at(branch.before[-1].at)
        play.no = no
        return play

    return begin


@every_branch
def test_in_time(at: At, branch: Branch) -> None:
    play_branch.in_time(at(branch), branch)


@every_branch
def test_late(at: At, branch: Branch) -> None:
    play_branch.late(at(branch), branch)


@every_branch
def test_downtime_over_it(at: At, branch: Branch) -> None:
    play_branch.downtime(at(branch), branch)


@every_branch
def test_raced_by_a_person(at: At, branch: Branch) -> None:
    play_branch.raced(at(branch), branch)


# ------------------------------------------------------------------ on the other kind of database
Column = Callable[[Play, Branch], None]
REPRESENTATIVES: tuple[tuple[str, Column], ...] = (
    ("await_citizen_late", play_branch.in_time),
    ("remind_again for a lifted deadline", play_branch.late),
    ("accept_auto", play_branch.downtime),
    ("decide_extension_auto", play_branch.raced),
)


def named(name: str) -> Branch:
    return next(branch for branch in BRANCHES if branch.name == name)


@pytest.mark.parametrize(("name", "column"), REPRESENTATIVES, ids=lambda each: getattr(each, "__name__", None))
def test_a_cell_of_each_column_on_postgresql(postgres_play: Play, name: str, column: Column) -> None:
    play_branch.play_before(postgres_play, named(name))
    column(postgres_play, named(name))


@pytest.mark.parametrize("name", ["uncontacted", "decide_pause_auto"])
def test_the_act_and_the_sweep_in_the_same_moment(any_play: Play, name: str) -> None:
    play_branch.play_before(any_play, named(name))
    play_branch.at_once_with_the_sweep(any_play, named(name))
