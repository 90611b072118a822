"""The first rows of a queue: each of its sources gives as many as could be among them, and these are merged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Label, Select, select, union_all

from engine.queries.inbox_choice import Rank
from engine.queries.paging import apart
from engine.queries.queue_sources import Reader, sources

Ranks = Sequence[Rank]


def heads(
    reader: Reader, queue: str, asked: Sequence[ColumnElement[bool]], ranks: Ranks, most: int, *further: Any
) -> list[Select[Any]]:
    """The first rows of every source that fulfil what is asked: task_id, what is wanted `further`, and the keys."""
    keys = keys_of(ranks)
    each = [source.where(*asked).add_columns(*further, *keys) for source in sources(reader, queue)]
    return [source.order_by(*ordered(keys, ranks)).limit(most) for source in each]


def first_of(each: Sequence[Select[Any]], ranks: Ranks, most: int) -> Select[Any] | None:
    """The first of all heads together, each once; None where there is no source."""
    if not each:
        return None
    union = union_all(*apart(each)).subquery()
    return select(union).distinct().order_by(*ordered([union.c[key.name] for key in keys_of(ranks)], ranks)).limit(most)


def keys_of(ranks: Ranks) -> list[Label[Any]]:
    """The columns rows are ordered by, under names of their own."""
    return [rank.column.label(f"key{n}") for n, rank in enumerate(ranks)]


def ordered(keys: Sequence[ColumnElement[Any]], ranks: Ranks) -> list[ColumnElement[Any]]:
    """The keys as an order."""
    return [key.desc() if rank.down else key.asc() for key, rank in zip(keys, ranks, strict=True)]
