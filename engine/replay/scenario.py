"""Golden runs as data (processes/scenarios/*.toml): steps at their instants, and what must be so after each."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, get_args

from engine.definitions.shipped import SHIPPED

FOLDER = SHIPPED / "scenarios"

Act = Literal["register", "put", "complete", "withdraw", "courier", "wait"]


@dataclass(frozen=True)
class Step:
    """One act of `by`, or waiting until `at`. `complete` names its `task`, and its `unit` where several have it; `put`
    begins a finding (processes/rectification/scenarios), of which `withdraw` is said as of a case.

    `case`: a word for the case meant where a run plays several; `@word` in a value is the number it was given.
    `downtime`: nothing ran since the step before, and what is due is swept now.
    `refused`: the act must be refused, as bad input naming exactly these fields, or with this status.
    `then`: what must be so afterwards; a word of docs/scenarios.md, or a field of the case.
    """

    at: datetime
    do: Act
    by: str = ""
    task: str = ""
    unit: str | None = None
    case: str = ""
    downtime: bool = False
    refused: tuple[str, ...] | int | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    then: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.do} {self.task} {self.case} at {self.at:%m-%d %H:%M}"


@dataclass(frozen=True)
class Scenario:
    """A golden run; `title` says in Chinese what it shows."""

    title: str
    steps: tuple[Step, ...]


def read_scenario(path: Path) -> Scenario:
    """A scenario file; TypeError for a key no step has, ValueError for an act there is not."""
    written = tomllib.loads(path.read_text("utf-8"))
    return Scenario(written["title"], tuple(_step(step) for step in written["step"]))


def _step(written: Mapping[str, Any]) -> Step:
    if written["do"] not in get_args(Act):
        raise ValueError(written["do"])
    values = {"by" if name == "as" else name: value for name, value in written.items()}
    if isinstance(written.get("refused"), list):
        values["refused"] = tuple(written["refused"])
    return Step(**{**values, "variables": _as_sent(values.get("variables", {}))})


def _as_sent(value: Any) -> Any:
    """Instants as the interface takes them."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: _as_sent(item) for name, item in value.items()}
    return value
