"""演算: what the clock will do to a case accepted at some instant that nobody acts on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, render_template, request, url_for

from engine.cases import policy
from engine.clock import local
from engine.definitions.checked import checked
from engine.definitions.simulate import Asked
from engine.errors import BadInput, NotFound
from engine.facade import ReadContext
from engine.queries.definition_drafts import drafts_at_work, opened_draft
from engine.queries.ladder import LadderLine, LadderTold, draft_ladder, house_ladder
from engine.queries.versions import published_versions, version_of
from engine.vocabulary import GRADE
from webapp.form_values import instant_text
from webapp.guard import actor, engine, guarded
from webapp.ladder_chart import Row, timeline

blueprint = Blueprint("ladder", __name__)

_FIELDS = ("accepted", "grade", "matter", "lead", "stuck", "version", "draft")
_HIGH = 3  # tiers from here on are alarms


@blueprint.get("/designer/ladder")
@guarded(*policy.DESIGNING)
def show() -> str:
    """The form, and under it the ladder it asks for; before anything is asked, that of a general case now."""
    given = {name: request.args.get(name, "").strip() for name in _FIELDS}
    given["accepted"] = given["accepted"] or f"{local(engine().clock.now()):%Y-%m-%d %H:%M}"
    given["grade"] = given["grade"] if given["grade"] in GRADE else "general"
    given["urgent"] = "yes" if request.args.get("urgent") == "yes" else ""
    found, problems = _ladder(given)
    return render_template(
        "ladder.html",
        action=url_for("ladder.show"),
        versions_href=url_for("designer.show"),
        given=given,
        grades=list(GRADE.items()),
        problems=problems,
        **engine().read_as(actor(), _choices),
        found=None if found is None else _shown(found),
    )


def _ladder(given: Mapping[str, str]) -> tuple[LadderTold | None, Mapping[str, str]]:
    """What was asked for, or what is wrong with it by field."""
    accepted, version = _instant(given["accepted"]), given["version"]
    if accepted is None:
        return None, {"accepted": "时刻没有看懂，请写成 2026-09-30 17:20。"}
    if version and not (version.isdecimal() and len(version) < 7):
        return None, {"version": "没有这一版，请从列表里选。"}
    matter, lead, stuck = (given[name] or None for name in ("matter", "lead", "stuck"))
    asked = Asked(accepted, given["grade"], matter, lead, given["urgent"] == "yes")
    try:
        if given["draft"]:
            return _of_draft(given["draft"], asked, stuck), {}
        return engine().read_as(actor(), house_ladder, asked, stuck, int(version) if version else None), {}
    except NotFound as missing:
        return None, {"draft" if given["draft"] else "version": missing.message}
    except BadInput as wrong:
        return None, {name if name in _FIELDS else "accepted": said for name, said in wrong.fields.items()}


def _of_draft(given: str, asked: Asked, stuck: str | None) -> LadderTold:
    """By a draft, once it is known that it can be run. Raises BadInput, NotFound."""
    if not (given.isascii() and given.isdecimal() and len(given) < 10):
        raise NotFound("没有这份草稿，请从列表里选。")
    opened = engine().read_as(actor(), opened_draft, int(given))
    found = checked(engine(), opened.files)
    if not found.verdicts:  # the lint has found something
        raise BadInput({"draft": f"草稿“{opened.draft.title}”还不能运行，请先按检查结果改好再演算。"})
    return engine().read_as(actor(), draft_ladder, asked, stuck, int(given))


def _instant(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(instant_text(text))
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _choices(ctx: ReadContext) -> dict[str, Any]:
    """What the lists offer."""
    user_tasks = version_of(ctx).definition.user_tasks
    return {
        "matters": [(matter.code, f"{matter.code} {matter.name}") for matter in ctx.directory.matters.values()],
        "units": [(unit.code, unit.short) for unit in ctx.directory.desks()],
        "steps": [(task.id, task.name) for task in user_tasks if task.id != "supervise"],
        "versions": [
            (str(each.version), f"第 {each.version} 版{'（正在运行）' if each.running else ''}")
            for each in published_versions(ctx)
        ],
        "drafts": [(str(each.id), f"草稿：{each.title}") for each in drafts_at_work(ctx)],
    }


def _shown(found: LadderTold) -> dict[str, Any]:
    rows = [Row(line.at, line.name, line.tier) for line in found.lines]
    return {
        "by": f"第 {found.version} 版" if found.version else "草稿",
        "accepted": found.asked.accepted,
        "deadline": found.deadline,
        "more": found.more,
        "svg": timeline(found.asked.accepted, rows, found.closed, "到时会怎样的时间图"),
        "lines": [_line(line) for line in found.lines],
    }


def _line(line: LadderLine) -> dict[str, Any]:
    raised = f"，提到 {line.tier} 级" if line.tier else ""
    return {
        "at": line.at,
        "actor": line.when.removesuffix("："),
        "text": f"{line.name}{raised}",
        "detail": f"到时：{line.then}\n为什么是这一刻：{line.why}。",
        "kind": "alarm" if line.tier >= _HIGH else "clock",
    }
