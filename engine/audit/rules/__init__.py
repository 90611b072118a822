"""The rules every case is held against by its trail alone: what was checked, and what was found otherwise.

They read lines and nothing else, so that a check of the door that fails, or was got round, is seen here. The worker
holds each case against them when its trail has grown (engine/heat/keeping.py); a change of the rules needs a migration
that has every case read anew (`walked_seq = 0`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.audit.rules import clock, exits, eyes, order, personal
from engine.audit.rules.told import Finding, Told, told

Check = Callable[[tuple[Told, ...]], Iterator[Finding | None]]

# By name, in the order of the page; the place is the bit in `walked_cases.ruled`: only ever add at the end. Each gives
# None for every thing it has checked and found in order, a Finding for what is not.
RULES: Mapping[str, Check] = {
    "four_eyes": eyes.exits_are_confirmed_by_another,
    "callback": eyes.who_handled_does_not_call_back,
    "order": order.each_step_follows_what_it_needs,
    "feedback": order.nothing_is_archived_without_feedback,
    "promise": clock.a_promise_comes_no_earlier,
    "punctual": clock.the_clock_strikes_on_time,
    "escalated": clock.what_is_late_was_raised,
    "pause": exits.pauses_are_granted_by_another,
    "extension": exits.an_extension_is_granted_once_by_another,
    "pending": exits.pending_is_approved_by_another,
    "transfer": exits.what_is_not_taken_was_confirmed,
    "held": exits.one_rung_is_held_back_once,
    "unmask": personal.who_unmasks_goes_on_to_act,
    "consult": exits.a_consult_was_one_from_the_start,
    "supplement": exits.a_wait_for_papers_was_asked_for_and_ends,
}


@dataclass(frozen=True)
class Held:
    """One case against all rules: the bits of those that had anything to check, and what was found, by rule."""

    ruled: int
    findings: tuple[tuple[str, Finding], ...]


def held_against(lines: Iterable[Mapping[str, object]]) -> Held:
    """Hold the lines of one case, rows of `audit` in their order, against every rule."""
    read = tuple(told(line) for line in lines)
    ruled, findings = 0, []
    for place, (name, check) in enumerate(RULES.items()):
        found = list(check(read))
        ruled |= bool(found) << place
        findings += [(name, each) for each in found if each is not None]
    return Held(ruled, tuple(findings))
