"""Who a case is about is found by marks: a surname, a whole name, words of a company's name, a phone number."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from engine.cases.commands import ActOnCase
from engine.queries.cases import CaseFilter, list_cases
from engine.storage.models import person_marks
from tests.support.house import House

COMPANY = {"kind": "company", "name": "北流市永兴陶瓷有限公司", "phone": "0775-6221234"}


def found(house: House, words: str) -> int:
    return house.engine.read(list_cases, CaseFilter(words=words)).total


@pytest.mark.parametrize(
    "words", ["永兴", "永兴陶瓷", "陶瓷有限公司", "北流市永兴陶瓷有限公司", "北流 市", "07756221234", "1234"]
)
def test_a_company_is_found_by_words_of_its_name(any_house: House, words: str) -> None:
    any_house.register(applicant=COMPANY)
    assert found(any_house, words) == 1


@pytest.mark.parametrize("words", ["永", "陶兴", "永兴水泥", "5678", "6221234"])
def test_what_is_not_in_its_name_does_not_find_it(any_house: House, words: str) -> None:
    any_house.register(applicant=COMPANY)
    assert found(any_house, words) == 0


@pytest.mark.parametrize(
    ("name", "words", "finds"),
    [
        ("欧阳建国", "欧阳", True),
        ("欧阳建国", "欧", False),
        ("欧阳建国", "欧阳先生", True),
        ("戴先生", "戴", True),
        ("戴建国先生", "戴建国", True),
        ("戴建国", "戴建国先生", True),
        ("Anna Li", "anna li", True),
        ("戴建国", "建国", False),  # given names are nobody's surname: no longer found by a part
    ],
)
def test_a_person_is_found_by_surname_or_whole_name(house: House, name: str, words: str, finds: bool) -> None:
    house.register(applicant={"kind": "person", "name": name, "phone": "13812341234"})
    assert found(house, words) == finds


def test_a_corrected_person_is_found_as_corrected(any_house: House) -> None:
    no = any_house.register()
    amend(any_house, no, "applicant.name", "李明")
    amend(any_house, no, "applicant.phone", "13900005678")
    assert [found(any_house, words) for words in ("戴建国", "戴", "1234")] == [0, 0, 0]
    assert [found(any_house, words) for words in ("李明", "李", "5678")] == [1, 1, 1]


def amend(house: House, no: str, field: str, value: Any) -> None:
    house.do("w3", ActOnCase("amend", no, {"field": field, "value": value, "reason": "登记时听错了"}))


def test_marks_say_nothing_of_whom_they_mark(any_house: House) -> None:
    any_house.register()
    marks = any_house.engine.read(lambda ctx: list(ctx.conn.scalars(select(person_marks.c.mark))))
    assert len(marks) == 4 and all(len(mark) == 32 and int(mark, 16) >= 0 for mark in marks)


def title(house: House) -> str:
    [row] = house.engine.read(list_cases, CaseFilter()).items
    return row.title


def test_the_title_in_lists_has_neither_the_name_nor_a_number(any_house: House) -> None:
    any_house.register(title="戴建国的社保，电话138-1234-1234")
    assert title(any_house) == "戴某的社保，电话138****1234"


def test_a_corrected_name_or_title_is_masked_as_well(house: House) -> None:
    no = house.register(title="戴建国代李明反映")
    amend(house, no, "applicant.name", "李明")
    assert title(house) == "戴某代李某反映"
    amend(house, no, "title", "李明的社保，13812341234")
    assert title(house) == "李某的社保，138****1234"
