"""`GET /api/cases/{no}/as-of`: a case after any line of its trail, for auditors."""

from __future__ import annotations

from typing import Any

from tests.support.house import House


def told(house: House, no: str, **given: Any) -> Any:
    answer = house.person("auditor").get(f"/api/cases/{no}/as-of", query_string=given)
    assert answer.status_code == 200
    return answer.get_json()


def test_after_the_first_line_the_case_is_only_registered(house: House) -> None:
    no = house.register()
    house.complete("w3", no, "accept", acceptance="accept")
    then, now = told(house, no, seq=1), told(house, no)
    assert (then["status"], then["tasks"][0]["element"], then["holds"]) == ("registered", "accept", True)
    assert (now["status"], now["tasks"][0]["element"], now["seq"], now["lines"]) == ("accepted", "classify", 2, 2)


def test_nothing_in_it_says_who_the_citizen_is(house: House) -> None:
    no = house.register(description="戴建国网上提交，电话 13812341234。")
    text = house.person("auditor").get(f"/api/cases/{no}/as-of").text
    assert ("戴某" in text, "戴建国" in text, "13812341234" in text) == (True, False, False)


def test_it_may_be_asked_by_an_instant(house: House) -> None:
    no = house.register()
    then = told(house, no, at="2026-09-23T09:00:00+08:00")
    assert (then["seq"], then["at"]) == (1, "2026-09-23T09:00:00+08:00")
    auditor = house.person("auditor")
    for given in ({"at": "gestern"}, {"seq": 1, "at": "2026-09-23T09:00:00+08:00"}, {"seq": 7}, {"seq": "x"}):
        assert auditor.get(f"/api/cases/{no}/as-of", query_string=given).status_code == 400


def test_an_instant_that_has_not_come_is_given_back_as_lying_ahead(house: House) -> None:
    no = house.register()
    then = told(house, no, at="2030-01-01T09:00:00+08:00")
    assert (then["ahead"], then["at"][:4]) == ("2030-01-01T09:00:00+08:00", "2026")
    assert told(house, no)["ahead"] is None
