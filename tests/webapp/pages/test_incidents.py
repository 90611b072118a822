"""故障: what supervisors see of what could not go on, and do about it without scripts."""

from __future__ import annotations

import pytest

from engine.cases.commands import StartProcess
from engine.errors import StepFailed
from tests.faults import poison
from tests.support.house import House
from tests.webapp.api.test_incidents import listed, spoil
from tests.webapp.pages.browserless import Visitor


@pytest.fixture
def supervisor(house: House) -> Visitor:
    """Before three incidents: a timer that fails, a start that failed, a case that cannot be read back."""
    poison.publish_them(house, "unknown_operation", poison.AT_ONCE)
    poison.started(house, "unknown_operation")
    with pytest.raises(StepFailed):
        house.do("w1", StartProcess(poison.AT_ONCE, {}))
    spoil(house, house.register())
    return Visitor.of(house.app).sign_in("supervisor2")


def send(visitor: Visitor, path: str, **values: str) -> int:
    visitor.open("/incidents")
    visitor.page = visitor.client.post(f"/incidents/{path}", data=visitor.filled({**values}))
    return visitor.status


def test_the_navigation_leads_supervisors_and_nobody_else_there(house: House) -> None:
    for name, there in (("supervisor", True), ("w1", False), ("admin", False)):
        visitor = Visitor.of(house.app).sign_in(name)
        visitor.open("/inbox")
        assert ('href="/incidents"' in visitor.text) is there
        visitor.open("/incidents")
        assert visitor.status == (200 if there else 403)


def test_without_incidents_it_says_so(house: House) -> None:
    visitor = Visitor.of(house.app).sign_in("supervisor")
    visitor.open("/incidents")
    assert "没有需要处理的故障" in visitor.text


def test_every_incident_stands_with_its_cause_and_the_acts_that_make_sense(supervisor: Visitor) -> None:
    supervisor.open("/incidents")
    assert "没有名为“no_such_operation”的服务操作" in supervisor.text and "无法识别" in supervisor.text
    offered = [act for id in (1, 2, 3) for act in ("retry", "resolve", "repair") if f"/{id}/{act}" in supervisor.text]
    assert offered == ["resolve", "retry", "resolve", "retry", "repair"]


def test_a_case_is_repaired_and_leaves_the_page(house: House, supervisor: Visitor) -> None:
    assert send(supervisor, "3/repair") == 303
    assert [each["id"] for each in listed(house)] == [1, 2]


def test_what_still_fails_is_said_beside_it_and_nothing_written_is_lost(house: House, supervisor: Visitor) -> None:
    assert send(supervisor, "2/retry") == 409
    assert "仍然不成" in supervisor.text
    assert send(supervisor, "2/resolve", reason="长" * 2001) == 400
    assert "长" * 2001 in supervisor.text
    assert len(listed(house)) == 3


def test_one_takes_it_and_writes_what_was_done(house: House, supervisor: Visitor) -> None:
    assert send(supervisor, "2/take") == 303
    assert listed(house)[1]["owner"] == "supervisor2"
    assert send(supervisor, "2/resolve", reason="已发布新版本") == 303
    assert send(supervisor, "2/resolve", reason="再写一次") == 409
    assert send(supervisor, "99/take") == 404


def test_a_form_of_another_site_does_nothing(house: House, supervisor: Visitor) -> None:
    assert supervisor.client.post("/incidents/3/repair").status_code == 403
    assert len(listed(house)) == 3
