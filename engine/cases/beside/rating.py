"""评价: what the citizen says of the case, from the first feedback on. It wakes nothing: only the call-back does."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection

from engine.cases import policy
from engine.cases.beside.act import CaseAct, Said, Values
from engine.cases.live import Live
from engine.cases.ratings import rate

OPEN_AFTER_ARCHIVE = timedelta(days=30)


def rating_said(live: Live, entered: Values, by: str) -> Said:
    """The line of a rating, whose comment stands beside the trail alone."""
    before = {"satisfaction": live.step.record.facts.get("satisfaction")}
    return Said(entered, before, {"satisfaction": entered["satisfaction"], "by": by})


def _say(conn: Connection, live: Live, entered: Values) -> Said:
    return rating_said(live, entered, "citizen")


def _do(live: Live, said: Said) -> None:
    rate(live.step, said.after["satisfaction"], said.after["by"])


def _not_now(live: Live) -> str | None:
    if live.step.ledger.feedback_at is None:
        return "这件反映件还没有反馈，反馈之后才能评价。"
    archived = live.step.record.ended_at
    if archived is not None and live.step.now > archived + OPEN_AFTER_ARCHIVE:
        return "这件反映件归档已超过 30 天，不再接受评价；反映人仍有意见的，请重新登记。"
    return None


RATING = CaseAct(
    name="rating",
    action="rated",
    posts=policy.RATE,
    refusal="您所在的组不代反映人登记评价，请联系窗口或回访专员。",
    say=_say,
    do=_do,
    not_now=_not_now,
)
