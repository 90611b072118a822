"""查进展 without scripts and without signing in; and the citizen's own rating."""

from __future__ import annotations

import pytest

from engine.cases.commands import CITIZEN, ActOnCase, CompleteTask, RateOwnCase
from engine.errors import NotFound, NotYours
from engine.queries.case import case
from tests.support.house import House
from tests.webapp.api.test_progress import NAME, PHONE, registered
from tests.webapp.pages.browserless import Visitor

SPOT = {"grade": "simple", "cause": "材料类", "outcome": "done", "feedback_method": "in_person"}


def citizen(house: House) -> Visitor:
    return Visitor.of(house.app, "/progress")


def test_a_citizen_sees_how_far_the_case_is_without_signing_in(any_house: House) -> None:
    no, code = registered(any_house)
    visitor = citizen(any_house)
    visitor.send("/progress", receipt_code=code.lower())
    assert visitor.status == 200 and no in visitor.text and "最迟下一个工作日下班前答复您是否受理" in visitor.text
    visitor.send("/progress", no=no, phone4="4321")
    assert visitor.status == 200 and "010-00000000" in visitor.text


@pytest.mark.checklist(63, 64)
def test_the_page_of_the_progress_names_nobody_and_no_address_holds_what_was_typed(house: House) -> None:
    no, code = registered(house)
    visitor = citizen(house)
    answer = visitor.send("/progress", no=no, phone4="4321")
    shown = answer.text.replace('value="4321"', "")  # what the citizen typed themself stays in its field
    assert [word for word in (NAME, PHONE, "4321", "三次", "w3") if word in shown] == []
    assert answer.request.path == "/progress" and not answer.request.query_string
    assert answer.headers["Cache-Control"] == "no-store"
    assert code not in answer.text  # who knows the number does not learn the code


@pytest.mark.checklist(36, 37)
def test_wrong_and_unknown_get_the_same_progress_page(house: House) -> None:
    registered(house)
    pages = []
    for no, phone4 in (("BCS-2026-0001", "1111"), ("BCS-2026-0999", "4321")):
        visitor = citizen(house)
        answer = visitor.send("/progress", no=no, phone4=phone4)
        assert answer.status_code == 404
        mine = (f'value="{no}"', f'value="{phone4}"', *visitor.hidden().values())
        text = answer.text
        for word in mine:
            text = text.replace(word, "")
        pages.append(text)
    assert pages[0] == pages[1]


@pytest.mark.checklist(63)
def test_the_screen_beside_the_officer_shows_the_progress_and_nobody(house: House) -> None:
    no, code = registered(house, acceptance="accept")
    page = Visitor.of(house.app).sign_in("w1").open(f"/cases/{no}/screen")
    assert page.status_code == 200 and no in page.text and "正在确定难易" in page.text
    assert [word for word in (NAME, PHONE, "4321", "三次", code) if word in page.text] == []
    secret, _ = registered(house, confidential=True)
    assert Visitor.of(house.app).sign_in("w1").open(f"/cases/{secret}/screen").status_code == 404


def test_half_a_question_is_asked_back(house: House) -> None:
    visitor = citizen(house)
    visitor.send("/progress", no="BCS-2026-0001")
    assert visitor.status == 400 and "编号和电话后四位" in visitor.text and 'value="BCS-2026-0001"' in visitor.text


def test_the_citizen_rates_with_the_receipt_code_and_may_change_their_mind(any_house: House) -> None:
    no, code = registered(any_house, on_the_spot=SPOT)
    visitor = citizen(any_house)
    visitor.send("/progress", receipt_code=code)
    assert "给这次办理打个分" in visitor.text
    visitor.send("/progress/rating", receipt_code=code, satisfaction="2", comment=f"{NAME}：等太久")
    assert visitor.status == 200 and "您的评价已经记下" in visitor.text
    visitor.send("/progress/rating", receipt_code=code, satisfaction="4")
    told = any_house.engine.read(case, no)
    assert [(each.satisfaction, each.by) for each in told.ratings] == [(2, "citizen"), (4, "citizen")]
    assert told.satisfaction == 4 and told.ratings[0].comment == f"{NAME}：等太久"
    line = any_house.person("w1").get(f"/api/cases/{no}/timeline").json["items"][-1]
    assert (line["actor"], line["action"]) == ("citizen", "rated")


def test_nothing_is_rated_before_there_is_feedback_or_without_the_code(house: House) -> None:
    no, code = registered(house)
    visitor = citizen(house)
    visitor.send("/progress", receipt_code=code)
    assert "打个分" not in visitor.text
    assert visitor.send("/progress/rating", receipt_code=code, satisfaction="5").status_code == 409
    assert visitor.send("/progress/rating", receipt_code=no, satisfaction="5").status_code == 404
    _, spot = registered(house, on_the_spot=SPOT)
    assert visitor.send("/progress/rating", receipt_code=spot, satisfaction="9").status_code == 400
    visitor.send("/progress", no=no, phone4="4321")
    assert "打个分" not in visitor.text


def test_nobody_rates_as_the_citizen_and_the_citizen_does_nothing_else(house: House) -> None:
    no, code = registered(house, acceptance="accept")
    with pytest.raises(NotYours):
        house.do("w1", RateOwnCase(code, {"satisfaction": 5}))
    for command in (ActOnCase("rating", no, {"satisfaction": 5}), CompleteTask(house.task(no, "classify"))):
        with pytest.raises(NotFound):
            house.engine.execute(command, CITIZEN)
