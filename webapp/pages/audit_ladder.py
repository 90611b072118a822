"""提级与督办: every rung a case climbed or was held back from, who was told, and what was done about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from engine.directory import Directory
from engine.queries.audit_case import AuditCase
from engine.queries.history import HistoryLine
from engine.queries.people import group_name
from engine.queries.step_times import StepTime
from webapp.pages.audit_late import HOW
from webapp.pages.timeline import sentence, why_escalated

_SUPERVISE = "supervise"


def rungs(page: AuditCase, directory: Directory) -> list[dict[str, Any]]:
    """Up to the line the page is at, oldest first: {seq, at, text, why, by, told, tasks, facts}."""
    lines = [each.line for each in page.lines if not each.later]
    return [
        {
            "seq": line.seq,
            "at": line.at,
            "text": sentence(line),
            "why": why_escalated(line),
            "by": line.by if line.action == "escalation_held" else None,
            "told": "、".join(group_name(directory, group) for group in _told(line, lines)),
            "facts": [{"label": fact.label, "text": fact.text} for fact in line.facts],
            "tasks": [_task(step, lines) for step in _supervised(line, page.steps)],
        }
        for line in lines
        if line.action in ("escalated", "escalation_held")
    ]


def _told(rung: HistoryLine, lines: Iterable[HistoryLine]) -> Sequence[str]:
    """The groups of the notice that a rung sends: the line after it."""
    notice = next((line for line in lines if line.seq > rung.seq and line.action == "notice"), None)
    if rung.action != "escalated" or notice is None or notice.at != rung.at:
        return ()
    groups: Sequence[str] = notice.after.get("groups", ())
    return groups


def _supervised(rung: HistoryLine, steps: Iterable[StepTime]) -> Iterator[StepTime]:
    """The tasks a rung opened: in the same instant."""
    if rung.action == "escalated":
        yield from (step for step in steps if step.element == _SUPERVISE and step.opened_at == rung.at)


def _task(step: StepTime, lines: Iterable[HistoryLine]) -> dict[str, Any]:
    said = next((line for line in lines if line.seq == step.seq), None)
    return {
        "how": HOW[step.how],
        "by": step.by,
        "ended_at": step.ended_at,
        "seq": None if said is None else said.seq,
        "facts": [] if said is None else [{"label": fact.label, "text": fact.text} for fact in said.facts],
    }
