"""The many cases of the measurements are cases like others: their trails are whole, their lines in the ledger true."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from engine.bench.many import FIRST, multiply, sample_house, samples_of
from engine.facade import Engine, ReadContext
from engine.queries.ledger import LedgerFilter, ledger_lines
from engine.queries.ledger_lines import LedgerLine
from engine.queries.trail import verified
from engine.storage.models import answers, audit, case_people, cases

COUNT = 40
_OF_ITS_OWN = ("position", "no", "received_at")


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    path: Path = tmp_path_factory.mktemp("many") / "many.db"
    with sample_house(f"sqlite:///{path}") as engine:
        samples = samples_of(engine, (audit, case_people, answers))
        multiply(engine, samples, COUNT - 10)
        multiply(engine, samples, COUNT)
        yield engine


def test_there_are_as_many_cases_as_were_asked_for(many: Engine) -> None:
    assert many.read(_number_of_cases) == COUNT


def test_the_trail_of_every_copy_is_whole(many: Engine) -> None:
    with many.db.read() as conn:
        found = verified(conn, many.keys.trail, ())
        chained = conn.execute(select(func.count(audit.c.case_id.distinct())).where(audit.c.case_id >= FIRST))
        assert (found.whole, chained.scalar_one()) == (True, many.read(_number_of_copies))


def test_a_copy_stands_in_the_ledger_as_the_case_it_is_copied_from(many: Engine) -> None:
    lines = many.read(lambda ctx: list(ledger_lines(ctx, LedgerFilter())))
    samples = [_told(line) for line in lines if not line.no.startswith("BCS-2020-")]
    copies = [_told(line) for line in lines if line.no.startswith("BCS-2020-")]
    assert (len(samples) + len(copies), len(copies)) == (COUNT, many.read(_number_of_copies))
    assert all(copy in samples for copy in copies)
    assert all(any(sample[name] for sample in samples) for name in ("person", "phone", "description", "course"))


def _told(line: LedgerLine) -> dict[str, Any]:
    return {name: value for name, value in asdict(line).items() if name not in _OF_ITS_OWN}


def _number_of_cases(ctx: ReadContext) -> int:
    return int(ctx.conn.scalar(select(func.count()).select_from(cases)) or 0)


def _number_of_copies(ctx: ReadContext) -> int:
    return int(ctx.conn.scalar(select(func.count()).select_from(cases).where(cases.c.id >= FIRST)) or 0)
