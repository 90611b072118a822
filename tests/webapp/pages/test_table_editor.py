"""改表: a supervisor fills in a decision table of a draft as a sheet, without scripts."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import html

from engine.bpmn.editing.tables import read_sheet
from engine.definitions.shipped import SHIPPED, read_folder
from tests.support.house import House
from tests.webapp.pages.browserless import Visitor

FAMILY = read_folder(SHIPPED)
NAME = "decisions/time_limits.dmn"
STORED = f"/designer/drafts/1/files/{NAME}"
PAGE = f"/designer/drafts/1/table/{NAME}"


@pytest.fixture
def supervisor(house: House) -> Visitor:
    """A supervisor with a draft of the first version."""
    visitor = Visitor.of(house.app).sign_in("supervisor")
    visitor.open("/designer")
    visitor.send("/designer/drafts", **{"from": "1", "title": "一般件改三天"})
    return visitor


def sheet(visitor: Visitor) -> list[tuple[str, Any]]:
    """What the form on the page would send."""
    form = html.fromstring(visitor.text).xpath("//form[.//table]")[0]
    return [(name, value) for name, value in form.form_values() if name not in ("csrf_token", "act")]


def send(visitor: Visitor, act: str = "save", sent: list[tuple[str, Any]] | None = None, **changed: str) -> Visitor:
    """Send the sheet with some fields changed; `text.2.2` is given as `text_2_2`."""
    new = {name.replace("_", "."): value for name, value in changed.items()}
    pairs = [(name, new.get(name, value)) for name, value in (sheet(visitor) if sent is None else sent)]
    given: dict[str, list[str]] = {}
    for name, value in [*pairs, ("act", act)]:
        given.setdefault(name, []).append(value)
    visitor.send(visitor.page.request.path, **given)
    return visitor


def stored(visitor: Visitor) -> bytes:
    answer = visitor.client.get(STORED)
    content: bytes = answer.data
    return content


def words(visitor: Visitor) -> str:
    return " ".join(html.fromstring(visitor.text).find_class("wide")[-2].text_content().split())


def test_a_general_case_takes_three_days_after_one_number_and_one_button(supervisor: Visitor) -> None:
    supervisor.open(PAGE)
    send(supervisor, text_2_2="３")
    assert (supervisor.status, supervisor.page.request.path) == (200, PAGE)
    assert "已保存" in supervisor.text
    assert "“办理期限”表中等级 一般、第几轮 1：期限 5 个工作日 → 3 个工作日。" in supervisor.text
    changed = b'<outputEntry id="time_limits_row_3_limit_days"><text>%d</text></outputEntry>'
    assert stored(supervisor) == FAMILY[NAME].replace(changed % 5, changed % 3)


def test_a_sheet_that_nobody_changed_is_stored_as_it_was(supervisor: Visitor) -> None:
    for name in (name for name in FAMILY if name.endswith(".dmn")):
        supervisor.open(f"/designer/drafts/1/table/{name}")
        send(supervisor)
        assert supervisor.client.get(f"/designer/drafts/1/files/{name}").data == FAMILY[name]


def test_the_sheet_speaks_chinese_and_offers_only_what_there_is(supervisor: Visitor) -> None:
    supervisor.open(PAGE)
    page = html.fromstring(supervisor.text)
    heads = [" ".join(head.text_content().split()) for head in page.xpath("//thead/tr[2]/th")]
    assert heads == [
        "行",
        "等级",
        "第几轮",
        "期限（工作日）",
        "提前催办（工作日）",
        "重办期限（工作日）",
        "派单岗位",
        "说明",
        "这一行",
    ]
    (grades,) = page.xpath("//details[@id='c-2-0']")
    assert [line.text_content().strip() for line in grades.find_class("tick-line")] == ["简单", "一般", "复杂"]
    assert grades.find("summary").get("aria-label") == "第 3 行 等级：一般"
    assert page.xpath("//input[@id='c-3-1']/@value") == ["2 以上"]
    supervisor.open("/designer/drafts/1/table/decisions/routing.dmn")
    matter = html.fromstring(supervisor.text).xpath("//select[@id='c-0-0']/option[@selected]")[0]
    assert matter.text_content() == "M001 企业设立登记"


def test_what_cannot_be_understood_is_named_cell_by_cell_and_nothing_is_stored(supervisor: Visitor) -> None:
    supervisor.open(PAGE)
    send(supervisor, text_2_2="五天", text_3_1="第二轮", text_4_3="")
    assert supervisor.status == 400
    said = [link.text_content() for link in html.fromstring(supervisor.text).xpath("//div[@class='problems']//a")]
    assert [each.partition("：")[0] for each in said] == [
        "第 3 行 期限（工作日）",
        "第 4 行 第几轮",
        "第 5 行 提前催办（工作日）",
    ]
    assert "这一列要填数字" in said[0] and "请填写这一格" in said[2]
    page = html.fromstring(supervisor.text)
    assert page.xpath("//input[@id='c-2-2']/@value") == ["五天"]
    assert page.xpath("//input[@id='c-2-2']/@aria-invalid") == ["true"]
    assert stored(supervisor) == FAMILY[NAME]


def test_rows_are_added_moved_and_taken_away_before_anything_is_stored(supervisor: Visitor) -> None:
    supervisor.open(PAGE)
    ids = [row.id for row in read_sheet(FAMILY[NAME]).rows]
    send(supervisor, "down.0")
    assert [value for name, value in sheet(supervisor) if name == "row"] == [ids[1], ids[0], *ids[2:]]
    send(supervisor, "remove.5")
    send(supervisor, "after.0")
    assert [value for name, value in sheet(supervisor) if name == "row"] == [ids[1], "", ids[0], *ids[2:5]]
    assert "还没有保存" in supervisor.text and stored(supervisor) == FAMILY[NAME]
    filled = [*sheet(supervisor), ("pick.1.0", '"complex"'), ("pick.1.5", "work_group"), ("pick.1.5", "bureau")]
    send(supervisor, "save", filled, text_1_1="2 到 3", text_1_2="8", text_1_3="2", text_1_4="5")
    rows = read_sheet(stored(supervisor)).rows
    assert [row.id for row in rows] == [ids[1], "time_limits_row_7", ids[0], *ids[2:5]]
    assert (rows[1].tests, rows[1].results) == (('"complex"', "[2..3]"), ("8", "2", "5", '"work_group,bureau"'))


def test_rows_that_overlap_are_stored_but_said(supervisor: Visitor) -> None:
    supervisor.open(PAGE)
    send(supervisor, text_2_1="不限")
    assert "第 3 行和第 4 行会同时适用" in supervisor.text


def test_what_was_typed_stays_when_somebody_was_faster_and_overwrites_nothing_unseen(
    supervisor: Visitor, house: House
) -> None:
    supervisor.open(PAGE)
    other = Visitor.of(house.app).sign_in("supervisor2")
    other.open(PAGE)
    send(other, text_4_2="8")
    theirs = stored(supervisor)
    send(supervisor, text_2_2="3")
    assert (supervisor.status, stored(supervisor)) == (409, theirs)
    shown = words(supervisor)
    assert "没有保存" in shown and "09-23" in shown
    assert "期限 5 个工作日 → 3 个工作日" in shown and "期限 8 个工作日 → 10 个工作日" in shown
    page = html.fromstring(supervisor.text)
    assert page.xpath("//input[@id='c-2-2']/@value") == ["3"]
    send(supervisor)  # having seen it
    assert [row.results[0] for row in read_sheet(stored(supervisor)).rows][2:5] == ["3", "5", "10"]


def test_a_list_takes_nothing_that_is_not_in_it(supervisor: Visitor) -> None:
    supervisor.open(PAGE)
    kept = [(name, value) for name, value in sheet(supervisor) if name != "pick.2.0"]
    send(supervisor, "save", [*kept, ("pick.2.0", '"general","x"')])
    assert read_sheet(stored(supervisor)).rows[2].tests[0] == "-"


def test_what_is_no_table_is_not_found(supervisor: Visitor) -> None:
    assert supervisor.open("/designer/drafts/1/table/forms/accept.json").status_code == 404
    assert supervisor.open("/designer/drafts/1/table/decisions/none.dmn").status_code == 404
