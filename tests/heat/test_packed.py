"""Columns of steps against the rows they were made of, with chance rows of a fixed seed."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from math import ceil
from typing import Any

import pytest

from engine.clock import local
from engine.heat.packed import Range, Tally, packed, read, tally, written
from engine.queries.heat import spread

BEGUN = datetime(2026, 1, 1, 15, 59, tzinfo=UTC)  # a minute before midnight in Shanghai
ASKED: tuple[tuple[dict[str, str], Range], ...] = (
    ({}, (None, None)),
    ({"grade": "general"}, (None, None)),
    ({"unit": "U7", "channel": "window"}, (None, None)),
    ({"cause": "nothing has it"}, (None, None)),
    ({}, (date(2026, 1, 2), date(2026, 1, 2))),
    ({"grade": "complex"}, (date(2026, 2, 1), None)),
    ({"channel": "phone"}, (None, date(2026, 3, 31))),
    ({}, (date(2001, 1, 1), date(2001, 12, 31))),
)


def row(chance: random.Random, case_id: int, units: int) -> dict[str, Any]:
    how = chance.choice(["completed", "completed", "withdrawn", None])
    waited = None if how is None else int(chance.expovariate(1 / 300))
    return {
        "case_id": case_id,
        "how": how,
        "late": chance.choice(["", "person", "earlier", "design"]),
        "entry": chance.choice([1, 1, 1, 2, 3]),
        "received_at": BEGUN + timedelta(minutes=chance.randrange(150_000)),
        "waited": waited,
        "handled": None if how is None or chance.random() < 0.3 else int(chance.expovariate(1 / 300)),
        "unit": f"U{chance.randrange(units)}",
        "grade": chance.choice(["general", "complex", None]),
        "cause": None,
        "channel": chance.choice(["window", "phone"]),
    }


def blocks(units: int) -> list[list[dict[str, Any]]]:
    """Three of a thousand cases with a step or two."""
    chance = random.Random(28)
    return [
        [row(chance, first + chance.randrange(1024), units) for _ in range(1500)] for first in (0, 1024, 999 * 1024)
    ]


def let_through(row: dict[str, Any], asked: dict[str, str], days: Range) -> bool:
    day, (since, until) = local(row["received_at"]).date(), days
    return all(row[name] == value for name, value in asked.items()) and (since or day) <= day <= (until or day)


@pytest.mark.parametrize("units", [9, 700])
@pytest.mark.parametrize(("asked", "days"), ASKED)
def test_what_is_counted_of_columns_is_what_is_counted_of_rows(units: int, asked: dict[str, str], days: Range) -> None:
    found, rows = Tally(), blocks(units)
    moving = {0: {0, 7, 1023}, 1: set(range(0, 1024, 3)), 2: set[int]()}
    for place, block in enumerate(rows):
        first = block[0]["case_id"] // 1024 * 1024
        stored = written(packed(block, first))
        tally(read(*stored, len(block)), asked, days, moving[place], found)
    left = [
        each
        for place, block in enumerate(rows)
        for each in block
        if each["case_id"] % 1024 not in moving[place] and let_through(each, asked, days)
    ]
    assert +found.kinds == Counter((each["how"], each["late"], each["entry"] > 1) for each in left)
    for name, counted in (("waited", found.waited), ("handled", found.handled)):
        ranked = sorted(each[name] for each in left if each["how"] == "completed" and each[name] is not None)
        told = spread(sorted(counted.items()))
        assert (told.count, told.total) == (len(ranked), sum(ranked))
        ranks = [ceil(len(ranked) * part / 100) - 1 for part in (50, 75, 90, 100)] if ranked else []
        assert [told.median, told.p75, told.p90, told.most] == ([ranked[rank] for rank in ranks] or [None] * 4)
