"""What a person may ask of their own desk. A command is data; `desk.py` carries it out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class KeepChoice:
    """See the inbox like this from now on; empty: everything, by due."""

    choice: Mapping[str, Any]


@dataclass(frozen=True)
class SaveView:
    """Give the present choice a name; `group`: show it to everybody in this group too."""

    name: str
    choice: Mapping[str, Any]
    group: str | None = None


@dataclass(frozen=True)
class DropView:
    """Forget a named choice of one's own."""

    id: int


@dataclass(frozen=True)
class RenameView:
    """Give a named choice of one's own another name."""

    id: int
    name: str


@dataclass(frozen=True)
class OpenWith:
    """Let the inbox open with this named choice of one's own; None: as it was last seen."""

    id: int | None


@dataclass(frozen=True)
class PutAside:
    """Leave a task out of one's own queue until a day."""

    task_id: str
    until: date
    reason: str


@dataclass(frozen=True)
class TakeBack:
    """See a task again that was put aside."""

    task_id: str


@dataclass(frozen=True)
class UseKeys:
    """Whether single keys do something on the pages."""

    single: bool


DeskCommand = KeepChoice | SaveView | DropView | RenameView | OpenWith | PutAside | TakeBack | UseKeys
