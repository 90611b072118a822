"""The order of the five steps: 受理, 分类, 转办, 办结, 反馈."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from engine.audit.rules.told import Finding, Told, breaks
from engine.vocabulary import label

# A completed task, and what must lie behind it: elements passed, or an action of a line, any of them.
_NEEDS: Mapping[str, tuple[frozenset[str], str]] = {
    "classify": (frozenset({"record_acceptance"}), "受理"),
    "handle_on_site": (frozenset({"classify"}), "分类定级"),
    "dispatch": (frozenset({"classify"}), "分类定级"),
    "acknowledge": (frozenset({"dispatch"}), "转办派单"),
    "first_contact": (frozenset({"acknowledge", "auto_sign"}), "签收"),
    "handle": (frozenset({"acknowledge", "auto_sign"}), "签收"),
    "review": (frozenset({"handle"}), "办理"),
    "give_feedback": (frozenset({"concluded"}), "办理结果"),
    "return_visit": (frozenset({"record_feedback", "feedback_given"}), "反馈"),
}
_FEEDBACK = frozenset({"record_feedback", "feedback_given", "handle_restricted"})


def each_step_follows_what_it_needs(lines: Sequence[Told]) -> Iterator[Finding | None]:
    """No step without the one before it, and none after the archive."""
    behind: set[str] = set()
    archived: int | None = None
    for line in lines:
        needs = _NEEDS.get(line.element or "") if line.action == "completed" else None
        if needs is not None:
            needed, words = needs
            done = bool(needed & behind)
            yield None if done else breaks(line, f"“{label('task', line.element)}”之前没有“{words}”。")
        if archived is not None and line.action == "completed":
            yield breaks(line, f"第 {archived} 行已经归档，之后又办了一步。")
        behind |= {line.action, *line.path}
        archived = line.seq if line.action == "archived" else archived


def nothing_is_archived_without_feedback(lines: Sequence[Told]) -> Iterator[Finding | None]:
    """件件有回音: behind every archive lies a feedback."""
    given = False
    for line in lines:
        given = given or not _FEEDBACK.isdisjoint(line.path)
        if line.action == "archived":
            yield None if given else breaks(line, "归档了，却没有给反映人反馈。")
