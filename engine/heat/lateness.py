"""Late by design, or late by person: whose doing it is that a step came late. Pure.

All times are minutes of working time without pauses. Of a step that has been left,

* `allowed` is what its own limit gave it: from reaching it to its due;
* `needed` is what its limit is meant to give: the same, but for a limit that counts from something earlier (first
  contact counts from the dispatch): then the full working days it names; and for a step whose limit is the promise
  itself (handling): what the promise leaves when every step before takes exactly its own limit;
* `remained` is what was left of the promise to the citizen when the step was reached; nothing is said of it outside
  the promise (before acceptance, after completion, for supervision, which stands beside);
* `took` is how long it lasted.

The step is late when it was left after its own due, or after the promised deadline. It is then late

* **by person**, when it had what it needs, of its own limit and of the promise, and took longer; or its own limit was
  given in full (`allowed` ≥ `needed` > 0) and it overran that: there was time;
* **by an earlier step**, when it was given or had left less than it needs, and what the steps before it overran their
  own limits by makes up for all that was missing: had they kept to them, there would have been time;
* **by design**, when it was given or had left less than it needs although the steps before it kept to their limits, or
  overran them by less than what is missing; and when its limit is the promise and the limits of the steps before it add
  up to the promise or more. Whoever keeps every limit of the ladder is late all the same.
"""

from __future__ import annotations

from dataclasses import dataclass

PERSON, EARLIER, DESIGN = "person", "earlier", "design"
_PLENTY = 10**9  # what a step without a limit has


@dataclass(frozen=True)
class Measured:
    """One step in minutes, as the module says; `late`: left after its due or after the promised deadline.

    `overran`: what people took for steps before it beyond limits given in full.
    """

    took: int
    allowed: int | None
    needed: int | None
    remained: int | None
    overran: int
    late: bool


def cause(step: Measured) -> str:
    """Why the step is late: PERSON, EARLIER or DESIGN; empty when it is not."""
    if not step.late:
        return ""
    given = _PLENTY if step.allowed is None else step.allowed
    had = given if step.remained is None else min(given, step.remained)
    needed = min(given, 1) if step.needed is None else step.needed
    if needed > 0 and (needed <= had or needed <= given < step.took):
        return PERSON
    return EARLIER if 0 < needed - had <= step.overran else DESIGN
