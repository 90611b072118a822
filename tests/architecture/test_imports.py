"""Who may import whom: the contracts of pyproject.toml hold, and each would notice a breach."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.source import ROOT

# contract → (module, what it may not import)
BREACHES = {
    "The web stands on the engine": ("engine/clock.py", "import webapp"),
    "The engine knows no web framework": ("engine/clock.py", "import flask"),
    "Only engine.bpmn knows SpiffWorkflow": ("engine/clock.py", "import SpiffWorkflow"),
    "The runtime of diagrams knows neither cases": ("engine/bpmn/__init__.py", "import engine.storage.models"),
    "Working time is pure": ("engine/worktime/__init__.py", "import sqlalchemy"),
    "Pages and answers are made from queries": ("webapp/__init__.py", "import sqlalchemy"),
}


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Judge the packages in `folder` by the contracts that lie there."""
    program = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(cache_dir=None))"
    command = [sys.executable, "-c", program]
    return subprocess.run(command, cwd=folder, env={"PYTHONPATH": str(folder)}, capture_output=True, text=True)


def test_the_import_contracts_hold() -> None:
    judged = lint_imports(ROOT)
    assert judged.returncode == 0, judged.stdout + judged.stderr


@pytest.mark.parametrize("contract", BREACHES)
def test_a_forbidden_import_breaks_its_contract(contract: str, tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in ("engine", "webapp"):
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("ui", "static", "__pycache__")
        )
    path, breach = BREACHES[contract]
    with (tmp_path / path).open("a") as module:
        module.write(f"\n{breach}\n")
    judged = lint_imports(tmp_path)
    assert judged.returncode == 1
    assert any(line.startswith(contract) and line.endswith("BROKEN") for line in judged.stdout.splitlines())
