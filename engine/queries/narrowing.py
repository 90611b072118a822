"""What the lists of the process API share in narrowing: only what was asked for becomes a condition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement


def equal(wanted: Mapping[ColumnElement[Any], Any]) -> Iterator[ColumnElement[bool]]:
    """Each column is what is wanted of it; None asks for nothing."""
    yield from (column == value for column, value in wanted.items() if value is not None)


def like(column: ColumnElement[Any], pattern: str | None) -> Iterator[ColumnElement[bool]]:
    """The pattern takes % and _ as wildcards; a backslash stands for itself on either database."""
    if pattern is not None:
        yield column.like(pattern.replace("\\", "\\\\"), escape="\\")
