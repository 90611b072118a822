"""Exits from the clock: pauses, extensions, pending, what is not taken, rungs held back. Each needs a second person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from engine.audit.rules.told import SYSTEM, Finding, Told, breaks, named

_CAME = frozenset({"citizen_came", "citizen_did_not_come"})
_LONGEST_WAIT = timedelta(days=16)  # five working days, the longest holidays in between and a day for the clock


def pauses_are_granted_by_another(lines: Sequence[Told]) -> Iterator[Finding | None]:
    """挂起: asked for by a unit, granted by somebody else."""
    yield from _granted(lines, "decide_pause", "request_pause", "挂起")


def an_extension_is_granted_once_by_another(lines: Sequence[Told]) -> Iterator[Finding | None]:
    """延期: the same, and once in the life of a case."""
    yield from _granted(lines, "decide_extension", "request_extension", "延期")
    granted = [line for line in lines if line.did("decide_extension") and line.set.get("approved")]
    for line in granted[1:]:
        yield breaks(line, f"第 {granted[0].seq} 行已经批准过一次延期，又批准了一次。")


def _granted(lines: Sequence[Told], decision: str, action: str, words: str) -> Iterator[Finding | None]:
    asked: dict[str | None, Told] = {}
    for line in lines:
        unit = line.after.get("unit")
        if line.did("handle") and line.set.get("action") == action:
            asked[unit] = line
        if not line.did(decision) or not line.set.get("approved"):
            continue
        request = asked.pop(unit, None)
        if request is None:
            yield breaks(line, f"批准了{words}，之前却没有单位申请。")
        else:
            same = request.who & line.who
            yield breaks(line, f"{named(same)} 批准了自己第 {request.seq} 行申请的{words}。") if same else None


def pending_is_approved_by_another(lines: Sequence[Told]) -> Iterator[Finding | None]:
    """挂账: approved by somebody else than whoever proposed it at the review."""
    proposed: Told | None = None
    for line in lines:
        proposed = line if line.did("review") and line.set.get("review_result") == "pending" else proposed
        if line.did("approve_pending") and line.set.get("approved"):
            if proposed is None:
                yield breaks(line, "批准了挂账，之前审核却没有提出。")
            else:
                same = proposed.who & line.who
                yield breaks(line, f"{named(same)} 批准了自己第 {proposed.seq} 行提出的挂账。") if same else None


def what_is_not_taken_was_confirmed(lines: Sequence[Told]) -> Iterator[Finding | None]:
    """不予受理, 转出: none without a 复核 that said yes."""
    confirmed = False
    for line in lines:
        confirmed = confirmed or (line.did("confirm_exit") and line.set.get("confirmed") is True)
        if line.action == "concluded" and line.after.get("outcome") in ("declined", "transferred"):
            yield None if confirmed else breaks(line, "没有经过复核确认，就按不予受理或转出办结了。")


def one_rung_is_held_back_once(lines: Sequence[Told]) -> Iterator[Finding | None]:
    """暂缓提级: once in the life of a case."""
    held = [line for line in lines if line.action == "escalation_held"]
    yield from (None for _ in held[:1])
    for line in held[1:]:
        yield breaks(line, f"第 {held[0].seq} 行已经暂缓过一次提级，又暂缓了一次。")


def a_consult_was_one_from_the_start(lines: Sequence[Told]) -> Iterator[Finding | None]:
    """咨询 has no clock: somebody took it for one, and no deadline had been promised before."""
    taken: Told | None = None
    promised: Told | None = None
    for line in lines:
        taken = line if line.set.get("acceptance") == "consult" else taken
        promised = line if line.action == "deadline_moved" and promised is None else promised
        if line.action != "concluded" or line.after.get("outcome") != "consulted":
            continue
        if taken is None or SYSTEM in taken.who:
            yield breaks(line, "按咨询办结了，之前没有人认定是咨询。")
        else:
            words = "按咨询办结了，而第 {} 行已经给过答复期限：期限就此不算了。"
            yield None if promised is None else breaks(line, words.format(promised.seq))


def a_wait_for_papers_was_asked_for_and_ends(lines: Sequence[Told]) -> Iterator[Finding | None]:
    """待补件: the clock stands because somebody asked the citizen for papers, for five working days at most."""
    standing: Told | None = None
    for line in lines:
        if "pause_for_citizen" in line.path:
            asked = line.did("handle_on_site") and line.set.get("onsite_result") == "waiting_citizen"
            standing = line if asked else None
            yield None if asked else breaks(line, "停下时钟等反映人补件，却没有人提出要补什么。")
        elif standing is not None and (not _CAME.isdisjoint(line.path) or line.action == "concluded"):
            long = line.at - standing.at > _LONGEST_WAIT
            words = f"第 {standing.seq} 行停下时钟等补件，超过 5 个工作日才恢复。"
            yield breaks(line, words) if long else None
            standing = None
    if standing is not None:
        yield breaks(standing, "停下时钟等反映人补件，超过 5 个工作日还没有恢复。", _LONGEST_WAIT)
