"""Role by route by method: every cell is expected, what is not allowed is refused and kept in the trail."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

import pytest
from sqlalchemy import insert

from engine.canned import AddCanned, Wording
from engine.cases.commands import AttachPaper, StartProcess
from engine.definitions import apart, batches
from engine.definitions.batches import Order
from engine.definitions.commands import BeginDraft, Deploy
from engine.definitions.report import Report, kept
from engine.definitions.shipped import CASE_PROCESS, RECTIFICATION
from engine.directory.commands import EnterPerson, EnterSubstitution
from engine.papers import checked
from engine.queries.rectification_list import rectification
from engine.storage.database import WriteTransaction
from engine.storage.models import incidents, what_if_runs
from tests.papers.samples import pdf
from tests.support.drawn import draw_once
from tests.support.house import START, House
from tests.support.what_if_run import answered_run
from tests.webapp.doors import Caller, Door, doors
from tests.webapp.role_table import ROLES, TABLE
from tests.webapp.test_refusals import refusals

NOTHING_FOUND = kept(Report(1, 1, (), (), "", (), (), 0, (), "", (), ()))
_PLACE = re.compile(r"<[^<>]+>")


@pytest.fixture
def places(house: House) -> Mapping[str, str]:
    """Placeholder → what stands there: of a case that SC-SS has to sign for."""
    no = house.register("w1", acceptance="accept")
    house.complete("w1", no, "classify", grade="general", cause="系统类", lead_unit="SC-SS")
    house.complete("w1", no, "dispatch", lead_unit="SC-SS", onsite_attempt="试过")
    task = house.task(no, "acknowledge")
    left = house.do("w1", AttachPaper(checked("a.pdf", pdf(), 10_000), no, task))
    found = {"case_no": no, "element": "classify", "rule": "order", "text": "定级晚了", "ask": "说明", "unit": "SC-SS"}
    finding = house.do("supervisor", StartProcess(RECTIFICATION, {**found, "days": 5}))
    [asked] = house.engine.read(rectification, finding.no).open_tasks
    answered = house.do("unit-SC-SS", AttachPaper(checked("b.pdf", pdf(), 10_000), None, asked.id))
    furnish(house, no)
    definitions = house.person("w1").get("/engine-rest/process-definition?key=five_step_loop").json
    return {
        "<no>": no,
        "<finding>": finding.no,
        "<finding_paper>": answered.id,
        "<id>": left.id,
        "<task_id>": task,
        "<uid>": uid(house, no),
        "<key>": "five_step_loop",
        "<definition_id>": definitions[0]["id"],
        "<process>": "five_step_loop",
        "<name>": "title",
        "<path:filename>": "app.css",
        "<path:name>": "forms/accept.json",
        "<path:diagram>": "escalation.bpmn",
        "<path:form>": "forms/accept.json",
        "<path:table>": "decisions/time_limits.dmn",
        "<any(courier,hold_escalation,rating,supplement,urge,withdraw):act>": "urge",
        "<any(enable,disable):act>": "enable",
        "<any(take,retry,resolve,repair):act>": "take",
        "<any(carry_on,undo):act>": "carry_on",
        "<any(receipt,order,visit):sheet>": "receipt",
        "<any(large,notice):kind>": "large",
        "<code>": "M006",
        "<kind>": "csv",
        "<unit>": "SC-SS",
        "<int:id>": "1",
        "<resource>": "1.0",
        "<int:number>": "1",
    }


def uid(house: House, no: str) -> str:
    found = house.person("w1").get(f"/engine-rest/process-instance?businessKey={no}").json
    return str(found[0]["id"])


def furnish(house: House, no: str) -> None:
    """What the doors beside the case lead to, each with the number 1."""
    house.do("admin2", EnterPerson("xin", "新人", "a long enough word 9", ("auditor",)))
    begin = START + timedelta(days=3)
    house.do("w1", EnterSubstitution("w1", "w2", begin + timedelta(days=1), begin))
    house.do("supervisor2", BeginDraft(1, "期限"))
    house.do("supervisor", Deploy("表单", {"forms/accept.json": b"{}"}, 1, "提速", NOTHING_FOUND))
    batches.begin(house.engine, Order(CASE_PROCESS, 1, [uid(house, no)], "?"), house.actor("supervisor"))
    house.do("lead", AddCanned(Wording("handle", None, "告知", "已收到")))
    failed = {"kind": "StepFailed", "cause": "?", "opened_at": START, "case_id": 1}

    def fail(tx: WriteTransaction) -> None:
        tx.begin_writing()
        tx.conn.execute(insert(incidents).values(**failed))
        tx.conn.execute(insert(what_if_runs).values(**answered_run(no)))

    house.engine.db.write(fail)


_OTHERS = {"process-definition": "<definition_id>", "/incidents": "<int:id>", "/deployment": "<int:id>"} | {
    "/approvals": "<int:id>"
}  # whose <id> is not a paper's


def filled(door: Door, places: Mapping[str, str]) -> str:
    own = next((places[place] for part, place in _OTHERS.items() if part in door.rule), places["<id>"])
    here = {**places, "<id>": own, "<name>": "w5" if "people" in door.rule else places["<name>"]}
    if "rectifications" in door.rule:
        here |= {"<no>": places["<finding>"], "<id>": places["<finding_paper>"]}
    return _PLACE.sub(lambda found: here[found[0]], door.rule)


@pytest.mark.checklist(1)
def test_every_door_is_in_the_table_and_every_row_is_a_door(house: House) -> None:
    there = {str(door) for door in doors(house.app)}
    assert (sorted(there - TABLE.keys()), sorted(TABLE.keys() - there)) == ([], [])


@pytest.mark.checklist(1, 2, 5, 6)
@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_what_the_table_says_at_every_door(
    house: House, places: Mapping[str, str], role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house.app.extensions["meter"], "wait", lambda *_: 0)  # every refusal has its line
    monkeypatch.setattr(apart, "_told", lambda *_: {"trouble": "crash"})  # what is found is asked elsewhere
    draw_once(monkeypatch)  # what stands on a sheet too
    caller, differing, refused = Caller(house, role), {}, 0
    before = len(refusals(house))
    for door in sorted(doors(house.app), key=lambda each: "sign-out" in each.rule):
        row = TABLE[str(door)]
        body = row.body
        if isinstance(body, dict) and body.get("businessKey") == "NO":
            body = {**body, "businessKey": places["<no>"]}
        answer = caller.ask(door, filled(door, places), body)
        kind = caller.kind(answer)
        refused += answer.status_code in (401, 403, 404)
        if kind != row.kinds[role] or answer.status_code >= 500:
            differing[str(door)] = f"{row.kinds[role]} expected, got {kind} ({answer.status_code})"
    assert differing == {}
    assert len(refusals(house)) - before == refused


@pytest.mark.checklist(5)
def test_an_auditor_may_write_nowhere() -> None:
    writing = {door: row.kinds["auditor"] for door, row in TABLE.items() if door.startswith("POST")}
    reading = ("/search", "/count", "engine-rest/task", "engine-rest/job", "engine-rest/process-instance")
    past = tuple(f"/history/{each}" for each in ("process-instance", "task", "activity-instance", "variable-instance"))
    own = ("/sign-in", "/sign-in/code", "/sign-out", "/display", "/csp-report", "/api/clock", "/confirm")
    account = ("/account/tokens", "/account/second-factor", "/account/second-factor/renew", "/progress")
    trail = (
        "/history/user-operation",
        "/history/incident",
        "/history/detail",
        "/history/job-log",
        "/audit/trail/verify",
        "/audit/export.<kind>",
        "/audit/cases/<no>/pack",
    )
    books = ("/ledger/export.<kind>", "/absence", "/api/substitutions")  # a copy; whose absence, the engine says
    desk = ("/inbox/choose", "/inbox/views", "/open-with", "/inbox/keys", "/inbox/together", "/back")  # their own inbox
    allowed = [
        door
        for door, kind in writing.items()
        if kind == "ok" and not door.endswith((*reading, *past, *trail, *own, *account, *books, *desk))
    ]
    assert allowed == []
