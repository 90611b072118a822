"""The inbox shows a person what waits for them, by due date, in pages that neither overlap nor leave out."""

from __future__ import annotations

import pytest

from engine.directory.commands import ChangeGroups
from engine.errors import BadInput
from engine.queries.inbox import Inbox, InboxItem, inbox
from engine.queries.queues import QUEUES
from tests.queries.desk import Desk
from tests.support.house import instant


def counts(page: Inbox) -> dict[str, int]:
    return {queue.key: queue.count for queue in page.queues}


def test_the_queues_count_what_waits_what_is_held_and_what_is_done(either_desk: Desk) -> None:
    desk = either_desk
    held = desk.register()
    desk.register()
    desk.claim("w3", held, "accept")
    done = desk.register()
    desk.complete("w3", done, "accept", acceptance="accept")
    page = desk.ask("w3", inbox)
    held_by_none = {"mine": 1, "group": 2, "held": 0, "overdue": 0, "today": 1, "supervised": 0, "aside": 0, "done": 1}
    assert counts(page) == held_by_none
    assert [item.no for item in page.items] == [held]


def test_a_task_of_two_of_ones_groups_is_listed_once(desk: Desk) -> None:
    no = desk.register()
    page = desk.ask("lead", inbox, "group")
    assert [(item.no, item.place) for item in page.items] == [(no, "窗口、工作小组")]
    assert counts(page)["group"] == 1


def leafed_through(desk: Desk, who: str, queue: str, limit: int) -> list[InboxItem]:
    """All items of a queue, page by page."""
    page = desk.ask(who, inbox, queue, None, limit)
    shown = list(page.items)
    while page.next is not None:
        page = desk.ask(who, inbox, queue, page.next, limit)
        shown += page.items
    return shown


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_pages_show_every_task_once_by_due_date(either_desk: Desk, limit: int) -> None:
    for decided in ({}, {"acceptance": "accept"}, {"acceptance": "accept"}, {}, {"acceptance": "accept"}, {}, {}):
        either_desk.register(**decided)
    shown = leafed_through(either_desk, "lead", "group", limit)
    assert len({item.task_id for item in shown}) == len(shown) == 7
    assert [item.element for item in shown] == ["classify"] * 3 + ["accept"] * 4


@pytest.mark.parametrize("limit", [1, 2])
def test_done_goes_back_from_the_latest(either_desk: Desk, limit: int) -> None:
    numbers = [either_desk.register() for _ in range(3)]
    for minute, no in enumerate(numbers, 11):
        either_desk.at(f"2026-09-23 10:{minute}")
        either_desk.complete("w3", no, "accept", acceptance="accept")
    shown = leafed_through(either_desk, "w3", "done", limit)
    assert [item.no for item in shown] == numbers[::-1]
    assert {item.due.light for item in shown} == {"blue"}


def test_what_a_colleague_holds_leaves_the_group_but_stays_overdue(desk: Desk) -> None:
    no = desk.register(acceptance="accept")
    desk.claim("w2", no, "classify")
    desk.at("2026-09-23 15:00")
    page = desk.ask("w3", inbox, "overdue")
    assert [(item.holder, item.mine, item.may_claim) for item in page.items] == [("2号窗口工作人员", False, False)]
    assert counts(page)["group"] == 0


def test_what_a_colleague_holds_is_listed_with_who_and_since_when(either_desk: Desk) -> None:
    desk = either_desk
    theirs, own, _free = (desk.register() for _ in range(3))
    desk.at("2026-09-23 10:40")
    desk.claim("w2", theirs, "accept")
    desk.claim("w3", own, "accept")
    page = desk.ask("w3", inbox, "held")
    (item,) = page.items
    assert (item.no, item.holder, item.held_since) == (theirs, "2号窗口工作人员", instant("2026-09-23 10:40"))
    assert (item.mine, item.may_claim, item.may_give) == (False, False, False)
    assert (counts(page)["held"], counts(page)["group"]) == (1, 1)
    of_a_lead = {each.no: each.may_give for each in desk.ask("lead", inbox, "held").items}
    assert of_a_lead == {theirs: True, own: True}


def test_what_somebody_who_has_left_once_claimed_is_free_and_not_held(either_desk: Desk) -> None:
    desk = either_desk
    no = desk.register()
    desk.claim("w2", no, "accept")
    desk.house.do("admin", ChangeGroups("w2", (), ("window",)))
    assert counts(desk.ask("w3", inbox))["held"] == 0
    (item,) = desk.ask("w3", inbox, "group").items
    assert (item.no, item.holder, item.held_since) == (no, None, None)


def test_who_answers_for_others_sees_what_they_hold(either_desk: Desk) -> None:
    """The bureau leads working group and call-backs; the posts of a unit rise from liaison to chief."""
    desk = either_desk
    received, sent = desk.register(), desk.dispatched()
    desk.claim("group", received, "accept")
    desk.claim("unit-SC-SS", sent, "acknowledge")
    seen = {who: [item.no for item in desk.ask(who, inbox, "held").items] for who in _POSTS}
    expected = {**dict.fromkeys(("bureau", "lead"), received), **dict.fromkeys(_AT_UNIT, sent)}
    assert seen == {who: [expected[who]] if who in expected else [] for who in _POSTS}
    gives = {who: desk.ask(who, inbox, "held").items[0].may_give for who in ("bureau", *_AT_UNIT)}
    assert gives == {**dict.fromkeys(_AT_UNIT, False), "bureau": True, "head-SC-SS": True}


_AT_UNIT = ("unit-SC-SS-b", "head-SC-SS", "deputy-SC-SS", "chief-SC-SS")
_POSTS = ("bureau", "lead", *_AT_UNIT, "chief-SC-MI", "callback", "leading", "auditor")


@pytest.mark.parametrize("limit", [1, 2, 5])
def test_pages_of_what_is_held_show_every_task_once(either_desk: Desk, limit: int) -> None:
    numbers = [either_desk.register() for _ in range(5)]
    for no in numbers:
        either_desk.claim("w2", no, "accept")
    shown = leafed_through(either_desk, "lead", "held", limit)
    assert sorted(str(item.no) for item in shown) == numbers


@pytest.mark.parametrize(
    ("now", "light", "remaining"),
    [("2026-09-23 10:30", "green", 1), ("2026-09-24 10:00", "yellow", 0), ("2026-09-24 17:00", "yellow", 0)],
)
def test_a_task_says_how_long_it_has(desk: Desk, now: str, light: str, remaining: int) -> None:
    desk.register()
    desk.at(now)
    (item,) = desk.ask("w3", inbox, "group").items
    assert (item.due.light, item.due.remaining) == (light, remaining)


def test_a_restricted_case_is_in_nobody_elses_inbox(desk: Desk) -> None:
    no = desk.register(confidential=True)
    assert [item.no for item in desk.ask("restricted", inbox, "group").items] == [no]
    for name in ("w3", "lead", "group", "bureau", "admin"):
        assert counts(desk.ask(name, inbox)) == dict.fromkeys(QUEUES, 0)


def test_nobody_without_groups_has_an_inbox_that_fails(desk: Desk) -> None:
    for queue in QUEUES:
        assert desk.ask("auditor", inbox, queue).items == ()


@pytest.mark.parametrize("after", ["", "x", "1", "1.x", "-1.", "1" * 19 + "." + "0" * 36, "１." + "0" * 36])
def test_a_broken_page_mark_is_refused(desk: Desk, after: str) -> None:
    with pytest.raises(BadInput) as refused:
        desk.ask("w3", inbox, "group", after)
    assert list(refused.value.fields) == ["after"]


def test_an_unknown_queue_is_refused(desk: Desk) -> None:
    with pytest.raises(BadInput) as refused:
        desk.ask("w3", inbox, "everything")
    assert list(refused.value.fields) == ["queue"]
