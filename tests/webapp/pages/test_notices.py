"""The page of notices: counted in the header, one link each, straight to the act; without scripts."""

from __future__ import annotations

from engine.queries.notices import notice_list
from tests.support.house import House
from tests.webapp.pages.browserless import Visitor
from tests.webapp.pages.test_unit_desk import dispatched


def first_of(house: House, who: str) -> int:
    return house.engine.read_as(house.actor(who), notice_list).lines[0].id


def test_the_link_of_a_notice_leads_straight_to_the_signature(house: House) -> None:
    no = dispatched(house)
    unit = Visitor.of(house.app).sign_in("unit-SC-SS")
    unit.open("/inbox")
    assert '通知<span class="count">1<' in unit.text
    unit.open("/notices")
    unit.open(unit.link(r"^/notices/\d+$"))
    assert unit.page.request.path == f"/tasks/{house.task(no, 'acknowledge')}"
    assert 'value="sign" checked' in unit.text and 'class="count">1<' not in unit.text
    unit.open("/notices")
    assert "没有未读的" in unit.text and "未读</span>" not in unit.text


def test_what_was_signed_from_the_desk_is_shown_as_done_and_no_longer_counted(house: House) -> None:
    no = dispatched(house)
    house.complete("unit-SC-SS-b", no, "acknowledge", action="sign")
    unit = Visitor.of(house.app).sign_in("unit-SC-SS")
    unit.open("/inbox")
    assert '通知<span class="count">' not in unit.text
    unit.open("/notices")
    assert "没有未读的" in unit.text and "未读</span>" not in unit.text
    assert '<span class="tag">已办理</span>' in unit.text and "须尽快" not in unit.text


def test_all_are_read_at_once(house: House) -> None:
    dispatched(house)
    dispatched(house)
    unit = Visitor.of(house.app).sign_in("unit-SC-SS")
    unit.open("/notices")
    assert "2 条未读" in unit.text
    unit.send("/notices/read")
    assert "没有未读的" in unit.text


def test_a_notice_of_others_is_nobody_elses(house: House) -> None:
    dispatched(house)
    other = Visitor.of(house.app).sign_in("unit-SC-MI")
    assert other.open(f"/notices/{first_of(house, 'unit-SC-SS')}").status_code == 404
    assert other.open("/notices/99999999999999999999").status_code == 404


def test_a_notice_without_content_has_no_link(house: House) -> None:
    house.register("w1", confidential=True)
    house.move("2026-09-25 09:00")
    bureau = Visitor.of(house.app).sign_in("bureau")
    bureau.open("/notices")
    assert "内容不在这里显示" in bureau.text and "社保转移报错" not in bureau.text
    assert "/notices/1" not in bureau.text


def test_administrators_have_no_notices_in_their_header(house: House) -> None:
    admin = Visitor.of(house.app).sign_in("admin")
    admin.open("/inbox")
    assert 'href="/notices"' not in admin.text
