"""The cases behind a figure of 流程分析, each with a way on to its trail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for
from werkzeug.exceptions import NotFound

from engine.bpmn.elements import Element
from engine.definitions.shipped import CASE_PROCESS
from engine.facade import ReadContext
from engine.heat.steps import HELD, PAUSED, PENDING
from engine.queries.heat_cases import STILL, WHICH, StepList, StepOfCase, steps_behind
from engine.queries.paging import Page
from engine.queries.people import group_name
from engine.queries.processes import DefinitionFilter, definitions
from engine.vocabulary import label
from webapp.guard import actor, engine, guarded
from webapp.pages import trail
from webapp.pages.audit_links import of_case
from webapp.pages.heat import READERS, told
from webapp.pages.heat_asked import TITLES, Asked, asked, key_asked
from webapp.pages.heat_words import duration

blueprint = Blueprint("heat_cases", __name__)

_ROWS = 50
_LAST = 2000
_ORDER = {HELD: "接手最早的在前", PAUSED: "暂停最早的在前", PENDING: "挂账最早的在前"}
_LONGEST = "用时最长的在前，还没办完的在后，其中新到的在先"


@blueprint.get("/audit/processes/steps")
@guarded(*READERS)
def show() -> str:
    """The steps at one element, the longest first."""
    number = _number(request.args.get("page", ""))
    drawn, wanted, found, units = engine().read_as(actor(), _look, request.args, number)
    which = request.args.get("which", "")
    further = number * _ROWS < found.total
    return render_template(
        "heat_cases.html",
        name=drawn.name,
        which=label("heat_list", which) if which in WHICH else "",
        selection=told(wanted, units),
        order=_ORDER.get(which, "到得最早的在前" if which in STILL else _LONGEST),
        back_href=f"{url_for('heat.show')}?{urlencode(_kept('process', *TITLES))}",
        total=found.total,
        rows=[_row(each, units) for each in found.items],
        pages={
            "text": f"共 {found.total} 次，每页 {_ROWS} 次",
            "first_href": _page(1) if number > 1 else None,
            "next_href": _page(number + 1) if further else None,
        },
        exports=trail.exports() if wanted.selection.key == CASE_PROCESS else None,
        kept=[("element", drawn.id), ("which", which if which in WHICH else ""), *_kept(*TITLES).items()],
        notices=[{"kind": "warn", "text": text} for text in wanted.wrong],
    )


def _look(ctx: ReadContext, args: Mapping[str, str], number: int) -> tuple[Element, Asked, StepList, dict[str, str]]:
    every = definitions(ctx, DefinitionFilter(), Page())
    key = key_asked(args, {each.key: each for each in every})
    wanted = asked(args, key, {str(each.version): each.bundle_id for each in every if each.key == key})
    which, drawn = args.get("which"), _drawn(ctx, key, args.get("element"))
    page = Page((number - 1) * _ROWS, _ROWS)
    found = steps_behind(ctx, wanted.selection, drawn.id, which if which in WHICH else None, page)
    units = {unit.code: group_name(ctx.directory, f"unit:{unit.code}") for unit in ctx.directory.desks()}
    return drawn, wanted, found, units


def _drawn(ctx: ReadContext, key: str, element: str | None) -> Element:
    """The task as it is drawn by the newest version that draws it; none asked for: the first task of the process."""
    versions = [each for each in reversed(ctx.versions.all(ctx.conn)) if each.key == key]
    found = (each for version in versions for each in version.definition.user_tasks if element in (None, each.id))
    drawn = next(found, None)
    if drawn is None:
        raise NotFound
    return drawn


def _row(step: StepOfCase, units: Mapping[str, str]) -> dict[str, Any]:
    return {
        "no": step.no,
        "href": of_case(step.no),
        "unit": units.get(step.unit or "", step.unit or ""),
        "entry": step.entry,
        "entered_at": step.entered_at,
        "left_at": step.left_at,
        "waited": _so_far(step.waited, step.how is None and step.begun_at is None),
        "handled": _so_far(step.handled, step.how is None),
        "allowed": duration(step.allowed),
        "remained": duration(step.remained),
        "how": "还没办完" if step.how is None else "" if step.how == "completed" else "撤回或到时转走",
        "lies": label("lies", step.lies),
        "late": label("late", step.late) if step.late else "",
    }


def _so_far(minutes: int | None, still: bool) -> str:
    return f"至今 {duration(minutes)}" if still and minutes is not None else duration(minutes)


def _kept(*names: str) -> dict[str, str]:
    return {name: request.args[name] for name in names if request.args.get(name)}


def _page(number: int) -> str:
    return f"{url_for('.show')}?{urlencode({**_kept('process', 'element', 'which', *TITLES), 'page': str(number)})}"


def _number(text: str) -> int:
    return min(max(int(text), 1), _LAST) if text.isascii() and text.isdecimal() and len(text) < 6 else 1
