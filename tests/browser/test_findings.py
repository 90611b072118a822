"""整改 at real browsers: from the auditor's page of a case to the unit and back, until it is settled."""

from __future__ import annotations

import pytest
from playwright.sync_api import FilePayload, expect

from tests.browser.site import Site
from tests.browser.test_every_page import told_by_axe, too_wide
from tests.papers.samples import pdf
from tests.webapp.pages.test_unit_desk import dispatched

FOUND = "登记时漏选了来源"
ANSWER = {"found": FOUND, "done": "已更正并培训", "done_by": "2026-09-25"}


def a_file(name: str) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": pdf()}


@pytest.mark.slow
def test_a_finding_is_put_answered_with_a_paper_sent_back_answered_again_and_settled(site: Site) -> None:
    no = dispatched(site.house)
    auditor, supervisor = site.desk("auditor").page, site.desk("supervisor")
    auditor.goto(f"/audit/cases/{no}")
    auditor.locator("#outline").click()  # the part lies folded
    auditor.locator("a[href*='element=classify']").first.click()
    link = auditor.get_by_text("/audit/findings/new?").inner_text()

    supervisor.page.goto(link)  # handed on by the auditor, who can put nothing
    supervisor.fill({"text": "登记的来源不对", "ask": "说明原因并更正", "unit": "SC-SS", "days": "5"})
    supervisor.send()
    finding = supervisor.page.url
    expect(supervisor.page.get_by_role("heading", level=1)).to_have_text("整改：分类定级")
    assert site.complaints == []

    unit = site.desk("unit-SC-SS")

    def at_the_task() -> None:
        unit.page.goto("/unit")
        unit.follow(unit.page.locator("[aria-labelledby=findings] a[href^='/tasks/']").first)

    at_the_task()
    unit.fill(ANSWER)
    unit.page.get_by_label("附件").set_input_files(a_file("工具.exe"))
    unit.send()
    expect(unit.page.get_by_text("“工具.exe”没有附上").first).to_be_visible()
    expect(unit.page.get_by_label("查明的原因")).to_have_value(FOUND)
    assert [*told_by_axe(unit.page), *too_wide(unit.page)] == []
    unit.page.get_by_label("附件").set_input_files(a_file("培训记录.pdf"))
    unit.send()

    bureau = site.desk("bureau")
    bureau.page.goto(finding)
    with bureau.page.expect_download() as saved:
        bureau.page.get_by_role("link", name="培训记录.pdf").click()
    assert saved.value.suggested_filename == "培训记录.pdf"
    bureau.follow(bureau.page.get_by_role("link", name="去办理"))
    bureau.fill({"verdict": "send_back", "reason": "没有说怎样防止再漏"})
    bureau.send()

    at_the_task()
    expect(unit.page.get_by_text("没有说怎样防止再漏")).to_be_visible()
    unit.fill({**ANSWER, "done": "登记页加了核对"})
    unit.send()

    bureau.page.goto(finding)
    bureau.follow(bureau.page.get_by_role("link", name="去办理"))
    bureau.fill({"verdict": "accept"})
    bureau.send()
    unit.page.goto(finding)
    expect(unit.page.locator("[aria-labelledby=now]")).to_contain_text("已认可")
    expect(unit.page.locator("[aria-labelledby=said] li")).to_have_count(5)
    assert [*told_by_axe(unit.page), *too_wide(unit.page)] == []
    assert [each for each in site.complaints if "400" not in each] == []  # the file that was refused
