"""迁移 on pages that work without scripts: what it would mean, ordering it, its progress, taking it back."""

from __future__ import annotations

import re
from html import unescape

import pytest

from engine.definitions import batches
from engine.definitions.batches import Order
from engine.queries.case import case
from tests.support.house import House
from tests.support.redrawn import put_in_force, redrawn, step, strikes, without
from tests.webapp.pages.browserless import Visitor

FIRST, SECOND = "BCS-2026-0001", "BCS-2026-0002"


@pytest.fixture
def office(house: House) -> Visitor:
    """A supervisor, with a case to be accepted, one to be classified, and a restricted one."""
    house.register(title="先登记的")
    house.register(title="后登记的")
    house.complete("w3", SECOND, "accept", acceptance="accept")
    house.register(title="限密件标题", confidential=True)
    return Visitor.of(house.app).sign_in("supervisor")


def shown(office: Visitor, path: str) -> str:
    office.open(path)
    assert office.status == 200
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", office.text)))


def on(house: House, no: str) -> str:
    return house.engine.read(case, no).definition_version.split(":")[1]


def uid(house: House, no: str) -> str:
    return str(house.person("group").get(f"/engine-rest/process-instance?businessKey={no}").json[0]["id"])


def test_every_case_is_told_and_a_restricted_one_is_not(house: House, office: Visitor) -> None:
    put_in_force(house.engine, redrawn(without("classify"), strikes("accept_late", "office_hours(2)")))
    told = shown(office, "/designer/impact?to=2")
    assert "可以迁移 1" in told and "迁不过去 1" in told and "在办 2 件" in told
    assert "正在“分类定级”，目标版本里没有这一步" in told
    assert "受理超时：2026-09-24（周四）17:00 → 2026-09-23（周三）11:00" in told
    assert "限密件标题" not in told
    assert "后登记的" not in shown(office, "/designer/impact?to=2&show=moves")


def test_the_chosen_go_over_and_are_taken_back(house: House, office: Visitor) -> None:
    put_in_force(house.engine, redrawn(step("review__review_given")))
    office.open("/designer/impact?to=2")
    office.send("/designer/impact", to="2", uid=[uid(house, FIRST)], reason="新规定")
    assert (office.status, office.page.request.path) == (200, "/designer/impact/orders/1")
    assert (on(house, FIRST), on(house, SECOND)) == ("2", "1")
    office.send(office.link_of_form(r"/undo$"), reason="换早了")
    assert office.page.request.path == "/designer/impact/orders/2"
    assert on(house, FIRST) == "1"
    assert "撤销第 1 次迁移" in shown(office, "/designer/impact")


def test_all_go_over_and_who_cannot_stays(house: House, office: Visitor) -> None:
    put_in_force(house.engine, redrawn(without("classify")))
    office.open("/designer/impact?to=2")
    office.send("/designer/impact", to="2", all="yes", reason="新规定")
    assert (on(house, FIRST), on(house, SECOND)) == ("2", "1")
    refused = shown(office, "/designer/impact/orders/1?show=refused")
    assert SECOND in refused and "目标版本里没有这一步" in refused and FIRST not in refused


def test_another_step_takes_over_where_the_supervisor_says_so(house: House, office: Visitor) -> None:
    put_in_force(house.engine, redrawn(step("classify__grade_limits", "grading", "定级"), without("classify")))
    assert "停在“分类定级”的由谁接续" in shown(office, "/designer/impact?to=2")
    assert "迁不过去 0" in shown(office, "/designer/impact?to=2&takes_over.classify=grading")
    chosen = {"to": "2", "uid": [uid(house, SECOND)], "takes_over__classify": "grading", "reason": "新规定"}
    office.send("/designer/impact", **chosen)
    assert on(house, SECOND) == "2"


def test_nothing_chosen_or_no_reason_is_said_on_the_page(house: House, office: Visitor) -> None:
    put_in_force(house.engine, redrawn(step("review__review_given")))
    office.open("/designer/impact?to=2")
    office.send("/designer/impact", to="2", reason="新规定")
    assert (office.status, "请至少选一件" in office.text) == (400, True)
    office.send("/designer/impact", to="2", uid=[uid(house, FIRST)], reason=" ")
    assert (office.status, "请写明为什么迁移" in office.text) == (400, True)
    assert on(house, FIRST) == "1"


def test_a_second_click_orders_nothing_more(house: House, office: Visitor) -> None:
    put_in_force(house.engine, redrawn(step("review__review_given")))
    office.open("/designer/impact?to=2")
    sent = office.filled({"to": "2", "uid": [uid(house, FIRST)], "reason": "新规定"})
    paths = [office.client.post("/designer/impact", data=sent).headers["Location"] for _ in range(2)]
    assert paths == ["/designer/impact/orders/1"] * 2


def test_progress_is_seen_by_refreshing_and_the_rest_can_be_moved_now(house: House, office: Visitor) -> None:
    put_in_force(house.engine, redrawn(step("review__review_given")))
    wanted = Order("five_step_loop", 2, [uid(house, FIRST), uid(house, SECOND)], "新规定")
    batches.begin(house.engine, wanted, house.actor("supervisor"))
    batches.carry_on(house.engine, 1)
    assert "正在迁移：已办 1 / 2 件" in shown(office, "/designer/impact/orders/1")
    office.send(office.link_of_form(r"/carry_on$"))
    assert "办完了：共 2 件" in office.text
