"""Exits from the clock: pauses, extensions, pending, what is not taken, rungs held back. Each needs a second person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.audit.rules.told import Finding, Told, breaks, named


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
