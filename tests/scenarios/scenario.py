"""Golden runs as data (processes/scenarios/*.toml): steps at their instants, and what must be so after each."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from engine.clock import ZONE
from tests.support.play import Play, shown

FOLDER = Path(__file__).parents[2] / "processes" / "scenarios"


@dataclass(frozen=True)
class Step:
    """One act, or waiting until `at`. `do`: register · complete (`task`, of `unit`) · withdraw · courier · wait."""

    at: datetime
    do: str
    by: str = ""
    task: str = ""
    unit: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    then: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Scenario:
    """A golden run; `title` says in Chinese what it shows."""

    title: str
    steps: tuple[Step, ...]


def read_scenario(path: Path) -> Scenario:
    """A scenario file; TypeError for a key no step has."""
    written = tomllib.loads(path.read_text("utf-8"))
    return Scenario(written["title"], tuple(_step(step) for step in written["step"]))


def _step(written: Mapping[str, Any]) -> Step:
    values = {"by" if name == "as" else name: value for name, value in written.items()}
    return Step(**{**values, "variables": _as_sent(values.get("variables", {}))})


def _as_sent(value: Any) -> Any:
    """Instants as the interface takes them."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: _as_sent(item) for name, item in value.items()}
    return value


def run(play: Play, scenario: Scenario) -> None:
    """Play it from its first instant; AssertionError names the step and everything that is otherwise."""
    for number, step in enumerate(scenario.steps, 1):
        passed = len(play.path()) if play.no else 0
        fired = play.at(f"{step.at.astimezone(ZONE):%Y-%m-%d %H:%M:%S}")
        _act(play, step)
        found = _found(play, fired, play.path()[passed:], step.then)
        assert found == _wanted(step.then), f"step {number}: {step.do} {step.task} at {step.at}"


def _act(play: Play, step: Step) -> None:
    match step.do:
        case "register":
            play.no = str(play.register(step.by, **step.variables))
        case "complete":
            play.do(step.task, step.by, step.unit, **step.variables)
        case "withdraw":
            play.message("withdraw", step.by, **step.variables)
        case "courier":
            play.courier(step.by, **step.variables)
        case "wait":
            pass
        case unknown:
            raise ValueError(unknown)


def _wanted(then: Mapping[str, Any]) -> dict[str, Any]:
    wanted = {name: shown(value) if isinstance(value, datetime) else value for name, value in then.items()}
    if "timers" in wanted:
        wanted["timers"] = {name: shown(at) for name, at in then["timers"].items()}
    return wanted


def _found(play: Play, fired: list[str], path: list[str], then: Mapping[str, Any]) -> dict[str, Any]:
    """What is so, of what the step speaks of."""
    case = play.case()
    told = {
        "fired": fired,
        "open": play.open(),
        "timers": play.timers(),
        "path": _of_these(then.get("path", ()), path),
    }
    return {name: told[name] if name in told else _plain(getattr(case, name)) for name in then}


def _plain(value: Any) -> Any:
    return shown(value) if isinstance(value, datetime) else value


def _of_these(wanted: Iterable[str], path: Iterable[str]) -> list[str]:
    """The wanted elements as far as they were passed in their order; others may lie between."""
    passed = iter(element.rpartition("/")[2] for element in path)
    return [element for element in wanted if element in passed]
