"""The figures of 流程分析 in words: working time, shares, what stands on the elements of a diagram."""

from __future__ import annotations

from typing import Any

from engine.queries.heat import Heat, Place, Spread

NONE = "—"
LEVELS = 5
BY = {"time": "按工作时间", "count": "按次数"}


def duration(minutes: int | None) -> str:
    """Working time as people say it: 3 小时 20 分."""
    if minutes is None:
        return NONE
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} 分"
    return f"{hours} 小时 {rest} 分" if rest else f"{hours} 小时"


def share(value: float | None) -> str:
    """A fraction in per cent."""
    return NONE if value is None else f"{value:.0%}"


def spread_words(found: Spread) -> list[str]:
    """Median, p75, p90 and the longest."""
    return [duration(each) for each in (found.median, found.p75, found.p90, found.most)]


def marks(found: Heat, by: str, most: float | None = None) -> dict[str, dict[str, dict[str, Any]]]:
    """Process → element → how hot it is (1 to LEVELS), what stands on it, and `more` where there is room.

    By working time: tasks alone, the share of all time that was spent in them and how long half of them took at most.
    `most`: what the hottest is measured by, where several stand side by side; None: the hottest of these.
    """
    whole, most = _whole(found), hottest(found, by) if most is None else most
    told: dict[str, dict[str, dict[str, Any]]] = {}
    for each in _shown(found, by):
        level = 1 + min(LEVELS - 1, int(LEVELS * _measure(each, by, found) / most)) if most else 1
        short, more = (f"{each.reached} 次", "") if by == "count" else _time_words(each, whole)
        told.setdefault(each.process, {})[each.element] = {"level": level, "text": short, "more": more}
    return told


def hottest(found: Heat, by: str) -> float:
    """The largest measure of any element: a share of all time, or how often a case came there."""
    return max((_measure(each, by, found) for each in _shown(found, by)), default=0)


def _shown(found: Heat, by: str) -> list[Place]:
    return [each for each in found.places if by == "count" or each.is_task]


def _whole(found: Heat) -> int:
    return sum(each.spent for each in found.places if each.is_task)


def _measure(place: Place, by: str, of: Heat) -> float:
    return place.reached / max(of.cases, 1) if by == "count" else place.spent / max(_whole(of), 1)


def _time_words(place: Place, whole: int) -> tuple[str, str]:
    if not place.waited.count:
        return f"在办 {place.open}", ""
    return share(place.spent / whole if whole else 0), f" · 平均 {duration(place.spent // place.waited.count)}"
