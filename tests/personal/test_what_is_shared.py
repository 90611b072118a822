"""Texts that leave the case they were written for say nothing of its person: canned answers, precedents, remarks."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine.canned import AddCanned, Wording
from engine.cases.commands import CommentTask
from engine.errors import BadInput
from engine.queries.task_page import task_page
from engine.storage.models import audit, canned_answers
from tests.personal.planting import APPLICANT, IDENTITY, PERSON, PHONE, TEXT, WORDS, hits
from tests.support.house import House


@pytest.mark.checklist(61)
def test_a_canned_answer_takes_no_number_of_a_person(house: House) -> None:
    for title, text in ((PHONE, "已收到"), ("告知", TEXT), ("告知", f"打 {PHONE}"), ("告知", f"证件 {IDENTITY}")):
        with pytest.raises(BadInput):
            house.do("lead", AddCanned(Wording("handle", None, title, text)))
    with house.engine.db.read() as conn:
        assert conn.execute(select(canned_answers)).all() == []
        assert not any(hits(str(line), (*PERSON, WORDS)) for line in conn.execute(select(audit)))


@pytest.mark.checklist(63)
def test_a_precedent_tells_the_words_and_not_the_person(any_house: House) -> None:
    alike, no = (
        any_house.register("w1", acceptance="accept", matter_code="M006", title=TEXT, applicant=APPLICANT)
        for _ in range(2)
    )
    for each in (alike, no):
        any_house.complete("w1", each, "classify", grade="simple", cause="系统类")
    any_house.complete("w1", alike, "handle_on_site", onsite_result="solved", outcome="done", reply_text=TEXT)
    task = any_house.task(no, "handle_on_site")
    found = any_house.engine.read_as(any_house.actor("w1"), task_page, task).precedents
    assert found is not None and found.count == 1
    assert hits(str(found), (*PERSON, WORDS)) == [WORDS]


@pytest.mark.checklist(63)
def test_a_public_remark_tells_the_words_and_not_the_person(any_house: House) -> None:
    no = any_house.register("w1", applicant=APPLICANT)
    any_house.do("w1", CommentTask(any_house.task(no, "accept"), {"message": TEXT, "public": True}))
    told = any_house.person(None).post("/api/progress", {"no": no, "phone4": PHONE[-4:]})
    assert hits(told.data, (*PERSON, WORDS)) == [WORDS]
