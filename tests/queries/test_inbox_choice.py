"""The inbox as somebody has chosen to see it: filtered, ordered, searched, put aside; kept from visit to visit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy import text as sql_text

from engine.cases.commands import ClaimTask, UnclaimTask
from engine.desk.commands import DropView, KeepChoice, OpenWith, PutAside, RenameView, SaveView, TakeBack
from engine.directory.commands import ChangeGroups
from engine.errors import BadInput, NotFound, NotYours
from engine.facade import ReadContext
from engine.queries import queue_words
from engine.queries.inbox import InboxItem, inbox
from engine.queries.inbox_choice import SORT_WORDS, Choice, choice_from, desk_of
from engine.queries.queues import QUEUES
from engine.storage.models import follow_ups
from tests.support.asked import asked_of, plans_of
from tests.support.house import House


def three(house: House) -> dict[str, str]:
    """Three cases before the window, each at another step."""
    waiting = house.register("w1", title="公积金提取被退")
    graded = house.register("w1", title="不动产更名被退", acceptance="accept")
    sent = house.register("w1", title="社保转移报错", acceptance="accept")
    house.complete("w1", sent, "classify", grade="complex", cause="系统类", lead_unit="SC-SS", urgent=True)
    return {"accept": waiting, "classify": graded, "dispatch": sent}


def seen(house: House, who: str = "group", queue: str = "group", **choice: Any) -> list[str | None]:
    actor = house.actor(who)
    return [item.no for item in house.engine.read_as(actor, inbox, queue, choice=Choice(**choice)).items]


# ------------------------------------------------------------------ filters and order
def test_a_filter_narrows_a_queue(any_house: House) -> None:
    cases = three(any_house)
    assert seen(any_house, step="accept") == [cases["accept"]]
    assert seen(any_house, grade="complex") == [cases["dispatch"]]
    assert seen(any_house, unit="SC-SS") == [cases["dispatch"]]
    assert seen(any_house, urgent=True) == [cases["dispatch"]]
    assert seen(any_house, step="accept", urgent=True) == []


def test_a_filter_by_light_finds_what_burns_so(any_house: House) -> None:
    cases = three(any_house)
    assert seen(any_house, light="green") == [cases["accept"]]
    assert sorted(map(str, seen(any_house, light="yellow"))) == sorted([cases["classify"], cases["dispatch"]])
    any_house.move("2026-09-25 10:00")
    actor = any_house.actor("group")
    for light in ("green", "yellow", "red"):
        items = any_house.engine.read_as(actor, inbox, "group", choice=Choice(light=light)).items
        assert {item.due.light for item in items} <= {light}
    assert len(seen(any_house, light="red")) == 3


def test_a_filter_by_person_finds_what_they_hold(any_house: House) -> None:
    first, second = any_house.register("w1"), any_house.register("w1")
    any_house.do("w2", ClaimTask(any_house.task(first, "accept"), "w2"))
    any_house.do("w3", ClaimTask(any_house.task(second, "accept"), "w3"))
    any_house.move("2026-09-24 10:00")  # a Thursday: both are due at its close
    assert seen(any_house, "w1", "today", by="w2") == [first]
    assert seen(any_house, "w1", "today", by="w4") == []


def test_what_a_colleague_holds_is_found_by_person_and_by_words(any_house: House) -> None:
    first, second = any_house.register("w1"), any_house.register("w1", title="公积金提取被退")
    for who, no in (("w2", first), ("w3", second)):
        any_house.do(who, ClaimTask(any_house.task(no, "accept"), who))
    assert seen(any_house, "w1", "held", by="w2") == [first]
    assert sorted(map(str, seen(any_house, "w1", "held", holder="held"))) == [first, second]
    assert seen(any_house, "w1", "held", words="公积金") == [second]
    assert seen(any_house, "w1", "held", words="公积金", by="w2") == []


def test_words_find_number_title_name_and_phone(any_house: House) -> None:
    cases = three(any_house)
    assert seen(any_house, words="更名") == [cases["classify"]]
    assert seen(any_house, words=cases["accept"]) == [cases["accept"]]
    assert sorted(map(str, seen(any_house, words="戴建国"))) == sorted(cases.values())
    assert sorted(map(str, seen(any_house, words="1234"))) == sorted(cases.values())
    assert seen(any_house, words="没有这样的话") == []


def test_words_find_the_same_tasks_whichever_is_gone_through(any_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    titles = dict(_of_like_titles(any_house))
    words = ("公积金提", "公积金", "提取", "公积金 被退", "转移报错", "没有这样的话", *titles)
    for chunk, few in ((125, 2000), (1, 2000), (1, 0)):  # the beginning, what is found, and what lies in the queue
        monkeypatch.setattr(queue_words, "_CHUNK", chunk)
        monkeypatch.setattr(queue_words, "_FEW", few)
        for word in words:
            expected = [no for no, title in titles.items() if all(part in no + title for part in word.split())]
            assert seen(any_house, words=word, sorts=("opened",)) == expected, (word, chunk, few)
            assert seen(any_house, words=word, sorts=("-opened",)) == expected[::-1], (word, chunk, few)
        assert seen(any_house, words="戴建国", sorts=("opened",)) == [*titles]
        assert seen(any_house, "unit-SC-SS", words="公积金") == []


def _of_like_titles(house: House) -> Iterator[tuple[str, str]]:
    """In the order they came; all pairs of characters of “公积金提” stand in the second too, but not side by side."""
    for title in ("公积金提取被退", "公积金和基金提取被退", "社保转移报错", "公积金转移报错"):
        yield house.register("w1", title=title), title
        house.move(house.engine.clock.now() + timedelta(minutes=1))


@pytest.mark.parametrize("sorts", list(permutations(["-urgent", "opened", "grade"])))
def test_several_keys_order_a_queue_one_after_the_other(house: House, sorts: tuple[str, ...]) -> None:
    three(house)
    house.move("2026-09-23 09:30")
    three(house)
    items = house.engine.read_as(house.actor("group"), inbox, "group", choice=Choice(sorts=sorts)).items
    got = [tuple(_key(item, each) for each in sorts) for item in items]
    assert got == sorted(got)
    assert len(got) == 6


def _key(item: InboxItem, sort: str) -> Any:
    """Of the three only what waits to be dispatched has a grade, complex; what has none yet comes last."""
    keys = {"-urgent": not item.urgent, "opened": item.opened_at, "grade": item.element != "dispatch"}
    return keys[sort]


@pytest.mark.parametrize("sorts", [(), ("-opened",), ("-tier", "due"), ("-due",), ("due", "-tier")])
def test_pages_of_every_order_show_every_task_once(any_house: House, sorts: tuple[str, ...]) -> None:
    for _ in range(7):
        any_house.register("w1")
    actor, choice = any_house.actor("group"), Choice(step="accept", sorts=sorts)
    shown, after = list[str](), None
    while True:
        page = any_house.engine.read_as(actor, inbox, "group", after, 3, choice)
        shown += [item.task_id for item in page.items]
        after = page.next
        if after is None:
            break
    assert (len(shown), len(set(shown))) == (7, 7)


def test_by_due_turned_round_the_last_due_comes_first(any_house: House) -> None:
    cases = three(any_house)
    # By PROCESS.md: to classify and to dispatch, 2 office hours; to accept, the close of the next working day.
    assert seen(any_house, sorts=("-due",))[0] == cases["accept"]
    assert seen(any_house, sorts=("due",))[-1] == cases["accept"]


@pytest.mark.parametrize("queue", QUEUES)
def test_every_queue_is_read_off_an_index_and_no_case_is_read_that_is_not_shown(house: House, queue: str) -> None:
    """A page and a count, with a filter and in another order too, however many tasks there are."""
    house.do("w1", ClaimTask(house.task(house.register("w1"), "accept"), "w1"))
    plans: list[str] = []

    def looked(ctx: ReadContext) -> None:
        run = ctx.conn.execute

        def explained(statement: Any, given: Mapping[str, Any] | None = None) -> Any:
            text = statement.params(given or {}).compile(ctx.conn, compile_kwargs={"literal_binds": True})
            plans.extend(row.detail for row in run(sql_text(f"EXPLAIN QUERY PLAN {text}")))
            return run(statement, given)

        ctx.conn.execute = explained  # type: ignore[method-assign, assignment]
        inbox(ctx, queue)
        inbox(ctx, queue, choice=Choice(step="accept", sorts=("-due", "-tier")))

    house.engine.read_as(house.actor("w1"), looked)
    assert any("COVERING INDEX ix_task_groups_inbox" in line for line in plans)
    assert [line for line in plans if re.match(r"SCAN (tasks|task_groups|cases|follow_ups|finished_tasks)", line)] == []


def test_the_tasks_of_few_finds_are_looked_up_and_the_queue_is_not_gone_through(house: House) -> None:
    numbers = [house.register("w1") for _ in range(130)]  # more than the beginning that is looked through
    with asked_of(house.engine.db) as asked:
        found = house.engine.read_as(house.actor("w1"), inbox, "group", choice=Choice(words=numbers[-1]))
    assert [item.no for item in found.items] == numbers[-1:]
    looked = [(sql, values) for sql, values in asked if "json_each" in sql and "FROM task_groups" in sql]
    firsts = [plan[0] for plan in plans_of(house.engine.db, looked)]
    assert firsts == ["SEARCH task_groups USING INDEX ix_task_groups_cases (group=? AND case_id=?)"]


def test_who_holds_a_task_is_known_to_every_filter_at_once(any_house: House) -> None:
    no = any_house.register("w1")
    task = any_house.task(no, "accept")
    any_house.do("w1", ClaimTask(task, "w1"))
    assert (seen(any_house, "w1", "mine", holder="held"), seen(any_house, "w1", "mine", holder="free")) == ([no], [])
    any_house.do("w1", UnclaimTask(task))
    assert (seen(any_house, holder="free"), seen(any_house, "w1", "mine")) == ([no], [])


def test_who_has_moved_to_a_group_with_other_work_holds_nothing_back(any_house: House) -> None:
    sent = any_house.register("w2", acceptance="accept")
    any_house.complete("w2", sent, "classify", grade="general", cause="系统类", lead_unit="SC-SS")
    any_house.complete("group", sent, "dispatch", lead_unit="SC-SS", onsite_attempt="已在窗口试办")
    task = held(any_house)
    assert task not in [item.task_id for item in any_house.engine.read_as(any_house.actor("w2"), inbox, "group").items]
    any_house.do("admin", ChangeGroups("w1", ("unit:SC-SS",), ("window",)))
    assert task in [item.task_id for item in any_house.engine.read_as(any_house.actor("w2"), inbox, "group").items]


def test_a_restricted_case_is_found_by_no_filter(house: House) -> None:
    house.register("w1", title="举报某窗口", confidential=True)
    assert seen(house, words="举报") == []
    assert seen(house, step="accept") == []


@pytest.mark.parametrize(
    "given", [{"step": "nothing"}, {"grade": 5}, {"tier": "9"}, {"sorts": ["no", "-no"]}, {"unit": None}]
)
def test_what_cannot_be_chosen_is_left_out(given: dict[str, Any]) -> None:
    assert choice_from(given) == Choice()


def test_every_order_has_words_and_a_column() -> None:
    assert choice_from({"sorts": list(SORT_WORDS)}).sorts == tuple(SORT_WORDS)[:3]


# ------------------------------------------------------------------ kept
def test_the_last_choice_is_kept_without_its_words(any_house: House) -> None:
    chosen = Choice(step="accept", sorts=("-opened",), words="戴建国")
    any_house.do("w1", KeepChoice(chosen.kept))
    desk = any_house.engine.read_as(any_house.actor("w1"), desk_of)
    assert desk.choice == Choice(step="accept", sorts=("-opened",))
    assert any_house.engine.read_as(any_house.actor("w2"), desk_of).choice == Choice()


def test_a_saved_view_is_ones_own_unless_a_lead_shares_it(any_house: House) -> None:
    any_house.do("w1", SaveView("我的受理", Choice(step="accept").kept))
    any_house.do("lead", SaveView("紧急先办", Choice(sorts=("-urgent",)).kept, "window"))
    mine = any_house.engine.read_as(any_house.actor("w1"), desk_of).views
    assert [(view.name, view.by) for view in mine] == [("我的受理", None), ("紧急先办", "窗口负责人甲")]
    others = any_house.engine.read_as(any_house.actor("callback"), desk_of).views
    assert others == ()


def test_only_a_lead_shares_and_only_with_the_own_group(house: House) -> None:
    for who, group in (("w1", "window"), ("lead", "work_group"), ("head-SC-SS", "unit:SC-MI")):
        with pytest.raises(NotYours):
            house.do(who, SaveView("x", {}, group))


@pytest.mark.parametrize("name", ["", "  ", "长" * 41])
def test_a_view_needs_a_name_of_some_length(house: House, name: str) -> None:
    with pytest.raises(BadInput):
        house.do("w1", SaveView(name, {}))


def test_the_same_name_again_replaces_the_view_and_dropping_is_for_its_owner(house: House) -> None:
    house.do("lead", SaveView("常用", Choice(step="accept").kept, "window"))
    house.do("lead", SaveView("常用", Choice(step="classify").kept, "window"))
    (view,) = house.engine.read_as(house.actor("w1"), desk_of).views
    assert view.choice == Choice(step="classify")
    with pytest.raises(NotFound):
        house.do("w1", DropView(view.id))
    house.do("lead", DropView(view.id))
    assert house.engine.read_as(house.actor("w1"), desk_of).views == ()


def test_a_view_is_renamed_by_its_owner_and_keeps_its_number(house: House) -> None:
    for name in ("受理", "分类"):
        house.do("w1", SaveView(name, Choice(step="accept").kept))
    first, second = house.engine.read_as(house.actor("w1"), desk_of).views
    house.do("w1", RenameView(first.id, " 先办这些 "))
    assert {view.id: view.name for view in house.engine.read_as(house.actor("w1"), desk_of).views} == {
        first.id: "先办这些",
        second.id: second.name,
    }
    with pytest.raises(BadInput) as refused:
        house.do("w1", RenameView(first.id, second.name))
    assert "已经有一个叫" in refused.value.fields["name"]
    with pytest.raises(BadInput):
        house.do("w1", RenameView(first.id, " "))
    with pytest.raises(NotFound):
        house.do("w2", RenameView(first.id, "别人的"))


def test_the_inbox_opens_with_one_view_at_most_and_only_its_owners(house: House) -> None:
    for name in ("受理", "分类"):
        house.do("lead", SaveView(name, Choice(step="accept").kept, "window"))
    first, second = house.engine.read_as(house.actor("lead"), desk_of).views
    for view, opens in ((first, [True, False]), (second, [False, True]), (None, [False, False])):
        house.do("lead", OpenWith(None if view is None else view.id))
        assert [each.opens for each in house.engine.read_as(house.actor("lead"), desk_of).views] == opens
        assert not any(each.opens for each in house.engine.read_as(house.actor("w1"), desk_of).views)
    with pytest.raises(NotFound):
        house.do("w1", OpenWith(first.id))


# ------------------------------------------------------------------ put aside
def held(house: House, **changes: Any) -> str:
    no = house.register("w1", **changes)
    task = house.task(no, "accept")
    assert house.person("w1").post(f"/engine-rest/task/{task}/claim", {"userId": "w1"}).status_code == 204
    return task


def mine(house: House, queue: str = "mine") -> list[str]:
    return [item.task_id for item in house.engine.read_as(house.actor("w1"), inbox, queue).items]


def test_what_is_put_aside_comes_back_by_itself_and_its_due_stays(any_house: House) -> None:
    task = held(any_house)
    before = any_house.engine.read_as(any_house.actor("w1"), inbox, "mine").items[0].due
    any_house.do("w1", PutAside(task, date(2026, 9, 24), "等反映人带材料来"))
    assert (mine(any_house), mine(any_house, "aside")) == ([], [task])
    (item,) = any_house.engine.read_as(any_house.actor("w1"), inbox, "aside").items
    assert (item.aside_reason, item.due) == ("等反映人带材料来", before)
    any_house.move("2026-09-24 00:00")
    assert (mine(any_house), mine(any_house, "aside")) == ([task], [])


def test_it_can_be_taken_back_before(house: House) -> None:
    task = held(house)
    house.do("w1", PutAside(task, date(2026, 9, 24), "等"))
    house.do("w1", TakeBack(task))
    assert mine(house) == [task]


def test_what_is_late_is_shown_though_it_was_put_aside(house: House) -> None:
    task = held(house)  # due at the close of the next working day, 09-24 17:00
    house.do("w1", PutAside(task, date(2026, 9, 28), "等"))
    assert mine(house) == []
    house.move("2026-09-24 17:01")
    assert mine(house) == [task]


@pytest.mark.parametrize("until", [date(2026, 9, 23), date(2026, 9, 1), date(2027, 1, 1)])
def test_a_day_that_is_no_later_day_is_refused(house: House, until: date) -> None:
    task = held(house)
    with pytest.raises(BadInput) as refused:
        house.do("w1", PutAside(task, until, "等"))
    assert list(refused.value.fields) == ["until"]


@pytest.mark.parametrize("reason", ["", "  ", "长" * 201])
def test_it_needs_a_reason(house: House, reason: str) -> None:
    task = held(house)
    with pytest.raises(BadInput):
        house.do("w1", PutAside(task, date(2026, 9, 24), reason))


def test_nobody_puts_aside_what_is_not_theirs(house: House) -> None:
    task = held(house)
    for who in ("unit-SC-SS", "auditor"):
        with pytest.raises(NotFound):
            house.do(who, PutAside(task, date(2026, 9, 24), "等"))


def test_the_reason_is_sealed_and_goes_with_the_task(any_house: House) -> None:
    task = held(any_house)
    any_house.do("w1", PutAside(task, date(2026, 9, 24), "等戴建国带材料来"))
    stored = any_house.engine.read(lambda ctx: ctx.conn.scalars(select(follow_ups.c.reason)).all())
    assert len(stored) == 1
    assert "戴建国" not in stored[0]
    any_house.do("w1", TakeBack("no such task"))
    any_house.complete("w1", "BCS-2026-0001", "accept", acceptance="accept")
    assert any_house.engine.read(lambda ctx: ctx.conn.scalars(select(follow_ups.c.reason)).all()) == []
