"""The table of branches, a module per stretch of the way. Expected values are counted by hand from PROCESS.md."""

from itertools import chain

from tests.scenarios.branch import Branch
from tests.scenarios.branches import (
    acceptance,
    completion,
    counter,
    deadlines,
    dispatching,
    exits,
    ladder,
    orders,
    pauses,
    pending,
    redo,
    regrading,
    requests,
    supervision,
    visits,
)

_STRETCHES = (
    acceptance,
    exits,
    counter,
    dispatching,
    orders,
    ladder,
    deadlines,
    requests,
    regrading,
    pauses,
    supervision,
    completion,
    pending,
    visits,
    redo,
)
BRANCHES: tuple[Branch, ...] = tuple(chain.from_iterable(stretch.BRANCHES for stretch in _STRETCHES))
