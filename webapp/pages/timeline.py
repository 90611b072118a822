"""The trail of a case as people read it: a sentence per line, what only the machine needs left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from engine.directory import Directory
from engine.queries.history import HistoryLine
from engine.queries.people import group_name
from engine.vocabulary import label
from webapp.labels import date_time

_MESSAGES: Mapping[str, str] = {"withdraw": "撤回", "lead_closed": "主件已办结", "withdraw_finding": "撤销问题"}
# Timers whose effect stands on a line of its own: a notice, a tier, a signature, the next step.
_TOLD_BY_EFFECT = frozenset(
    [
        "await_visit",
        "await_month",
        "remind",
        "remind_again",
        "unsigned",
        "uncontacted",
        "overdue",
        "overdue_2",
        "overdue_5",
        "onsite_yellow",
        "external_warn",
    ]
)
_FOLLOWS = frozenset({"notice", "escalated", "deadline_moved", "concluded", "archived"})  # from the act before


def timeline(lines: Iterable[HistoryLine], directory: Directory) -> list[dict[str, Any]]:
    """For macros.timeline, in the order given."""
    return [_shown(line, _SENTENCES[line.action](line), directory) for line in lines if _worth_telling(line)]


def sentence(line: HistoryLine) -> str:
    """What a line says, in a few words; also of lines that the page of a case leaves out."""
    say = _SENTENCES.get(line.action)
    if say is not None:
        return say(line)
    what = label("trail_act", line.action)
    return f"{what}：{line.name}" if line.element else what


def _worth_telling(line: HistoryLine) -> bool:
    if line.action == "timer_fired" and line.element in _TOLD_BY_EFFECT:
        return False
    if line.action == "notice" and line.after["kind"] == "escalation":
        return False  # the line of the tier says who
    return line.action in _SENTENCES


def _shown(line: HistoryLine, text: str, directory: Directory) -> dict[str, Any]:
    return {
        "at": line.at,
        "actor": "" if line.action in _FOLLOWS else _by(line),
        "text": text,
        "detail": _detail(line, directory),
        "kind": _kind(line),
    }


def _by(line: HistoryLine) -> str:
    return line.by if line.on_behalf_of is None else f"{line.by}（代 {line.on_behalf_of}）"


def _kind(line: HistoryLine) -> str:
    late = line.action == "timer_fired" and (line.element or "").endswith(("_late", "_red"))
    if late or line.action == "escalated":
        return "alarm"
    return "clock" if line.actor == "system" or line.action in _FOLLOWS else "person"


def _detail(line: HistoryLine, directory: Directory) -> str:
    if line.action == "notice":
        return "、".join(group_name(directory, group) for group in line.after.get("groups", ()))
    if line.action == "escalated":
        return why_escalated(line)
    if line.action == "registered":
        return ""  # stands on the page as what was told
    to = [f"交给：{line.given_to}"] if line.given_to else []
    return "\n".join([*to, *(f"{fact.label}：{fact.text}" for fact in line.facts if fact.text != "否")])


def why_escalated(line: HistoryLine) -> str:
    """What moved the ladder."""
    return label("raised_by", line.after.get("reason"))


def _task(line: HistoryLine) -> str:
    return f"{line.name}（{line.unit}）" if line.unit else line.name


def _timer(line: HistoryLine) -> str:
    known = label("timer", line.element)
    return line.name if known == line.element else known


def _moved(line: HistoryLine) -> str:
    before, after = line.before.get("deadline"), line.after.get("deadline")
    told = date_time(datetime.fromisoformat(after)) if after else "待定"
    return f"期限由 {date_time(datetime.fromisoformat(before))} 改为 {told}" if before else f"期限定为 {told}"


def _calendar(line: HistoryLine) -> str:
    same = line.before.get("deadline") == line.after["deadline"]
    return "放假安排有变，期限不变" if same else f"放假安排有变：{_moved(line)}"


def _lead_moved(line: HistoryLine) -> str:
    due = line.after["lead_due"]
    return f"主件期限为 {date_time(datetime.fromisoformat(due))}，按它等候" if due else "主件期限待定"


def _notice(line: HistoryLine) -> str:
    return f"通知：{label('notice', line.after['kind'])}"


def _escalated(line: HistoryLine) -> str:
    tier = line.after["tier"]
    return f"提级到 {tier} 级：{label('tier', tier)}"


def _regraded(line: HistoryLine) -> str:
    return f"调级：{label('grade', line.before.get('grade'))}改为{label('grade', line.after['grade'])}"


def _signed(line: HistoryLine) -> str:
    return f"逾时未签收，按时自动签收（{line.unit}）"


def _held(line: HistoryLine) -> str:
    until = date_time(datetime.fromisoformat(line.after["due"]))
    return f"暂缓提级：{label('rung', line.after['activity'])}，推迟到 {until}"


def _message(line: HistoryLine) -> str:
    return _MESSAGES.get(line.element or "", line.name)


def _rated(line: HistoryLine) -> str:
    return f"{label('rated_by', line.after['by'])}：{label('satisfaction', line.after['satisfaction'])}"


def _migrated(line: HistoryLine) -> str:
    return f"流程由第 {line.before['version']} 版迁移到第 {line.after['version']} 版"


def _migration_undone(line: HistoryLine) -> str:
    return f"撤销迁移：流程由第 {line.before['version']} 版回到第 {line.after['version']} 版"


_SENTENCES: Mapping[str, Callable[[HistoryLine], str]] = {
    "registered": lambda line: "登记",
    "completed": _task,
    "timer_fired": _timer,
    "deadline_moved": _moved,
    "calendar_changed": _calendar,
    "lead_moved": _lead_moved,
    "notice": _notice,
    "escalated": _escalated,
    "regraded": _regraded,
    "signed_by_clock": _signed,
    "concluded": lambda line: f"办理结果：{label('outcome', line.after['outcome'])}",
    "archived": lambda line: "归档",
    "message": _message,
    "courier": lambda line: "寄递",
    "rated": _rated,
    "supplemented": lambda line: "补充情况",
    "urged": lambda line: "催办",
    "escalation_held": _held,
    "attached": lambda line: "上传附件",
    "served": lambda line: f"服务举措：{label('service_kind', line.element)}",
    "commented": lambda line: "备注",
    "handed_on": lambda line: f"{label('task', line.after['task'])}：转给同事",
    "delegated": lambda line: f"{line.name}：请同事协助",
    "resolved": lambda line: f"{line.name}：协助办完交回",
    "unmasked": lambda line: "查看联系方式",
    "amended": lambda line: f"更正：{label('amendable', line.after['field'])}",
    "reminder_skipped": lambda line: "期限已过，催办未发",
    "reasons_given": lambda line: "已说明理由",
    "migrated": _migrated,
    "migration_undone": _migration_undone,
    "repaired": lambda line: "流程状态损坏，已按留痕修复",
}
