"""Several people at their own browsers carry one case from the counter to the archive."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.site import Site
from tests.papers.samples import pdf

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


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_paper_is_added_at_the_task_where_one_stays_and_opened_by_who_does_the_next_step(
    site: Site, scripts: bool
) -> None:
    site.house.register("w3", acceptance="accept")
    window = site.desk("w3", scripts)
    page = window.page
    window.take("分类定级")
    page.get_by_text("上传附件").click()
    page.locator("#paper").set_input_files({"name": "办理.exe", "mimeType": "application/pdf", "buffer": b"MZ"})
    window.follow(page.get_by_role("button", name="上传", exact=True))
    expect(page.get_by_role("alert")).to_contain_text("没有上传")
    page.locator("#paper").set_input_files({"name": "转移单.pdf", "mimeType": "application/pdf", "buffer": pdf()})
    page.get_by_label("说明（可不填）").fill("原单位开的")
    window.follow(page.get_by_role("button", name="上传", exact=True))
    page.get_by_role("heading", level=1, name="分类定级").wait_for()
    page.get_by_role("link", name="转移单.pdf").wait_for()
    window.fill({"grade": "general", "cause": "系统类", "lead_unit": "SC-SS"})
    window.send()
    window.do("转办派单", onsite_attempt="现场试过两次仍报错")

    unit = site.desk("unit-SC-SS", scripts)
    unit.take("签收")
    with unit.page.expect_download() as saved:
        unit.page.get_by_role("link", name="转移单.pdf").click()
    assert saved.value.suggested_filename == "转移单.pdf"
    assert Path(saved.value.path()).read_bytes() == pdf()
    assert [each for each in site.complaints if "400" not in each] == []
