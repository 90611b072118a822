"""待办: what waits for one person, in queues, as they have chosen to see it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from engine.cases import policy
from engine.desk.commands import KeepChoice
from engine.facade import ReadContext
from engine.queries.colleagues import Colleague, colleagues
from engine.queries.inbox import Inbox, inbox
from engine.queries.inbox_choice import LIGHTS, SORT_WORDS, Choice, Desk, desk_of
from engine.queries.people import group_name
from engine.queries.queue_sources import HELD
from engine.vocabulary import GRADE, TASK, TIER, label
from webapp.answers import json_answer
from webapp.guard import actor, engine, guarded
from webapp.pages import words
from webapp.pages.finished import finished_notice
from webapp.pages.inbox_rows import bulk, here, of_colleague, passing, row
from webapp.pages.preview import preview_or_none

blueprint = Blueprint("inbox", __name__)

LABELS = {
    "mine": "我的",
    "group": "本组待领",
    "held": "本组在办",
    "overdue": "已超期",
    "today": "今日到期",
    "supervised": "我督办的",
    "aside": "稍后处理",
    "done": "已办",
}
_EMPTY = {  # title, what to do, where to go next
    "mine": ("手头没有待办", "可以到“本组待领”领取，领取后同事会看到由您办理。", "group"),
    "group": ("本组没有待领的事", "新的待办到了会出现在这里。", "mine"),
    "held": ("同事手头没有待办", "同事领取后会列在这里，看得到由谁办理、从什么时候起。", "group"),
    "overdue": ("没有超期的待办", "您所在的组没有一件过了期限。", "group"),
    "today": ("今天没有到期的待办", "可以先办后面几天到期的。", "group"),
    "supervised": ("没有要您督办的", "提级到您这一层的件会列在这里。", "mine"),
    "aside": ("没有留到以后的", "在“我的”里可以把一件待办留到某一天再办，到那天自动回来。", "mine"),
    "done": ("还没有办结过待办", "您提交过的每一步都会留在这里。", "mine"),
}
_SAID = {
    "handed": "已转给同事，对方的“我的”里马上看得到。",
    "aside": "已留到那一天，之前在“稍后处理”里找得到；期限不变。",
    "back": "已放回“我的”。",
    "saved": "已存下这个筛选。",
    "dropped": "已删去这个筛选。",
    "renamed": "已改名。",
    "opens": "以后打开待办，先按这个筛选看。",
    "opens_all": "以后打开待办，仍按上次看的样子。",
}


@blueprint.get("/inbox")
@guarded()
def show() -> str:
    """One queue; without a choice of queue the own one, or the group's when the own is empty."""
    if not request.args:
        _open_with_its_view()
    asked = request.args.get("queue"), request.args.get("after"), of_colleague(request.args)
    found, desk = engine().read_as(actor(), wanted, *asked)
    return page(found, desk, [*finished_notice(request.args.get("done")), *_said(request.args)])


def _open_with_its_view() -> None:
    """Whoever comes to the inbox from elsewhere finds it as they have said it should open."""
    desk = engine().read_as(actor(), desk_of)
    opening = next((view.choice for view in desk.views if view.opens), desk.choice)
    if opening != desk.choice:
        engine().execute(KeepChoice(opening.kept), actor())


@blueprint.get("/inbox/live")
@guarded()
def live() -> Response:
    """What an open page asks now and then: counts, and which tasks its queue begins with; 304 while the same."""
    found, _ = engine().read_as(actor(), wanted, request.args.get("queue"), None, of_colleague(request.args))
    counts = {each.key: _count(each.count, each.more) for each in found.queues}
    answer = json_answer({"counts": counts, "tasks": [item.task_id for item in found.items]})
    answer.add_etag()
    answer.make_conditional(request)
    return answer


def _said(given: Any) -> list[dict[str, str]]:
    return [{"kind": "info", "text": text} for name, text in _SAID.items() if given.get(name)]


def wanted(ctx: ReadContext, queue: str | None, after: str | None, choice: Choice | None = None) -> tuple[Inbox, Desk]:
    """The queue as its reader sees it, and how; `choice` instead of the kept one."""
    desk = desk_of(ctx)
    chosen = choice or desk.choice
    found = inbox(ctx, queue or "mine", after, choice=chosen)
    waiting = {each.key: each.count for each in found.queues}
    if queue is None and not found.items and waiting["group"]:
        found = inbox(ctx, "group", choice=chosen)
    return found, Desk(chosen, desk.views, desk.single_keys, _colleagues(ctx))


# ------------------------------------------------------------------ the page
def page(
    found: Inbox,
    desk: Desk,
    notices: list[dict[str, str]],
    results: list[dict[str, Any]] | None = None,
    status_text: str | None = None,
    question: dict[str, Any] | None = None,
    refused: dict[str, Any] | None = None,
) -> str:
    """The inbox; `results`: what came of an act on several tasks, row by row; `question`: whether to leave one late;
    `refused`: what was typed to leave one for later, and what is wrong with it.
    """
    choice = desk.choice
    return render_template(
        "inbox.html",
        queues=_queues(found),
        queue={"key": found.queue, "label": LABELS[found.queue], "empty": _empty(found.queue, choice)},
        items=[row(item, found.queue) for item in found.items],
        pages=None if choice.words else _pages(found),
        choice=_choice(desk, found.queue),
        bulk=bulk(found, desk),
        results=results,
        live=here("live", found.queue) if not (choice.words or request.args.get("after")) else None,
        single_keys=desk.single_keys,
        preview=preview_or_none(request.args.get("selected")),
        notices=notices,
        status_text=status_text,
        question=question,
        refused=refused,
    )


def _queues(found: Inbox) -> list[dict[str, Any]]:
    return [
        {
            "key": each.key,
            "label": LABELS[each.key],
            "count": _count(each.count, each.more),
            "href": url_for("inbox.show", queue=each.key),
            "current": each.key == found.queue,
            "alarm": each.key == "overdue" and each.count > 0,
        }
        for each in found.queues
        if each.count or each.key not in ("supervised", "aside") or each.key == found.queue
    ]


def _count(count: int, more: bool) -> str:
    return f"{count}{'+' if more else ''}"


def _empty(queue: str, choice: Choice) -> dict[str, str | None]:
    if not choice.plain and queue != "done":
        text = "换一个词，或清除筛选再看。" if choice.words else "清除上面的筛选，可以看到这一类的全部待办。"
        if queue == "group" and (choice.by or choice.holder == "held"):  # what somebody holds waits for nobody
            return _empty_as("没有符合的待办", "同事领取了的在“本组在办”。", HELD)
        return {"title": "没有符合的待办", "text": text, "href": None, "link": None}
    return _empty_as(*_EMPTY[queue])


def _empty_as(title: str, text: str, onward: str) -> dict[str, str | None]:
    href = url_for("inbox.show", queue=onward)
    return {"title": title, "text": text, "href": href, "link": f"看“{LABELS[onward]}”"}


def _choice(desk: Desk, queue: str) -> dict[str, Any]:
    """The filter as its form shows it, and the saved ones."""
    units = {unit.code: group_name(engine().directory, f"unit:{unit.code}") for unit in engine().directory.desks()}
    choice = desk.choice
    holders = {each.name: each.display for each in sorted(desk.colleagues, key=lambda each: each.display)}
    options = {
        "step": ("步骤", [(key, word) for key, word in TASK.items() if key != "start"], choice.step),
        "unit": ("单位", list(units.items()), choice.unit),
        "grade": ("等级", list(GRADE.items()), choice.grade),
        "tier": ("层级", [(tier, f"{tier} 级以上") for tier in TIER if tier != "0"], choice.tier),
        "urgent": ("紧急", [("yes", "只看紧急")], "yes" if choice.urgent else ""),
        "light": ("期限", list(LIGHTS.items()), choice.light),
        "holder": ("领取", [("free", "尚未领取"), ("held", "已有人领取")], choice.holder),
        "by": ("由谁办理", list(holders.items()), choice.by),
    }
    sorts = [*choice.sorts, "", "", ""][:3]
    return {
        "action": url_for("inbox_acts.choose"),
        "search": url_for("inbox_acts.search"),
        "words": choice.words,
        "queue": queue,
        "fields": [{"name": n, "label": t, "options": o, "value": v} for n, (t, o, v) in options.items()],
        "sorts": [{"name": f"sort{n}", "label": _RANKS[n - 1], "value": sorts[n - 1]} for n in (1, 2, 3)],
        "sort_options": list(SORT_WORDS.items()),
        "narrowed": not choice.plain,
        "said": _said_of(choice, units, holders),
        "views": [
            {
                "id": view.id,
                "name": view.name,
                "by": view.by,
                "current": view.choice == choice,
                "opens": view.opens,
                "rename": url_for("inbox_acts.rename", id=view.id) if view.by is None else None,
                "open_with": url_for("inbox_acts.open_with", id=view.id) if view.by is None else None,
                "drop": url_for("inbox_acts.drop", id=view.id) if view.by is None else None,
            }
            for view in desk.views
        ],
        "save": url_for("inbox_acts.save"),
        "passing": passing(),
        "groups": [
            (group, group_name(engine().directory, group))
            for group in sorted(actor().groups)
            if policy.leads(actor(), [group])
        ],
    }


_RANKS = ("先按", "再按", "最后按")


def _said_of(choice: Choice, units: dict[str, str], holders: dict[str, str]) -> str:
    """The filter in words: 受理，一般，紧急；先到的在前."""
    parts = [
        label("task", choice.step or None),
        units.get(choice.unit, choice.unit),
        label("grade", choice.grade or None),
        f"{choice.tier} 级以上" if choice.tier else "",
        "紧急" if choice.urgent else "",
        LIGHTS.get(choice.light, ""),
        {"free": "尚未领取", "held": "已有人领取"}.get(choice.holder, ""),
        f"由{holders.get(choice.by, choice.by)}办理" if choice.by else "",
    ]
    order = "，".join(SORT_WORDS[each] for each in choice.sorts)
    return "；".join(part for part in ("，".join(each for each in parts if each), order) if part)


def _colleagues(ctx: ReadContext) -> tuple[Colleague, ...]:
    return colleagues(ctx, ctx.actor.groups | policy.answers_for(ctx.actor), None)


def _pages(found: Inbox) -> dict[str, Any] | None:
    whole = next(each for each in found.queues if each.key == found.queue)
    text = f"共 {whole.count} 件" if not whole.more else f"超过 {whole.count} 件"
    first = here("show", found.queue) if request.args.get("after") else None
    onward = here("show", found.queue, after=found.next) if found.next else None
    return words.pager(text, first, onward)
