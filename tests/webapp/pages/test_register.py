"""Registration at the counter without scripts: the matter is searched, its papers are shown, nothing typed is lost."""

from __future__ import annotations

import re

import pytest

from engine.queries.case import case
from tests.support.house import House
from tests.webapp.pages.browserless import Visitor
from tests.webapp.pages.test_course import REGISTRATION

BEFORE = {"kind": "person", "name": "戴某人", "phone": "13800000806"}
OPTION = re.compile(r'<option value="(M\d+)"[^>]*?( selected)?>')


@pytest.fixture
def w3(house: House) -> Visitor:
    visitor = Visitor.of(house.app).sign_in("w3")
    visitor.open("/register")
    return visitor


def options(visitor: Visitor) -> dict[str, bool]:
    """Matter on offer → whether it is chosen."""
    return {code: bool(chosen) for code, chosen in OPTION.findall(visitor.text)}


def test_what_most_people_come_with_stands_in_the_empty_form(w3: Visitor) -> None:
    for name, value in {"applicant.kind": "person", "appeal_type": "undone"}.items():
        assert re.search(rf'name="{name}" value="{value}" checked', w3.text) or re.search(
            rf'name="{name}".*?value="{value}" selected', w3.text, re.S
        )
    assert len(options(w3)) == 40


@pytest.mark.parametrize("asks", [{"_find": "matter"}, {}], ids=["by the button", "by the enter key"])
def test_a_search_keeps_what_was_typed_and_shows_the_papers_of_the_one_it_finds(
    house: House, w3: Visitor, asks: dict[str, str]
) -> None:
    w3.send("/register", **REGISTRATION, _matter_q="spjyxkzhf", **asks)
    assert w3.status == 200 and options(w3) == {"M006": True}
    assert "食品经营许可申请书" in w3.text and REGISTRATION["description"] in w3.text
    assert 'value="13800000806"' in w3.text
    w3.send("/register", **REGISTRATION, _matter_q="spjyxkzhf", _matter_was="spjyxkzhf", matter_code="M006")
    assert "已登记" in w3.text and house.engine.read(case, "BCS-2026-0001").matter_code == "M006"


def test_several_are_offered_and_none_is_said(w3: Visitor) -> None:
    w3.send("/register", _matter_q="社会保", _find="matter")
    assert options(w3) == dict.fromkeys(("M014", "M017", "M018"), False) and "找到 3 个" in w3.text
    w3.send("/register", _matter_q="没有这样的事", _find="matter")
    assert options(w3) == {} and "没有叫“没有这样的事”的事项" in w3.text


def test_somebody_who_came_before_is_shown_masked_with_a_link_and_nothing_is_registered(
    house: House, w3: Visitor
) -> None:
    no = house.register(
        "w1", matter_code="M006", applicant={"kind": "person", "name": "戴某人", "phone": "13800000806"}
    )
    w3.send("/register", **REGISTRATION, matter_code="M006", _same="1")
    assert w3.status == 200 and f'href="/cases/{no}"' in w3.text and "138****0806" in w3.text
    assert "戴某人" not in w3.text and "同一人同一事项来过 1 次" in w3.text
    assert REGISTRATION["title"] in w3.text
    w3.send("/register", **REGISTRATION, matter_code="M006")
    assert "已登记" in w3.text and "30 天内来过" in w3.text and no in w3.text  # said once more, in case nobody asked
    with house.engine.db.read() as conn:
        assert conn.exec_driver_sql("select count(*) from cases").scalar() == 2


def test_nobody_came_before_is_said_too(w3: Visitor) -> None:
    w3.send("/register", **REGISTRATION, _same="1")
    assert "没有查到来过" in w3.text


def test_the_parts_that_scripts_ask_for_say_the_same(house: House, w3: Visitor) -> None:
    no = house.register(
        "w1", matter_code="M006", applicant={"kind": "person", "name": "戴某人", "phone": "13800000806"}
    )
    assert "食品经营许可申请书" in w3.client.get("/register/matters/M006").text
    assert w3.client.get("/register/matters/M999").status_code == 404
    told = w3.client.post("/register/before", data={**w3.hidden(), "phone": "13800000806", "matter_code": "M006"})
    assert no in told.text and "138****0806" in told.text and "13800000806" not in told.text


@pytest.mark.parametrize(
    ("phone", "said"),
    [
        ("1380000080", "电话有 10 位"),
        ("138 0000 08065", "电话有 12 位"),
        ("13800000806", None),
        ("+86 138-0000-0806", None),
        ("010-12345678", None),
        ("12345", None),
    ],
)
def test_a_digit_too_few_or_too_many_is_said_while_the_person_is_still_there(
    w3: Visitor, phone: str, said: str | None
) -> None:
    told = w3.client.post("/register/before", data={**w3.hidden(), "phone": phone}).text
    w3.send("/register", **{**REGISTRATION, "applicant.phone": phone}, _same="1")
    assert [re.findall("电话有 [0-9]+ 位", text) for text in (told, w3.text)] == [[said] if said else []] * 2


def test_a_matter_there_is_not_is_refused(w3: Visitor) -> None:
    w3.send("/register", **REGISTRATION, matter_code="M999")
    assert w3.status == 400 and "没有这个事项" in w3.text


def test_a_closing_on_the_spot_is_one_act_from_the_greeting_to_the_feedback(house: House, w3: Visitor) -> None:
    spot = {"grade": "simple", "cause": "材料类", "outcome": "done", "feedback_method": "in_person"}
    w3.send("/register", **REGISTRATION, on_the_spot="true", **{f"on_the_spot.{name}": v for name, v in spot.items()})
    assert house.engine.read(case, "BCS-2026-0001").status == "fed_back"
    assert "受理回执" in w3.text and "大字材料清单" in w3.text
