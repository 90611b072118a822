"""Four eyes: what needs a second person was done by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.audit.rules.told import SYSTEM, Finding, Told, breaks, named


def exits_are_confirmed_by_another(lines: Sequence[Told]) -> Iterator[Finding | None]:
    """复核: not by whoever decided to decline or transfer; decided at registration: not by whoever registered."""
    decided: Told | None = None
    for line in lines:
        if line.action == "registered" or line.did("accept"):
            decided = line
        if line.did("confirm_exit") and decided is not None:
            same = line.who & decided.who
            yield breaks(line, f"{named(same)} 复核了自己第 {decided.seq} 行的决定。") if same else None


def who_handled_does_not_call_back(lines: Sequence[Told]) -> Iterator[Finding | None]:
    """回访: by nobody who completed another step of the case before."""
    handled: dict[str, int] = {}
    for line in lines:
        if line.did("return_visit"):
            same = line.who & handled.keys()
            earlier = min((handled[name] for name in same), default=0)
            yield breaks(line, f"{named(same)} 办过本件（第 {earlier} 行），又做了回访。") if same else None
        elif line.action == "completed":
            for name in line.who - {SYSTEM}:
                handled.setdefault(name, line.seq)
