"""What words find comes newest first, page by page, and no more is read than a page and its count ask for."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy import text as sql_text

from engine.cases.commands import ActOnCase
from engine.facade import ReadContext
from engine.queries.cases import CaseFilter, list_cases
from engine.queries.inbox import inbox
from engine.queries.inbox_choice import Choice
from engine.storage.models import case_words
from tests.queries.desk import Desk
from tests.support.house import House

# The first leaves no doubt; of the second every two neighbours are in the index, and the title is looked at once more.
WORDS = ("社保", "社保转移")
MINUTES = (7, 3, 11, 3, 1, 3, 9, 5)  # three of one instant


def registered(house: House) -> list[str]:
    """Cases that came to the window in another order than to the desk; their numbers, newest receipt first."""
    told = [(f"2026-09-22T09:{minute:02}:00+08:00", minute) for minute in MINUTES]
    numbers = [house.register(received_at=at) for at, _ in told]
    newest = sorted(range(len(told)), key=lambda n: (told[n][1], n), reverse=True)
    return [numbers[n] for n in newest]


def leafed_through(house: House, wanted: CaseFilter, limit: int, counted: int | None = None) -> list[str]:
    shown, after = list[str](), None
    while True:
        page = house.engine.read(list_cases, wanted, after, limit, counted)
        shown += [row.no for row in page.items]
        after = page.next
        if after is None:
            return shown


@pytest.mark.parametrize("words", WORDS)
def test_pages_of_what_words_find_go_back_from_the_newest_receipt(any_house: House, words: str) -> None:
    numbers = registered(any_house)
    any_house.register(title="公积金提取", description="材料不全")
    for limit in (1, 3, 50):
        assert leafed_through(any_house, CaseFilter(words=words), limit) == numbers


@pytest.mark.parametrize("words", WORDS)
def test_what_words_find_is_counted_as_far_as_is_asked(any_house: House, words: str) -> None:
    numbers = registered(any_house)
    for counted, total in ((None, 8), (3, 4), (20, 8)):
        first = any_house.engine.read(list_cases, CaseFilter(words=words), None, 2, counted)
        second = any_house.engine.read(list_cases, CaseFilter(words=words), first.next, 2, counted)
        assert [row.no for row in (*first.items, *second.items)] == numbers[:4]
        assert (first.total, second.total) == (total, total)


@pytest.mark.parametrize("words", WORDS)
def test_words_and_a_filter_narrow_together(any_house: House, words: str) -> None:
    numbers = registered(any_house)
    by_phone = any_house.register(channel="hotline")
    assert leafed_through(any_house, CaseFilter(words=words, channel="window"), 3) == numbers
    assert leafed_through(any_house, CaseFilter(words=words, channel="hotline"), 3) == [by_phone]


@pytest.mark.parametrize("words", WORDS)
def test_a_corrected_receipt_moves_to_its_place(any_house: House, words: str) -> None:
    *newer, oldest = registered(any_house)
    said = {"field": "received_at", "value": "2026-09-22T10:00:00+08:00", "reason": "登记时看错了"}
    any_house.do("w3", ActOnCase("amend", oldest, said))
    assert leafed_through(any_house, CaseFilter(words=words), 3) == [oldest, *newer]


def test_a_corrected_phone_is_found_in_its_place(any_house: House) -> None:
    numbers = registered(any_house)
    said = {"field": "applicant.phone", "value": "13900005678", "reason": "登记时听错了"}
    any_house.do("w3", ActOnCase("amend", numbers[2], said))
    assert leafed_through(any_house, CaseFilter(words="5678"), 3) == [numbers[2]]
    assert leafed_through(any_house, CaseFilter(words="1234"), 3) == [no for no in numbers if no != numbers[2]]


# ------------------------------------------------------------------ how it is read
def plans(ctx: ReadContext, /, **asked: Any) -> list[str]:
    """The plans of all that a page of a search asks SQLite, one after the other."""
    run, found = ctx.conn.execute, list[str]()

    def explained(statement: Any, given: Mapping[str, Any] | None = None, **options: Any) -> Any:
        text = statement.params(given or {}).compile(ctx.conn, compile_kwargs={"literal_binds": True})
        rows = run(sql_text(f"EXPLAIN QUERY PLAN {str(text).replace('%%', '%')}"))
        found.append("\n".join(row.detail for row in rows))
        return run(statement, given, **options)

    ctx.conn.execute = explained  # type: ignore[method-assign, assignment]
    list_cases(ctx, CaseFilter(**asked), None, 50, 999)
    return found


@pytest.mark.parametrize("who", ["w3", "auditor", "bureau", "restricted"])
def test_the_index_of_words_is_walked_from_its_end_and_nothing_is_sorted(house: House, who: str) -> None:
    registered(house)
    page = house.engine.read_as(house.actor(who), plans, words="社保")[0]
    assert "SCAN case_grams VIRTUAL TABLE" in page
    assert not re.search(r"TEMP B-TREE|SCAN (cases|case_words|work_orders)\b", page), page


def test_where_there_is_a_doubt_two_pages_are_sorted_into_one_and_no_more(house: House) -> None:
    registered(house)
    page = house.engine.read_as(house.actor("w3"), plans, words="社保转移")[0]
    assert page.count("SCAN case_grams VIRTUAL TABLE") == 2
    assert page.count("TEMP B-TREE FOR ORDER BY") == 1
    assert not re.search(r"SCAN (cases|case_words|work_orders)\b", page), page


@pytest.mark.parametrize("walked", [False, True], ids=["theirs", "what is found"])
def test_a_unit_finds_what_it_knows_of_whichever_is_gone_through(
    either_desk: Desk, monkeypatch: pytest.MonkeyPatch, walked: bool
) -> None:
    if walked:
        for name in ("_FEW", "_MANY"):
            monkeypatch.setattr(f"engine.queries.cases.{name}", -1)
    either_desk.register()
    numbers = [either_desk.dispatched() for _ in range(3)]
    either_desk.dispatched("ZX")
    for words in WORDS:
        first = either_desk.ask("unit-SC-SS", list_cases, CaseFilter(words=words), None, 2, 999)
        second = either_desk.ask("unit-SC-SS", list_cases, CaseFilter(words=words), first.next, 2, 999)
        assert [row.no for row in (*first.items, *second.items)] == numbers[::-1]
        assert (first.total, second.total, second.next) == (3, 3, None)
    assert either_desk.ask("unit-SC-SS", list_cases, CaseFilter(words="公积金"), None, 2, 999).total == 0


def test_of_what_a_unit_knows_of_nothing_else_is_looked_up(house: House) -> None:
    registered(house)
    for plan in house.engine.read_as(house.actor("unit-SC-SS"), plans, words="社保转移"):
        assert not re.search(r"SCAN (cases|case_words|work_orders)\b", plan), plan


# ------------------------------------------------------------------ the inbox, by each of its ways
@pytest.mark.parametrize("few", [2000, 0], ids=["what is found", "what lies there"])
@pytest.mark.parametrize("chunk", [2, 125])
def test_the_inbox_finds_the_same_however_much_there_is(
    any_house: House, monkeypatch: pytest.MonkeyPatch, few: int, chunk: int
) -> None:
    for name, value in (("_FEW", few), ("_CHUNK", chunk)):
        monkeypatch.setattr(f"engine.queries.queue_words.{name}", value)
    rng = random.Random(5)
    titles = [rng.choice(["社保转移报错", "公积金提取", "转移社保"]) for _ in range(9)]
    numbers = [any_house.register(title=title, description="材料不全") for title in titles]
    for words in ("社保", "社保转移", "材料", "戴", "社保 转移", numbers[3], "没有这样的话"):
        wanted = [no for no, title in zip(numbers, titles, strict=True) if lies(words, no, title)]
        assert in_inbox(any_house, "lead", words) == sorted(wanted), words


def lies(words: str, no: str, title: str) -> bool:
    texts = (no, title, "材料不全")
    return words == "戴" or all(any(word in text for text in texts) for word in words.split())


def in_inbox(house: House, who: str, words: str) -> list[str]:
    """Page by page, in another order than by due."""
    shown, after, choice = list[str](), None, Choice(words=words, sorts=("-opened", "grade"))
    while True:
        page = house.engine.read_as(house.actor(who), inbox, "group", after, 2, choice)
        shown += [str(item.no) for item in page.items]
        after = page.next
        if after is None:
            return sorted(shown)


def test_a_case_lies_in_the_index_by_the_second_of_its_receipt_then_by_its_id(any_house: House) -> None:
    any_house.register(received_at="2026-09-22T09:00:07+08:00")
    row = any_house.engine.read(lambda ctx: ctx.conn.execute(select(case_words.c.place, case_words.c.case_id)).one())
    assert row.place == 1_790_038_807 * 2**31 + row.case_id  # date -d 2026-09-22T09:00:07+08:00 +%s
