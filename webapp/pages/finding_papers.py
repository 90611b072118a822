"""附件 with an answer to a finding: the field below the form, and what has been left as pages list it."""

from __future__ import annotations

from typing import Any

from flask import url_for

from engine.definitions.shipped import RECTIFICATION
from engine.papers import ALLOWED, EXTENSIONS
from engine.queries.rectification_papers import FindingPaper, papers_of
from engine.queries.rectifications import ANSWERS
from engine.queries.task_page import TaskPage
from webapp.files import most_bytes
from webapp.guard import actor, engine
from webapp.pages.papers import size

FIELD = "file"
MOST = 4  # files with one answer; more come with the next, or by the interface


def lines(no: str) -> list[dict[str, Any]]:
    """The papers of a finding for finding_macros.papers."""
    return [_line(no, each) for each in engine().read_as(actor(), papers_of, no)]


def _line(no: str, paper: FindingPaper) -> dict[str, Any]:
    href = url_for("rectifications.paper", no=no, id=paper.id) if paper.opens else None
    return {"name": paper.name, "href": href, "size": size(paper.size), "at": paper.at, "by": paper.by}


def takes_papers(seen: TaskPage) -> bool:
    """Whether files are sent together with the form of this task."""
    return seen.task.process == RECTIFICATION and seen.task.element in ANSWERS and seen.may_act


def field(seen: TaskPage, problem: str | None) -> dict[str, Any] | None:
    """The field for files, for task.html; None where the form takes none."""
    if not takes_papers(seen):
        return None
    allowed = f"最多 {MOST} 个，每个不超过 {most_bytes() / 1_000_000:.0f} MB：{ALLOWED}。"
    return {"name": FIELD, "accept": ",".join(EXTENSIONS), "allowed": allowed, "problem": problem}
