"""What a migration may be told beyond the ids: this element's tokens go to that one (a migration plan of Camunda 7)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

# What the library calls the parts an element is made of: `review.BoundaryEventSplit`, `orders [child]`.
_PARTS = re.compile(r"(?P<id>.*?)(?P<part>\.BoundaryEventSplit|\.BoundaryEventJoin| \[child\])?", re.DOTALL)


@dataclass(frozen=True)
class Plan:
    """`instructions`: id of an element of the old diagram → id of the one that takes its tokens over."""

    instructions: Mapping[str, str] = field(default_factory=dict)

    def target(self, name: str) -> str:
        """The name of a part of an element in the new diagram."""
        found = _PARTS.fullmatch(name)
        assert found is not None  # it matches whatever there is
        return self.instructions.get(found["id"], found["id"]) + (found["part"] or "")
