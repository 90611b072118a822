"""流程分析: for auditors and supervisors, where cases wait and why they come late, over the diagram and as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for

from engine.cases import policy
from engine.facade import ReadContext
from engine.heat.lateness import DESIGN, EARLIER, PERSON
from engine.heat.steps import HELD, PAUSED, PENDING, UNCLAIMED
from engine.queries.heat import Heat, Place, heat
from engine.queries.heat_cases import AGAIN, LATE, OPEN, OVERDUE
from engine.queries.paging import Page
from engine.queries.people import group_name
from engine.queries.processes import DefinitionFilter, ProcessDefinition, definitions
from engine.vocabulary import VOCABULARIES, label
from webapp.guard import actor, engine, guarded
from webapp.pages.heat_asked import SECOND, TITLES, Asked, asked, key_asked
from webapp.pages.heat_words import BY, LEVELS, duration, hottest, marks, share, spread_words

blueprint = Blueprint("heat", __name__)
READERS = ("auditor", "supervisor")
SIDES = ("甲", "乙")
EVERY, MAIN = "all", "main"  # columns of the tables: all there are, or those that find room on a screen
_PILES = 5
_PILED = (UNCLAIMED, HELD)


@blueprint.get("/audit/processes")
@guarded(*READERS)
def show() -> str:
    """The heat of a selection; of two, side by side, when a second one is asked for."""
    found = engine().read_as(actor(), _look, request.args)
    by, every = _picked("by", "count", "time"), _picked("columns", EVERY, MAIN) == EVERY
    first, second = found.asked[0], found.asked[1] if len(found.asked) > 1 else None
    tasks = [place for place in found.heats[0].places if place.is_task]
    return render_template(
        "heat.html",
        action=url_for(".show"),
        process=found.key,
        processes=[(each.key, each.name) for each in found.processes],
        fields=_fields(first.given, found, ""),
        fields2=_fields(second.given if second else {}, found, SECOND),
        compared=None if second is None else _compared(found, every),
        auditor=policy.holds(actor(), {"auditor"}),
        by=by,
        ways_to_colour=[(name, words, _here(by=name)) for name, words in BY.items()],
        diagrams=_diagrams(found, by),
        piles=[(where, pile) for where in _PILED if (pile := _piles(tasks, first, found.key, where))],
        cases=found.heats[0].cases,
        unread=found.heats[0].unread,
        every=every,
        other_columns=_here(columns=MAIN if every else EVERY),
        rows=[
            (_row if every else _cells)(place, first, found.key, sum(each.spent for each in tasks)) for place in tasks
        ],
        others=[
            {"name": each.name, "process": found.names[each.process], "reached": each.reached}
            for each in found.heats[0].places
            if not each.is_task
        ],
        levels=range(1, LEVELS + 1),
        notices=[{"kind": "warn", "text": text} for each in found.asked for text in each.wrong],
    )


def _picked(name: str, other: str, plain: str) -> str:
    return other if request.args.get(name) == other else plain


# ------------------------------------------------------------------ looking
@dataclass(frozen=True)
class _Found:
    """What the page is made of.

    `drawn`: of each selection the processes of the version that is drawn; `names`: of processes by id.
    """

    key: str
    processes: Sequence[ProcessDefinition]
    versions: Mapping[str, int]
    units: Mapping[str, str]
    drawn: Sequence[Sequence[ProcessDefinition]]
    names: Mapping[str, str]
    asked: Sequence[Asked]
    heats: Sequence[Heat]


def _look(ctx: ReadContext, args: Mapping[str, str]) -> _Found:
    every = definitions(ctx, DefinitionFilter(), Page())
    startable = {each.key: each for each in reversed(every) if each.startable}
    key = key_asked(args, startable)
    versions = {str(each.version): each.bundle_id for each in every if each.key == key}
    wanted = [asked(args, key, versions)]
    if args.get("compare"):
        wanted.append(asked(args, key, versions, SECOND))
    drawn = [each.selection.bundle or max(versions.values()) for each in wanted]
    units = {unit.code: group_name(ctx.directory, f"unit:{unit.code}") for unit in ctx.directory.desks()}
    return _Found(
        key=key,
        processes=list(startable.values()),
        versions=versions,
        units=units,
        drawn=[_of_version(every, bundle) for bundle in drawn],
        names={each.key: each.name for each in every},
        asked=wanted,
        heats=[heat(ctx, each.selection) for each in wanted],
    )


def _of_version(every: Sequence[ProcessDefinition], bundle: int) -> list[ProcessDefinition]:
    return sorted((each for each in every if each.bundle_id == bundle), key=lambda each: not each.startable)


def _fields(given: Mapping[str, str], found: _Found, suffix: str) -> list[dict[str, Any]]:
    options: dict[str, list[tuple[str, str]]] = {
        "version": [(number, f"第 {number} 版") for number in found.versions],
        "unit": list(found.units.items()),
        **{name: list(VOCABULARIES[name].items()) for name in ("grade", "cause", "channel")},
    }
    return [
        {"name": f"{name}{suffix}", "label": title, "value": given.get(name, ""), "options": options.get(name)}
        for name, title in TITLES.items()
    ]


def _here(**changes: str) -> str:
    return f"{url_for('.show')}?{urlencode({**request.args.to_dict(), **changes})}"


def _diagrams(found: _Found, by: str) -> list[dict[str, Any]]:
    """One per process and selection; two selections are coloured by the same measure."""
    most, several = max(hottest(each, by) for each in found.heats), len(found.heats) > 1
    hot = [marks(each, by, most) for each in found.heats]
    return [
        {
            "title": f"{f'{side}：' if several else ''}{each.name}（第 {each.version} 版）",
            "xml_url": url_for("diagram.show", definition_id=each.id, process=each.key),
            "marks": of_side.get(each.key, {}),
        }
        for side, drawn, of_side in zip(SIDES, found.drawn, hot, strict=False)
        for each in drawn
        if of_side.get(each.key)
    ]


# ------------------------------------------------------------------ the table
_WHOSE = ("设计所致", "前步所致", "本步人为")
_COUNTS = {"reached": "", "open": OPEN, "overdue": OVERDUE, "again": AGAIN}


def _cells(place: Place, wanted: Asked, key: str, whole: int) -> dict[str, Any]:
    """The main figures of a task: each with its head, and what else there is to say of it on a second line."""
    row = _row(place, wanted, key, whole)
    (unclaimed, waited, held, handled, stands), late = row["lying"], row["late"]

    def cell(
        head: str, text: str, more: str = "", href: str | None = None, further: str | None = None
    ) -> dict[str, Any]:
        return {"head": head, "text": text, "more": more, "href": href, "further": further}

    def times(head: str, of: Sequence[str]) -> dict[str, Any]:
        return cell(head, of[0], f"90% 在 {of[2]}内" if of[2] != duration(None) else "")

    def figure(head: str, it: Mapping[str, Any], more: str = "") -> dict[str, Any]:
        return cell(head, it["text"], more if it["href"] else "", it["href"])

    reached, still = row["counts"][0], row["counts"][1]
    return {
        "name": place.name,
        "cells": [
            cell("占全部时间", row["spent"]),
            cell("到达", reached["text"], f"未办完 {place.open}" if place.open else "", reached["href"], still["href"]),
            times("等待（中位）", row["waited"]),
            times("办理（中位）", row["handled"]),
            cell("超期占比", row["late_share"], f"{late['text']} 次" if late["href"] else "", None, late["href"]),
            *(figure(head, it) for head, it in zip(_WHOSE, row["why"], strict=True)),
            figure("现在没人接手", unclaimed, f"最早已等 {waited}"),
            figure("现在有人在办", held, f"最早已办 {handled}"),
            figure("现在暂停或挂账", stands),
        ],
    }


def _row(place: Place, wanted: Asked, key: str, whole: int) -> dict[str, Any]:
    def cell(number: int, which: str) -> dict[str, Any]:
        text = f"{number}（挂账）" if which == PENDING else str(number)
        return {"text": text, "href": _behind(place, wanted, key, which) if number else None}

    def lies(where: str) -> list[Any]:
        found = place.lying.get(where)
        return [cell(found.number if found else 0, where), duration(found.minutes if found else None)]

    return {
        "name": place.name,
        "counts": [cell(getattr(place, name), which) for name, which in _COUNTS.items()],
        "taken_back": place.taken_back,
        "waited": spread_words(place.waited),
        "handled": spread_words(place.handled),
        "spent": share(place.spent / whole) if whole else share(None),
        "lying": [*lies(UNCLAIMED), *lies(HELD), lies(PENDING if PENDING in place.lying else PAUSED)[0]],
        "late_share": share(place.late_share),
        "late": cell(sum(place.late.values()), LATE),
        "why": [cell(place.late[why], why) for why in (DESIGN, EARLIER, PERSON)],
    }


def _behind(place: Place, wanted: Asked, key: str, which: str) -> str:
    """The address of the cases behind a figure."""
    where = {**wanted.given, "process": key, "element": place.element, "which": which}
    asking = urlencode({name: value for name, value in where.items() if value})
    return f"{url_for('heat_cases.show')}?{asking}"


def _piles(tasks: Sequence[Place], wanted: Asked, key: str, where: str) -> list[dict[str, Any]]:
    """The steps at which most lies with nobody, or with somebody."""
    lying = [(each, each.lying[where]) for each in tasks if where in each.lying]
    most = sorted(lying, key=lambda each: (-each[1].number, -each[1].minutes))[:_PILES]
    return [
        {
            "name": place.name,
            "number": pile.number,
            "since": pile.since,
            "so_far": duration(pile.minutes),
            "href": _behind(place, wanted, key, where),
        }
        for place, pile in most
    ]


def _compared(found: _Found, every: bool) -> dict[str, Any]:
    """The tasks of both selections, where the first spent most time first."""
    first, second = ({place.element: place for place in each.places if place.is_task} for each in found.heats)
    return {
        "titles": [told(each, found.units) for each in found.asked],
        "cases": [each.cases for each in found.heats],
        "rows": [
            {"name": (first.get(id) or second[id]).name, "pairs": _pairs(first.get(id), second.get(id), every)}
            for id in dict.fromkeys((*first, *second))
        ],
    }


_HEADS = (  # of the figures, in their order; empty for those that find no room
    *("到达", "等待（中位）", "", "等待（90%）", "", "办理（中位）", "", "办理（90%）", ""),
    *("再次进入", "", "超期占比", *_WHOSE),
)


def _pairs(first: Place | None, second: Place | None, every: bool) -> list[tuple[str, str, str]]:
    """Head, figure of the first and of the second."""
    pairs = zip(_figures(first), _figures(second), strict=True)
    return [(head, *pair) for head, pair in zip(_HEADS, pairs, strict=True) if every or head]


def _figures(place: Place | None) -> list[str]:
    if place is None:
        return ["0", *[duration(None)] * 8, "0", "0", share(None), "0", "0", "0"]
    late = [str(place.late[why]) for why in (DESIGN, EARLIER, PERSON)]
    times = [*spread_words(place.waited), *spread_words(place.handled)]
    return [str(place.reached), *times, str(place.again), str(place.taken_back), share(place.late_share), *late]


def told(wanted: Asked, units: Mapping[str, str]) -> str:
    """A selection in words."""
    said = [f"{TITLES[name]} {_value_words(name, text, units)}" for name, text in wanted.given.items()]
    return "，".join(said) or "全部"


def _value_words(name: str, text: str, units: Mapping[str, str]) -> str:
    if name in ("grade", "cause", "channel"):
        return label(name, text)
    return units.get(text, text) if name == "unit" else f"第 {text} 版" if name == "version" else text
