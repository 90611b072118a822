"""保全和清除 in words: what stands over a case, for its pages."""

from __future__ import annotations

from datetime import datetime

from engine.cases import policy
from engine.queries.keeping import Erasure, Kept, Preserved, kept
from engine.vocabulary import label
from webapp.guard import actor, engine
from webapp.labels import date_time

READERS = ("auditor", "supervisor", *sorted(policy.ASK_ERASURE | policy.CONFIRM_ERASURE))
_LEFT = "姓名、电话、填写的文字、备注和附件不再保留，办理经过和留痕照旧可查。"


def reads() -> bool:
    """Whether whoever asks may look into what is kept how long."""
    return policy.holds(actor(), READERS)


def notices(no: str, erased_at: datetime | None) -> list[str]:
    """What stands over a case; who asked and who confirmed only for those who may look into it."""
    if reads():
        return sentences(engine().read_as(actor(), kept, no))
    return [] if erased_at is None else [f"这一件的个人信息已于 {date_time(erased_at)} 清除：{_LEFT}"]


def sentences(found: Kept) -> list[str]:
    """One for each thing that stands over it."""
    said = [(_erased, found.done), (_preserved, found.preserved), (_asked, found.asked)]
    return [tell(what) for tell, what in said if what is not None]  # type: ignore[operator]


def _erased(done: Erasure) -> str:
    by = f"由 {done.asked_by} 提出、{done.decided_by} 确认" if done.asked_by != done.decided_by else "由系统"
    at = date_time(done.decided_at or done.asked_at)
    return f"这一件的个人信息已于 {at} 依“{label('erasure_ground', done.ground)}”{by}清除：{_LEFT}"


def _preserved(over: Preserved) -> str:
    ground = label("preservation", over.ground)
    return f"保全中：{ground}（{over.by} {date_time(over.at)} 提出）。解除以前，任何人都不能清除这一件的个人信息。"


def _asked(request: Erasure) -> str:
    ground = label("erasure_ground", request.ground)
    return f"{request.asked_by} {date_time(request.asked_at)} 提出清除个人信息（{ground}），等另一人确认。"
