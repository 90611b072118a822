"""反映件: one case, whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template, url_for

from engine.cases import policy
from engine.queries.case import Case, CasePause
from engine.queries.case_page import CasePage, OrderLine, PhaseState, Waiting, case_page
from engine.vocabulary import label
from webapp.guard import actor, engine, guarded
from webapp.labels import date_time
from webapp.pages import accesses, acts, keeping_words, lists, papers, prints, remarks, words
from webapp.pages.case_parts import about, deadline_of, drawing
from webapp.pages.timeline import timeline

blueprint = Blueprint("case", __name__)


# What a case waits for while nobody has anything to do.
_RESTING: Mapping[str, str] = {
    "fed_back": "已反馈。下一个工作日上班时转到回访专员，回访后归档。",
    "pending": "挂账中。到约定的更新日期转到区领导小组，写进展、定下次更新的日期。",
    "merged": "已并单。主件办结后一起反馈、归档。",
}


@blueprint.get("/cases/<no>")
@guarded()
def show(no: str) -> str:
    """Facts, five steps, work orders, timeline, diagrams and clock of one case."""
    return drawn(engine().read_as(actor(), case_page, no))


def drawn(page: CasePage) -> str:
    """The page of a case as a query tells it."""
    no = page.case.no
    return render_template(
        "case.html",
        case=_case(page.case),
        open_tasks=[_waiting(task) for task in page.waiting],
        resting=None if page.waiting else _RESTING.get(page.case.status),
        facts=about(page),
        steps=[_step(phase, page) for phase in page.phases],
        orders=[_order(order) for order in page.orders],
        timeline=timeline(page.history, engine().directory),
        diagrams=[drawing(each) for each in page.drawings],
        ledger={
            "rows": [_pause(pause) for pause in page.case.pauses],
            "extension": _extension(page.case),
            "held": _held(page.case),
        },
        papers=papers.section(page),
        remarks=remarks.section(page),
        prints=[
            *prints.links(page),
            *lists.links(no),
            {"label": "给反映人看的屏", "href": url_for("progress.screen", no=no)},
        ],
        actions=[*_acts(page), *_reports(no)],
        over=keeping_words.notices(no, page.case.erased_at),
    )


def _screen(no: str) -> dict[str, str]:
    return {"label": "给反映人看的屏", "href": url_for("progress.screen", no=no)}


def _acts(page: CasePage) -> list[dict[str, str]]:
    offered = (act for act in page.acts if act in acts.OFFERED and page.case.erased_at is None)
    return [{"label": acts.LABELS[act], "href": acts.href(act, page.case.no)} for act in offered]


def _reports(no: str) -> list[dict[str, str]]:
    """What only some look into."""
    looks = policy.holds(actor(), {accesses.READERS})
    wanted = {"谁看过": ("accesses.show", looks), "保存与清除": ("case_keeping.show", keeping_words.reads())}
    return [{"label": said, "href": url_for(page, no=no)} for said, (page, may) in wanted.items() if may]


def _case(case: Case) -> dict[str, Any]:
    due = deadline_of(case)
    return {
        "no": case.no,
        "title": case.title,
        "status": label("status", case.status),
        "grade": label("grade", case.grade),
        "channel": label("channel", case.channel),
        "light": due["light"],
        "remaining": due["remaining"],
        "light_text": due["text"],
        "deadline": case.deadline,
        "original_deadline": case.original_deadline,
        "provisional": case.provisional,
        "tier": case.tier,
        "urgent": case.urgent,
        "outcome": label("outcome", case.outcome),
        "why_href": due["why_href"],
        "ended": case.ended_at is not None,
    }


def _waiting(task: Waiting) -> dict[str, Any]:
    return {
        "label": task.name,
        "href": url_for("task.show", task_id=task.id) if task.may_open else None,
        "place": task.place,
        "holder": task.holder,
        "due": words.due(task.due),
    }


def _step(phase: PhaseState, page: CasePage) -> dict[str, Any]:
    current = phase.state == "current"
    due = deadline_of(page.case) if current and page.case.light else None
    return {
        "label": label("phase", phase.phase),
        "state": phase.state,
        "at": phase.at,
        "text": "、".join(dict.fromkeys(task.name for task in page.waiting)) if current else _said(phase, page),
        "due": due,
    }


def _said(phase: PhaseState, page: CasePage) -> str:
    """What came of a finished step, in a word."""
    if phase.state != "done":
        return ""
    came_of = {
        "classification": label("grade", page.case.grade),
        "dispatch": page.lead or "",
        "completion": label("outcome", page.case.outcome),
    }
    return came_of.get(phase.phase, "")


def _order(line: OrderLine) -> dict[str, Any]:
    order = line.order
    return {
        "unit": line.unit,
        "lead": order.is_lead,
        "status": label("work_order_status", order.status),
        "signed_at": order.signed_at,
        "signed_by": "到时自动签收" if order.signed_by == "system" else line.signed_by,
        "contact_due": order.contact_due,
        "first_contact_at": order.first_contact_at,
        "replied_at": order.replied_at,
        "due": line.due.at,
        "light": line.due.light,
        "remaining": line.due.remaining,
        "light_text": _reply_in_time(line),
        "done": timeline(line.done, engine().directory),
    }


def _reply_in_time(line: OrderLine) -> str | None:
    if line.due.light is None:
        return "不再办理" if line.order.status in ("returned", "withdrawn") else None
    if line.order.replied_at is None:
        return None
    return "按期答复" if line.due.light == "blue" else "超期答复"


def _pause(pause: CasePause) -> dict[str, Any]:
    waited = "等反映人" if pause.unit is None else "承办单位申请"
    end = pause.resumed_at or pause.until
    moved = f"，期限顺延 {pause.days} 个工作日" if pause.days else ""
    still = "" if pause.resumed_at else "，到时自动恢复"
    return {"kind": "暂停", "from": pause.asked_at, "to": end, "text": f"{waited}{moved}{still}。"}


def _extension(case: Case) -> str | None:
    if case.extension is None:
        return None
    if not case.extension.approved:
        return f"申请延期 {case.extension.days} 个工作日，未获批准。"
    return f"已延期 {case.extension.days} 个工作日。"


def _held(case: Case) -> str | None:
    held = case.held_escalation
    if held is None:
        return None
    return f"暂缓提级：{label('rung', held.activity)}，由 {date_time(held.due)} 推迟到 {date_time(held.until)}。"
