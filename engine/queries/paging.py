"""Which part of a list is wanted, and in which order."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any, TypeVar

from sqlalchemy import BigInteger, Column, ColumnElement, Select, or_, select, type_coerce

from engine.errors import BadInput
from engine.storage.models import microseconds

T = TypeVar("T")
MOST = 10_000  # rows of one answer
_MARK = re.compile(r"([0-9]{1,18})\.([0-9]{1,18})")  # microseconds and key of the last row seen


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
    query: Select[Any],
    page: Page,
    columns: Mapping[str, ColumnElement[Any]],
    otherwise: Sequence[ColumnElement[Any]],
    filled: Collection[str] = (),
) -> Select[Any]:
    """The query with order and limits; `otherwise` decides among equals, so that pages never overlap.

    What is empty comes last in either direction: the databases differ on that when left alone. Columns that cannot be
    empty, and those `filled` in every row asked for, are read off an index where there is one.
    """
    return ordered(query, page.sorts, columns, otherwise, filled).offset(page.first).limit(min(page.most, MOST))


def head(
    query: Select[Any], page: Page, columns: Mapping[str, ColumnElement[Any]], otherwise: Sequence[ColumnElement[Any]]
) -> Select[Any]:
    """All rows up to the end of the page, in the same order: what one of several tables can have part in it."""
    return ordered(query, page.sorts, columns, otherwise).limit(page.first + min(page.most, MOST))


def apart(each: Iterable[Select[Any]]) -> list[Select[Any]]:
    """For a union, each in a sub-select of its own: SQLite takes no limit inside a union otherwise."""
    return [select(one.subquery()) for one in each]


def behind(at: Column[datetime], key: Column[Any], after: str | None) -> list[ColumnElement[bool]]:
    """For a list with the newest first: what comes after the row with this mark; raises BadInput for what is none."""
    if after is None:
        return []
    when, last = read_mark(after)
    raw = type_coerce(at, BigInteger)
    return [raw <= when, or_(raw < when, key < last)]


def read_mark(after: str) -> tuple[int, int]:
    """Microseconds since 1970 and key of the row with this mark; raises BadInput for what is none."""
    found = _MARK.fullmatch(after)
    if found is None:
        raise BadInput({"after": "翻页标记不对，请从第一页重新翻。"})
    return int(found[1]), int(found[2])


def mark_of(at: datetime, key: int) -> str:
    """By which a page says where the next one begins."""
    return f"{microseconds(at)}.{key}"


def ordered(
    query: Select[Any],
    sorts: Sequence[Sort],
    columns: Mapping[str, ColumnElement[Any]],
    otherwise: Sequence[ColumnElement[Any]],
    filled: Collection[str] = (),
) -> Select[Any]:
    """The whole query in the order of a page."""
    return query.order_by(*(_by(columns[sort.by], sort, filled) for sort in sorts), *otherwise)


def part(rows: Iterable[T], page: Page) -> list[T]:
    """The same of rows that are in memory, in their order as they come where `sorts` says nothing; its keys are the
    names of their values."""
    found = list(rows)
    for sort in reversed(page.sorts):
        found.sort(key=attrgetter(sort.by), reverse=sort.descending)
    return found[page.first : page.first + min(page.most, MOST)]


def _by(column: ColumnElement[Any], sort: Sort, filled: Collection[str]) -> ColumnElement[Any]:
    directed = column.desc() if sort.descending else column.asc()
    never_empty = sort.by in filled or (isinstance(column, Column) and not column.nullable)
    return directed if never_empty else directed.nulls_last()
