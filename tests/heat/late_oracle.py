"""Why steps are late, found another way: by the tasks of the trail led again (tests/heat/oracle.py), the row of the
case, and the limits as they stand in the files of the diagrams. Cases in their first round alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from engine.facade import ReadContext
from tests.heat.oracle import Seen, minutes, seen_in

LIMITS = {
    id: due
    for path in sorted((Path(__file__).parents[2] / "processes").glob("*.bpmn"))
    for id, due in re.findall(r'<bpmn:userTask id="(\w+)"[^>]* bc:due="([^"]+)"', path.read_text())
}
DAY = 390  # working minutes


class OfCase:
    """The steps of one case as they stand at `now`."""

    def __init__(self, ctx: ReadContext, row: Mapping[str, Any]) -> None:
        self._ctx, self._row, self.now = ctx, row, ctx.now
        self.seen = seen_in(ctx, row)

    def late(self) -> Iterator[tuple[str, str]]:
        """(element, why) of every open step that is late."""
        for step in self.seen:
            if step.left_at is None and any(limit and limit < self.now for limit in (step.due, self._promise(step))):
                yield step.element, self.why(step)

    def why(self, step: Seen) -> str:
        """Of a late one, left or not."""
        promise, until = self._promise(step), step.left_at or self.now
        own = None if step.due is None else self._minutes(step.entered_at, step.due)
        left = None if promise is None else self._minutes(step.entered_at, promise)
        had = min(each for each in (own, left) if each is not None)
        needs = self._needs(step, own, promise)
        full = own is not None and step.due is not None and own >= needs and until > step.due
        if needs > 0 and (had >= needs or full):
            return "person"
        earlier = sum(self._over(each) for each in self._before(step))
        return "earlier" if had < needs <= had + earlier else "design"

    def _promise(self, step: Seen) -> datetime | None:
        accepted, completed = self._row["accepted_at"], self._row["completed_at"]
        outside = accepted is None or step.entered_at < accepted or (completed and completed <= step.entered_at)
        return None if outside or step.element == "supervise" else self._row["deadline"]

    def _needs(self, step: Seen, own: int | None, promise: datetime | None) -> int:
        limit = LIMITS[step.element]
        if limit.startswith("case_due") and promise is not None:
            whole = self._minutes(self._row["accepted_at"], promise)
            return max(whole - sum(self._minutes(each.entered_at, self._limit(each)) for each in self._before(step)), 0)
        days = re.match(r"workdays\((\d), since", limit)
        return DAY * int(days[1]) if days else 1 if own is None else own

    def _limit(self, step: Seen) -> datetime:
        """Where its own limit was: of a step whose limit is the promise, what it took is its share of it."""
        found = step.left_at if LIMITS[step.element].startswith("case_due") else step.due
        assert found is not None
        return found

    def _before(self, step: Seen) -> Sequence[Seen]:
        begun = self._row["accepted_at"]
        return [
            each
            for each in self.seen
            if each.left_at is not None
            and each.left_at <= step.entered_at
            and each.element != "supervise"
            and (begun is None or each.entered_at >= begun)
            and (step.unit is None or each.unit in (None, step.unit))
        ]

    def _over(self, step: Seen) -> int:
        """By how much a person overran a step; those of the courses here never run at once."""
        assert step.left_at is not None
        past = step.due is not None and step.left_at > step.due
        return self._minutes(step.due, step.left_at) if past and step.due and self.why(step) == "person" else 0

    def _minutes(self, since: datetime, until: datetime) -> int:
        return minutes(self._ctx, self._row, since, until)
