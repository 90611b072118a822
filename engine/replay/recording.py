"""Recorded cases as a file holds them: steps in order of time and what the case should come to."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Any, Literal, get_args

from engine.errors import BadInput

Act = Literal["register", "complete", "withdraw", "courier", "claim"]


@dataclass(frozen=True)
class Step:
    """One act: at `at` the user `who` does `act`; `task` is the task completed. Variables may name `@BCS-…`."""

    at: datetime
    who: str
    act: Act
    task: str | None
    variables: Mapping[str, Any]


@dataclass(frozen=True)
class Recording:
    """One case: its number in the file, its steps, and the fields expected after the last one.

    `light_at` is an instant and the light the case has then; `needs` names a case played along with it.
    """

    no: str
    title: str
    steps: tuple[Step, ...]
    expected: Mapping[str, Any]
    light_at: tuple[datetime, str | None] | None
    needs: str | None


def read_recordings(content: bytes) -> tuple[Recording, ...]:
    """The recorded cases of a file; BadInput names each place that cannot be taken."""
    try:
        cases = json.loads(content)["cases"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise BadInput({"cases": "这不是录制文件：应是 JSON，顶层有列表 cases。"}) from None
    if not isinstance(cases, list):
        raise BadInput({"cases": "cases 应是列表。"})
    return tuple(_recording(f"cases.{place}", case) for place, case in enumerate(cases))


def sample_cases() -> tuple[Recording, ...]:
    """The sample cases shipped with the project."""
    return read_recordings(files("engine.replay").joinpath("sample_cases.json").read_bytes())


def busy_cases() -> tuple[Recording, ...]:
    """Cases of the same days as the newest sample cases that have run into trouble or are just being handled."""
    return read_recordings(files("engine.replay").joinpath("busy_cases.json").read_bytes())


def chosen(recordings: Sequence[Recording], numbers: Sequence[str]) -> tuple[Recording, ...]:
    """Those with these numbers and what they need; all when none is named. BadInput for a number not recorded."""
    known = {recording.no: recording for recording in recordings}
    missing = [no for no in numbers if no not in known]
    if missing:
        raise BadInput({"only": f"录制文件里没有：{'、'.join(missing)}"})
    wanted = set(numbers or known)
    while needed := {need for no in wanted if (need := known[no].needs) in known} - wanted:
        wanted |= needed
    return tuple(recording for recording in recordings if recording.no in wanted)


def _recording(place: str, case: Any) -> Recording:
    if not (isinstance(case, dict) and isinstance(case.get("no"), str) and isinstance(case.get("steps"), list)):
        raise BadInput({place: "每件要有编号 no 和列表 steps。"})
    expected = dict(case.get("expected") or {})
    light_at = expected.pop("light_at", None)
    steps = tuple(_step(f"{place}.steps.{number}", step) for number, step in enumerate(case["steps"]))
    if not steps or steps[0].act != "register":
        raise BadInput({f"{place}.steps": "第一步应是登记（register）。"})
    return Recording(
        no=case["no"],
        title=str(case.get("title", "")),
        steps=steps,
        expected=expected,
        light_at=None if light_at is None else _light_at(f"{place}.expected.light_at", light_at),
        needs=case.get("needs"),
    )


def _step(place: str, step: Any) -> Step:
    if not isinstance(step, dict) or step.get("do") not in get_args(Act) or not isinstance(step.get("as"), str):
        raise BadInput({place: f"每步要有时刻 at、用户 as 和动作 do（{'、'.join(get_args(Act))}）。"})
    variables = step.get("variables", {})
    if not isinstance(variables, dict):
        raise BadInput({f"{place}.variables": "应是对象。"})
    if step["do"] == "complete" and not isinstance(step.get("task"), str):
        raise BadInput({f"{place}.task": "请写明完成哪个待办。"})
    return Step(_instant(f"{place}.at", step.get("at")), step["as"], step["do"], step.get("task"), variables)


def _light_at(place: str, value: Any) -> tuple[datetime, str | None]:
    if not isinstance(value, dict) or "light" not in value:
        raise BadInput({place: "应有时刻 at 和灯色 light。"})
    return _instant(f"{place}.at", value.get("at")), value["light"]


def _instant(place: str, text: Any) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        instant = None
    if instant is None or instant.tzinfo is None:
        raise BadInput({place: "应是带时区的时刻，例如 2026-10-08T17:00+08:00。"})
    return instant
