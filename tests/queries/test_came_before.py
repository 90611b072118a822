"""Likely duplicates: the same person and matter within 30 days, for whoever may see those cases, and masked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.queries.came_before import CameBefore, came_before, came_before_case
from tests.support.house import START, House

DAI = {"kind": "person", "name": "戴建国", "phone": "13812341234", "consent_callback": True}


def asked(house: House, name: str | None = "戴建国", phone: str | None = "13812341234", matter: str | None = "M014",
          by: str = "w1") -> CameBefore:  # fmt: skip
    return house.engine.read_as(house.actor(by), came_before, name, phone, matter)


def test_the_same_phone_and_matter_within_thirty_days_is_likely_the_same(any_house: House) -> None:
    no = any_house.register("w3", matter_code="M014", applicant=DAI)
    any_house.register("w3", matter_code="M006", applicant=DAI)
    any_house.register("w3", matter_code="M014", applicant={**DAI, "phone": "13900000000"})
    found = asked(any_house, phone="+86 138-1234-1234")
    assert [each.no for each in found.likely] == [no] and found.times == 1
    assert (found.likely[0].person.name, found.likely[0].person.phone) == ("戴某", "138****1234")


def test_without_a_matter_everything_of_the_person_is_shown_and_nothing_counted(house: House) -> None:
    numbers = [house.register("w3", matter_code=code, applicant=DAI) for code in ("M014", "M006")]
    found = asked(house, matter=None)
    assert [each.no for each in found.likely] == numbers[::-1] and found.times == 0


def test_after_thirty_days_it_is_no_duplicate_but_still_counts_as_having_come(house: House) -> None:
    house.register("w3", matter_code="M014", applicant=DAI)
    house.clock.move(START + timedelta(days=30))
    assert len(asked(house).likely) == 1
    house.clock.move(START + timedelta(days=30, seconds=1))
    assert asked(house) == CameBefore((), 1)


@pytest.mark.parametrize(("name", "phone"), [(None, None), ("", ""), ("王某", "1234"), (None, "00000000")])
def test_somebody_unknown_never_came(house: House, name: str | None, phone: str | None) -> None:
    house.register("w3", matter_code="M014", applicant=DAI)
    assert asked(house, name, phone) == CameBefore((), 0)


def test_what_one_may_not_see_is_no_hint(house: House) -> None:
    house.register("w3", matter_code="M014", applicant=DAI)
    house.register("w3", matter_code="M014", applicant=DAI, confidential=True)
    assert [len(asked(house, by=name).likely) for name in ("w1", "unit-SC-MI", "restricted")] == [1, 0, 1]


def test_a_case_is_no_duplicate_of_itself(house: House) -> None:
    first = house.register("w3", matter_code="M014", applicant=DAI)
    second = house.register("w3", matter_code="M014", applicant=DAI)
    found = house.engine.read_as(house.actor("w3"), came_before_case, second)
    assert [each.no for each in found.likely] == [first]
