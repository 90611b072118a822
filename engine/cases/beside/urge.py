"""催办: somebody presses those who have the case now. Every urging counts: a citizen who insists is heard each time."""

from __future__ import annotations

from sqlalchemy import Connection

from engine.cases import policy
from engine.cases.beside.act import CaseAct, Said, Values, notify_handlers, unless_archived
from engine.cases.live import Live

_archived = unless_archived("催办")


def _not_now(live: Live) -> str | None:
    if _archived(live):
        return _archived(live)
    being_done = any(task.element.process != "escalation" for task in live.run.open_tasks())
    return None if being_done else "这件反映件现在没有人在办，不用催办；请在页面上查看它在等什么。"


def _say(conn: Connection, live: Live, entered: Values) -> Said:
    before = live.step.record.facts.get("urges", {}).get("count", 0)
    return Said(entered, {"count": before}, {"count": before + 1})


def _do(live: Live, said: Said) -> None:
    live.step.record.facts["urges"] = {**said.after, "last_at": live.step.now.isoformat()}
    notify_handlers(live, "urged")


URGE = CaseAct(
    name="urge",
    action="urged",
    posts=policy.URGE,
    refusal="您所在的组不催办，请联系窗口或工作小组。",
    say=_say,
    do=_do,
    not_now=_not_now,
)
