"""What notices ask of whom they are addressed to, and when it is over: then nobody is asked any more, read or not.

A notice asks for one step, or that nothing of the case lies with its group any longer; one that only tells something
asks for nothing, and waits until it is read. Written in the transaction of the act, so that no list is gone through.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, update

from engine.bpmn.runtime import OpenTask
from engine.storage.models import Instant, notices
from engine.storage.prepared import Prepared

_OF_ONE_STEP = frozenset(
    {"order_dispatched", "order_sent_back", "return_filed", "request_filed", "on_site_yellow", "escalation"}
)
_OF_ALL_THAT_LIES = frozenset(
    {
        *("reminder", "external_warn", "urged", "unsigned", "return_upheld"),
        *("finding_put", "finding_sent_back", "finding_late", "finding_raised", "finding_silent", "finding_unchecked"),
    }
)

_AT = bindparam("now", type_=Instant())
_ASKED = notices.c.asks_for == bindparam("asked")
_OVER = Prepared(update(notices).where(_ASKED, notices.c.over_at.is_(None)).values(over_at=_AT))
_WITH_ANOTHER = Prepared(
    update(notices)
    .where(_ASKED, notices.c.over_at.is_(None), notices.c.group != bindparam("holder"))
    .values(over_at=_AT)
)
_WITH_NOBODY = Prepared(
    update(notices).where(_ASKED, notices.c.group.not_like("person:%")).values(over_at=bindparam("never", None))
)


def asked_of(
    kind: str, facts: Mapping[str, Any], group: str, case_id: int, open_tasks: Collection[OpenTask]
) -> str | None:
    """What a notice asks of this group, as kept in `notices.asks_for`; None: nothing that ends by itself."""
    if "task_id" in facts:
        return str(facts["task_id"])
    theirs = [task for task in open_tasks if group in task.groups]
    if kind in _OF_ONE_STEP:
        above = kind == "escalation"
        step = [task for task in theirs if (task.element.process == "escalation") == above and _of_unit(task, facts)]
        if step:
            return max(step, key=lambda task: task.since).id
    return _all_of(case_id, group) if theirs and kind in _OF_ONE_STEP | _OF_ALL_THAT_LIES else None


def _of_unit(task: OpenTask, facts: Mapping[str, Any]) -> bool:
    return facts.get("unit") in (None, task.unit)


def _all_of(case_id: int, group: str) -> str:
    return f"{case_id}:{group}"


def steps_ended(
    conn: Connection, case_id: int, gone: Iterable[OpenTask], left: Iterable[OpenTask], now: datetime
) -> None:
    """Whoever was asked for these steps is asked no more, nor for more of the case where it was their last."""
    gone = list(gone)
    lie_no_more = {group for task in gone for group in task.groups} - {group for task in left for group in task.groups}
    asked = [*(task.id for task in gone), *(_all_of(case_id, group) for group in sorted(lie_no_more))]
    _OVER.run_many(conn, [{"asked": each, "now": now} for each in asked])


def changed_hands(conn: Connection, task_id: str, holder: str | None, now: datetime) -> None:
    """A step that somebody has in hand is asked of nobody else; of its group again when they give it back."""
    asked = {"asked": task_id}
    _WITH_ANOTHER.run(conn, {**asked, "holder": f"person:{holder}", "now": now})
    if holder is None:
        _WITH_NOBODY.run(conn, {**asked, "never": None})
