"""What the address of 流程分析 asks for: one selection of cases, or two to hold side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine import vocabulary
from engine.definitions.shipped import CASE_PROCESS
from engine.queries.heat import Selection
from webapp.form_values import day_or_none

SECOND = "2"  # after the names of what the second selection asks
TITLES: Mapping[str, str] = {
    "version": "版本",
    "unit": "单位",
    "grade": "等级",
    "cause": "原因",
    "channel": "渠道",
    "from": "收到日期从",
    "to": "到",
}
_CODES = ("grade", "cause", "channel")
_FIELDS = {"from": "since", "to": "until"}
_LONGEST = 40


@dataclass(frozen=True)
class Asked:
    """A selection; `given` as it was given, by name without the suffix; `wrong`: what cannot be, in sentences."""

    selection: Selection
    given: Mapping[str, str]
    wrong: tuple[str, ...]


def asked(args: Mapping[str, str], key: str, versions: Mapping[str, int], suffix: str = "") -> Asked:
    """Read one selection; `versions`: of this process, number as text → row id."""
    given = {name: args[f"{name}{suffix}"].strip()[:_LONGEST] for name in TITLES if args.get(f"{name}{suffix}")}
    found, wrong = Selection(key=key), []
    for name, text in given.items():
        value = _value(name, text, versions)
        if value is None and text:
            wrong.append(f"“{TITLES[name]}”没有按“{text}”筛选，请改一下再筛。")
        elif name == "version":
            found = replace(found, bundle=value)
        else:
            found = replace(found, **{_FIELDS.get(name, name): value})
    return Asked(found, {name: text for name, text in given.items() if text}, tuple(wrong))


def key_asked(args: Mapping[str, str], known: Mapping[str, Any]) -> str:
    """The process asked for, the one of cases unless it is another that is known."""
    given = args.get("process", "")
    return given if given in known else CASE_PROCESS


def _value(name: str, text: str, versions: Mapping[str, int]) -> Any:
    if name == "version":
        return versions.get(text)
    if name in _CODES:
        return text if text in vocabulary.VOCABULARIES[name] else None
    if name == "unit":
        return text.replace("\0", "") or None
    return day_or_none(text)
