"""What cannot succeed now is not offered: the rule that would refuse it says so beforehand, in the same words."""

from __future__ import annotations

import re

from tests.support.house import House
from tests.webapp.pages.browserless import Visitor

PAST_DUE = "已过到期时间，不能再申请延期、挂起或调级；请尽快办理。"


def at_unit(house: House) -> str:
    """A general case that SC-SS has signed for and made contact in; due on Thu 10-08 at 17:00."""
    no = house.register("w1", acceptance="accept")
    house.complete("w1", no, "classify", grade="general", cause="系统类", lead_unit="SC-SS")
    house.complete("w1", no, "dispatch", lead_unit="SC-SS", onsite_attempt="试过")
    house.complete("unit-SC-SS", no, "acknowledge", action="sign")
    house.complete("unit-SC-SS", no, "first_contact", action="contact", contact_method="phone")
    return no


def offered(house: House, who: str, path: str, name: str) -> tuple[list[str], str]:
    """The values of a field that its page lets one choose, and the page."""
    visitor = Visitor.of(house.app).sign_in(who)
    visitor.open(path)
    return re.findall(rf'name="{name}" value="([^"]+)"', visitor.text), visitor.text


def test_an_order_in_time_offers_everything(house: House) -> None:
    task = house.task(at_unit(house), "handle")
    values, text = offered(house, "unit-SC-SS", f"/tasks/{task}", "action")
    assert values == ["reply", "request_extension", "request_pause", "request_regrade", "return"]
    assert PAST_DUE not in text


def test_an_overdue_order_does_not_offer_what_had_to_be_asked_before_and_says_why(house: House) -> None:
    no = at_unit(house)
    house.move("2026-10-08 17:30")
    task = house.task(no, "handle")
    values, text = offered(house, "unit-SC-SS", f"/tasks/{task}", "action")
    assert values == ["reply", "return"]
    assert f"申请延期、申请挂起、申请调为复杂：{PAST_DUE}" in text


def test_a_link_of_yesterday_to_a_choice_now_closed_opens_the_form_without_it(house: House) -> None:
    no = at_unit(house)
    house.move("2026-10-08 17:30")
    values, _ = offered(house, "unit-SC-SS", f"/tasks/{house.task(no, 'handle')}?action=request_extension", "action")
    assert values == ["reply", "return"]


def test_what_was_sent_and_refused_stays_in_the_form(house: House) -> None:
    no = at_unit(house)
    task = house.task(no, "handle")
    visitor = Visitor.of(house.app).sign_in("unit-SC-SS")
    visitor.open(f"/tasks/{task}")
    house.move("2026-10-08 17:30")
    visitor.send(f"/tasks/{task}", action="request_extension", days="2", reason="等外地回函")
    assert visitor.status == 400
    assert re.search(r'name="action" value="request_extension" checked', visitor.text)
    assert "等外地回函" in visitor.text


def test_an_answer_by_yes_or_no_is_closed_the_same_way(house: House) -> None:
    no = at_unit(house)
    house.complete("unit-SC-SS", no, "handle", action="request_regrade", reason="要多部门会商")
    values, text = offered(house, "group", f"/tasks/{house.task(no, 'decide_regrade')}", "approved")
    assert (values, "不能再同意调级" in text) == (["true", "false"], False)


def test_only_a_rung_that_still_waits_can_be_held_back(house: House) -> None:
    no = at_unit(house)
    path = f"/cases/{no}/hold_escalation"
    assert offered(house, "bureau", path, "activity")[0] == ["overdue", "overdue_2", "overdue_5"]
    house.move("2026-10-08 17:30")  # the first rung has struck
    values, text = offered(house, "bureau", path, "activity")
    assert values == ["overdue_2", "overdue_5"]
    assert "已经提级，或现在没有在等，不能再暂缓。" in text
