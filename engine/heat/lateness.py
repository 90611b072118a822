"""Late by design, or late by person: whose doing it is that a step came late. Pure.

All times are minutes of working time without pauses. Of a step,

* `allowed` is what its own limit gave it: from reaching it to its due;
* `needed` is what its limit is meant to give: the same, but for a limit that counts from something earlier (first
  contact counts from the dispatch): then the full working days it names; and for a step whose limit is the promise
  itself (handling): what the promise leaves when every step before takes exactly its own limit;
* `remained` is what was left of the promise to the citizen when the step was reached; nothing is said of it outside
  the promise (before acceptance, after completion, for supervision, which stands beside).

The step is late when it was left after its own due, or after the promised deadline; one that is still open, when it is
past either now, and why is what it would be were it left now. It is then late

* **by person**, when it had what it needs, of its own limit and of the promise; or its own limit was given in full
  (`allowed` ≥ `needed` > 0) and it is past its due: there was time;
* **by an earlier step**, when it was given or had left less than it needs, and what the steps before it overran their
  own limits by makes up for all that was missing: had they kept to them, there would have been time;
* **by design**, when it was given or had left less than it needs although the steps before it kept to their limits, or
  overran them by less than what is missing; and when its limit is the promise and the limits of the steps before it add
  up to the promise or more. Whoever keeps every limit of the ladder is late all the same.
"""

from __future__ import annotations

from dataclasses import dataclass

WHY = PERSON, EARLIER, DESIGN = "person", "earlier", "design"
_PLENTY = 10**9  # what a step without a limit has


@dataclass(frozen=True)
class Measured:
    """One late step in minutes, as the module says; `past_due`: of its own limit, not of the promise alone.

    `overran`: what people took for steps before it beyond limits given in full.
    """

    allowed: int | None
    needed: int | None
    remained: int | None
    overran: int
    past_due: bool


def cause(step: Measured) -> str:
    """Why the step is late: PERSON, EARLIER or DESIGN."""
    given = _PLENTY if step.allowed is None else step.allowed
    had = given if step.remained is None else min(given, step.remained)
    needed = min(given, 1) if step.needed is None else step.needed
    if needed > 0 and (needed <= had or (step.past_due and needed <= given)):
        return PERSON
    return EARLIER if 0 < needed - had <= step.overran else DESIGN
