"""What a diagram may refer to: forms, tables, processes, messages, operations, and the variables known in its bundle.

Pure: files in, frozen rows out. What cannot be read is left out; the check says what is wrong with it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.bpmn.editing.tables import NoTable, read_sheet
from engine.bpmn.lint.bundle import Bundle, read_bundle
from engine.bpmn.lint.sources import sources_of
from engine.bpmn.xml import XmlRefused, bpmn
from engine.cases.words import KINDS
from engine.definitions.difference.spoken import Names, names_of
from engine.vocabulary import VOCABULARIES

OPERATION_WORDS: Mapping[str, str] = {
    "accept": "记下受理时刻",
    "accept_finding_answer": "认可整改答复",
    "archive": "归档",
    "auto_sign": "到时自动签收",
    "close_orders": "收回还没答复的工单",
    "close_with_reasons": "说明理由后办结",
    "complete_case": "办结",
    "complete_pending": "挂账办结",
    "conclude": "不经办理得出结果",
    "contact": "记录首次联系",
    "decide_extension": "按审批延期",
    "decide_pause": "按审批挂起",
    "decide_regrade": "按审批调级",
    "dispatch": "派单",
    "feedback": "记录反馈",
    "hand_finding_to_head": "整改超时交科室负责人",
    "mark_uncontacted": "记下逾期未联系",
    "notify_on_site": "提醒现场办理已满30分钟",
    "notify_tier": "提级通知",
    "pause_for_citizen": "等补件，暂停计时",
    "put_finding": "把问题交给单位",
    "raise_finding": "整改超时报科室负责人",
    "raise_tier": "提到上一层级",
    "reassign_order": "改派工单",
    "record_finding_answer": "记下整改答复",
    "regrade": "调为一般",
    "remind": "催办",
    "remind_finding": "催单位答复整改",
    "remind_finding_check": "提醒局复核整改",
    "reopen_order": "退回主办单位补办",
    "reply": "记录单位答复",
    "report_finding": "整改仍未答复，报局",
    "request": "记下单位的申请",
    "restrict": "转入限密",
    "resume": "恢复计时",
    "return_order": "记下单位退单",
    "send_finding_back": "退回整改答复",
    "send_letter": "发函商",
    "set_clock": "按等级定期限",
    "settle": "挂账件已解决",
    "sign": "签收",
    "start_measure": "另定措施，重新计时",
    "start_redo": "重办，重新计时",
    "uphold_order": "维持原派单",
    "visit": "记录回访",
    "warn_external": "提醒来单要求的时间将到",
    "withdraw": "撤回",
    "withdraw_finding": "撤销问题",
    "withdraw_orders": "收回工单",
}
_FACTS = {
    "returns()": "退单次数",
    "redo_count()": "重办次数",
    "extension_used()": "已延期",
    "before_due()": "还在承诺期限内",
    "open_orders()": "未办完的工单数",
    "contact_open()": "还没有首次联系",
}
_KIND = {"text": "text", "number": "number", "truth": "boolean", "list": "list"}


@dataclass(frozen=True)
class Thing:
    """Something a diagram can refer to. `file`: where it stands in the bundle, empty where that is no file."""

    id: str
    title: str
    file: str = ""


@dataclass(frozen=True)
class Variable:
    """A variable, or a word that tells a fact. `kind`: text, number, boolean, list or other; `choices`: its codes."""

    name: str
    title: str
    kind: str
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Catalogue:
    """Everything there is to choose from."""

    forms: tuple[Thing, ...]
    decisions: tuple[Thing, ...]
    processes: tuple[Thing, ...]
    messages: tuple[Thing, ...]
    operations: tuple[Thing, ...]
    variables: tuple[Variable, ...]


def catalogue_of(files: Mapping[str, bytes]) -> Catalogue:
    """What the diagrams of this bundle may refer to."""
    readable = {name: content for name, content in files.items() if _is_readable(name, content)}
    bundle, _ = read_bundle(readable)
    names = names_of([readable])
    return Catalogue(
        forms=tuple(_forms(names)),
        decisions=tuple(_decisions(readable)),
        processes=tuple(Thing(id, scope.node.get("name") or id, scope.file) for id, scope in bundle.processes.items()),
        messages=tuple(_messages(bundle)),
        operations=tuple(Thing(id, words) for id, words in OPERATION_WORDS.items()),
        variables=(*_variables(bundle, names), *_facts()),
    )


def _is_readable(name: str, content: bytes) -> bool:
    try:
        names_of([{name: content}])
    except ValueError:
        return False
    return True


def _forms(names: Names) -> Iterator[Thing]:
    for id, title in names.forms.items():
        yield Thing(id, title, f"forms/{id}.json")


def _decisions(files: Mapping[str, bytes]) -> Iterator[Thing]:
    for name in sorted(name for name in files if name.endswith(".dmn")):
        try:
            sheet = read_sheet(files[name])
        except (XmlRefused, NoTable):
            continue
        yield Thing(sheet.id, sheet.name, name)


def _messages(bundle: Bundle) -> Iterator[Thing]:
    words = {**VOCABULARIES["notice"], **VOCABULARIES["act"]}
    found = (node.get("name") or "" for _, root in bundle.diagrams() for node in root.iter(bpmn("message")))
    for name in dict.fromkeys(found):
        yield Thing(name, words.get(name, name))


def _variables(bundle: Bundle, names: Names) -> Iterator[Variable]:
    """By what the lint knows of them; where it cannot say, by the forms alone."""
    try:
        kinds = {name: _kind(found) for name, found in sources_of(bundle).kinds.items()}
    except (ValueError, LookupError, TypeError, AttributeError):  # a draft may hold what the rules would refuse
        kinds = dict.fromkeys(names.titles, "other")
    for name in sorted(kinds):
        yield Variable(name, names.title(name), kinds[name], _choices(bundle, names, name))


def _kind(kinds: frozenset[str]) -> str:
    known = kinds - {"null"}
    return _KIND.get(next(iter(known)), "other") if len(known) == 1 else "other"


def _choices(bundle: Bundle, names: Names, name: str) -> tuple[tuple[str, str], ...]:
    """Its codes: of its list of words, narrowed to what forms and tables of the bundle say of it."""
    codes = [code for form in _json(bundle) for code in form.get("properties", {}).get(name, {}).get("enum", ())]
    listed = [
        code for words in (*names.lists.get(name, ()), name) if words in VOCABULARIES for code in VOCABULARIES[words]
    ]
    chosen = dict.fromkeys(str(code) for code in (codes or listed) if code is not None)
    return tuple((code, names.worded(name, code)) for code in chosen)


def _json(bundle: Bundle) -> Iterator[Mapping[str, Any]]:
    for name, content in bundle.files.items():
        if name.endswith(".json"):
            yield json.loads(content)


def _facts() -> Iterator[Variable]:
    for call, title in _FACTS.items():
        yield Variable(call, title, _kind(KINDS.get(call.removesuffix("()"), frozenset())))
