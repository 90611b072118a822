"""暂缓提级: the bureau holds one rung of the ladder back for one working day, once in the life of a case.

The rung strikes at closing time of the next working day after it was due. A deadline lifted beyond that takes the rung
along with it; no other change of clock or calendar brings it forward again.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from engine.bpmn.runtime import WaitingTimer
from engine.cases import policy
from engine.cases.beside.act import CaseAct, Said, Values
from engine.cases.forms import Closed
from engine.cases.live import Live
from engine.clock import local
from engine.errors import NotNow
from engine.vocabulary import RUNG

_HELD_BEFORE = "这件反映件已经暂缓过一次提级，每件只能暂缓一次；确需更多时间，请承办单位申请延期。"
_STANDS = "这件反映件的时钟现在停着，暂停期间和申请审批期间不会提级；时钟恢复后仍需要再暂缓。"
_NONE_WAITS = "这件反映件现在没有等待中的到期提级，不用暂缓。"
_STRUCK = "这一级现在没有在等，可能已经提级；请刷新页面查看最新进展。"
_PAST = "已经提级，或现在没有在等，不能再暂缓。"


def rungs_waiting(live: Live) -> dict[str, WaitingTimer]:
    """The rungs that may still strike, by their ids, the next one first."""
    return {timer.element.id: timer for timer in live.run.timers() if timer.element.id in RUNG}


def _not_now(live: Live) -> str | None:
    if "held_escalation" in live.step.record.facts:
        return _HELD_BEFORE
    if not rungs_waiting(live):
        return _NONE_WAITS
    return _STANDS if live.step.clock_stands else None


def _closed(live: Live) -> Closed:
    """A rung that does not wait cannot be held back: its timer is gone once it has struck."""
    waiting = rungs_waiting(live)
    return {"activity": {rung: _PAST for rung in RUNG if rung not in waiting}}


def _say(conn: Connection, live: Live, entered: Values) -> Said:
    timer = rungs_waiting(live).get(entered["activity"])
    if timer is None:
        raise NotNow(_STRUCK)
    until = live.step.worktime.shift(timer.due, 1)
    after = {"activity": timer.element.id, "timer": timer.id, "due": until.isoformat()}
    return Said(entered, {"due": local(timer.due).isoformat()}, after)


def _do(live: Live, said: Said) -> None:
    assert said.before is not None
    until = datetime.fromisoformat(said.after["due"])
    live.run.hold(said.after["timer"], until)
    live.step.record.facts["held_escalation"] = {
        "activity": said.after["activity"],
        "due": said.before["due"],
        "until": said.after["due"],
        "held_at": live.step.now.isoformat(),
    }


HOLD_ESCALATION = CaseAct(
    name="hold_escalation",
    action="escalation_held",
    posts=policy.HOLD,
    refusal="只有区政务服务局可以暂缓提级，请与其联系。",
    say=_say,
    do=_do,
    not_now=_not_now,
    closed=_closed,
)
