"""What differs between two states of the process, on the drawing itself; never by colour alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from engine.definitions.difference.drawings import MarkedDrawing

_SHOWN = {"new": (5, "新"), "changed": (3, "改"), "gone": (1, "去")}  # how dark, and the word beside the element
Where = Callable[[MarkedDrawing], str]  # the address of the drawing


def marked(found: Sequence[MarkedDrawing], where: Where) -> list[dict[str, Any]]:
    """The drawings, as macros.marked takes them."""
    return [
        {
            "title": f"{each.name}（原来的，去掉了什么）" if each.former else each.name,
            "xml_url": where(each),
            "marks": {id: _mark(*_SHOWN[mark]) for id, mark in each.marks.items()},
        }
        for each in found
    ]


def _mark(level: int, word: str) -> dict[str, Any]:
    return {"level": level, "text": word, "more": ""}
