"""A line of the house in words: what was done, about what, and what else it says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from flask import url_for

from engine.audit.refusals import NOBODY
from engine.definitions.shipped import CASE_PROCESS, RECTIFICATION
from engine.directory import Directory
from engine.queries.house import KINDS, HouseLine
from engine.queries.people import group_name
from engine.vocabulary import label
from webapp.labels import instant_words

Say = Callable[[Any, Directory], str]
_STRANGER = "没有登录的人"
_HOW: Mapping[str, str] = {"api": "程序接口", "lapsed": "久不使用的账号"}
_CODES: Mapping[str, str] = {"totp": "手机验证码", "recovery": "备用码"}
_WHY: Mapping[str, str] = {  # a name of an error → why somebody was refused
    "SignInNeeded": "没有登录，或口令、令牌不对",
    "SignInUnfinished": "登录没有做完",
    "ConfirmationNeeded": "要先再次输入口令",
    "NotYours": "不是其岗位的事",
    "NotFound": "没有，或不是其该知道的",
    "CSRFError": "表单不是本系统当时给出的",
}
_FAILED: Mapping[str, str] = {"StateCorrupt": "流程状态损坏", "StepFailed": "流程走不下去"}
_KEYS: Mapping[str, str] = {"personal": "个人信息的加密", "trail": "留痕的签名"}
_PROCESSES: Mapping[str, str] = {CASE_PROCESS: "办件流程", RECTIFICATION: "整改流程"}
_FILTERS: Mapping[str, tuple[str, str]] = {
    "status": ("状态", "status"),
    "light": ("灯色", "light"),
    "unit": ("单位", ""),
    "grade": ("等级", "grade"),
    "cause": ("原因", "cause"),
    "channel": ("渠道", "channel"),
    "outcome": ("办理结果", "outcome"),
    "since": ("收到日期从", ""),
    "until": ("到", ""),
    "in_time": ("是否按期", ""),
    "numbers": ("编号", ""),
    "version": ("流程版本", ""),
    "rule": ("不符的规则", "rule"),
    "words": ("填了要找的词", ""),
}


def told(line: HouseLine, directory: Directory, names: Mapping[str, str]) -> dict[str, Any]:
    """For house.html: {seq, at, by, text, about, href, facts}; `names`: sign-in name → name on screens."""
    text, href = _about(line, directory, names)
    return {
        "seq": line.seq,
        "at": line.at,
        "by": _STRANGER if line.actor == NOBODY else line.by,
        "text": label("house_act", line.action),
        "about": text,
        "href": href,
        "facts": list(_facts(line, directory)),
    }


def of_person(line: HouseLine, directory: Directory) -> dict[str, Any]:
    """For macros.timeline, on the page of the person it is about."""
    text, detail = label("house_act", line.action), "\n".join(_facts(line, directory))
    return {"at": line.at, "actor": line.by, "text": text, "detail": detail, "kind": "person"}


# ------------------------------------------------------------------ about what
def _about(line: HouseLine, directory: Directory, names: Mapping[str, str]) -> tuple[str, str | None]:
    if line.restricted:
        return "限密件", None
    if line.no is not None:
        return line.no, url_for("audit_case.show", no=line.no)
    element = line.element or ""
    if line.action == "refused":
        return f"{line.after.get('method', '')} {element}".strip(), None
    if element in _PROCESSES:
        return _PROCESSES[element], None
    if line.action.startswith("liaison_"):
        return group_name(directory, f"unit:{element}"), None
    if line.action.startswith("canned_"):
        return label("task", element), None
    if line.action in KINDS["keys"]:
        return _KEYS.get(element, element), None
    if line.action in _WHERE:
        return _WHERE[line.action].format(element), None
    return names.get(element, element), None


_WHERE: Mapping[str, str] = {
    **dict.fromkeys(("ledger_exported", "events_exported", "people_exported", "calendar_imported"), ""),
    **dict.fromkeys(("evidence_packed", "case_preserved", "preservation_lifted"), "反映件"),
    **dict.fromkeys(("erasure_asked", "erasure_dropped", "case_erased"), "反映件"),
    **dict.fromkeys(("migration_ordered", "migration_ended"), "第 {} 次迁移"),
    **dict.fromkeys(
        ("incident_taken", "incident_retried", "incident_resolved", "incident_repaired", "incident_failed_again"),
        "第 {} 号故障",
    ),
}


# ------------------------------------------------------------------ what else
def _facts(line: HouseLine, directory: Directory) -> Iterator[str]:
    """Each member of a line that says something to people, what was otherwise before with an arrow."""
    for name, (title, say) in _SAID.items():
        after, before = line.after.get(name), line.before.get(name)
        if name in line.before and before != after:
            yield f"{title}{_said(say, before, directory)} → {_said(say, after, directory)}"
        elif after is not None and name not in line.before:
            yield f"{title}{say(after, directory)}"


def _said(say: Say, value: Any, directory: Directory) -> str:
    return "—" if value is None else say(value, directory)


def _each(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _plain(value: Any, _: Directory) -> str:
    return "、".join(map(str, _each(value)))


def _coded(vocabulary: str) -> Say:
    return lambda value, _: "、".join(label(vocabulary, each) for each in _each(value))


def _among(words: Mapping[str, str]) -> Say:
    return lambda value, _: words.get(str(value), str(value))


def _times(unit: str) -> Say:
    return lambda value, _: f"{value} {unit}"


def _groups(value: Any, directory: Directory) -> str:
    return "、".join(group_name(directory, group) for group in _each(value)) or "没有岗位"


def _unit(value: Any, directory: Directory) -> str:
    return group_name(directory, f"unit:{value}")


def _instant(value: Any, _: Directory) -> str:
    return instant_words(str(value))


def _yes(value: Any, _: Directory) -> str:
    return "是" if value else "否"


def _filter(value: Mapping[str, Any], directory: Directory) -> str:
    said = []
    for name, given in value.items():
        title, vocabulary = _FILTERS.get(name, (name, ""))
        if name == "behind":
            said.append(_figure(given, directory))
        elif vocabulary:
            said.append(f"{title} {label(vocabulary, given)}")
        elif given is True or given is False:
            said.append(title if name == "words" else f"{title} {_yes(given, directory)}")
        else:
            said.append(f"{title} {_unit(given, directory) if name == 'unit' else _plain(given, directory)}")
    return "，".join(said) or "全部"


def _figure(behind: Mapping[str, Any], directory: Directory) -> str:
    """A figure of the heat: the steps it counts, and of which cases."""
    which = label("heat_list", behind.get("which"))
    of = {name: given for name, given in behind["wanted"].items() if name in _FILTERS}
    return f"流程分析“{label('task', behind['element'])}”{which}，{_filter(of, directory)}"


def _gone(value: Mapping[str, int], _: Directory) -> str:
    return f"{sum(number for number in value.values() if isinstance(number, int))} 处"


def _because(value: Any, _: Directory) -> str:
    return "九十天没有使用" if value == "unused" else str(value)


_SAID: Mapping[str, tuple[str, Say]] = {
    "kind": ("", lambda value, _: {**_WHY, **_FAILED, **_CODES}.get(value, "程序出错")),
    "how": ("", _among({**_HOW, "page": "网页", "confirm": "网页"})),
    "address": ("来自 ", _plain),
    "status": ("答复 ", _plain),
    "count": ("", _times("次")),
    "failures": ("此前不成功 ", _times("次")),
    "sessions": ("", _times("处")),
    "label": ("名称：", _plain),
    "format": ("格式 ", _plain),
    "rows": ("", _times("行")),
    "cases": ("", _times("件")),
    "filter": ("范围：", _filter),
    "lines": ("留痕 ", _times("行")),
    "papers": ("附件一并交出，依据：", _coded("pack_reason")),
    "ground": ("依据：", lambda value, _: _ground(value)),
    "put_by": ("当初由 ", _plain),
    "asked_by": ("提出的是 ", _plain),
    "removed": ("清掉 ", _gone),
    "key": ("密钥 ", _plain),
    "renewed": ("重新加密 ", _times("处")),
    "broken": ("打不开 ", _times("处")),
    "version": ("第 ", _times("版")),
    "draft": ("草稿 ", _plain),
    "revision": ("第 ", _times("次改动")),
    "approved_by": ("审核的是 ", _plain),
    "because": ("时限放宽的理由：", _plain),
    "reason": ("理由：", _because),
    "comment": ("意见：", _plain),
    "moved": ("已迁移 ", _times("件")),
    "refused": ("留在原地 ", _times("件")),
    "stays": ("已在这一版 ", _times("件")),
    "undoes": ("撤销第 ", _times("次迁移")),
    "display": ("姓名：", _plain),
    "unit": ("单位：", _unit),
    "window": ("窗口：", _plain),
    "groups": ("", _groups),
    "group": ("", _groups),
    "substitute": ("由 ", lambda value, _: f"{value} 代办"),
    "since": ("从 ", _instant),
    "until": ("到 ", _instant),
    "year": ("", _times("年")),
    "days": ("", _times("天")),
    "source": ("来源：", _plain),
    "posts": ("", _coded("liaison_post")),
    "matter_code": ("事项：", _plain),
    "owner": ("负责的是 ", _plain),
}


def _ground(value: Any) -> str:
    in_preservation = label("preservation", value)
    return label("erasure_ground", value) if in_preservation == value else in_preservation
