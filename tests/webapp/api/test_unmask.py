"""Who is not handling a case sees its person with a reason, which stays on the trail."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine.queries.timeline import timeline
from engine.storage.models import idempotency
from tests.support.house import House

NAME, PHONE = "戴建国", "13812341234"


@pytest.mark.checklist(57, 62)
def test_a_reason_shows_the_person_and_stands_on_the_trail(any_house: House) -> None:
    no = any_house.register()
    callback = any_house.person("callback")
    assert callback.get(f"/api/cases/{no}").json["applicant"]["phone"] == "138****1234"
    answer = callback.post(f"/api/cases/{no}/unmask", {"reason": "反映人来电核对"}, key="k1")
    applicant = answer.json["applicant"]
    assert (answer.status_code, applicant["name"], applicant["phone"], applicant["masked"]) == (200, NAME, PHONE, False)
    last = any_house.engine.read(timeline, no)[-1]
    assert (last.actor, last.action, last.reason) == ("callback", "unmasked", "反映人来电核对")
    assert callback.get(f"/api/cases/{no}").json["applicant"]["masked"] is True


def test_the_kept_answer_is_sealed(any_house: House) -> None:
    no = any_house.register()
    for _ in range(2):
        again = any_house.person("callback").post(f"/api/cases/{no}/unmask", {"reason": "核对"}, key="k1")
    assert (again.headers["Idempotent-Replay"], again.json["applicant"]["phone"]) == ("true", PHONE)
    [kept] = any_house.engine.read(lambda ctx: list(ctx.conn.scalars(select(idempotency.c.answer))))
    assert PHONE not in kept and kept.startswith("~")


@pytest.mark.checklist(62)
@pytest.mark.parametrize(
    ("name", "status"),
    [("auditor", 403), ("supervisor", 403), ("admin", 404), ("unit-SC-SS", 404), ("restricted", 404), (None, 401)],
)
def test_who_only_looks_on_or_may_not_know_of_it_is_refused(house: House, name: str | None, status: int) -> None:
    no = house.register()
    answer = house.person(name).post(f"/api/cases/{no}/unmask", {"reason": "想看"})
    assert (answer.status_code, PHONE in answer.text) == (status, False)


@pytest.mark.parametrize("body", [{}, {"reason": " "}, {"reason": ""}, {"reason": "x" * 501}])
def test_without_a_reason_nothing_is_shown(house: House, body: dict[str, str]) -> None:
    no = house.register()
    answer = house.person("callback").post(f"/api/cases/{no}/unmask", body)
    assert (answer.status_code, list(answer.json["fields"])) == (400, ["reason"])
    assert house.engine.read(timeline, no)[-1].action != "unmasked"
