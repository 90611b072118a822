"""What a line of the trail changed, in words: 期限 2026-10-26（周一）17:00 → 2026-10-28（周三）17:00."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from engine.queries.history import HistoryLine
from engine.vocabulary import label
from webapp.pages.variable_words import VariableWords

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
    "digest": "文件摘要（SHA-256）",
    "due": "到时",
    "field": "哪一项",
    "fields": "哪几项",
    "grade": "等级",
    "id": "附件编号",
    "ground": "依据",
    "groups": "通知谁",
    "incident": "故障",
    "lead_due": "主件期限",
    "line": "按第几行",
    "lines": "哪些行填写的文字已不在",
    "media_type": "文件类型",
    "outcome": "办理结果",
    "owner": "请托人",
    "reason": "起因",
    "satisfaction": "满意度",
    "size": "文件大小（字节）",
    "task": "环节",
    "tier": "层级",
    "unit": "单位",
    "value": "内容",
    "version": "流程版本",
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


def changes(line: HistoryLine, words: VariableWords, names: Mapping[str, str]) -> list[Change]:
    """Every value a line names."""
    said = [name for name in dict.fromkeys([*line.before, *line.after]) if name not in _HIDDEN]
    told = _Told(line, words, names)
    return [
        Change(
            _NAMES.get(name) or words.title(name),
            told.text(name, line.before[name]) if name in line.before else None,
            told.text(name, line.after.get(name)),
        )
        for name in said
        if name in line.before or line.after.get(name) is not None
    ]


@dataclass(frozen=True)
class _Told:
    """The values of one line in words."""

    line: HistoryLine
    words: VariableWords
    names: Mapping[str, str]

    def text(self, name: str, told: Any) -> str:
        if isinstance(told, list) and told:
            return "、".join(self.text(name, each) for each in told)
        if not isinstance(told, str | int) or isinstance(told, bool):
            return self.words.text(name, told)
        if name in ("asked_by", "assignee", "owner"):
            return self.names.get(str(told), str(told))
        if name in _CODES:
            return label(_CODES[name], told)
        if name == "decision":
            return self.words.decision(str(told))
        if name == "fields":
            return self.words.field(self.line.action, str(told))
        return self.words.text(self.line.after["field"] if name == "value" else name, told)


def duration(time: timedelta) -> str:
    """Working time as people say it: 3 小时 20 分."""
    minutes = round(time.total_seconds() / 60)
    if minutes < 60:
        return f"{minutes} 分"
    hours, rest = divmod(minutes, 60)
    return f"{hours} 小时 {rest} 分" if rest else f"{hours} 小时"
