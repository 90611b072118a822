"""Lists of cases over HTTP: filters, pages, search, and that nothing is shown that a case itself would not show."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.house import REGISTRATION, House

GRADING: dict[str, Any] = {
    "grade_reason": "需核查",
    "cause": "系统类",
    "lead_unit": "SC-SS",
    "co_units": [],
    "urgent": False,
}


def listed(house: House, query: str = "", name: str = "group") -> Any:
    answer = house.person(name).get(f"/api/cases?{query}")
    assert answer.status_code == 200, answer.text
    return answer.json


def numbers(house: House, query: str = "", name: str = "group") -> list[str]:
    return [item["no"][-1] for item in listed(house, query, name)["items"]]


def general(house: House, **changes: Any) -> str:
    no = house.register(acceptance="accept", **changes)
    house.complete("w3", no, "classify", grade="general", **GRADING)
    return no


def mixed(house: House) -> None:
    """Five cases that will be red, yellow, grey, without light, and green when the clock stands at 10-08 18:00."""
    general(house)
    house.move("2026-09-28 10:00")
    general(house, channel="hotline")
    waiting = house.register(acceptance="accept")
    house.complete("w3", waiting, "classify", grade="simple", grade_reason="能当场办", cause="材料类", urgent=False)
    house.complete("w3", waiting, "handle_on_site", onsite_result="waiting_citizen")
    house.register(acceptance="consult", reply_text="可以网上办")
    house.move("2026-09-30 17:30")
    house.move("2026-10-08 18:00")
    general(house)


LIGHTS = ["green", "yellow", "red", "grey", "blue"]


def test_newest_receipt_comes_first(house: House) -> None:
    for hour in (10, 11):
        house.move(f"2026-09-23 {hour}:00")
        house.register()
    old = house.register(received_at="2026-09-22T08:00:00+08:00")
    assert numbers(house) == ["2", "1", old[-1]]


def test_each_light_finds_the_cases_that_show_it(any_house: House) -> None:
    mixed(any_house)
    shown = {item["no"]: item["light"] for item in listed(any_house)["items"]}
    assert {"red", "yellow", "green", None} <= set(shown.values())
    for light in LIGHTS:
        found = [item["no"] for item in listed(any_house, f"light={light}")["items"]]
        assert sorted(found) == sorted(no for no, own in shown.items() if own == light)


def test_a_row_says_what_its_case_says(house: House) -> None:
    mixed(house)
    for item in listed(house)["items"]:
        case = house.person("group").get(f"/api/cases/{item['no']}").json
        assert item == {name: case[name] for name in item}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=archived", ["4"]),
        ("grade=general", ["5", "2", "1"]),
        ("grade=%E4%B8%80%E8%88%AC", ["5", "2", "1"]),  # 一般
        ("cause=%E6%9D%90%E6%96%99%E7%B1%BB", ["3"]),  # 材料类
        ("channel=hotline", ["2"]),
        ("unit=SC-SS", ["5", "2", "1"]),
        ("unit=FGW", []),
        ("from=2026-09-28&to=2026-09-28", ["4", "3", "2"]),
        ("from=2026-10-08", ["5"]),
        ("to=2026-09-23", ["1"]),
        ("grade=general&channel=hotline", ["2"]),
    ],
)
def test_filters_narrow_the_list(house: House, query: str, found: list[str]) -> None:
    mixed(house)
    assert (numbers(house, query), listed(house, query)["total"]) == (found, len(found))


def test_pages_follow_each_other_without_gap(any_house: House) -> None:
    for _ in range(5):
        any_house.register()  # all at one instant
    page = listed(any_house, "limit=2")
    pages = [page]
    while page["next"]:
        page = listed(any_house, f"limit=2&after={page['next']}")
        pages.append(page)
    assert [[item["no"][-1] for item in page["items"]] for page in pages] == [["5", "4"], ["3", "2"], ["1"]]
    assert {page["total"] for page in pages} == {5}


def test_nobody_finds_in_a_list_what_they_may_not_open(house: House) -> None:
    open_one, restricted = house.register(), house.register(confidential=True)
    sent = general(house)
    house.complete("w3", sent, "dispatch", lead_unit="SC-SS", co_units=[], onsite_attempt="已协调", dispatch_note="")
    names = ["group", "restricted", "unit-SC-SS", "unit-SC-TAX", "admin"]
    assert [numbers(house, name=name) for name in names] == [
        [sent[-1], open_one[-1]],
        [restricted[-1]],
        [sent[-1]],
        [],
        [],
    ]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("status=lost", "status"),
        ("light=purple", "light"),
        ("grade=x", "grade"),
        ("unit=NOBODY", "unit"),
        ("from=2026-13-01", "from"),
        ("from=20261008", "from"),
        ("to=9999-12-31", "to"),
        ("from=2026-10-08&to=2026-10-07", "to"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=ten", "limit"),
        ("after=x", "after"),
        ("after=1.%D9%A3", "after"),
        ("colour=red", "colour"),
    ],
)
def test_a_filter_that_means_nothing_is_refused(house: House, query: str, field: str) -> None:
    answer = house.person("group").get(f"/api/cases?{query}")
    assert (answer.status_code, list(answer.json["fields"])) == (400, [field])


# ------------------------------------------------------------------ search
def searched(house: House, q: str, name: str = "group", **more: Any) -> list[str]:
    answer = house.person(name).post("/api/cases/search", {"q": q, **more})
    assert answer.status_code == 200, answer.text
    return [item["no"] for item in answer.json["items"]]


@pytest.mark.parametrize(
    "q",
    [
        *("BCS-2026-0001", "bcs-2026-0001", "0001", "转移", "报错 社保"),
        *("戴建国", "戴", "戴先生", "戴建国女士", "戴 建国"),
        *("1234", "13812341234", "138 1234 1234", "+86 138-1234-1234", "１２３４"),
    ],
)
def test_a_case_is_found_by_what_people_remember(any_house: House, q: str) -> None:
    no = any_house.register()
    any_house.register(title="别的事", applicant={"kind": "person", "name": "李四", "phone": "13900005678"})
    assert searched(any_house, q) == [no]


@pytest.mark.parametrize("q", ["%", "_", "\\", "'", "34", "社保 医保", "138123", "12341234", "建国", "国", "戴建"])
def test_signs_and_scraps_find_nothing(any_house: House, q: str) -> None:
    any_house.register()
    assert searched(any_house, q) == []


def test_search_takes_the_filters_of_the_list(house: House) -> None:
    house.register()
    hotline = house.register(channel="hotline")
    assert searched(house, "社保", channel="12345转办", limit=1) == [hotline]


def test_search_finds_nothing_one_may_not_open(house: House) -> None:
    no = house.register(confidential=True)
    assert [searched(house, "戴建国", name) for name in ("group", "restricted")] == [[], [no]]


@pytest.mark.parametrize("body", [{}, {"q": ""}, {"q": "  "}, {"q": 7}, {"q": "长" * 101}, {"q": "a\0"}])
def test_a_search_for_nothing_is_refused(house: House, body: dict[str, Any]) -> None:
    answer = house.person("group").post("/api/cases/search", body)
    assert (answer.status_code, list(answer.json["fields"])) == (400, ["q"])


def test_a_search_may_carry_a_key(house: House) -> None:
    house.register()
    person = house.person("group")
    first, again = (person.post("/api/cases/search", {"q": "社保"}, key="s") for _ in range(2))
    assert (first.json, again.headers["Idempotent-Replay"]) == (again.json, "true")
    assert REGISTRATION["title"] in first.text
