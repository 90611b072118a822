"""The past is listed in time: pages neither overlap nor leave out, and are read off an index, however long it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import text as sql_text

from engine.facade import ReadContext
from engine.queries.operations import OperationFilter, operations
from engine.queries.paging import Page, Sort
from engine.queries.past import PastInstanceFilter, PastTaskFilter, past_instances, past_tasks
from tests.support.house import House

AT = Sort("at"), Sort("at", True)
STARTED, ENDED = Sort("started_at", True), Sort("ended_at", True)
OPENED, DONE = Sort("opened_at", True), Sort("ended_at", True)


def some_past(house: House) -> list[str]:
    """Three cases, the last two accepted, the last one classified as well."""
    numbers = [house.register("w1"), *(house.register("w1", acceptance="accept") for _ in range(2))]
    house.move("2026-09-23 10:00")
    house.complete("w1", numbers[2], "classify", grade="general", cause="系统类", lead_unit="SC-SS")
    return numbers


def plans(ctx: ReadContext, ask: Callable[[ReadContext], object], /) -> list[str]:
    """How SQLite does all that is asked of it."""
    run, found = ctx.conn.execute, list[str]()

    def explained(statement: Any, given: Mapping[str, Any] | None = None, **options: Any) -> Any:
        text = statement.params(given or {}).compile(ctx.conn, compile_kwargs={"literal_binds": True})
        rows = run(sql_text(f"EXPLAIN QUERY PLAN {str(text).replace('%%', '%')}"))
        found.append("\n".join(row.detail for row in rows))
        return run(statement, given, **options)

    ctx.conn.execute = explained  # type: ignore[method-assign, assignment]
    ask(ctx)
    return found


LISTS: Mapping[str, tuple[Callable[[ReadContext], object], str]] = {
    "lines, oldest first": (lambda ctx: operations(ctx, OperationFilter(), Page(sorts=AT[:1])), "ix_audit_at"),
    "lines, newest first": (lambda ctx: operations(ctx, OperationFilter(), Page(sorts=AT[1:])), "ix_audit_at"),
    "cases as they began": (
        lambda ctx: past_instances(ctx, PastInstanceFilter(), Page(sorts=(STARTED,))),
        "ix_cases_started_at_id",
    ),
    "cases as they ended": (
        lambda ctx: past_instances(ctx, PastInstanceFilter(finished=True), Page(sorts=(ENDED,))),
        "ix_cases_ended_at_id",
    ),
    "tasks": (lambda ctx: past_tasks(ctx, PastTaskFilter(), Page()), "ix_finished_tasks_opened_at_id"),
    "tasks, latest first": (
        lambda ctx: past_tasks(ctx, PastTaskFilter(), Page(sorts=(OPENED,))),
        "ix_finished_tasks_opened_at_id",
    ),
}


# A unit's few cases are begun with where cases are listed.
@pytest.mark.parametrize(
    ("who", "named"),
    [("bureau", each) for each in LISTS] + [("unit-SC-SS", each) for each in LISTS if "case" not in each],
)
def test_a_page_of_the_past_is_read_off_an_index_in_its_order(house: House, who: str, named: str) -> None:
    some_past(house)
    ask, index = LISTS[named]
    page = house.engine.read_as(house.actor(who), plans, ask)[0]
    assert re.search(rf"(SCAN|SEARCH) \w+ USING (COVERING )?INDEX {index}", page), page
    # Few rows may be put in order: those of one instant, and the page that each table of tasks has given.
    begins = [line for line in page.splitlines() if line == "USE TEMP B-TREE FOR ORDER BY"]
    assert len(begins) <= (2 if "tasks" in named else 0), page
    assert not re.search(r"^SCAN (cases|audit|tasks|finished_tasks)$", page, re.MULTILINE), page


def in_pages(house: House, size: int, ask: Callable[..., list[Any]], wanted: Any, *sorts: Sort) -> list[Any]:
    found: list[Any] = []
    while page := house.engine.read(ask, wanted, Page(len(found), size, sorts)):
        found += page
    return found


@pytest.mark.parametrize("size", [1, 2, 100])
def test_tasks_open_and_over_come_in_one_order(any_house: House, size: int) -> None:
    numbers = some_past(any_house)
    oldest = in_pages(any_house, size, past_tasks, PastTaskFilter())
    assert sorted((task.no, task.element) for task in oldest) == sorted(
        [(numbers[0], "accept"), (numbers[1], "classify"), (numbers[2], "classify"), (numbers[2], "dispatch")]
    )
    assert [task.opened_at for task in oldest] == sorted(task.opened_at for task in oldest)
    latest = in_pages(any_house, size, past_tasks, PastTaskFilter(), DONE)
    assert [task.ended_at is None for task in latest] == [False, True, True, True]  # what has no end yet comes last
    by_case = in_pages(any_house, size, past_tasks, PastTaskFilter(), Sort("instance"), OPENED)
    assert [task.uid for task in by_case] == sorted(task.uid for task in oldest)


def test_tasks_are_listed_beyond_as_many_as_one_answer_may_hold(
    any_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    some_past(any_house)
    whole = in_pages(any_house, 100, past_tasks, PastTaskFilter(), OPENED)
    monkeypatch.setattr("engine.queries.paging.MOST", 2)
    assert in_pages(any_house, 100, past_tasks, PastTaskFilter(), OPENED) == whole
    assert [len(any_house.engine.read(past_tasks, PastTaskFilter(), Page(first))) for first in (0, 3)] == [2, 1]


@pytest.mark.parametrize("size", [1, 3, 100])
@pytest.mark.parametrize("descending", [False, True])
def test_lines_of_all_cases_come_in_time_each_once(any_house: House, size: int, descending: bool) -> None:
    some_past(any_house)
    lines = in_pages(any_house, size, operations, OperationFilter(), Sort("at", descending))
    assert [line.at for line in lines] == sorted((line.at for line in lines), reverse=descending)
    everything = any_house.engine.read(operations, OperationFilter(), Page())
    assert sorted((line.uid, line.seq) for line in lines) == sorted((line.uid, line.seq) for line in everything)
    assert len(lines) > 3 and {type(line.at) for line in lines} == {datetime}


def test_lines_sorted_by_time_tell_nobody_of_a_restricted_case(any_house: House) -> None:
    any_house.register("w1", confidential=True)
    other = any_house.register("w1")
    for who, known in (("bureau", {other}), ("unit-SC-SS", set()), ("w3", {other})):
        for sorts in ((), AT[:1], AT[1:]):
            found = any_house.engine.read_as(any_house.actor(who), operations, OperationFilter(), Page(sorts=sorts))
            assert {line.no for line in found} == known
