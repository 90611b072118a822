"""管理: people, their posts, and what waits for a second administrator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine import vocabulary
from engine.cases.policy import UNIT_POSTS
from engine.directory.commands import (
    ChangeGroups,
    ChangePerson,
    DecideGrant,
    EnterPerson,
    ExportPeople,
    OfficeCommand,
    SetActive,
)
from engine.errors import EngineError
from engine.facade import ReadContext
from engine.queries.paging import Page
from engine.queries.people import Group, GroupFilter, group_name, groups
from engine.queries.staff import StaffFilter, StaffList, StaffPage, StaffRow, list_staff, staff_page, waiting_grants
from engine.spreadsheet import csv_bytes
from engine.storage.idempotency import StoredAnswer
from webapp.errors import failure_of
from webapp.guard import actor, engine, guarded
from webapp.limits import EXPORT, limited
from webapp.once import perform
from webapp.pages import house_words, sending, words

blueprint = Blueprint("staff", __name__, url_prefix="/admin")

_HEADS = ("登录名", "姓名", "岗位", "岗位代码", "单位", "窗口", "是否在用")
_ALL_GROUPS = Page(0, 10_000)


# ------------------------------------------------------------------ list
@blueprint.get("/people")
@guarded("admin")
def show() -> str:
    """Everybody, narrowed by the filters, and what waits for a second administrator."""
    given = {name: request.args.get(name, "").strip() for name in ("q", "group", "unit", "active")}
    active = {"yes": True, "no": False}.get(given["active"])
    texts = {name: text.replace("\0", "")[:100] or None for name, text in given.items()}
    wanted = StaffFilter(texts["q"], texts["group"], texts["unit"], active)
    after = request.args.get("after")
    found, waiting, every = engine().read_as(actor(), _found, wanted, after)
    here = url_for("staff.show")
    return render_template(
        "people.html",
        filters={"action": here, "fields": _filters(given, every), "clear_href": here},
        items=[_item(row) for row in found.items],
        waiting=waiting,
        pages=_pages(found, given, after),
        total_text=f"共 {found.total} 人",
        add_href=url_for("staff.new"),
        export_url=url_for("staff.export"),
    )


def _found(
    ctx: ReadContext, wanted: StaffFilter, after: str | None
) -> tuple[StaffList, list[dict[str, Any]], list[Group]]:
    waiting = [_grant(ctx, grant) for grant in waiting_grants(ctx)]
    return list_staff(ctx, wanted, after), waiting, groups(ctx, GroupFilter(), _ALL_GROUPS)


def _filters(given: Mapping[str, str], every: list[Group]) -> list[dict[str, Any]]:
    units = [(unit.code, unit.name) for unit in engine().directory.desks()]
    options = {
        "group": [(group.id, group.name) for group in every],
        "unit": units,
        "active": list(vocabulary.ACTIVE.items()),
    }
    titles = {"q": "登录名或姓名", "group": "岗位", "unit": "单位", "active": "状态"}
    return [
        {"name": name, "label": title, "value": given[name], "options": options.get(name)}
        for name, title in titles.items()
    ]


def _item(row: StaffRow) -> dict[str, Any]:
    directory = engine().directory
    unit = directory.units.get(row.unit or "")
    return {
        "href": url_for("staff.person", name=row.name),
        "name": row.name,
        "display": row.display,
        "groups": "、".join(group_name(directory, group) for group in row.groups),
        "unit": row.unit or "" if unit is None else unit.short,
        "window": row.window or "",
        "active": row.active,
    }


def _pages(found: StaffList, given: Mapping[str, str], after: str | None) -> dict[str, Any] | None:
    kept = {name: text for name, text in given.items() if text}
    return words.pager_by_mark(f"共 {found.total} 人", url_for("staff.show"), kept, after, found.next)


def _grant(ctx: ReadContext, grant: Any) -> dict[str, Any]:
    return {
        "person": grant.person,
        "href": url_for("staff.person", name=grant.person),
        "group": group_name(ctx.directory, grant.group),
        "asked_by": grant.asked_by,
        "asked_at": grant.asked_at,
        "url": url_for("staff.decide", id=grant.id),
        "may_grant": ctx.actor.name not in (grant.asked_by, grant.person),
    }


@blueprint.post("/people/export")
@guarded("admin", recent=True)
@limited(EXPORT)
def export() -> Response:
    """The whole list as a file for spreadsheets; that it was taken out stands on the trail of the house."""
    engine().execute(ExportPeople(), actor())
    found = engine().read_as(actor(), list_staff, StaffFilter(), None, None)
    answer = make_response(csv_bytes(_HEADS, (_cells(row) for row in found.items)))
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = 'attachment; filename="bancheng-people.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _cells(row: StaffRow) -> tuple[str, ...]:
    item = _item(row)
    active = vocabulary.ACTIVE["yes" if row.active else "no"]
    return (row.name, row.display, item["groups"], " ".join(row.groups), item["unit"], item["window"], active)


# ------------------------------------------------------------------ one person
@blueprint.get("/people/<name>")
@guarded("admin")
def person(name: str) -> Response:
    """One person: posts, details, past."""
    return _person(name, {}, {})


@blueprint.get("/new-person")
@guarded("admin")
def new() -> Response:
    """The form to enter somebody."""
    return _new({}, (), {})


@blueprint.post("/new-person")
@guarded("admin", recent=True)
def enter() -> Response:
    """Enter somebody, or give back what was entered with what to mend; the password is typed again."""
    given = {field: request.form.get(field, "").strip() for field in ("name", "display", "unit", "window")}
    chosen, password = tuple(request.form.getlist("groups")), request.form.get("password", "")
    details = (given["unit"] or None, given["window"] or None)
    try:
        _do(EnterPerson(given["name"], given["display"], password, chosen, *details))
    except EngineError as error:
        failure = failure_of(error)
        return _new(given, chosen, sending.problems(failure), failure.status)
    return redirect(url_for("staff.person", name=given["name"]), 303)


@blueprint.post("/people/<name>/groups")
@guarded("admin", recent=True)
def change_groups(name: str) -> Response:
    """The person is in the ticked groups from their next request on."""
    held = engine().read_as(actor(), staff_page, name).person.groups
    wanted = set(request.form.getlist("groups"))
    add, remove = tuple(sorted(wanted.difference(held))), tuple(group for group in held if group not in wanted)
    return _about(name, ChangeGroups(name, add, remove), {"groups": wanted})


@blueprint.post("/people/<name>/details")
@guarded("admin", recent=True)
def change_details(name: str) -> Response:
    """Name on screens, unit, window."""
    given = {field: request.form.get(field, "").strip() for field in ("display", "unit", "window")}
    return _about(name, ChangePerson(name, given["display"], given["unit"] or None, given["window"] or None), given)


@blueprint.post("/people/<name>/<any(enable,disable):act>")
@guarded("admin", recent=True)
def set_active(name: str, act: str) -> Response:
    """Shut somebody off, or let them in again."""
    return _about(name, SetActive(name, act == "enable"), {})


@blueprint.post("/grants/<int:id>")
@guarded("admin", recent=True)
def decide(id: int) -> Response:
    """Grant or decline what another administrator asked for."""
    _do(DecideGrant(min(id, 2**62), request.form.get("decision") == "grant"))
    return redirect(url_for("staff.show"), 303)


def _about(name: str, command: OfficeCommand, given: Mapping[str, Any]) -> Response:
    try:
        _do(command)
    except EngineError as error:
        failure = failure_of(error)
        if failure.status == 404:
            raise
        return _person(name, given, sending.problems(failure), failure.status)
    return redirect(url_for("staff.person", name=name), 303)


def _do(command: OfficeCommand) -> None:
    perform(command, lambda ctx, done: StoredAnswer(303, None), sending.sent_key())


# ------------------------------------------------------------------ pages
def _person(name: str, given: Mapping[str, Any], problems: Mapping[str, str], status: int = 200) -> Response:
    def found(ctx: ReadContext) -> tuple[StaffPage, list[dict[str, Any]], list[Group]]:
        page = staff_page(ctx, name)
        return page, [_grant(ctx, grant) for grant in page.waiting], groups(ctx, GroupFilter(), _ALL_GROUPS)

    seen, waiting, every = engine().read_as(actor(), found)
    row = seen.person
    values = {"display": row.display, "unit": row.unit or "", "window": row.window or "", **given}
    text = render_template(
        "person.html",
        person_shown={**_item(row), "load": seen.load, "created_at": row.created_at, "own": row.name == actor().name},
        waiting=waiting,
        offices=_choices(every, values.get("groups", row.groups), row.unit),
        values=values,
        problems=dict(problems),
        history=[house_words.of_person(line, engine().directory) for line in seen.history],
        urls=_urls(row),
        hidden=sending.fresh_key(),
        **_places(),
    )
    return make_response(text, status)


def _urls(row: StaffRow) -> dict[str, str]:
    act = "disable" if row.active else "enable"
    return {
        "groups": url_for("staff.change_groups", name=row.name),
        "details": url_for("staff.change_details", name=row.name),
        "active": url_for("staff.set_active", name=row.name, act=act),
        "absence": url_for("absence.show", absent=row.name),
        "list": url_for("staff.show"),
    }


def _new(given: Mapping[str, str], chosen: tuple[str, ...], problems: Mapping[str, str], status: int = 200) -> Response:
    every = engine().read_as(actor(), groups, GroupFilter(), _ALL_GROUPS)
    text = render_template(
        "person_new.html",
        action=url_for("staff.enter"),
        hidden=sending.fresh_key(),
        values={**dict.fromkeys(("name", "display", "unit", "window"), ""), **given},
        offices=_choices(every, chosen, given.get("unit") or None),
        problems=dict(problems),
        list_href=url_for("staff.show"),
        **_places(),
    )
    return make_response(text, status)


def _places() -> dict[str, Any]:
    directory = engine().directory
    return {
        "units": [(unit.code, unit.name) for unit in directory.units.values()],
        "windows": [(window.code, f"{window.code} {window.name}") for window in directory.windows.values()],
    }


def _choices(every: list[Group], held: Any, unit: str | None) -> list[dict[str, Any]]:
    """Groups to tick, the offices first, then unit by unit; those of the person's unit and with a tick lie open."""
    offices = [group for group in every if group.kind == "office"]
    shown = [{"label": "本局和中心的岗位", "open": True, "groups": [_choice(group, held) for group in offices]}]
    for desk in engine().directory.desks():
        own = [group for group in every if group.id in {f"{post}:{desk.code}" for post in UNIT_POSTS}]
        chosen = any(group.id in held for group in own)
        shown.append(
            {"label": desk.name, "open": chosen or desk.code == unit, "groups": [_choice(each, held) for each in own]}
        )
    return shown


def _choice(group: Group, held: Any) -> dict[str, Any]:
    return {"id": group.id, "label": group.name, "checked": group.id in held}
