"""督办: what is late or climbing, at which tier, since when, who was told, what they did; who has how much in hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for

from engine.cases import policy
from engine.facade import ReadContext
from engine.queries.case_page import Waiting
from engine.queries.load import Load, load_of_people, load_of_units
from engine.queries.people import group_name
from engine.queries.queue_sources import HELD
from engine.queries.supervised import Supervised
from engine.queries.supervision import LATE, Pledge, Watched, WatchFilter, WatchList, watch_list
from engine.vocabulary import GRADE, TIER, WATCH, WATCH_ORDER, label
from webapp.guard import actor, engine, guarded
from webapp.pages import acts, words
from webapp.pages.case_parts import deadline_of
from webapp.pages.task import loaded
from webapp.pages.timeline import timeline

blueprint = Blueprint("supervision", __name__)

_FILTERS = ("unit", "tier", "grade", "order")
_EMPTY = {
    "late": ("没有超期的件", "到了期限还没办结的件会列在这里。"),
    "raised": ("没有未超期已提级的件", "没到期限、但因逾期未联系等原因提级的件会列在这里。"),
    "soon": ("没有将到期的件", "快到期限的件会列在这里。"),
    "pending": ("没有挂账的件", "挂账的件每月更新一次进展，直到办结。"),
}


@blueprint.get("/supervision")
@guarded(*policy.SUPERVISION)
def show() -> str:
    """One watch: late, raised, soon due or pending."""
    watch, asked = request.args.get("watch", LATE), _asked(request.args)
    found, units, loads = engine().read_as(actor(), _find, watch, asked, request.args.get("after"))
    return render_template(
        "supervision.html",
        watches=[_watch(key, found) for key in WATCH],
        watch={"key": watch, "label": label("watch", watch), "empty": _EMPTY[watch]},
        tiers=[
            {"label": f"{tier} 级（{label('tier', tier)}）", "count": number} for tier, number in found.tiers.items()
        ],
        filters=_filters(watch, request.args, units),
        items=[_item(each) for each in found.items],
        pages=_pages(found),
        loads=[
            {"title": "各单位手头的工单", "of": "单位", "timed": False, "rows": _loads(loads[0])},
            {"title": "各人手头的待办", "of": "人员", "timed": True, "rows": _loads(loads[1])},
        ],
    )


def tier_words(tier: int) -> str:
    """3 级（工作小组和承办单位分管领导）."""
    return f"{tier} 级（{label('tier', tier)}）"


def _find(ctx: ReadContext, watch: str, asked: WatchFilter, after: str | None) -> tuple[WatchList, Any, Any]:
    units = {unit.code: group_name(ctx.directory, f"unit:{unit.code}") for unit in ctx.directory.desks()}
    return watch_list(ctx, watch, asked, after), units, (load_of_units(ctx), load_of_people(ctx))


# ------------------------------------------------------------------ what is asked for
def _asked(given: Mapping[str, str]) -> WatchFilter:
    """What is no tier and no grade narrows to nothing that there is, so it is left out."""
    tier = given.get("tier", "")
    grade, order = given.get("grade", ""), given.get("order", "")
    return WatchFilter(
        unit=given.get("unit") or None,
        tier=int(tier) if tier in TIER else None,
        grade=grade if grade in GRADE else None,
        order=order if order in WATCH_ORDER else next(iter(WATCH_ORDER)),
    )


def _filters(watch: str, given: Mapping[str, str], units: Mapping[str, str]) -> dict[str, Any]:
    options = {
        "unit": ("单位", list(units.items())),
        "tier": ("层级", [(tier, f"{tier} 级 {name}") for tier, name in TIER.items()]),
        "grade": ("等级", list(GRADE.items())),
        "order": ("排序", list(WATCH_ORDER.items())),
    }
    fields = [
        {"name": name, "label": title, "value": given.get(name, ""), "options": known, "all": name != "order"}
        for name, (title, known) in options.items()
    ]
    place = url_for("supervision.show")
    return {"action": place, "watch": watch, "fields": fields, "clear_href": url_for("supervision.show", watch=watch)}


def _watch(key: str, found: WatchList) -> dict[str, Any]:
    count = found.counts[key]
    return {
        "label": label("watch", key),
        "count": count,
        "href": _href(key),
        "current": key == found.watch,
        "alarm": key == LATE and count > 0,
    }


def _href(watch: str, **more: str) -> str:
    """A watch with the present filters."""
    kept = {name: request.args[name] for name in _FILTERS if request.args.get(name)}
    return f"{url_for('supervision.show')}?{urlencode({'watch': watch, **kept, **more})}"


def _pages(found: WatchList) -> dict[str, Any] | None:
    first = _href(found.watch) if request.args.get("after") else None
    onward = _href(found.watch, after=found.next) if found.next else None
    return words.pager(f"共 {found.counts[found.watch]} 件", first, onward)


# ------------------------------------------------------------------ one case
def _item(item: Watched) -> dict[str, Any]:
    no = item.case.no
    due, back = deadline_of(item.case), f"{_href(request.args.get('watch', LATE))}#case-{no}"
    handings = {each.task_id: _handing(each, back) for each in item.supervised}
    return {
        "href": url_for("case.show", no=no),
        "no": no,
        "title": item.case.title,
        "grade": label("grade", item.case.grade),
        "unit": item.unit,
        "tier": item.case.tier,
        "tier_label": label("tier", item.case.tier),
        "urgent": item.case.urgent,
        "due": {"light": due["light"], "remaining": due["remaining"], "text": due["text"], "at": item.case.deadline},
        "waiting": [_waiting(task, back, handings.get(task.id)) for task in item.waiting],
        "past": timeline(item.past, engine().directory),
        "pledge": _pledge(item.pledge),
        "next": None if item.next is None else {"text": label("timer", item.next.element), "at": item.next.due},
        "acts": [{"label": acts.LABELS[act], "href": acts.href(act, no, back)} for act in item.acts],
    }


def _pledge(pledge: Pledge | None) -> dict[str, Any] | None:
    """How far a pending case is: what was said last, and until when the next is due."""
    if pledge is None:
        return None
    due = None if pledge.due is None else words.due(pledge.due)
    return {"at": pledge.told_at, "facts": words.facts(pledge.told), "due": due}


def _waiting(task: Waiting, back: str, handing: dict[str, Any] | None) -> dict[str, Any]:
    return {
        "href": url_for("task.show", task_id=task.id, back=back),
        "id": task.id,
        "handing": handing,
        "label": task.name,
        "mine": task.may_open,
        "place": task.place,
        "holder": task.holder,
        "due": words.due(task.due),
    }


def _handing(task: Supervised, back: str) -> dict[str, Any]:
    """Taking a 督办 task over, or giving it to a colleague: forms that lead back to the case in the list."""
    return {
        "held": {"held": task.held_by or ""},
        "take_url": url_for("task.claim", task_id=task.task_id, back=back) if task.may_take else None,
        "give_url": url_for("task.hand_on", task_id=task.task_id, back=back) if task.colleagues else None,
        "options": [(each.name, loaded(each)) for each in task.colleagues],
    }


def _loads(rows: tuple[Load, ...]) -> list[dict[str, Any]]:
    most = max((row.open for row in rows), default=0) or 1
    return [
        {
            **asdict(row),
            "share": round(100 * row.open / most),
            "hours": _office_hours(row.hours),
            "href": _in_hand(row),
        }
        for row in rows
    ]


def _in_hand(row: Load) -> str | None:
    """The tasks of a person whose inbox the reader may look into; one's own are in one's own queue."""
    if row.who is None or not row.open:
        return None
    if row.who == actor().name:
        return url_for("inbox.show", queue="mine")
    return url_for("inbox.show", queue=HELD, by=row.who)


def _office_hours(hours: float | None) -> str:
    return "—" if hours is None else f"{hours:.1f} 小时"
