"""Which elements differ, by the drawing they stand on: new and changed ones on the later, those gone on the former."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from engine.bpmn.definition import Files
from engine.bpmn.diff import Change, diff
from engine.bpmn.diff.drawn import Drawn, read_drawn

Mark = Literal["new", "changed", "gone"]


@dataclass(frozen=True)
class MarkedDrawing:
    """One process as it is drawn in `file`, of the former state or of the later; id of an element → its mark."""

    process: str
    name: str
    file: str
    former: bool
    marks: Mapping[str, Mark]


def marked_drawings(before: Files, after: Files) -> list[MarkedDrawing]:
    """Every drawing on which something differs, the later ones first. Raises ValueError for what cannot be read."""
    found = diff(before, after)
    return [*_marked(before, after, found, former=False), *_marked(before, after, found, former=True)]


def _marked(before: Files, after: Files, found: list[Change], former: bool) -> Iterator[MarkedDrawing]:
    other = _drawn(after if former else before)
    for process, (file, drawn) in _drawn(before if former else after).items():
        there = other[process][1] if process in other else None
        marks = _gone(drawn, there) if former else _there_now(drawn, there, found)
        if marks:
            yield MarkedDrawing(process, drawn.name, file, former, marks)


def _there_now(drawn: Drawn, earlier: Drawn | None, found: list[Change]) -> dict[str, Mark]:
    """A process that is new as a whole has nothing to tell apart in it."""
    if earlier is None:
        return {}
    touched = {change.element for change in found if change.place == drawn.id} & drawn.nodes.keys()
    return {
        id: "changed" if id in earlier.nodes else "new" for id in sorted(touched | drawn.nodes.keys() - earlier.nodes)
    }


def _gone(drawn: Drawn, later: Drawn | None) -> dict[str, Mark]:
    return {} if later is None else dict.fromkeys(sorted(drawn.nodes.keys() - later.nodes), "gone")


def _drawn(files: Files) -> dict[str, tuple[str, Drawn]]:
    return {
        process: (name, drawn)
        for name in sorted(files)
        if name.endswith(".bpmn")
        for process, drawn in read_drawn({name: files[name]}).items()
    }
