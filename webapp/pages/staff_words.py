"""The past of a person in words: a sentence per line of the house."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from engine.directory import Directory
from engine.queries.people import group_name
from engine.queries.staff import HouseLine
from webapp.labels import date_time

_HOW: Mapping[str, str] = {"api": "程序接口", "lapsed": "久不使用的账号"}
_DETAILS: Mapping[str, str] = {"display": "姓名", "unit": "单位", "window": "窗口"}


def told(line: HouseLine, directory: Directory) -> dict[str, Any]:
    """For macros.timeline."""
    say = _SENTENCES.get(line.action)
    text, detail = (line.action, "") if say is None else say(line, directory)
    return {"at": line.at, "actor": line.by, "text": text, "detail": detail, "kind": "person"}


def _names(groups: Any, directory: Directory) -> str:
    return "、".join(group_name(directory, group) for group in groups) or "没有岗位"


def _added(line: HouseLine, directory: Directory) -> tuple[str, str]:
    return "添加用户", _names(line.after.get("groups", ()), directory)


def _groups(line: HouseLine, directory: Directory) -> tuple[str, str]:
    before, after = (_names(side.get("groups", ()), directory) for side in (line.before, line.after))
    return "改岗位", f"{before} → {after}"


def _details(line: HouseLine, directory: Directory) -> tuple[str, str]:
    changed = (name for name in _DETAILS if line.before.get(name) != line.after.get(name))
    parts = (f"{_DETAILS[name]}：{line.before.get(name) or '—'} → {line.after.get(name) or '—'}" for name in changed)
    return "改资料", "\n".join(parts)


def _post(text: str) -> Callable[[HouseLine, Directory], tuple[str, str]]:
    return lambda line, directory: (text, group_name(directory, line.after["group"]))


def _plain(text: str) -> Callable[[HouseLine, Directory], tuple[str, str]]:
    return lambda line, directory: (text, "")


def _entrance(text: str) -> Callable[[HouseLine, Directory], tuple[str, str]]:
    def told(line: HouseLine, directory: Directory) -> tuple[str, str]:
        through, address = _HOW.get(line.after.get("how", ""), ""), line.after.get("address")
        return text, "，".join(filter(None, (through, f"来自 {address}" if address else "")))

    return told


def _stands_in(line: HouseLine, directory: Directory) -> tuple[str, str]:
    since, until = (date_time(datetime.fromisoformat(line.after[name])) for name in ("since", "until"))
    return f"由 {line.after['substitute']} 代办", f"{since} 至 {until}"


_SENTENCES: Mapping[str, Callable[[HouseLine, Directory], tuple[str, str]]] = {
    "user_added": _added,
    "user_changed": _details,
    "groups_changed": _groups,
    "user_disabled": _plain("停用"),
    "user_enabled": _plain("重新启用"),
    "signed_in": _entrance("登录"),
    "sign_in_failed": _entrance("登录没有成功"),
    "confirmed": _entrance("再次输入口令确认"),
    "locked_out": _entrance("连续登录不成功，暂时锁住"),
    "session_ended": _plain("结束一处登录"),
    "sessions_ended": _plain("结束各处登录"),
    "password_changed": _plain("修改口令"),
    "password_reset": _plain("重设口令，下次登录须修改"),
    "second_factor_enrolled": _plain("绑定手机"),
    "second_factor_given": _entrance("手机验证码通过"),
    "second_factor_reset": _plain("解除手机绑定"),
    "token_issued": _plain("发接口令牌"),
    "token_revoked": _plain("收回接口令牌"),
    "post_asked": _post("申请岗位，等另一位系统管理员批准"),
    "post_granted": _post("批准岗位"),
    "post_declined": _post("不批准岗位"),
    "substitution_entered": _stands_in,
    "substitution_ended": _plain("提前结束代办"),
}
