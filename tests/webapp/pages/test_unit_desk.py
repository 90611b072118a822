"""The desk of a unit on the page: signing by one click, every other act by a link into its form; without scripts."""

from __future__ import annotations

import re

import pytest

from engine.queries.case import case
from tests.support.house import House
from tests.webapp.pages.browserless import Visitor


def dispatched(house: House, lead: str = "SC-SS") -> str:
    no = house.register("w1", acceptance="accept")
    house.complete("w1", no, "classify", grade="general", cause="系统类", lead_unit=lead)
    house.complete("w1", no, "dispatch", lead_unit=lead, onsite_attempt="试过")
    return no


@pytest.fixture
def unit(house: House) -> Visitor:
    return Visitor.of(house.app).sign_in("unit-SC-SS")


def here(visitor: Visitor) -> list[str]:
    """The entries of the menu that are marked as where one is."""
    return re.findall(r'<a href="[^"]*" aria-current="page">([^<]*)', visitor.text)


def status_of(house: House, no: str) -> str:
    return house.engine.read(case, no).work_orders[-1].status


def test_an_order_is_signed_by_one_click(house: House, unit: Visitor) -> None:
    no = dispatched(house)
    unit.open("/unit")
    assert "到时没有签收就自动签收" in unit.text
    unit.send(f"/unit/orders/{house.task(no, 'acknowledge')}/sign")
    assert (unit.page.request.path, status_of(house, no)) == ("/unit", "signed")
    assert "已提交：签收" in unit.text


def test_signing_twice_is_told_as_what_it_is(house: House, unit: Visitor) -> None:
    no = dispatched(house)
    task, late = house.task(no, "acknowledge"), Visitor.of(house.app).sign_in("unit-SC-SS-b")
    unit.open("/unit")
    late.open("/unit")
    unit.send(f"/unit/orders/{task}/sign")
    late.send(f"/unit/orders/{task}/sign")
    assert late.status == 409 and "同事已先办理" in late.text


def test_a_contact_is_asked_when_and_how_it_was_made_and_when_is_now_unless_changed(
    house: House, unit: Visitor
) -> None:
    no = dispatched(house)
    house.complete("unit-SC-SS", no, "acknowledge", action="sign")
    unit.open("/unit")
    unit.open(unit.link("action=contact"))
    assert re.search(r'name="contact_at"[^>]*value="2026-09-23 \d\d:\d\d"', unit.text)
    where = unit.link_of_form("/tasks/[^/]+from=unit")
    unit.send(where, action="contact", contact_at="", contact_method="", contact_note="约好明天上门")
    assert unit.status == 400 and status_of(house, no) == "signed"
    assert "请填写联系时间" in unit.text and "请填写联系方式" in unit.text and "约好明天上门" in unit.text
    unit.send(where, action="contact", contact_at="2026-09-23 09:00", contact_method="phone")
    assert unit.page.request.path == "/unit" and status_of(house, no) == "contacted"


def test_a_link_leads_into_the_form_with_the_act_chosen_and_back_to_the_desk(house: House, unit: Visitor) -> None:
    no = dispatched(house)
    house.complete("unit-SC-SS", no, "acknowledge", action="sign")
    house.complete("unit-SC-SS", no, "first_contact", action="contact")
    unit.open("/unit")
    unit.open(unit.link("action=request_extension"))
    assert 'value="request_extension" checked' in unit.text
    assert here(unit) == ["单位"]
    where = unit.link_of_form("/tasks/[^/]+from=unit")
    unit.send(where, action="request_extension", days="2", reason="等市级系统")
    assert unit.page.request.path == "/unit" and "已申请延期 2 个工作日" in unit.text


def test_above_a_step_stands_the_list_one_comes_from(house: House, unit: Visitor) -> None:
    """The first link of where one is: the desk of the unit, the list of supervision, else the inbox."""
    task = house.task(dispatched(house), "acknowledge")
    above = {}
    for asked in ("?from=unit", "?back=/supervision%3Fwatch%3Dlate%23case-1", "", "?back=//elsewhere.example"):
        unit.open(f"/tasks/{task}{asked}")
        trail = re.search(r'class="trail" aria-label="位置"><a href="([^"]*)">(.*?)</a>', unit.text)
        above[asked] = None if trail is None else trail.groups()
    assert list(above.values()) == [
        ("/unit", "单位"),
        ("/supervision?watch=late#case-1", "督办"),
        ("/inbox", "待办"),
        ("/inbox", "待办"),
    ]


def test_an_act_the_form_does_not_have_chooses_nothing(house: House, unit: Visitor) -> None:
    task = house.task(dispatched(house), "acknowledge")
    unit.open(f"/tasks/{task}?action=reply")
    assert unit.status == 200 and "checked" not in unit.text


def test_a_head_looks_on_and_another_unit_sees_nothing(house: House) -> None:
    task = house.task(dispatched(house), "acknowledge")
    head, other = (Visitor.of(house.app).sign_in(name) for name in ("head-SC-SS", "unit-SC-MI"))
    head.open("/unit")
    assert "由本单位联络员办理" in head.text and "/unit/orders/" not in head.text
    assert head.send(f"/unit/orders/{task}/sign").status_code == 403
    other.open("/unit")
    assert "没有在办的工单" in other.text
    assert other.send(f"/unit/orders/{task}/sign").status_code == 404


def test_a_window_has_no_desk_of_a_unit(house: House) -> None:
    window = Visitor.of(house.app).sign_in("w1")
    assert window.open("/unit").status_code == 403
    window.open("/inbox")
    assert 'href="/unit"' not in window.text


def test_lead_and_assisting_unit_read_each_others_parts(house: House) -> None:
    no = house.register("w1", acceptance="accept")
    house.complete("w1", no, "classify", grade="general", cause="系统类", lead_unit="SC-SS", co_units=["SC-MI"])
    house.complete("w1", no, "dispatch", lead_unit="SC-SS", co_units=["SC-MI"], onsite_attempt="试过")
    house.complete("unit-SC-MI", no, "acknowledge", "SC-MI", action="sign")
    house.complete("unit-SC-MI", no, "handle", "SC-MI", action="reply", reply_text="医保侧数据无误", result="done")
    lead = Visitor.of(house.app).sign_in("unit-SC-SS")
    lead.open("/unit")
    assert "医保分中心（协办，已答复）" in lead.text
    lead.open(lead.link(f"/cases/{no}"))
    parts = lead.text[lead.text.index("各单位办了什么") : lead.text.index("办理经过")]
    assert "医保分中心（协办，已答复）" in parts and "医保侧数据无误" in parts
    assert "社保分中心（主办" not in parts  # has done nothing yet
