"""Role by object: whose case it is decides, not how one asks for it. Guessed and swapped ids find nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from engine.cases.commands import AttachPaper, CommentTask
from engine.papers import checked
from engine.queries.case import case
from tests.papers.samples import pdf
from tests.support.house import House
from tests.webapp.pages.browserless import Visitor
from tests.webapp.test_refusals import refusals

PEOPLE = ("w1", "unit-SC-SS", "unit-SC-MI", "restricted", "auditor", "supervisor", "admin")
PHONE, MASKED = "13812341234", "138****1234"
# Whether each of PEOPLE, in their order, may know of the case (y) or is told that there is none (-).
CASES: Mapping[str, str] = {
    "of the own unit": "yy--yy-",
    "of another unit": "y-y-yy-",
    "registered by the own unit": "yyy-yy-",
    "restricted": "---y---",
    "merged": "y---yy-",
    "archived": "y---yy-",
}
# Who is shown the telephone number whole: whoever has an open task of the case.
CLEAR = {
    "of the own unit": {"unit-SC-SS"},
    "of another unit": {"unit-SC-MI"},
    "registered by the own unit": {"unit-SC-MI"},
    "restricted": {"restricted"},
}
# Who is handed the paper, which w1 has left (the restricted one: restricted): they, and who works on the case.
PAPERS = {name: CLEAR.get(name, set()) | {"w1"} for name in CASES} | {"restricted": {"restricted"}}


@dataclass(frozen=True)
class Kept:
    """A case with a paper, its number and its open tasks."""

    no: str
    paper: str
    tasks: tuple[str, ...]


def dispatched(house: House, unit: str, by: str = "w1") -> str:
    no = house.register(by, acceptance="accept")
    house.complete("w1", no, "classify", grade="general", cause="系统类", lead_unit=unit)
    house.complete("w1", no, "dispatch", lead_unit=unit, onsite_attempt="试过")
    return no


def made(house: House, which: str) -> Kept:
    """One case of this kind."""
    by = "w1"
    if which == "of the own unit":
        no = dispatched(house, "SC-SS")
    elif which == "of another unit":
        no = dispatched(house, "SC-MI")
    elif which == "registered by the own unit":
        no = dispatched(house, "SC-MI", "unit-SC-SS")
    elif which == "restricted":
        no, by = house.register("restricted", confidential=True), "restricted"
    elif which == "merged":
        lead = dispatched(house, "SC-SS")
        no = house.register("w1", acceptance="duplicate", duplicate_of=lead)
    else:
        no = house.register("w1", acceptance="consult", reply_text="请到三号窗口")
    left = house.do(by, AttachPaper(checked("a.pdf", pdf(), 10_000), no, None))
    return Kept(no, left.id, tuple(task.id for task in house.engine.read(case, no).open_tasks))


def objects(kept: Kept) -> list[str]:
    """Where the case and what belongs to it is read."""
    no = kept.no
    found = [f"/api/cases/{no}{rest}" for rest in ("", "/timeline", "/deadline", f"/attachments/{kept.paper}")]
    found += [f"/cases/{no}{rest}" for rest in ("", "/deadline", "/attachments", f"/attachments/{kept.paper}", "/urge")]
    for task in kept.tasks:
        found += [f"/engine-rest/task/{task}{rest}" for rest in ("", "/form", "/variables", "/comment", "/attachment")]
        found.append(f"/tasks/{task}")
    return found


def get(house: House, browser: Visitor, name: str, path: str) -> Any:
    if path.startswith(("/api/", "/engine-rest/")):
        return house.person(name).get(path)
    return browser.client.get(path)


@pytest.mark.checklist(2, 3)
@pytest.mark.parametrize("which", CASES)
def test_what_one_may_not_know_of_is_not_found_in_any_of_its_parts(
    house: House, which: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house.app.extensions["meter"], "wait", lambda *_: 0)  # every refusal has its line
    kept, refused = made(house, which), 0
    for name, mark in zip(PEOPLE, CASES[which], strict=True):
        browser = Visitor.of(house.app).sign_in(name)
        statuses = {path: get(house, browser, name, path).status_code for path in objects(kept)}
        wanted = 200 if mark == "y" else 404
        paper = 403 if mark == "y" and name not in PAPERS[which] else wanted
        expected = {path: paper if path.endswith(kept.paper) else wanted for path in statuses}
        assert statuses == expected, name
        refused += sum(status != 200 for status in statuses.values())
        listed = house.person(name).get(f"/engine-rest/task?processInstanceBusinessKey={kept.no}").json
        assert bool(listed) == (mark == "y" and bool(kept.tasks)), name
        total = house.person(name).get("/api/cases").json["items"]
        assert (kept.no in [each["no"] for each in total]) == (mark == "y"), name
    assert len(refusals(house)) == refused


@pytest.mark.checklist(2, 62)
@pytest.mark.parametrize("which", CLEAR)
def test_a_telephone_number_is_whole_only_for_who_works_on_the_case(house: House, which: str) -> None:
    kept = made(house, which)
    for name, mark in zip(PEOPLE, CASES[which], strict=True):
        if mark == "y":
            shown = house.person(name).get(f"/api/cases/{kept.no}").json["applicant"]["phone"]
            assert shown == (PHONE if name in CLEAR[which] else MASKED), name


@pytest.mark.checklist(3)
def test_ids_that_are_guessed_or_swapped_find_nothing_and_change_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house.app.extensions["meter"], "wait", lambda *_: 0)
    own, other = made(house, "of the own unit"), made(house, "of another unit")
    unit, before = house.person("unit-SC-SS"), trail(house)
    year, number = own.no.rsplit("-", 1)
    near = [f"{year}-{int(number) + step:04}" for step in (-1, 1)]
    withdrawal = {"reason": {"value": "x"}, "confirmed_by": {"value": "phone_record"}}
    tried = [
        *(unit.get(f"/api/cases/{no}") for no in near),
        unit.get(f"/api/cases/{own.no}/attachments/{other.paper}"),
        unit.get(f"/api/cases/{other.no}/attachments/{own.paper}"),
        unit.get(f"/engine-rest/task/{own.tasks[0]}/attachment/{other.paper}/data"),
        unit.post(f"/api/cases/{other.no}/supplement", {"text": "x"}),
        unit.post(
            "/engine-rest/message", {"messageName": "withdraw", "businessKey": other.no, "processVariables": withdrawal}
        ),
        *(unit.post(f"/engine-rest/task/{other.tasks[0]}/{act}", {}) for act in ("claim", "unclaim", "complete")),
        unit.post(f"/engine-rest/task/{other.tasks[0]}/comment/create", {"message": "x"}),
    ]
    assert [answer.status_code for answer in tried] == [404] * len(tried)
    assert len(refusals(house)) == len(tried)
    assert unit.post("/engine-rest/task", {"processInstanceBusinessKey": other.no}).json == []
    assert unit.get(f"/engine-rest/job?processInstanceId={other.paper}").status_code in (200, 400)
    assert trail(house) == before


def trail(house: House) -> int:
    """How many lines the trails of all cases have."""
    with house.engine.db.read() as conn:
        return int(conn.exec_driver_sql("SELECT count(*) FROM audit WHERE case_id <> 0").scalar_one())


@pytest.mark.checklist(4)
@pytest.mark.parametrize("field", ["status", "owner", "deadline", "receipt_code", "no", "tier", "registered_by"])
def test_a_field_that_is_not_of_the_form_is_refused_or_not_read(house: House, field: str) -> None:
    kept = made(house, "of the own unit")
    before = _told(house, kept.no)
    unit = house.person("unit-SC-SS")
    variables = {"action": {"value": "sign"}, field: {"value": "2099-01-01"}}
    answers = [
        unit.post(f"/engine-rest/task/{kept.tasks[0]}/complete", {"variables": variables}),
        unit.post(f"/engine-rest/task/{kept.tasks[0]}/claim", {field: "x"}),
        unit.post(f"/api/cases/{kept.no}/supplement", {"text": "x", field: "x"}),
        house.person("w1").post(f"/api/cases/{kept.no}/amend", {"field": field, "value": "x", "reason": "x"}),
        house.person("w1").post("/api/cases", {"channel": "window", field: "x"}),
    ]
    assert [answer.status_code for answer in answers] == [400] * len(answers)
    assert _told(house, kept.no) == before


def _told(house: House, no: str) -> Any:
    return house.person("w1").get(f"/api/cases/{no}").json


def test_a_remark_of_another_unit_is_not_found(house: House) -> None:
    other = made(house, "of another unit")
    house.do("unit-SC-MI", CommentTask(other.tasks[0], {"message": "只给本单位看"}))
    answer = house.person("unit-SC-SS").get(f"/engine-rest/task/{other.tasks[0]}/comment")
    assert (answer.status_code, "只给本单位看" in answer.text) == (404, False)
