"""整改 over HTTP: the list with its filters and pages, one with all that was said, and whom they exist for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from engine.cases.commands import CompleteTask, StartProcess
from engine.definitions.shipped import RECTIFICATION
from engine.queries.rectification_list import rectification
from tests.support.play import Play, any_play, play, postgres_play

__all__ = ["any_play", "play", "postgres_play"]

FINDING: dict[str, Any] = {
    "element": "first_contact",
    "rule": "order",
    "text": "没有打过 13300000806",
    "ask": "说明原因并改正",
    "unit": "SC-MI",
    "days": 1,
}
ANSWERING = "/engine-rest/task?taskDefinitionKey=answer_finding"
ANSWER = {"found": "漏记", "done": "已培训", "done_by": "2026-10-22"}


class Office:
    """A house with one case reviewed on 10-21 at 11:20, and what its people get at the interface."""

    def __init__(self, play: Play) -> None:
        self.play = play

    def put(self, **changes: Any) -> str:
        given = {"case_no": self.play.no, **FINDING, **changes}
        started = self.play.execute(
            StartProcess(RECTIFICATION, {name: value for name, value in given.items() if value is not None}),
            "supervisor",
        )
        return str(started.no)

    def do(self, no: str, element: str, by: str, **values: Any) -> None:
        told = self.play.engine.read(rectification, no)
        [task] = [each.id for each in told.open_tasks if each.task == element]
        self.play.execute(CompleteTask(task, values), by)

    def get(self, rest: str = "", by: str = "auditor") -> Any:
        return self.play.house.person(by).get(f"/api/rectifications{rest}")

    def numbers(self, asked: str = "", by: str = "auditor") -> list[str]:
        answer = self.get(f"?{asked}", by)
        assert answer.status_code == 200, answer.text
        return [item["no"][-1] for item in answer.json["items"]]


@pytest.fixture
def office(play: Play) -> Iterator[Office]:
    play.until("review")
    yield Office(play)


def test_a_finding_is_told_with_its_case_its_place_and_until_when(office: Office) -> None:
    no = office.put()
    assert office.get().json == {
        "items": [
            {
                "no": no,
                "status": "asked",
                "late": False,
                "case_no": "BCS-2026-0001",
                "element": "first_contact",
                "element_name": "首次联系",
                "rule": "order",
                "unit": "SC-MI",
                "put_by": "supervisor",
                "put_at": "2026-10-21T11:20:00+08:00",
                "due": "2026-10-22T17:00:00+08:00",
                "ended_at": None,
            }
        ],
        "next": None,
        "total": 1,
    }


def test_one_is_told_with_what_was_asked_and_answered_and_the_person_of_the_case_masked(office: Office) -> None:
    no = office.put()
    office.do(no, "answer_finding", "unit-SC-MI", **ANSWER)
    told = office.get(f"/{no}").json
    assert told.items() >= office.get().json["items"][0].items()
    assert (told["text"], told["ask"], told["days"]) == ("没有打过 133****0806", "说明原因并改正", 1)
    [answer] = told["answers"]
    assert (answer["element"], answer["name"], answer["by"]) == ("answer_finding", "答复问题", "unit-SC-MI")
    assert answer["variables"].items() >= ANSWER.items()
    [task] = told["open_tasks"]
    assert (task["task"], task["groups"], told["status"]) == ("check_answer", ["bureau", "supervisor"], "answered")


def test_each_status_finds_its_own_and_late_those_not_answered_in_time(any_play: Play) -> None:
    any_play.until("review")
    office = Office(any_play)
    settled, answered, late, asked, withdrawn = (office.put(days=1 + 4 * (place == 3)) for place in range(5))
    for no in (settled, answered, withdrawn):
        office.do(no, "answer_finding", "unit-SC-MI", **ANSWER)
    office.do(settled, "check_answer", "bureau", verdict="accept")
    office.do(withdrawn, "check_answer", "bureau", verdict="withdraw", reason="另案处理")
    any_play.at("10-22 17:01")
    expected = {
        "asked": [asked, late],
        "late": [late],
        "answered": [answered],
        "accepted": [settled],
        "withdrawn": [withdrawn],
    }
    for status, found in expected.items():
        assert office.numbers(f"status={status}") == [no[-1] for no in found], status
    assert [item["late"] for item in office.get("?status=asked").json["items"]] == [False, True]


def test_unit_rule_case_and_day_narrow_the_list(office: Office) -> None:
    office.put()
    office.put(unit="ZX", rule=None, element="accept")
    office.play.at("10-22 09:00")
    office.put(rule="pause")
    assert office.numbers() == ["3", "2", "1"]
    for asked, found in {
        "unit=ZX": ["2"],
        "rule=pause": ["3"],
        "case_no=BCS-2026-0001": ["3", "2", "1"],
        "case_no=BCS-2026-0002": [],
        "from=2026-10-22": ["3"],
        "to=2026-10-21": ["2", "1"],
        "from=2026-10-21&to=2026-10-21&unit=SC-MI": ["1"],
    }.items():
        assert office.numbers(asked) == found, asked


def test_pages_follow_one_another_without_gap_though_all_were_put_at_once(office: Office) -> None:
    for _ in range(3):
        office.put()
    first = office.get("?limit=2").json
    assert ([item["no"][-1] for item in first["items"]], first["total"]) == (["3", "2"], 3)
    second = office.get(f"?limit=2&after={first['next']}").json
    assert ([item["no"][-1] for item in second["items"]], second["next"], second["total"]) == (["1"], None, 3)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("status=open", "status"),
        ("unit=NOWHERE", "unit"),
        ("rule=none", "rule"),
        ("from=2026-10-22&to=2026-10-21", "to"),
        ("limit=201", "limit"),
        ("after=first", "after"),
        ("which=late", "which"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_name(office: Office, asked: str, field: str) -> None:
    answer = office.get(f"?{asked}")
    assert (answer.status_code, list(answer.json["fields"])) == (400, [field])


def test_a_unit_finds_what_it_was_asked_another_unit_and_the_windows_nothing(office: Office) -> None:
    own = office.put()
    other = office.put(unit="ZX", element="accept")
    for by in ("unit-SC-MI", "head-SC-MI", "deputy-SC-MI", "chief-SC-MI"):
        assert office.numbers(by=by) == [own[-1]], by
        assert (office.get(f"/{own}", by).status_code, office.get(f"/{other}", by).status_code) == (200, 404), by
    assert (office.numbers(by="unit-SC-SS"), office.get(f"/{own}", "unit-SC-SS").status_code) == ([], 404)
    assert [office.get(rest, by).status_code for by in ("w1", "group", "admin") for rest in ("", f"/{own}")] == [
        403
    ] * 6


def test_one_is_taken_back_with_a_reason_and_answered_as_it_then_stands(office: Office) -> None:
    no = office.put()
    supervisor = office.play.house.person("supervisor")
    path = f"/api/rectifications/{no}/withdraw"
    assert list(supervisor.post(path, {}).json["fields"]) == ["reason"]
    for by in ("auditor", "unit-SC-MI"):
        assert office.play.house.person(by).post(path, {"reason": "不想答复"}).status_code == 403, by
    told = supervisor.post(path, {"reason": "当时有电话记录"}).json
    assert (told["status"], told["open_tasks"], told["due"]) == ("withdrawn", [], None)
    assert told["answers"][-1]["variables"] == {"reason": "当时有电话记录"}
    assert told == office.get(f"/{no}", "supervisor").json
    assert supervisor.post(path, {"reason": "再撤一次"}).status_code == 409


def test_what_is_told_is_as_openapi_says(office: Office) -> None:
    office.put()
    document = office.play.house.person(None).get("/openapi.json").json
    for name, told in (("RectificationList", office.get().json), ("Rectification", office.get("/ZG-2026-0001").json)):
        whole = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
        Draft202012Validator(whole).validate(told)
        assert told.keys() == document["components"]["schemas"][name]["properties"].keys()


def test_the_process_interface_lists_its_tasks_to_whom_it_was_put_and_who_reads_findings(any_play: Play) -> None:
    any_play.until("review")
    office = Office(any_play)
    office.put()

    def listed(by: str) -> tuple[list[str], int]:
        person = any_play.house.person(by)
        found = person.get("/engine-rest/task?taskDefinitionKey=answer_finding").json
        count = person.get("/engine-rest/task/count?taskDefinitionKey=answer_finding").json["count"]
        [task] = [each["id"] for each in any_play.house.person("auditor").get(ANSWERING).json]
        assert count == len(found)
        return [each["taskDefinitionKey"] for each in found], person.get(f"/engine-rest/task/{task}").status_code

    for by in ("unit-SC-MI", "head-SC-MI", "chief-SC-MI", "supervisor", "auditor", "bureau"):
        assert listed(by) == (["answer_finding"], 200), by
    for by in ("w1", "lead", "group", "callback", "leading", "unit-SC-SS", "restricted", "admin"):
        assert listed(by) == ([], 404), by
