"""What a line of the trail changed, in words: 期限 2026-10-26（周一）17:00 → 2026-10-28（周三）17:00."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from engine.directory import Directory
from engine.queries.history import HistoryLine
from engine.queries.people import group_name
from engine.vocabulary import label
from webapp.labels import date_time

NOTHING = "空"
_NAMES: Mapping[str, str] = {
    "activity": "哪一级",
    "asked_by": "谁提出",
    "assignee": "持有人",
    "at": "实际时刻",
    "by": "谁说的",
    "count": "第几次",
    "calendar": "日历版本",
    "deadline": "期限",
    "decision": "决策表",
    "dispatch_group": "由谁派单",
    "due": "到时",
    "field": "哪一项",
    "grade": "等级",
    "ground": "依据",
    "groups": "通知谁",
    "incident": "故障",
    "lead_due": "主件期限",
    "limit_days": "时限（工作日）",
    "line": "按第几行",
    "lines": "哪些行填写的文字已不在",
    "outcome": "办理结果",
    "owner": "请托人",
    "reason": "起因",
    "redo_days": "重办时限（工作日）",
    "satisfaction": "满意度",
    "task": "环节",
    "tier": "层级",
    "unit": "单位",
    "value": "内容",
    "version": "流程版本",
    "warn_days": "提前几个工作日临期",
}
# Said elsewhere, `kind` by the line itself, or for machines.
_HIDDEN = frozenset({"commitment", "kind", "path", "timer", "variables", "instructions", "request"})
_CODES: Mapping[str, str] = {
    "activity": "rung",
    "by": "rated_by",
    "field": "amendable",
    "grade": "grade",
    "ground": "erasure_ground",
    "outcome": "outcome",
    "satisfaction": "satisfaction",
    "task": "task",
    "tier": "tier",
}


@dataclass(frozen=True)
class Change:
    """A value that a line names, in words; `before` None where the line says nothing of it."""

    label: str
    before: str | None
    after: str


def changes(line: HistoryLine, directory: Directory, names: Mapping[str, str]) -> list[Change]:
    """Every value a line names."""
    said = [name for name in dict.fromkeys([*line.before, *line.after]) if name not in _HIDDEN]
    return [
        Change(
            _NAMES.get(name, name),
            value(name, line.before[name], directory, names) if name in line.before else None,
            value(name, line.after.get(name), directory, names),
        )
        for name in said
        if name in line.before or line.after.get(name) is not None
    ]


def value(name: str, told: Any, directory: Directory, names: Mapping[str, str]) -> str:
    """A value of a line in words."""
    if told is None or told == []:
        return NOTHING
    if isinstance(told, bool):
        return "是" if told else "否"
    if isinstance(told, list):
        return "、".join(value(name, each, directory, names) for each in told)
    if name in ("groups", "dispatch_group"):
        return "、".join(_group(directory, group) for group in str(told).split(","))
    if name == "unit":
        return group_name(directory, f"unit:{told}")
    if name in ("asked_by", "assignee", "owner"):
        return names.get(told, told)
    if name in _CODES:
        return label(_CODES[name], told)
    return _instant(told) if isinstance(told, str) else str(told)


def _group(directory: Directory, group: str) -> str:
    """A group; tables write the lead unit as a place to fill in."""
    return group_name(directory, group).replace("${lead}", "主办单位")


def _instant(text: str) -> str:
    try:
        at = datetime.fromisoformat(text) if "T" in text else None
    except ValueError:
        return text
    return text if at is None or at.tzinfo is None else date_time(at)


def duration(time: timedelta) -> str:
    """Working time as people say it: 3 小时 20 分."""
    minutes = round(time.total_seconds() / 60)
    if minutes < 60:
        return f"{minutes} 分"
    hours, rest = divmod(minutes, 60)
    return f"{hours} 小时 {rest} 分" if rest else f"{hours} 小时"
