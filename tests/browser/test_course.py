"""Several people at their own browsers carry one case from the counter to the archive."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.site import Site

REGISTRATION: dict[str, Any] = {
    "channel": "window",
    "title": "社保转移系统报错无法提交",
    "description": "网上提交三次都提示数据校验失败，窗口也说不清原因。",
    "appeal_type": "undone",
    "applicant.kind": "person",
    "applicant.name": "戴建国",
    "applicant.phone": "13800000806",
    "applicant.consent_callback": "true",
}


@pytest.mark.slow
@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_case_goes_from_the_counter_to_the_archive(site: Site, scripts: bool) -> None:
    window, unit = site.visitor(scripts), site.desk("unit-SC-SS", scripts)
    window.sign_in("w3")
    window.follow(window.page.get_by_role("link", name="登记"))
    window.fill(REGISTRATION)
    window.send()
    window.page.get_by_text("BCS-2026-0001").first.wait_for()

    site.move("2026-09-23 10:15")
    window.do("受理", acceptance="accept")
    window.do("分类定级", grade="general", cause="系统类", lead_unit="SC-SS")
    window.do("转办派单", onsite_attempt="现场试过两次仍报错")

    unit.do("签收", action="sign")
    site.move("2026-09-24 09:30")
    unit.do("首次联系", action="contact", contact_method="phone", contact_note="已约周一来补材料")
    unit.do("办理", action="reply", reply_text="系统已修复，参保关系已转入。", result="done")

    group = site.desk("group2", scripts)
    group.do("审核办结", review_result="pass", outcome="done", reply_text="参保关系已转入，可以正常缴费。")
    window.do("反馈", feedback_method="phone", feedback_text="已电话告知结果。")

    site.move("2026-09-28 10:00")
    callback = site.desk("callback", scripts)
    callback.do("回访", contacted="true", resolved="true", satisfaction="5", contacted_in_time="true")

    window.page.goto("/cases/BCS-2026-0001")
    assert window.page.locator(".lead .tag").first.inner_text() == "已归档"
    assert window.page.locator(".progress .done").count() == 5
    if scripts:
        window.page.locator("#diagram").scroll_into_view_if_needed()
        window.page.locator("[data-drawn]").first.wait_for()
    assert site.complaints == []


def test_the_page_of_a_task_shows_the_deadline_and_where_one_stands(site: Site) -> None:
    window = site.desk("w3")
    window.page.goto("/register")
    window.fill(REGISTRATION | {"acceptance": "accept"})
    window.send()
    window.do("分类定级", grade="general", cause="系统类", lead_unit="SC-SS")
    window.take("转办派单")
    assert "2026-10-08（周四）17:00" in window.page.locator(".due-card").inner_text()
    window.page.locator(".diagram").scroll_into_view_if_needed()
    window.page.locator(".diagram-tag", has_text="当前在此").wait_for()
    window.follow(window.page.get_by_role("link", name="为什么是这一天"))
    assert "国庆节" in window.page.locator("table.days").inner_text()
    assert site.complaints == []
