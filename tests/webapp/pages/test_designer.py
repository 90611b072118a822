"""流程: versions with their differences in words, and the ladder of an imagined case, without any script."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import partial
from html import unescape

import pytest

from engine.definitions.shipped import CASE_PROCESS, SHIPPED, read_folder
from engine.definitions.versions import publish
from engine.storage.database import WriteTransaction
from tests.support.house import START, House
from tests.webapp.pages.browserless import Visitor

FAMILY = read_folder(SHIPPED)
LIMITS = "decisions/time_limits.dmn"
LIMIT = '<outputEntry id="time_limits_row_3_limit_days"><text>5</text>'
EVE = "accepted=2026-09-30+17:20&grade=general"


WRONG = {
    "accepted=soon": "时刻没有看懂",
    "accepted=2021-01-04+10:00": "日历从 2022-01-01 到",
    f"{EVE}&matter=M9": "没有代码为“M9”的事项",
    f"{EVE}&stuck=handle_on_site": "走不到“现场办理”",
    "accepted=2026-09-30+17:20&grade=simple&urgent=yes": "不能同时标为紧急",
    f"{EVE}&version=7": "没有第 7 版",
    f"{EVE}&version=x": "没有这一版",
}


def put_in_force(files: Mapping[str, bytes], tx: WriteTransaction) -> None:
    tx.begin_writing()
    publish(tx.conn, CASE_PROCESS, files, "supervisor", START)


@pytest.fixture
def supervisor(house: House) -> Visitor:
    """A supervisor in a house whose second version gives a general case three working days."""
    table = FAMILY[LIMITS].decode()
    assert LIMIT in table
    shorter = {**FAMILY, LIMITS: table.replace(LIMIT, LIMIT.replace("5", "3")).encode()}
    house.register()
    house.engine.db.write(partial(put_in_force, shorter))
    return Visitor.of(house.app).sign_in("supervisor")


def text(page: Visitor, path: str) -> str:
    """What one reads on a page."""
    page.open(path)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def drawn(page: Visitor) -> list[tuple[str, str]]:
    """(name, instant) of the rows of the picture."""
    svg = re.search(r'<svg class="ladder".*?</svg>', page.text, re.S)
    assert svg is not None
    names, instants = (re.findall(rf'class="{each}"[^>]*>([^<]+)<', svg[0]) for each in ("name", "at"))
    return list(zip(names, instants, strict=True))


def test_the_versions_are_listed_with_who_when_and_how_many_cases_run_on_them(supervisor: Visitor) -> None:
    said = text(supervisor, "/designer")
    assert "第 2 版 正在运行" in said
    assert re.search(r"第 1 版 2026-09-23（周三）09:00 系统 发布 在办 1 件", said)


def test_two_versions_are_compared_in_words(supervisor: Visitor) -> None:
    supervisor.open("/designer")
    said = text(supervisor, supervisor.link("before=1"))
    assert "决策表 “办理期限”表中等级 一般、第几轮 1：期限 5 个工作日 → 3 个工作日。" in said
    assert "没有不同" in text(supervisor, "/designer?before=2&after=2")


def test_a_version_that_is_none_is_not_compared(supervisor: Visitor) -> None:
    for query in ("before=9&after=1", "before=x&after=", "before=-1&after=2", "after=2"):
        supervisor.open(f"/designer?{query}")
        assert (supervisor.status, 'id="compared"' in supervisor.text) == (200, False)


def test_the_ladder_is_told_with_its_reasons_and_drawn(supervisor: Visitor) -> None:
    said = text(supervisor, f"/designer/ladder?{EVE}&stuck=acknowledge&version=1")
    assert "2026-10-13（周二）17:00 超期提级，提到 3 级" in said
    assert "“督办”交给工作小组、区发改委分管领导" in said
    assert "其间 10-01 至 10-07 国庆节放假不计、10-10 国庆节调休上班照计、10-11 周末不计" in said
    assert drawn(supervisor) == [
        ("逾时未签收", "10-08 14:30"),
        ("逾期未联系", "10-08 17:00"),
        ("催办", "10-10 09:00"),
        ("超期提级", "10-13 17:00"),
        ("超期2个工作日提级", "10-15 17:00"),
        ("超期5个工作日提级", "10-20 17:00"),
    ]


def test_without_a_version_the_running_one_is_asked(supervisor: Visitor) -> None:
    text(supervisor, f"/designer/ladder?{EVE}&stuck=acknowledge")
    assert ("超期提级", "10-10 17:00") in drawn(supervisor)


def test_opened_it_tells_of_a_case_accepted_now(supervisor: Visitor) -> None:
    said = text(supervisor, "/designer/ladder")
    assert "2026-09-23（周三）09:00 受理，按第 2 版" in said
    assert "没有人做“签收”、“首次联系”时" in said


def test_what_cannot_be_imagined_is_said_beside_its_field(supervisor: Visitor) -> None:
    for query, told in WRONG.items():
        said = text(supervisor, f"/designer/ladder?{query}")
        assert (supervisor.status, "没有演算" in said, told in said) == (200, True, True), query
        assert 'class="ladder"' not in supervisor.text


def test_the_entry_of_the_navigation_is_there_for_supervisors_alone(supervisor: Visitor, house: House) -> None:
    assert "/designer" in supervisor.link("^/designer$")
    assert 'href="/designer"' not in Visitor.of(house.app).sign_in("w3").open("/inbox").get_data(as_text=True)


def test_what_differs_is_marked_on_the_drawings_too(supervisor: Visitor, house: House) -> None:
    loop = "five_step_loop.bpmn"
    drawn_anew = FAMILY[loop].replace(b'"give_feedback"', b'"tell"')
    house.engine.db.write(partial(put_in_force, {**FAMILY, loop: drawn_anew}))
    supervisor.open("/designer?before=1&after=3")
    now, before = [json.loads(unescape(each)) for each in re.findall(r'data-heat="([^"]+)"', supervisor.text)]
    versions = re.findall(r'data-xml-url="/diagrams/five_step_loop:(\d):', supervisor.text)
    assert versions == ["3", "1"]
    assert (now["tell"]["text"], before["give_feedback"]["text"]) == ("新", "去")
    assert "give_feedback" not in now and "tell" not in before
    for address in re.findall(r'data-xml-url="([^"]+)"', supervisor.text):
        supervisor.open(address)
        assert supervisor.page.status_code == 200
