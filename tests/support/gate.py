"""The parts of the gate that have processes of their own, run in the process of the tests; of the golden runs one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from engine.definitions import apart, rehearser, rehearsing
from engine.definitions.apart import Limits
from engine.definitions.examining import PLAIN, Examined, Question, examined
from engine.definitions.remembered import Remembered

_PLAYED_ONE = Remembered[Any, Any](16)  # what is remembered of one run is not what all of them came to


def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is found is the same; that the processes have limits is asked in their own tests."""

    def examine(files: Mapping[str, bytes], question: Question = PLAIN, limits: Limits | None = None) -> Examined:
        return examined(files, question)

    def told_by(module: str, request: Mapping[str, Any], limits: Limits) -> dict[str, Any]:
        assert module == rehearser.__name__
        return rehearser.answer({**request, "runs": ["saturday.toml"]})

    monkeypatch.setattr(apart, "examined_apart", examine)
    monkeypatch.setattr(apart, "told_by", told_by)
    monkeypatch.setattr(rehearsing, "_KEPT", _PLAYED_ONE)
