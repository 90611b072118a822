"""保存与清除: what is past its time, what is preserved, what waits for a second person, what was erased."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, url_for

from engine.cases import policy
from engine.erasure.retention import Retention
from engine.queries.keeping import Due, Erasure, Preserved, keeping
from engine.vocabulary import CHANNEL, OUTCOME, label
from webapp.guard import actor, engine, guarded
from webapp.pages import audit_cases, trail
from webapp.pages.keeping_words import READERS

blueprint = Blueprint("keeping", __name__)


@blueprint.get("/keeping")
@guarded(*READERS)
def show() -> str:
    """The lists of the house; each case leads to its own page, where whoever may acts."""
    found = engine().read_as(actor(), keeping)
    return render_template(
        "keeping.html",
        rule=rule(found.retention),
        asked=[_erasure(each) for each in found.asked],
        due=[_due(each) for each in found.due],
        preserved=[_preserved(each) for each in found.preserved],
        done=[_erasure(each) for each in found.done],
        audits=policy.holds(actor(), audit_cases.READERS),
        may_verify=policy.holds(actor(), {trail.READERS}),
    )


def rule(retention: Retention) -> str:
    """The years, in words."""
    words = {**CHANNEL, **OUTCOME}
    others = "".join(f"，{words[code]} {years} 年" for code, years in retention.others.items())
    then = "到期自动清除" if retention.by_itself else "到期列在这里，由人办理"
    return f"归档后个人信息保存 {retention.years} 年{others}；{then}。"


def _href(no: str) -> str:
    return url_for("case_keeping.show", no=no)


def _due(each: Due) -> dict[str, Any]:
    return {"no": each.no, "href": _href(each.no), "title": each.title, "ended_at": each.ended_at, "due": each.due}


def _preserved(each: Preserved) -> dict[str, Any]:
    ground = label("preservation", each.ground)
    return {"no": each.no, "href": _href(each.no), "ground": ground, "note": each.note, "by": each.by, "at": each.at}


def _erasure(each: Erasure) -> dict[str, Any]:
    return {
        "no": each.no,
        "href": _href(each.no),
        "ground": label("erasure_ground", each.ground),
        "note": each.note,
        "asked_by": each.asked_by,
        "asked_at": each.asked_at,
        "decided_by": each.decided_by,
        "decided_at": each.decided_at,
    }
