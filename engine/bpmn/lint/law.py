"""The law of the house that can be seen on the drawing: nothing waits without a clock."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.bundle import Bundle
from engine.bpmn.lint.waiting import places
from engine.errors import Finding

NO_CLOCK = "NO_CLOCK"


def rules(bundle: Bundle) -> Iterator[Finding]:
    """Every place where a case may rest has a due instant or a timer, on itself or on a scope around it.

    A message awaited beside a host is excused: the host's clock goes on.
    """
    for place in places(bundle):
        if place.without_clock:
            said = f"“{place.name}”没有时限也没有计时，可能无限期等待，请填写 bc:due 或加计时边界事件"
            yield Finding(place.file, NO_CLOCK, place.element, said)
