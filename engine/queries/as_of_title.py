"""What a case was called after a line of its trail, masked as lists have it."""

from __future__ import annotations

from engine.facade import ReadContext
from engine.queries.as_of import LedTo
from engine.queries.sight import sight_of

_TITLE = "title"


def title_then(ctx: ReadContext, led: LedTo) -> str:
    """The title of that moment; the one lists have, where it has not been put right since."""
    then = next((each for each in led.told.variables if each.name == _TITLE), None)
    if then is None or not any(each.amends == _TITLE and each.seq > then.seq for each in led.entered):
        return led.row["title"] or ""
    return sight_of(ctx, led.row).masked(str(then.value))
