"""Rows of queries in the shape the templates take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from engine.queries.dues import TaskDue
from engine.queries.entered import Fact
from engine.queries.walk import Stride
from engine.vocabulary import label

_LONG = 24  # characters; a longer text takes the full width


def facts(entered: Iterable[Fact], whole: bool = True) -> list[dict[str, Any]]:
    """For macros.facts; long texts take the whole width where there is width to take."""
    return [fact(each.label, each.text, whole and (len(each.text) > _LONG or "\n" in each.text)) for each in entered]


def fact(label: str, text: str, whole: bool = False) -> dict[str, Any]:
    """One line for macros.facts."""
    return {"label": label, "text": text, "href": None, "whole": whole}


def due(task: TaskDue) -> dict[str, Any]:
    """Until when a task should be done, for macros.due."""
    late = "超期完成" if task.remaining is None and task.light == "red" else None
    return {"light": task.light, "remaining": task.remaining, "text": late, "at": task.at}


def case_due(
    light: str | None, remaining: int | None, outcome: str | None, deadline: datetime | None
) -> dict[str, Any]:
    """A case's light, for macros.due: 挂账, 超期办结, or what became of a case that has no light."""
    over = remaining is None and light != "grey"
    text = {"grey": "挂账" if outcome == "pending" else None, "red": "超期办结" if over else None}.get(light or "")
    if light is None and outcome is not None:
        text = label("outcome", outcome)
    return {"light": light, "remaining": remaining, "text": text, "at": None if over else deadline}


def path(strides: Sequence[Stride]) -> list[dict[str, Any]]:
    """For macros.path: 签收（社保分中心）; what the clock did is said so."""
    return [{"text": _stride(stride), "current": stride.current} for stride in strides]


def _stride(stride: Stride) -> str:
    place = f"（{stride.place}）" if stride.place else ""
    return f"{stride.name}{place}" + ("，到时自动" if stride.by_clock else "")


def pager(text: str, first_href: str | None, next_href: str | None) -> dict[str, Any] | None:
    """For macros.pager; None when everything is on this page."""
    if first_href is None and next_href is None:
        return None
    return {"text": text, "first_href": first_href, "next_href": next_href}


def pager_by_number(text: str, first: int | None, next: int | None) -> dict[str, Any] | None:
    """The same for a list whose pages are asked for by sending a form with their number."""
    return None if first is None and next is None else {"text": text, "first": first, "next": next}


def pager_by_mark(
    text: str, address: str, given: Mapping[str, str], after: str | None, next: str | None
) -> dict[str, Any] | None:
    """The same for a list whose pages are named by the mark they come `after`; `given`: what narrows it."""
    first = f"{address}?{urlencode(given)}" if after else None
    onward = f"{address}?{urlencode({**given, 'after': next})}" if next else None
    return pager(text, first, onward)
