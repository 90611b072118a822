"""Lists of open tasks: each filter narrows as it says, pages do not overlap, nobody sees too much."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from engine.errors import NotFound
from engine.queries.paging import Page, Sort
from engine.queries.tasks import TaskFilter, TaskRow, count_tasks, find_tasks, get_task
from tests.queries.desk import Desk

AFTERNOON = datetime.fromisoformat("2026-09-23T14:00:00+08:00")


def elements(rows: list[TaskRow]) -> set[str]:
    return {row.element for row in rows}


FILTERS: list[tuple[dict[str, Any], set[str]]] = [
    ({}, {"accept", "classify", "acknowledge"}),
    ({"element": "classify"}, {"classify"}),
    ({"process": "work_order"}, {"acknowledge"}),
    ({"no": "BCS-2026-0001"}, {"accept"}),
    ({"no": "BCS-1999-0001"}, set()),
    ({"uid": "00000000-0000-0000-0000-000000000000"}, set()),
    ({"groups": ("unit:SC-MI",)}, {"acknowledge"}),
    ({"groups": ("window",)}, {"classify"}),
    ({"groups": ("window", "unit:SC-SS")}, {"classify", "acknowledge"}),
    ({"groups": ("window",), "claimed_too": True}, {"accept", "classify"}),
    ({"groups": ("window",), "assignee": "w2"}, {"accept"}),
    ({"assignee": "w2"}, {"accept"}),
    ({"assigned": True}, {"accept"}),
    ({"unassigned": True}, {"classify", "acknowledge"}),
    ({"name": "签收"}, {"acknowledge"}),
    ({"name_like": "%收"}, {"acknowledge"}),
    ({"name_like": "收"}, set()),
    ({"name_like": "%\\"}, set()),
    ({"due_before": AFTERNOON}, {"classify"}),
    ({"due_after": AFTERNOON}, {"accept", "acknowledge"}),
    ({"overdue": True}, set()),
]


def test_a_filter_narrows_the_list(either_desk: Desk) -> None:
    """An `accept` (claimed by w2), a `classify`, and two `acknowledge` are open."""
    desk = either_desk
    desk.claim("w2", desk.register(), "accept")
    desk.register(acceptance="accept")
    desk.dispatched("SC-SS", ("SC-MI",))
    assert [(wanted, elements(desk.tasks("w3", **wanted))) for wanted, _ in FILTERS] == FILTERS


def test_the_count_is_that_of_the_list_without_limits(desk: Desk) -> None:
    desk.dispatched("SC-SS", ("SC-MI",))
    assert desk.ask("w3", count_tasks, TaskFilter(element="acknowledge")) == 2


def test_what_is_late_is_overdue(desk: Desk) -> None:
    no = desk.register(acceptance="accept")
    desk.at("2026-09-23 15:00")
    assert [row.no for row in desk.tasks("w3", overdue=True, element="classify")] == [no]


@pytest.mark.parametrize("descending", [False, True])
def test_pages_in_any_order_show_every_task_once(either_desk: Desk, descending: bool) -> None:
    for _ in range(5):
        either_desk.register()
    sort = (Sort("due", descending),)
    pages = [either_desk.ask("w3", find_tasks, TaskFilter(), Page(first, 2, sort)) for first in (0, 2, 4, 6)]
    assert [len(page) for page in pages] == [2, 2, 1, 0]
    assert len({row.id for page in pages for row in page}) == 5


def test_a_task_says_whose_it_is_and_which_diagram_draws_it(desk: Desk) -> None:
    no = desk.dispatched("SC-SS")
    (row,) = desk.tasks("w3", no=no)
    assert (row.unit, row.groups) == ("SC-SS", ("unit:SC-SS",))
    assert row.definition_id.startswith("work_order:1:")


def test_a_unit_is_shown_the_tasks_of_its_own_cases_alone(desk: Desk) -> None:
    own, other = desk.dispatched("SC-SS"), desk.dispatched("SC-MI")
    assert {row.no for row in desk.tasks("unit-SC-SS")} == {own}
    assert desk.tasks("unit-SC-SS", no=other) == []


def test_a_task_of_an_unseen_case_does_not_exist(desk: Desk) -> None:
    secret = desk.task(desk.register(confidential=True), "accept")
    with pytest.raises(NotFound):
        desk.ask("w3", get_task, secret)
    assert desk.ask("restricted", get_task, secret).id == secret


@pytest.mark.parametrize("task_id", ["", "x", "\0", "00000000-0000-0000-0000-000000000000", "9" * 4000])
def test_what_is_no_task_id_is_not_found(desk: Desk, task_id: str) -> None:
    with pytest.raises(NotFound):
        desk.ask("w3", get_task, task_id)


def test_a_finished_task_is_no_longer_open(desk: Desk) -> None:
    no = desk.register()
    task_id = desk.task(no, "accept")
    desk.complete("w3", no, "accept", acceptance="accept")
    with pytest.raises(NotFound):
        desk.ask("w3", get_task, task_id)
