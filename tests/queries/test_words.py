"""Words find every case they lie in, on both databases: held against looking through every text."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import delete, select

from engine.cases.commands import ActOnCase, Actor, StartProcess
from engine.definitions.shipped import CASE_PROCESS
from engine.facade import Engine, ReadContext
from engine.house import NotOpened, enter_house, open_house, reseal
from engine.keys import new_secret
from engine.queries.cases import CaseFilter, list_cases
from engine.queries.matching import matching
from engine.settings import Settings
from engine.storage.database import WriteTransaction
from engine.storage.models import case_words, cases, settings
from tests.support.house import REGISTRATION, House

# Full and half width, capital and small, with and without what a pattern would take for more than itself.
ALPHABET = "社保转移报错养老金办证社保社保Aa1Ｂｂ２９ ％%_\\'\"*-（(，。\u3000ﾊﾟß𠮷😀\n"
NOBODY = {"kind": "anonymous"}
Within = Callable[[str, str], bool]


def found(engine: Engine, words: str, actor: Actor | None = None) -> set[str]:
    asked = CaseFilter(words=words)
    listed = engine.read(list_cases, asked) if actor is None else engine.read_as(actor, list_cases, asked)
    return {row.no for row in listed.items}


# ------------------------------------------------------------------ by the definition
@dataclass(frozen=True)
class Told:
    """A case as it is compared."""

    no: str
    title: str
    description: str

    def has(self, word: str, described: Within) -> bool:
        return word in self.no or word in self.title or (len(word) > 1 and described(word, self.description))


def within(word: str, text: str) -> bool:
    return word in text


def pair_by_pair(word: str, text: str) -> bool:
    """As far as marks tell: every two neighbouring characters lie in the text, wherever."""
    return all(word[at : at + 2] in text for at in range(len(word) - 1))


def folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def looked_through(texts: dict[str, Told], words: str, described: Within) -> set[str]:
    asked = folded(words).split()
    return {no for no, told in texts.items() if all(told.has(word, described) for word in asked)}


def any_text(rng: random.Random, least: int, most: int) -> str:
    made = "".join(rng.choice(ALPHABET) for _ in range(rng.randint(least, most)))
    return made if made.strip() else "社"


def part_of(rng: random.Random, whole: str) -> str:
    at = rng.randrange(len(whole))
    return whole[at : at + rng.choice([1, 2, 2, 3, 5, 9])]


@pytest.mark.parametrize("seed", range(3))
def test_words_find_all_that_they_lie_in_and_nothing_else(any_house: House, seed: int) -> None:
    rng = random.Random(seed)
    texts, told = [], {}
    for _ in range(25):
        title, description = any_text(rng, 1, 14), any_text(rng, 1, 40)
        no = any_house.register(title=title, description=description, applicant=NOBODY)
        told[no] = Told(folded(no), folded(title), folded(description))
        texts += [title, description, no]
    asked = [part_of(rng, rng.choice(texts)) for _ in range(80)]
    asked += [f"{first} {second}" for first, second in zip(asked[::2], asked[1::2], strict=True)]
    asked += [any_text(rng, 1, 3) for _ in range(40)]
    for words in filter(str.strip, asked):
        at_least, at_most = (looked_through(told, words, how) for how in (within, pair_by_pair))
        assert at_least <= found(any_house.engine, words) <= at_most, words


@pytest.mark.parametrize(
    ("words", "finds"),
    [
        ("社", True),
        ("状态异常", True),  # of the description
        ("异常状态", False),
        ("提", False),  # a single character of a description is not marked
        ("社保 异常", True),
        ("社保 公积金", False),
        ("ＢＣＳ－２０２６", True),
        ("bcs-2026-0001", True),
        ("0001", True),
        ("0002", False),
        ("社保_移", False),
        ("%", False),
        ("报错\0", False),
        ("报错\ud800", False),
    ],
)
def test_number_title_and_description_are_searched(any_house: House, words: str, finds: bool) -> None:
    no = any_house.register()
    assert found(any_house.engine, words) == ({no} if finds else set())


def test_what_is_masked_is_not_found_by_its_words(any_house: House) -> None:
    any_house.register(title="戴建国的社保", description="戴建国说请打 13812349999。", applicant=PERSON)
    assert [len(found(any_house.engine, words)) for words in ("建国", "13812349999", "2349")] == [0, 0, 0]
    assert len(found(any_house.engine, "戴建国")) == 1  # by the mark of the whole name


PERSON = {"kind": "person", "name": "戴建国", "phone": "13812341234"}


def test_a_corrected_case_is_found_as_corrected(any_house: House) -> None:
    no = any_house.register()
    for field, value in (("title", "医保报销"), ("description", "材料不全。")):
        any_house.do("w3", ActOnCase("amend", no, {"field": field, "value": value, "reason": "登记时听错了"}))
    gone, there = ("社保", "转移", "网上", "状态异常"), ("医保", "报销", "材料不全", no)
    assert [found(any_house.engine, words) for words in gone] == [set()] * 4
    assert [found(any_house.engine, words) for words in there] == [{no}] * 4


def test_a_corrected_name_is_masked_in_what_is_found(any_house: House) -> None:
    no = any_house.register(title="代张小明反映", description="张小明来电。")
    assert found(any_house.engine, "小明") == {no}
    any_house.do("w3", ActOnCase("amend", no, {"field": "applicant.name", "value": "张小明", "reason": "登记时听错了"}))
    assert found(any_house.engine, "小明") == set()
    assert found(any_house.engine, "张某") == {no}


def test_nobody_finds_what_they_may_not_know_of(any_house: House) -> None:
    no = any_house.register(confidential=True)
    assert found(any_house.engine, "社保", any_house.actor("w3")) == set()
    assert found(any_house.engine, "社保", any_house.actor("restricted")) == {no}
    other = any_house.register()
    assert found(any_house.engine, "社保", any_house.actor("unit-SC-SS")) == set()
    assert found(any_house.engine, "社保", any_house.actor("lead")) == {other}


@pytest.mark.parametrize("words", ["转移", "状态异常", "bcs-2026"])
def test_words_are_read_off_the_index_and_not_by_looking_through_every_row(any_house: House, words: str) -> None:
    any_house.register()
    plan = any_house.engine.read(plan_of, words)
    assert not re.search(r"SCAN (cases|case_words)\b|Seq Scan", plan), plan
    assert re.search(r"case_grams VIRTUAL TABLE|ix_case_words_grams", plan), plan


def plan_of(ctx: ReadContext, words: str) -> str:
    """How the database would find these words, PostgreSQL as if there were many rows."""
    query = select(cases.c.id).where(matching(ctx, words)).compile(ctx.conn, compile_kwargs={"literal_binds": True})
    how = "EXPLAIN QUERY PLAN"
    if ctx.conn.dialect.name == "postgresql":
        ctx.conn.exec_driver_sql("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
        how = "EXPLAIN"
    return "\n".join(str(row[-1]) for row in ctx.conn.exec_driver_sql(f"{how} {query}"))


def test_nothing_of_a_description_can_be_read_in_its_row(any_house: House) -> None:
    any_house.register(title="标题")
    row = any_house.engine.read(lambda ctx: dict(ctx.conn.execute(select(case_words)).mappings().one()))
    assert (row["no"], row["title"]) == ("bcs-2026-0001", "标题")
    assert all(isinstance(gram, int) for gram in row["grams"]) and row["grams"] == sorted(row["grams"])


# ------------------------------------------------------------------ other keys, earlier versions
def forget_words(engine: Engine) -> None:
    def work(tx: WriteTransaction) -> None:
        tx.begin_writing()
        tx.conn.execute(delete(case_words))
        tx.conn.execute(delete(settings).where(settings.c.name == "words.indexed"))

    engine.db.write(work)


def test_the_cases_of_an_earlier_version_are_indexed_when_the_house_is_opened(any_house: House) -> None:
    no = any_house.register()
    any_house.do("w3", ActOnCase("amend", no, {"field": "description", "value": "材料不全。", "reason": "听错了"}))
    forget_words(any_house.engine)
    assert found(any_house.engine, "社保") == set()
    with pytest.raises(NotOpened):
        enter_house(any_house.settings, simulated=False)
    for _ in range(2):
        opened = open_house(any_house.settings)
        finds = [found(opened, words) for words in ("社保", "材料不全", "状态异常")]
        opened.db.close()
        assert finds == [{no}, {no}, set()]


def test_descriptions_are_found_by_the_marks_of_an_older_key_until_they_are_sealed_anew(database_url: str) -> None:
    first, second = new_secret(), new_secret()
    engine = open_house(Settings(database_url, secret_key=first))
    engine.execute(StartProcess(CASE_PROCESS, REGISTRATION), Actor("w", "w", frozenset({"window"})))
    engine.db.close()
    engine = open_house(Settings(database_url, secret_key=f"{second}\n{first}"))
    assert len(found(engine, "状态异常")) == 1
    assert all(not batch.broken for batch in reseal(engine))
    engine.db.close()
    alone = open_house(Settings(database_url, secret_key=second))
    assert len(found(alone, "状态异常")) == 1
    alone.db.close()
