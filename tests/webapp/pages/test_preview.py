"""One task beside the list: served with the page, and alone for the script; only what its reader may see."""

from __future__ import annotations

import re

from engine.cases.commands import ClaimTask
from tests.support.house import House
from tests.webapp.pages.browserless import Visitor


def beside(text: str) -> str:
    return text.partition('id="preview"')[2].partition("</aside>")[0]


def test_a_row_leads_to_its_task_beside_the_list_without_scripts(any_house: House) -> None:
    no, other = any_house.register("w1", title="一号"), any_house.register("w1", title="二号")
    visitor = Visitor.of(any_house.app).sign_in("w3")
    listed = visitor.open("/inbox?queue=group").text
    assert "点“预览”" in beside(listed)
    task = any_house.task(other, "accept")
    href = re.search(rf'class="peek" href="([^"]*selected={task})#preview"', listed)
    assert href is not None
    there = visitor.open(href[1].replace("&amp;", "&")).text
    assert other in beside(there)
    assert no not in beside(there)
    assert "尚未领取" in beside(there)
    assert "网上三次提交均提示状态异常。" in beside(there)
    assert f'action="/tasks/{task}/claim"' in beside(there)


def test_what_a_colleague_holds_is_not_offered_for_claiming(house: House) -> None:
    task = house.task(house.register("w1"), "accept")
    house.do("w2", ClaimTask(task, "w2"))
    part = Visitor.of(house.app).sign_in("w3").open(f"/inbox/preview/{task}").text
    assert "2号窗口工作人员 正在办理" in part
    assert "/claim" not in part


def test_a_task_that_is_over_leaves_the_list_standing(house: House) -> None:
    no = house.register("w1")
    task = house.task(no, "accept")
    house.register("w1")
    house.complete("w1", no, "accept", acceptance="accept")
    visitor = Visitor.of(house.app).sign_in("w3")
    assert "点“预览”" in beside(visitor.open(f"/inbox?queue=group&selected={task}").text)
    visitor.open(f"/inbox/preview/{task}")
    assert visitor.page.status_code == 404


def test_who_may_not_see_the_case_gets_nothing_of_it(house: House) -> None:
    task = house.task(house.register("w1", title="别人的件"), "accept")
    visitor = Visitor.of(house.app).sign_in("unit-SC-SS")
    visitor.open(f"/inbox/preview/{task}")
    assert (visitor.page.status_code, "别人的件" in visitor.text) == (404, False)
    assert "别人的件" not in visitor.open(f"/inbox?selected={task}").text
