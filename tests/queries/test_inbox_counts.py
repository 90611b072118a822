"""The numbers beside the queues where much lies in them: as many as the queue shows, as far as is counted."""

from __future__ import annotations

from engine.bench.busy import fill
from engine.queries.inbox import QueueCount, inbox
from engine.queries.queues import COUNTED, QUEUES
from tests.queries.desk import Desk

_PAGE = 500


def shown(desk: Desk, who: str, queue: str) -> int:
    """How many different tasks the pages of a queue show, to more than are counted."""
    page = desk.ask(who, inbox, queue, None, _PAGE)
    found = {item.task_id for item in page.items}
    while page.next is not None and len(found) <= COUNTED:
        page = desk.ask(who, inbox, queue, page.next, _PAGE)
        found |= {item.task_id for item in page.items}
    return len(found)


def counted(desk: Desk) -> set[tuple[str, str]]:
    """The queues of which more lie there than are counted; the number of every queue is looked after."""
    uncounted = set()
    for who in ("lead", "w1", "group", "unit-SC-SS"):
        told = {each.key: each for each in desk.ask(who, inbox).queues}
        for queue in QUEUES:
            number = shown(desk, who, queue)
            assert told[queue] == QueueCount(queue, min(number, COUNTED), number > COUNTED), (who, queue)
        uncounted |= {(who, queue) for queue in QUEUES if told[queue].more}
    return uncounted


def test_each_queue_says_how_many_it_shows_and_where_counting_stopped(either_desk: Desk) -> None:
    fill(either_desk.engine, 4200)
    assert counted(either_desk) >= {("lead", "group"), ("w1", "group")}


def test_what_lies_with_two_groups_is_counted_together(desk: Desk) -> None:
    fill(desk.engine, 2700)
    assert {who for who, queue in counted(desk) if queue == "group"} == {"lead"}
