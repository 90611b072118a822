"""The line that says what was just sent, on the page one comes to next."""

from __future__ import annotations

from engine.errors import NotFound
from engine.queries.task_form import task_form
from webapp.guard import actor, engine


def finished_notice(task_id: str | None) -> list[dict[str, str]]:
    """For base.html: that this person completed the task; nothing for any other task."""
    if task_id is None:
        return []
    try:
        sent = engine().read_as(actor(), task_form, task_id)
    except NotFound:
        return []
    if sent.ended is None or not sent.ended.mine:
        return []
    return [{"kind": "info", "text": f"已提交：{sent.name}（{sent.no or sent.title}）。"}]
