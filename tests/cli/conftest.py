"""The command as its users meet it: typed words in, output, sentences and exit code out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from webapp.command import main

Bancheng = Callable[..., Result]


@pytest.fixture
def bancheng(monkeypatch: pytest.MonkeyPatch, sqlite_url: str) -> Bancheng:
    """Run `bancheng …` on a database of its own; `.stdout`, `.stderr` and `.exit_code` of what it returns."""
    monkeypatch.setenv("BANCHENG_DATABASE_URL", sqlite_url)
    monkeypatch.delenv("BANCHENG_TRACEBACK", raising=False)

    def run(*words: str, typed: str | None = None) -> Result:
        return CliRunner().invoke(main, words, input=typed, prog_name="bancheng")

    return run
