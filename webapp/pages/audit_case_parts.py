"""The parts of an auditor's page of one case, in the shape its template and the printed sheet take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from markupsafe import Markup

from engine.cases import policy
from engine.pictures.svg import svg_of
from engine.queries.as_of import AsOf, HeldTask
from engine.queries.as_of_people import PersonThen, UnitThen
from engine.queries.as_of_variables import VariableThen
from engine.queries.audit_case import AuditCase, AuditLine, Drawn
from engine.queries.case import CasePause, CaseWorkOrder
from engine.queries.entered import Fact
from engine.queries.history import HistoryLine
from engine.queries.moved import Jump
from engine.queries.people import group_name
from engine.queries.step_times import NONE, StepTime
from engine.vocabulary import ACT, TIMER, label
from webapp.guard import actor, engine
from webapp.labels import date_time
from webapp.pages import accesses, words
from webapp.pages.audit_ladder import rungs
from webapp.pages.audit_late import HOW, why_late
from webapp.pages.audit_links import of_moment
from webapp.pages.audit_words import Change, changes, duration
from webapp.pages.pinned import line
from webapp.pages.timeline import sentence
from webapp.pages.variable_words import VariableWords


def context(page: AuditCase) -> dict[str, Any]:
    """The page, for audit_case.html and the printed sheet."""
    said = VariableWords(page.definition, engine().directory)
    told, auditing, keys = page.told, policy.holds(actor(), {accesses.READERS}), engine().keys.trail
    here = _here(told.no)
    return {
        "no": told.no,
        "title": page.title,
        "at": _at(page, here),
        "stands": _stands(told),
        "light": {"light": page.until.light, "remaining": page.until.remaining, "text": None, "at": told.deadline},
        "tasks": [_task(task, page, said) for task in told.tasks],
        "timers": [_timer(timer.element, timer.due, timer.suspended, page) for timer in told.timers],
        "orders": _orders(page),
        "pauses": [_pause(pause) for pause in told.pauses],
        "variables": [_variable(each, page) for each in told.variables],
        "diagrams": [_diagram(drawn, told) for drawn in page.drawings],
        "lines": [_line(each, page, here, said) for each in page.lines],
        "interventions": sum(each.intervened for each in page.lines),
        "rungs": rungs(page, engine().directory),
        "outline": outline(page),
        "people": [_person(each, page) for each in told.people],
        "liaisons": [_liaisons(each) for each in told.units],
        "late": None if page.late is None else why_late(page.late, _unit),
        "fingerprint": None if keys is None else keys.fingerprint,
        "failures": [{**vars(each), "intervened": each.intervened} for each in page.failures],
        "findings": [line(each) for each in page.findings],
        "hrefs": {
            "here": here,
            "case": url_for("case.show", no=told.no),
            "accesses": url_for("accesses.show", no=told.no) if auditing else None,
            "sheet": of_moment("audit_case.sheet", told),
            "pack": url_for("audit_case.pack", no=told.no) if auditing else None,
            "list": url_for("audit_cases.show"),
        },
    }


# ------------------------------------------------------------------ where it stood
def _at(page: AuditCase, address: str) -> dict[str, Any]:
    told = page.told
    here = next((each.line for each in page.lines if each.line.seq == told.seq), None)
    before, after = (told.seq - 1 or None), (told.seq + 1 if told.seq < told.lines else None)
    asked = told.at if told.at > told.line_at else None
    until = page.until.at if page.until.at > told.line_at else None
    return {
        "seq": told.seq,
        "of": told.lines,
        "at": told.line_at,
        "asked": asked,
        "ahead": f"{date_time(told.ahead)} 还没有到，下面是现在（{date_time(told.at)}）的样子。" if told.ahead else "",
        "text": "" if here is None else sentence(here),
        "by": "" if here is None else here.by,
        "holds": told.holds,
        "digest": told.digest,
        "until": until,
        "reach": f"到 {date_time(asked)}" if asked else "到现在" if until else "",
        "problem": told.problem,
        "first_bad": told.first_bad,
        "previous_href": None if before is None else f"{address}?at={before}",
        "next_href": None if after is None else f"{address}?at={after}",
        "options": [(each.line.seq, _option(each)) for each in page.lines],
    }


def _option(each: AuditLine) -> str:
    return f"{each.line.seq} · {date_time(each.line.at)} · {sentence(each.line)}"


def _here(no: str) -> str:
    """The address of the page; each line adds its number."""
    return url_for("audit_case.show", no=no)


def _stands(told: AsOf) -> list[dict[str, Any]]:
    """How the case stood, for macros.facts."""
    moved = told.original_deadline not in (None, told.deadline)
    said = {
        "状态": label("status", told.status),
        "五步进展": label("phase", told.phase),
        "等级": label("grade", told.grade),
        "原因": told.cause or "",
        "主办": "" if told.lead_unit is None else _unit(told.lead_unit),
        "提级": f"{told.tier} 级（{label('tier', told.tier)}）" if told.tier else "没有",
        "紧急": "是" if told.urgent else "否",
        "受理": date_time(told.accepted_at),
        "答复期限": date_time(told.deadline) if told.deadline else "还没有定",
        "最初期限": date_time(told.original_deadline) if moved else "",
        "时钟": "暂停" if told.paused else "走着",
        "延期": _extension(told),
        "办理结果": label("outcome", told.outcome),
        "放假日历": f"第 {told.calendar} 版" if told.calendar else "随系统的一版",
        "流程版本": _version(told.definition),
    }
    return [words.fact(title, text) for title, text in said.items() if text]


def _version(definition: str) -> str:
    """The version of a definition's id, and the beginning of the digest of what it draws."""
    return f"第 {_version_number(definition)} 版（内容摘要 {definition.rpartition(':')[2]}）"


def _version_number(definition: str) -> str:
    return definition.split(":")[1]


def _extension(told: AsOf) -> str:
    if told.extension is None:
        return ""
    days = f"{told.extension.days} 个工作日"
    return f"已延 {days}" if told.extension.approved else f"申请 {days}，未批准"


def _task(task: HeldTask, page: AuditCase, said: VariableWords) -> dict[str, Any]:
    late = task.due is not None and page.until.at > task.due
    return {
        "name": task.name,
        "place": "、".join(group_name(engine().directory, group) for group in task.groups),
        "holder": page.names[task.holder] if task.holder else None,
        "opened_at": task.opened_at,
        "due": task.due,
        "late": late,
        "knew": [
            {"name": said.title(name), "value": said.text(name, value)} for name, value in sorted(task.knew.items())
        ],
    }


_SINCE = {"display": "姓名", "unit": "单位", "window": "窗口", "groups": "岗位", "active": "账户"}


def _person(each: PersonThen, page: AuditCase) -> dict[str, Any]:
    """Somebody as they then were, and what has become otherwise since."""
    directory = engine().directory
    window = None if each.window is None else directory.windows.get(each.window)
    place = [*([_unit(each.unit)] if each.unit else []), *([window.name] if window else [])]
    own = [line.line.seq for line in page.lines if not line.later and each.name in (line.line.actor, line.line.absent)]
    since = [_SINCE[name] for name in each.since if name != "display"]
    return {
        "name": each.display,
        "sign_in": each.name,
        "place": "、".join(place),
        "posts": "、".join(group_name(directory, group) for group in each.groups),
        "lines": own,
        "given": _given_to(each.name, page),
        "now": each.now if each.now != each.display else None,
        "since": "、".join(since),
        "active": each.active,
    }


_GIVES = frozenset({"claimed", "handed_on", "delegated", "resolved"})


def _given_to(name: str, page: AuditCase) -> list[int]:
    """The lines by which somebody else put a task into this person's hands."""
    given = (each.line for each in page.lines if not each.later and each.line.action in _GIVES)
    return [line.seq for line in given if line.after.get("assignee") == name and line.actor != name]


def _liaisons(each: UnitThen) -> dict[str, str]:
    return {"unit": _unit(each.code), "posts": "、".join(label("liaison_post", post) for post in each.posts)}


def _timer(element: str, due: datetime, suspended: bool, page: AuditCase) -> dict[str, Any]:
    drawn = next((name for (_, id), name in page.definition.names.items() if id == element), element)
    return {"name": TIMER.get(element, drawn), "due": due, "suspended": suspended}


def _orders(page: AuditCase) -> list[dict[str, Any]]:
    given: dict[str, list[datetime]] = {}
    for order in page.told.work_orders:
        given.setdefault(order.unit, []).append(order.dispatched_at)
    own: dict[tuple[str, datetime], list[StepTime]] = {}
    for step in page.steps:
        if step.unit in given:
            own.setdefault((step.unit, _given_before(given[step.unit], step.opened_at)), []).append(step)
    return [_order(order, own.get((order.unit, order.dispatched_at), ()), page) for order in page.told.work_orders]


def _given_before(given: Sequence[datetime], at: datetime) -> datetime:
    """When the order was given under which a step was opened, not one given to the unit before or since."""
    return max((each for each in given if each <= at), default=min(given))


def _order(order: CaseWorkOrder, steps: Iterable[StepTime], page: AuditCase) -> dict[str, Any]:
    return {
        "unit": _unit(order.unit),
        "lead": order.is_lead,
        "round": order.round,
        "status": label("work_order_status", order.status),
        "facts": [words.fact(title, text) for title, text in _of_order(order, page).items()],
        "steps": [_step(step) for step in steps],
    }


def _of_order(order: CaseWorkOrder, page: AuditCase) -> dict[str, str]:
    signed = order.signed_by
    by = "，到时自动签收" if signed == "system" else f"，{page.names[signed]}" if signed else ""
    return {
        "派单": date_time(order.dispatched_at),
        "签收": date_time(order.signed_at) + by,
        "首次联系": date_time(order.first_contact_at),
        "期限": date_time(order.due),
        "答复": date_time(order.replied_at),
    }


def _pause(pause: CasePause) -> dict[str, Any]:
    who = "等反映人" if pause.unit is None else _unit(pause.unit)
    return {"who": who, "from": pause.asked_at, "to": pause.resumed_at, "until": pause.until, "days": pause.days}


def _variable(each: VariableThen, page: AuditCase) -> dict[str, Any]:
    by = page.names[each.actor]
    same = {name: getattr(each, name) for name in ("title", "text", "seq", "at", "corrected", "seq_before")}
    unit = f"（{_unit(each.unit)}）" if each.unit else ""
    return {**same, "before": each.text_before, "by": by, "step": f"{_step_name(each.step, page)}{unit}"}


def _step_name(element: str, page: AuditCase) -> str:
    """A step that asks for something, also one that is drawn no more, or an act beside the steps, as it is called."""
    drawn = (each.name for each in page.definition.elements.values() if each.id == element and each.form)
    told = (each.line.name for each in page.lines if each.line.element == element)
    return label("act", element) if element in ACT else next(drawn, "") or next(told, element)


# ------------------------------------------------------------------ diagrams, lines, steps
def outline(page: AuditCase) -> list[dict[str, Any]]:
    """Step by step what happened, and between the steps what is part of none; machines' notes are left out."""
    owned: dict[str | None, list[AuditLine]] = {}
    ended = {step.seq: step.id for step in page.steps if step.seq is not None}
    for each in page.lines:
        if not each.later:
            owned.setdefault(_owner(each.line, ended, page), []).append(each)
    steps = [
        (step.opened_at, 1, {**_step(step), **_found_in(step, page), "lines": [*map(_brief, owned.get(step.id, ()))]})
        for step in page.steps
    ]
    beside = [(each.line.at, 0, _brief(each)) for each in owned.get(None, ()) if each.line.action not in _UNTOLD]
    return [told for _, _, told in sorted([*steps, *beside], key=lambda each: each[:2])]


def _found_in(step: StepTime, page: AuditCase) -> dict[str, Any]:
    """What was found in a step, and where to write down what is found now, of its unit."""
    found = [line(each) for each in page.findings if each.element == step.element]
    return {
        "found": found,
        "find_href": url_for("findings.show", no=page.told.no, element=step.element, unit=step.unit),
    }


_UNTOLD = frozenset({"decided", "notice", "moved", "armed", "disarmed"})


def _owner(line: HistoryLine, ended: Mapping[int, str], page: AuditCase) -> str | None:
    """The task a line is about; `ended`: line → the task it ended."""
    if line.seq in page.held:
        return page.held[line.seq]
    if line.action != "completed":
        return None
    if line.seq in ended:
        return ended[line.seq]
    fits = (step for step in page.steps if step.element == line.element and step.ended_at == line.at)
    return next((step.id for step in fits if line.unit in (None, step.unit and _unit(step.unit))), None)


def _brief(each: AuditLine) -> dict[str, Any]:
    line, text = each.line, "；".join([sentence(each.line), *(f"{_JUMPED}：{_way(jump)}" for jump in each.jumps)])
    return {"seq": line.seq, "at": line.at, "text": text, "by": line.by, "name": None, "mark": _mark(each)}


_INTERVENED, _JUMPED = label("mark", "intervened"), label("mark", "jumped")


def _mark(each: AuditLine) -> str:
    """What a line is marked as; empty where nobody stepped in."""
    return (f"{_INTERVENED}·{_JUMPED}" if each.jumps else _INTERVENED) if each.intervened else ""


def _way(jump: Jump) -> str:
    return f"{jump.source_name} → {jump.target_name}"


def _diagram(drawn: Drawn, told: AsOf) -> dict[str, Any]:
    title = f"{drawn.name}，到第 {told.seq} 行为止走过的路"
    return {
        "id": drawn.process,
        "title": f"{drawn.name}（第 {_version_number(told.definition)} 版）",
        "svg": Markup(svg_of(drawn.layout, drawn.way, title)),
        "here": bool(drawn.way.current),
        "interventions": drawn.touched.interventions,
        "jumps": drawn.touched.jumped,
        "words": words.path(drawn.walk.strides),
    }


@dataclass(frozen=True)
class ShownLine:
    """A line as the page and the sheet write it; three hundred of them are read field by field."""

    seq: int
    at: datetime
    by: str
    behalf: str | None
    text: str
    action: str
    element: str | None
    changes: Sequence[Change]
    facts: Sequence[Fact]
    mark: str
    later: bool
    here: bool
    href: str


def _line(each: AuditLine, page: AuditCase, address: str, said: VariableWords) -> ShownLine:
    line = each.line
    return ShownLine(
        seq=line.seq,
        at=line.at,
        by=line.by,
        behalf=line.on_behalf_of,
        text=sentence(line),
        action=line.action,
        element=line.element,
        changes=[
            *changes(line, said, page.names),
            *(Change(_JUMPED, j.source_name, j.target_name) for j in each.jumps),
        ],
        facts=_facts(line),
        mark=_mark(each),
        later=each.later,
        here=line.seq == page.told.seq,
        href=f"{address}?at={line.seq}",
    )


def _facts(line: HistoryLine) -> Sequence[Fact]:
    """What was entered; of a task that was given to somebody, also that no reason was."""
    return line.facts or ((_NO_REASON,) if line.action in ("handed_on", "delegated") else ())


_NO_REASON = Fact("原因", "没有写")


def _step(step: StepTime) -> dict[str, Any]:
    return {
        "unit": None if step.unit is None else _unit(step.unit),
        "name": step.name,
        "by": step.by,
        "how": HOW[step.how],
        "holder": step.holder,
        "opened_at": step.opened_at,
        "ended_at": step.ended_at,
        "waited": duration(step.waited),
        "handled": duration(step.handled),
        "allowed": None if step.allowed is None else duration(step.allowed),
        "over": duration(step.over) if step.over > NONE else None,
        "late": label("late", step.late) if step.late else None,
    }


def _unit(code: str) -> str:
    return group_name(engine().directory, f"unit:{code}")
