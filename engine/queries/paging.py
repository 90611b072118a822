"""Which part of a list is wanted, and in which order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select

MOST = 10_000  # rows of one answer


@dataclass(frozen=True)
class Sort:
    """By which key; the keys are those of the list's own table of columns."""

    by: str
    descending: bool = False


@dataclass(frozen=True)
class Page:
    """`most` rows from number `first` on (counted from 0), in the order of `sorts`."""

    first: int = 0
    most: int = 1000
    sorts: tuple[Sort, ...] = ()


def paged(
    query: Select[Any], page: Page, columns: Mapping[str, ColumnElement[Any]], otherwise: Sequence[ColumnElement[Any]]
) -> Select[Any]:
    """The query with order and limits; `otherwise` decides among equals, so that pages never overlap.

    What is empty comes last in either direction: the databases differ on that when left alone.
    """
    wanted = [columns[s.by].desc() if s.descending else columns[s.by].asc() for s in page.sorts]
    ordered = query.order_by(*(column.nulls_last() for column in wanted), *otherwise)
    return ordered.offset(page.first).limit(min(page.most, MOST))
