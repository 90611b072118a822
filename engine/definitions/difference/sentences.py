"""One sentence for one difference, for people who change the law of the office and are no engineers."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from engine.bpmn.called import KINDS, between, listed
from engine.bpmn.diff import Change
from engine.definitions.difference.spoken import Names, cell, expression, groups
from engine.vocabulary import label

_ATTRIBUTES = {
    "name": "名称",
    "kind": "种类",
    "scope": "所在的子流程",
    "lane": "泳道",
    "phase": "阶段",
    "form": "表单",
    "groups": "办理岗位",
    "due": "时限",
    "priority": "优先级",
    "operation": "自动操作",
    "decision": "所查的表",
    "assign": "赋值",
    "not_by": "回避规则",
    "timer": "时刻",
    "duration": "时长",
    "cycle": "重复周期",
    "called": "调用的流程",
    "attached_to": "附着的环节",
    "documentation": "说明",
    "event": "触发条件",
    "collection": "逐个办理的名单",
    "item": "名单中每一项的名称",
    "count": "次数",
    "completion": "提前结束的条件",
    "other": "其他设置",
}
_VALUES = {
    "interrupting": {"yes": "打断原来的环节", "no": "不打断原来的环节"},
    "loop": {"side by side": "同时办理", "one by one": "依次办理", "again": "重复办理"},
}
_EXPRESSIONS = frozenset({"due", "timer", "completion", "condition"})
_OF_FIELDS = {
    "title": "名称",
    "type": "类型",
    "enum": "选项",
    "format": "格式",
    "pattern": "格式",
    "maxLength": "最多字数",
    "minLength": "最少字数",
    "minimum": "最小值",
    "maximum": "最大值",
    "maxItems": "最多几项",
    "minItems": "最少几项",
    "default": "默认值",
    "help": "提示",
    "vocabulary": "用词表",
    "widgets": "填写方式",
    "refusals": "不能选时的说明",
}
_OF_FORMS = {
    "title": "名称",
    "allOf": "按情况必填的规则",
    "ui.submit": "提交按钮",
    "ui.intro": "开头的说明",
    "ui.order": "字段顺序",
    "ui.flags": "由表单推出的值",
}
_COME = {
    "process": "流程",
    "table": "决策表",
    "form": "表单",
}


def sentence(change: Change, names: Names) -> str:
    """The difference in words, without a full stop."""
    kind = change.kind
    for what, word in _COME.items():
        if kind in (f"{what}_added", f"{what}_removed"):
            return f"{'新增' if kind.endswith('_added') else '删去'}{word}“{change.name}”"
    return _SENTENCES[kind](change, names)


# ------------------------------------------------------------------ diagrams
def _came(change: Change, names: Names) -> str:
    """`新增用户任务“科长签批”，在“办结”与“反馈”之间，办理岗位：工作小组，时限：第 1 个工作日下班`."""
    what = "定时" if change.about == "boundaryEvent" and "timer=" in (change.after or change.before or "") else None
    told = f"{'新增' if change.kind == 'added' else '删去'}{what or KINDS.get(change.about, '元素')}“{change.name}”"
    place = _place(change)
    if change.kind == "removed":
        return f"{told}（原{place}）" if place else told
    said = dict(part.split("=", 1) for part in (change.after or "").split("\n") if part)
    facts = [f"{_ATTRIBUTES[name]}：{_worded(name, text, names)}" for name, text in said.items()]
    return "，".join([told, *([place] if place else []), *facts])


def _place(change: Change) -> str:
    before, after = change.near
    return f"附在{listed(before)}上" if change.about == "boundaryEvent" else between(before, after)


def _attribute(change: Change, names: Names) -> str:
    if change.about in _VALUES:
        words = _VALUES[change.about]
        left, taken = (words.get(text or "", "单独办理") for text in (change.before, change.after))
        return f"“{change.name}”由{left}改为{taken}"
    if change.about == "name":
        return f"“{change.before}”改名为“{change.after}”"
    if change.about == "other":
        return f"“{change.name}”的其他设置有变：{change.before or '无'} → {change.after or '无'}"
    what = _ATTRIBUTES.get(change.about, change.about)
    was, now = (None if t is None else _worded(change.about, t, names) for t in (change.before, change.after))
    return _became(f"“{change.name}”的{what}", was, now)


def _worded(about: str, text: str, names: Names) -> str:
    if about in _EXPRESSIONS:
        return expression(text, names)
    match about:
        case "groups":
            return groups(text)
        case "phase":
            return label("phase", text)
        case "kind":
            return KINDS.get(text, text)
        case "form":
            return f"“{names.forms.get(text, text)}”"
        case "decision":
            return f"“{names.tables.get(text, text)}”"
    return text


def _became(what: str, was: str | None, now: str | None) -> str:
    if was is None:
        return f"{what}：原来没有，改为 {now}"
    return f"{what}：{was} → {now}" if now is not None else f"{what}：不再有（原为 {was}）"


def _rewired(change: Change, names: Names) -> str:
    return f"“{change.name}”之后由“{change.before}”改接“{change.after}”"


def _flow(change: Change, names: Names) -> str:
    if change.kind == "flow_added":
        return f"新增从“{change.name}”到“{change.after}”的走向"
    return f"删去从“{change.name}”到“{change.before}”的走向"


def _condition(change: Change, names: Names) -> str:
    was, now = (None if text is None else expression(text, names) for text in (change.before, change.after))
    return _became(f"从“{change.name}”到{listed(change.near[1])}的条件", was, now)


def _default(change: Change, names: Names) -> str:
    was, now = (None if text is None else f"“{text}”" for text in (change.before, change.after))
    return _became(f"“{change.name}”在别的条件都不符时的去向", was, now)


# ------------------------------------------------------------------ tables
def _table(change: Change, names: Names) -> str:
    what = {"name": "名称", "policy": "命中策略"}[change.about]
    return f"决策表“{change.name}”的{what}：{change.before} → {change.after}"


def _column(change: Change, names: Names) -> str:
    if change.kind == "column":
        return f"决策表“{change.name}”的列“{change.before}”改名为“{change.after}”"
    added = change.kind == "column_added"
    return f"决策表“{change.name}”{'新增' if added else '删去'}列“{change.after if added else change.before}”"


def _row(change: Change, names: Names) -> str:
    """`“办理期限”表中等级一般、第几轮 1：期限 5 个工作日 → 3 个工作日`."""
    title, _, unit = change.near[1][0].removesuffix("）").partition("（")
    counted = f" 个{unit}" if unit == "工作日" else unit
    was, now = (None if t is None else cell(change.about, t, names) for t in (change.before, change.after))
    told = f"{title} {was}{counted} → {now}{counted}"
    return f"“{change.name}”表中{_tests(change, names)}：{told}"


def _row_came(change: Change, names: Names) -> str:
    added = change.kind == "row_added"
    given = _pairs(change.after if added else change.before, names)
    return f"“{change.name}”表{'新增' if added else '删去'}一行，{_tests(change, names)}：{given}"


def _row_test(change: Change, names: Names) -> str:
    was, now = (_pairs(text, names) or "不限" for text in (change.before, change.after))
    return f"“{change.name}”表有一行的条件：{was} → {now}"


def _row_order(change: Change, names: Names) -> str:
    return f"“{change.name}”表各行的先后变了，先符合的一行先用"


def _tests(change: Change, names: Names) -> str:
    return _pairs("\n".join(change.near[0]), names) or "不限条件"


def _pairs(text: str | None, names: Names) -> str:
    pairs = [part.split("=", 1) for part in (text or "").split("\n") if part]
    return "、".join(f"{names.title(key).partition('（')[0]} {cell(key, value, names)}" for key, value in pairs)


# ------------------------------------------------------------------ forms
def _field_came(change: Change, names: Names) -> str:
    if change.kind == "field_added":
        needed = "（必填）" if change.near[0] else ""
        return f"表单“{change.name}”新增字段“{change.after}”{needed}"
    return f"表单“{change.name}”删去字段“{change.before}”"


def _field(change: Change, names: Names) -> str:
    path, _, key = change.about.rpartition(":")
    what = f"表单“{change.name}”的字段“{change.near[0][0]}”"
    if key == "required":
        return f"{what}{'改为必填' if change.after == 'true' else '不再必填'}"
    if key == "show":
        was, now = (None if text is None else expression(text, names) for text in (change.before, change.after))
        return _became(f"{what}出现的条件", was, now)
    if key == "enum":
        return f"{what}{_options(path, change, names)}"
    was, now = (None if text is None else f"“{text}”" for text in (change.before, change.after))
    return _became(f"{what}的{_OF_FIELDS.get(key, key)}", was, now)


def _options(path: str, change: Change, names: Names) -> str:
    old, new = (json.loads(text or "[]") for text in (change.before, change.after))
    told = [("新增选项", [each for each in new if each not in old]), ("去掉选项", [e for e in old if e not in new])]
    said = [f"{word}{'、'.join(_option(path, each, names) for each in found)}" for word, found in told if found]
    return "，".join(said) or "的选项换了先后"


def _option(path: str, value: Any, names: Names) -> str:
    name = path.rpartition(".")[2]
    return f"“{names.worded(name, value)}”"


def _form(change: Change, names: Names) -> str:
    what = f"表单“{change.name}”的{_OF_FORMS.get(change.about, change.about)}"
    if change.about in ("title", "ui.submit", "ui.intro"):
        was, now = (None if text is None else f"“{text}”" for text in (change.before, change.after))
        return _became(what, was, now)
    return f"{what}有变"


def _check(change: Change, names: Names) -> str:
    added = change.kind == "check_added"
    return f"表单“{change.name}”{'新增' if added else '删去'}检查：{(change.after if added else change.before) or ''}"


_SENTENCES: Mapping[str, Callable[[Change, Names], str]] = {
    "added": _came,
    "removed": _came,
    "attribute": _attribute,
    "rewired": _rewired,
    "flow_added": _flow,
    "flow_removed": _flow,
    "condition": _condition,
    "default": _default,
    "table": _table,
    "column": _column,
    "column_added": _column,
    "column_removed": _column,
    "row": _row,
    "row_added": _row_came,
    "row_removed": _row_came,
    "row_test": _row_test,
    "row_order": _row_order,
    "field": _field,
    "field_added": _field_came,
    "field_removed": _field_came,
    "form": _form,
    "check_added": _check,
    "check_removed": _check,
}
