"""Every golden run, on both kinds of database, stored and read back between all steps."""

from pathlib import Path

import pytest

from tests.scenarios.scenario import FOLDER, read_scenario, run
from tests.support.play import Play

FILES = sorted(FOLDER.glob("*.toml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_golden_run_comes_out_as_written(any_play: Play, file: Path) -> None:
    run(any_play, read_scenario(file))


def test_a_run_that_comes_out_otherwise_is_noticed(play: Play) -> None:
    scenario = read_scenario(FOLDER / "declined.toml")
    wrong = scenario.steps[1].then["timers"] | {"confirm_exit_late": scenario.steps[0].at}
    scenario.steps[1].then["timers"].update(wrong)
    with pytest.raises(AssertionError, match="step 2"):
        run(play, scenario)
