"""试算: the cases of a period over another version or a draft; asked for here, made beside, looked at when done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.cases import policy
from engine.clock import local
from engine.errors import NotFound, NotNow
from engine.facade import ReadContext
from engine.queries.definition_drafts import drafts_at_work
from engine.queries.people import displays, group_name
from engine.queries.versions import published_versions
from engine.queries.what_if import MOST_CASES
from engine.queries.what_if_words import agreement, assumptions, counted, lines, loads
from engine.vocabulary import label
from engine.what_if_runs import DONE, FAILED, RUNNING, Asked, Run, last_runs, run_of, start_run
from webapp.form_values import day_or_none
from webapp.guard import actor, engine, guarded
from webapp.paired_chart import Two, pairs

blueprint = Blueprint("whatif", __name__)

DAYS = 91  # the last months, where nothing else is asked
_MOST = 5_000
_DRAWN = 8  # groups in the picture
_DEVIATES: Mapping[str, str] = {
    "grade": "等级",
    "outcome": "办理结果",
    "lead_unit": "主办单位",
    "tier": "提级层级",
    "merged": "并单",
    "deadline": "期限",
    "original_deadline": "最初的期限",
    "accepted_at": "受理时刻",
    "completed_at": "办结时刻",
    "counted_at": "首次办结",
    "counted_due": "首次办结的期限",
    "ended_at": "归档时刻",
    "signed": "签收",
    "auto_signed": "自动签收",
    "raised": "提级",
    "tasks": "待办",
}
_STATES = {RUNNING: "正在算", DONE: "已算完", FAILED: "没有算成"}


@blueprint.get("/designer/whatif")
@guarded(*policy.DESIGNING)
def show() -> str:
    """What can be asked, and what has been; `draft` or `version` is chosen beforehand."""
    today = local(engine().clock.now()).date()
    given = {"from": (today - timedelta(DAYS)).isoformat(), "to": today.isoformat(), "over": _over()}
    return _asking({**given, "most": str(MOST_CASES), "seed": "1"}, {})


@blueprint.post("/designer/whatif")
@guarded(*policy.DESIGNING)
def start() -> Response | tuple[str, int]:
    """Begin a run, and go and look at it."""
    given = {name: request.form.get(name, "").strip() for name in ("from", "to", "over", "most", "seed")}
    asked, problems = _asked(given)
    if asked is None:
        return _asking(given, problems), 400
    try:
        id = start_run(engine(), actor(), asked)
    except NotFound as missing:
        return _asking(given, {"over": missing.message}), 400
    except NotNow as busy:
        return _asking(given, {"over": busy.message}), 409
    return redirect(url_for("whatif.run", id=id), 303)


@blueprint.get("/designer/whatif/<int:id>")
@guarded(*policy.DESIGNING)
def run(id: int) -> str:
    """One run: how far it is, or what came of it."""
    return engine().read_as(actor(), _run_page, id)


# ------------------------------------------------------------------ asking
def _over() -> str:
    """What the address names: `d5` a draft, `v2` a version; empty for none."""
    for name, kind in (("draft", "d"), ("version", "v")):
        text = request.args.get(name, "")
        if text.isascii() and text.isdigit() and len(text) < 10:
            return f"{kind}{text}"
    return ""


def _asking(given: Mapping[str, str], problems: Mapping[str, str]) -> str:
    return engine().read_as(actor(), _form_page, given, problems)


def _form_page(ctx: ReadContext, given: Mapping[str, str], problems: Mapping[str, str]) -> str:
    runs = last_runs(ctx)
    names = displays(ctx.conn, {run.asked_by for run in runs})
    return render_template(
        "whatif.html",
        action=url_for("whatif.start"),
        versions_href=url_for("designer.show"),
        given=given,
        problems=problems,
        choices=_choices(ctx),
        runs=[_listed(run, names) for run in runs],
    )


def _choices(ctx: ReadContext) -> list[tuple[str, str]]:
    """Drafts at work first, then the versions."""
    drafts = [(f"d{draft.id}", f"草稿“{draft.title}”") for draft in drafts_at_work(ctx)]
    versions = [
        (f"v{each.version}", f"第 {each.version} 版{'（正在运行）' if each.running else ''}")
        for each in published_versions(ctx)
    ]
    return [*drafts, *versions]


def _listed(run: Run, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "href": url_for("whatif.run", id=run.id),
        "called": run.called,
        "period": f"{run.since} 至 {run.until}",
        "by": names.get(run.asked_by, run.asked_by),
        "at": run.asked_at,
        "state": "没有算完" if run.silent else _STATES[run.state],
    }


def _asked(given: Mapping[str, str]) -> tuple[Asked | None, dict[str, str]]:
    """What is asked, or what is wrong with it by field."""
    since, until = day_or_none(given["from"]), day_or_none(given["to"])
    kind, over = given["over"][:1], given["over"][1:]
    most, seed = _number(given["most"], _MOST), _number(given["seed"], 1_000_000)
    wrong = {}
    if since is None:
        wrong["from"] = "日期没有看懂，请写成 2026-10-08。"
    if until is None:
        wrong["to"] = "日期没有看懂，请写成 2026-10-08。"
    if since is not None and until is not None and until < since:
        wrong["to"] = "截止日期早于起始日期，请改正。"
    if kind not in ("d", "v") or _number(over, 1_000_000_000) is None:
        wrong["over"] = "请选择在哪一版或哪份草稿上试算。"
    if not most:
        wrong["most"] = f"请填 1 到 {_MOST} 的整数。"
    if seed is None:
        wrong["seed"] = "请填 0 到 1000000 的整数。"
    if wrong or since is None or until is None or most is None or seed is None:
        return None, wrong
    number = int(over)
    version, draft = (number, None) if kind == "v" else (None, number)
    return Asked(since, until, version, draft, most, seed), {}


def _number(text: str, most: int) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 and int(text) <= most else None


# ------------------------------------------------------------------ one run
def _run_page(ctx: ReadContext, id: int) -> str:
    found = run_of(ctx, id)
    return render_template(
        "whatif_run.html",
        versions_href=url_for("designer.show"),
        asking_href=url_for("whatif.show"),
        href=url_for("whatif.run", id=id),
        run={
            "id": id,
            "called": found.called,
            "since": found.since,
            "until": found.until,
            "by": displays(ctx.conn, {found.asked_by}).get(found.asked_by, found.asked_by),
            "at": found.asked_at,
            "running": found.state == RUNNING and not found.silent,
            "silent": found.silent,
            "done": found.done,
            "steps": found.steps,
            "failure": found.failure,
        },
        found=None if found.answer is None else _shown(ctx, found.answer),
    )


def _shown(ctx: ReadContext, answer: Mapping[str, Any]) -> dict[str, Any]:
    named = partial(group_name, ctx.directory)
    figures, burdens = lines(answer), loads(answer, named)
    drawn = [Two(line.name.partition("（")[0], line.before, line.after) for line in figures[: -len(_PLAIN)]]
    hours = [Two(load.name, load.hours.before, load.hours.after) for load in burdens[:_DRAWN]]
    return {
        "counted": counted(answer),
        "agreement": agreement(answer),
        "agrees": answer["cases"]["agreeing"] == answer["cases"]["replayed"],
        "until": datetime.fromisoformat(answer["until"]),
        "lines": [(line.name, *line.texts) for line in figures],
        "svg": pairs("超期和提级", drawn),
        "loads": [(load.name, *load.tasks.texts[:2], *load.hours.texts) for load in burdens],
        "load_svg": pairs("工作量（小时）", hours),
        "differing": [_differing(each) for each in answer["differing"] if each["weighs"]],
        "instants": [_differing(each) for each in answer["differing"] if not each["weighs"]],
        "only_instants": answer["cases"]["differ"] - answer["cases"]["weigh"],
        "more": answer["cases"]["differ"] - len(answer["differing"]),
        "left": [{**_case(each["no"]), "why": each["why"]} for each in answer["left"]],
        "deviating": [
            {**_case(each["no"]), "why": "、".join(_DEVIATES.get(name, name) for name in each["fields"])}
            for each in answer["deviating"]
        ],
        "assumptions": assumptions(answer, named),
    }


_PLAIN = ("signed", "auto_signed", "open")  # the last lines of the table: their scale is another


def _case(no: str) -> dict[str, str]:
    return {"no": no, "href": url_for("case.show", no=no)}


def _differing(each: Mapping[str, Any]) -> dict[str, Any]:
    before, after = each["before"], each["after"]
    told = (
        ("按期", _late(before["late"]), _late(after["late"])),
        ("最高提到", f"{before['tier']} 级", f"{after['tier']} 级"),
        ("提级", f"{before['raised']} 次", f"{after['raised']} 次"),
        ("期限", _instant(before["deadline"]), _instant(after["deadline"])),
        ("首次办结", _instant(before["counted_at"]), _instant(after["counted_at"])),
        ("结果", _outcome(before["outcome"]), _outcome(after["outcome"])),
        ("归档", _instant(before["ended_at"]), _instant(after["ended_at"])),
    )
    moved = [{"name": name, "before": was, "after": would} for name, was, would in told if was != would]
    return {**_case(each["no"]), "turned": each["turned"], "moved": moved}


def _late(late: bool | None) -> str:
    return {None: "不计", True: "超期", False: "按期"}[late]


def _outcome(code: str | None) -> str:
    return "没有" if code is None else label("outcome", code)


def _instant(text: str | None) -> str:
    return "没有" if text is None else f"{local(datetime.fromisoformat(text)):%Y-%m-%d %H:%M}"
