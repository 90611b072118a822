"""A matter is found by its name, a part of it, the first letters of its pinyin, or what people call it."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest

from engine.directory.initials import initials
from engine.directory.matters import matter_from, matter_row, matters_named
from tests.support.house import House

SHIPPED = files("engine.directory").joinpath("data", "matters.json").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("社会保险关系转移接续(养老)", "shbxgxzyjxyl"),
        ("食品经营许可证核发(新办)", "spjyxkzhfxb"),
        ("A1级 重庆", "a1jcq"),
    ],
)
def test_initials_are_the_first_letters_of_each_character(name: str, letters: str) -> None:
    assert initials(name) == letters


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("食品经营", "M006"),
        ("spjy", "M006"),
        ("ＳＰＪＹ", "M006"),
        ("护照", "M029"),
        ("M014", "M014"),
        ("社保", "M014"),
        ("sbzy", "M014"),
        ("hz", "M029"),
    ],
)
def test_a_matter_is_found_by_any_of_them(house: House, words: str, first: str) -> None:
    found = matters_named(house.engine.directory.matters.values(), words)
    assert first in [matter.code for matter in found]


@pytest.mark.parametrize("words", ["", "  ", "没有这样的事", "zzzz", "%", "'"])
def test_nothing_is_found_by_what_names_nothing(house: House, words: str) -> None:
    assert matters_named(house.engine.directory.matters.values(), words) == []


def test_who_names_a_paper_finds_the_matters_that_need_it(house: House) -> None:
    """By the shipped guide 营业执照 is a paper of these seven and stands in no name."""
    found = matters_named(house.engine.directory.matters.values(), "营业执照")
    assert [matter.code for matter in found] == ["M002", "M003", "M004", "M006", "M008", "M011", "M036"]


def test_a_name_that_holds_the_word_comes_before_a_paper_that_does(house: House) -> None:
    """社会保障卡补换领 is named so; 企业职工退休核准 and 医疗费用手工报销 ask for the card."""
    found = matters_named(house.engine.directory.matters.values(), "社保卡")
    assert [matter.code for matter in found] == ["M017", "M015", "M023"]


def test_what_begins_so_comes_before_what_only_holds_it(house: House) -> None:
    found = matters_named(house.engine.directory.matters.values(), "社会保")
    assert [matter.code for matter in found] == ["M014", "M017", "M018"]


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("饭馆", ["M006", "M007"]),
        ("饭", ["M006", "M007"]),
        ("我要开饭馆", ["M006"]),
        ("驾照", ["M031"]),
        ("理发店", ["M005", "M011"]),
        ("低保", ["M039"]),
    ],
)
def test_who_says_it_in_everyday_words_finds_the_matter(house: House, words: str, codes: list[str]) -> None:
    found = matters_named(house.engine.directory.matters.values(), words)
    assert [matter.code for matter in found] == codes


def test_no_everyday_word_leads_away_from_the_matter_that_is_named(house: House) -> None:
    """Whatever a matter is called, its own name still finds it first."""
    matters = house.engine.directory.matters.values()
    for matter in matters:
        assert matters_named(matters, matter.name)[0] == matter
        assert all(matter in matters_named(matters, word) for word in matter.also_called)
        assert matter.also_called


def test_a_list_entered_before_there_were_such_words_is_read(house: House) -> None:
    row = matter_row({**next(iter(json.loads(SHIPPED)["matters"])), "name": "某事项"})
    details = {key: value for key, value in json.loads(row["details"]).items() if key != "also_called"}
    assert matter_from({**row, "details": json.dumps(details)}).also_called == ()
