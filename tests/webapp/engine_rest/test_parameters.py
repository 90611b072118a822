"""Parameters are read by type; what would be ignored is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from engine.errors import BadInput
from engine.queries.paging import Sort
from engine.queries.tasks import TaskFilter
from webapp.api.engine_rest.parameters import JOBS, TASKS, read

CLOSING = datetime(2026, 10, 8, 9, 0, tzinfo=UTC)


def test_filters_are_read_by_their_type() -> None:
    given = {"unassigned": "true", "dueBefore": "2026-10-08T17:00:00.000+0800", "candidateGroup": "unit:SC-SS"}
    wanted, _ = read(given, TASKS)
    assert wanted == TaskFilter(unassigned=True, due_before=CLOSING, groups=("unit:SC-SS",))


def test_a_plus_that_became_a_space_in_the_address_is_understood() -> None:
    wanted, _ = read({"dueAfter": "2026-10-08T17:00:00.000 0800"}, TASKS)
    assert wanted == TaskFilter(due_after=CLOSING)


def test_an_address_and_a_body_sort_alike() -> None:
    _, address = read({"sortBy": "dueDate", "sortOrder": "desc"}, TASKS)
    _, body = read({"sorting": [{"sortBy": "dueDate", "sortOrder": "desc"}]}, TASKS)
    assert address == body
    assert address.sorts == (Sort("due", True),)


def test_a_page_is_read_from_numbers_and_their_texts() -> None:
    assert read({"firstResult": "20", "maxResults": 10}, JOBS)[1].first == 20


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"asignee": "w3"}, "asignee"),
        ({"unassigned": "yes"}, "unassigned"),
        ({"unassigned": 1}, "unassigned"),
        ({"assignee": 5}, "assignee"),
        ({"assignee": "a\0b"}, "assignee"),
        ({"assignee": "\ud800"}, "assignee"),
        ({"candidateGroups": [5]}, "candidateGroups"),
        ({"dueBefore": "2026-10-08T17:00:00"}, "dueBefore"),
        ({"dueBefore": "morgen"}, "dueBefore"),
        ({"firstResult": "-1"}, "firstResult"),
        ({"firstResult": "１"}, "firstResult"),
        ({"maxResults": "viele"}, "maxResults"),
        ({"maxResults": "9999999999"}, "maxResults"),
        ({"maxResults": "10001"}, "maxResults"),
        ({"maxResults": True}, "maxResults"),
        ({"sortBy": "colour", "sortOrder": "asc"}, "sortBy"),
        ({"sortOrder": "asc"}, "sortBy"),
        ({"sortBy": "dueDate", "sortOrder": "up"}, "sortOrder"),
        ({"sorting": "dueDate"}, "sorting"),
        ({"sorting": ["dueDate"]}, "sorting"),
    ],
)
def test_what_cannot_be_taken_is_named(given: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        read(given, TASKS)
    assert list(refused.value.fields) == [field]


def test_every_wrong_parameter_is_named_at_once() -> None:
    with pytest.raises(BadInput) as refused:
        read({"overdue": "maybe", "colour": "red"}, TASKS)
    assert refused.value.fields.keys() == {"overdue", "colour"}
