"""Doors that take much out of the house: limited, asked for again, kept in the trail, naming nobody."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from engine.audit.house import HOUSE
from engine.storage.models import audit
from tests.support.house import House
from tests.webapp.pages.browserless import Visitor
from webapp.guard import policy_of
from webapp.limits import EXPORT, SEARCH, limit_of


def view(app: Flask, rule: str) -> Any:
    endpoint = next(each.endpoint for each in app.url_map.iter_rules() if each.rule == rule)
    return app.view_functions[endpoint]


@pytest.mark.checklist(38)
@pytest.mark.parametrize(
    "rule", ["/ledger/export.<kind>", "/admin/people/export", "/audit/export.<kind>", "/audit/cases/<no>/pack"]
)
def test_what_takes_everything_out_may_be_asked_ten_times_a_minute(house: House, rule: str) -> None:
    assert limit_of(view(house.app, rule)) == EXPORT


@pytest.mark.checklist(38)
@pytest.mark.parametrize("rule", ["/ledger/search", "/cases/search", "/api/cases/search", "/api/stats"])
def test_what_looks_through_everything_may_be_asked_sixty_times_a_minute(house: House, rule: str) -> None:
    assert limit_of(view(house.app, rule)) == SEARCH


@pytest.mark.checklist(46)
@pytest.mark.parametrize(
    "rule",
    [
        "/ledger/export.<kind>",
        "/audit/export.<kind>",
        "/audit/cases/<no>/pack",
        "/admin/people/export",
        "/admin/people/<name>/groups",
        "/admin/grants/<int:id>",
        "/account/tokens",
    ],
)
def test_who_takes_much_or_gives_rights_gives_the_password_again(house: House, rule: str) -> None:
    policy = policy_of(view(house.app, rule))
    assert policy is not None and policy.recent


def lines(house: House) -> list[tuple[str, str | None, Any]]:
    """(who, what, of what it is said) of the lines of the house."""
    query = select(audit.c.actor, audit.c.action, audit.c.after).where(audit.c.case_id == HOUSE).order_by(audit.c.seq)
    with house.engine.db.read() as conn:
        return [(row[0], row[1], json.loads(row[2] or "null")) for row in conn.execute(query)]


@pytest.mark.checklist(57)
def test_what_was_taken_out_stands_in_the_trail(any_house: House) -> None:
    any_house.register()
    bureau, admin = (Visitor.of(any_house.app).sign_in(name) for name in ("bureau", "admin"))
    bureau.open("/ledger")
    taken = bureau.send("/ledger/export.csv")
    admin.open("/admin/people")
    admin.send("/admin/people/export")
    assert taken.status_code == 200
    taken.close()
    said = [(who, what) for who, what, _ in lines(any_house)]
    assert ("bureau", "ledger_exported") in said and ("admin", "people_exported") in said


@pytest.mark.checklist(57)
def test_a_right_given_or_taken_stands_in_the_trail_from_the_next_request_on(any_house: House) -> None:
    admin, w5 = any_house.person("admin"), any_house.person("w5")
    assert w5.get("/ledger").status_code != 500
    assert admin.post("/api/people/w5/groups", {"remove": ["window"], "add": ["callback"]}).status_code == 200
    assert w5.post("/api/cases", {"channel": "?"}).status_code == 400  # the call-back registers too
    changed = [said for who, what, said in lines(any_house) if (who, what) == ("admin", "groups_changed")]
    assert len(changed) == 1 and "callback" in json.dumps(changed)


@pytest.mark.checklist(64)
def test_figures_name_nobody(any_house: House) -> None:
    any_house.register(applicant={"kind": "person", "name": "独孤九剑", "phone": "13987654321"})
    answers = [any_house.person("bureau").get(path) for path in ("/api/stats", "/metrics")]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert not any(secret in answer.text for answer in answers for secret in ("独孤九剑", "13987654321", "4321"))


@pytest.mark.checklist(62, 65)
def test_who_unmasks_is_in_the_report_of_the_citizen(any_house: House) -> None:
    no = any_house.register(
        applicant={"kind": "person", "name": "独孤九剑", "phone": "13987654321"}, acceptance="accept"
    )
    shown = any_house.person("bureau").post(f"/api/cases/{no}/unmask", {"reason": "回电核实"})
    assert shown.json["applicant"]["phone"] == "13987654321"
    seen = any_house.person("auditor").get(f"/api/cases/{no}/accesses")
    assert seen.status_code == 200 and "bureau" in seen.text and "13987654321" not in seen.text
