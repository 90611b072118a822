"""What acts tell their caller."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.definitions.versions import Version


@dataclass(frozen=True)
class Started:
    """A process instance that has begun; `no` and `receipt_code` of a case."""

    uid: str
    no: str | None
    receipt_code: str | None
    status: str
    deadline: datetime | None
    version: Version
    crosses: bool = False  # another case is to hear of it


@dataclass(frozen=True)
class Attached:
    """A paper is with its case: kept now, or before."""

    no: str | None
    uid: str
    id: str


@dataclass(frozen=True)
class Done:
    """An act on a case: its key, its instance, and the variables a completed task set."""

    no: str | None
    uid: str
    variables: Mapping[str, Any]
    crosses: bool = False
