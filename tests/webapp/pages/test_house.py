"""件外留痕 as auditors see it, on the page and at the interface."""

from __future__ import annotations

import re
from html import unescape

from engine.audit.house import record
from engine.cases.commands import PreserveCase
from engine.storage.database import WriteTransaction
from tests.support.house import START, House
from tests.webapp.pages.browserless import Visitor, cells


def auditor(house: House) -> Visitor:
    return Visitor.of(house.app).sign_in("auditor")


def test_auditors_find_it_from_every_page_of_the_audit_and_supervisors_do_not(house: House) -> None:
    assert 'href="/audit/house"' in auditor(house).open("/audit/rules").text
    assert 'href="/audit/house"' not in Visitor.of(house.app).sign_in("supervisor").open("/audit/rules").text


def test_what_was_done_outside_a_case_is_told_in_words(house: House) -> None:
    no = house.register()
    house.do("bureau", PreserveCase(no, "court", "法院来函"))
    newest, preserved = cells(auditor(house).open("/audit/house").text)[:2]
    assert (newest[3], newest[5]) == ("登录", "网页，来自 127.0.0.1")
    assert preserved[3:] == ["保全", no, "依据：诉讼"]


def test_a_change_of_keys_is_told_in_words_and_at_the_interface(house: House) -> None:
    def write(tx: WriteTransaction) -> None:
        tx.begin_writing()
        record(tx.conn, START, "system", "key_changed", "trail", {"key": "13812341"}, {"key": "0a1b2c3d"})
        record(tx.conn, START, "system", "resealed", "personal", {"key": "0a1b2c3d", "renewed": 40, "broken": 2})

    house.engine.db.write(write)
    visitor = auditor(house)
    sealed, changed = cells(visitor.open("/audit/house?kind=keys").text)
    assert sealed[3:] == ["用现在的密钥重新加密", "个人信息的加密", "密钥 0a1b2c3d，重新加密 40 处，打不开 2 处"]
    assert changed[3:] == ["更换密钥", "留痕的签名", "密钥 0a1b2c3d → 13812341"]
    told = house.person("auditor").get("/api/audit/house?kind=keys").get_json()
    assert [line["action"] for line in told["items"]] == ["resealed", "key_changed"]


def test_a_refusal_says_at_which_door_and_why(house: House) -> None:
    house.person("w1").get("/api/audit/house")
    house.person(None).get("/api/cases")
    visitor = auditor(house)
    stranger, w1 = cells(visitor.open("/audit/house?kind=refused").text)
    assert stranger[2:] == [
        "没有登录的人",
        "请求被拒绝",
        "GET /api/cases",
        "没有登录，或口令、令牌不对，来自 127.0.0.1，答复 401",
    ]
    assert (w1[4], w1[5].partition("，")[0]) == ("GET /api/audit/house", "不是其岗位的事")


def test_a_day_that_cannot_be_read_is_told_and_a_strange_mark_is_refused(house: House) -> None:
    visitor = auditor(house)
    assert "“从哪天”没有看懂" in visitor.open("/audit/house?from=gestern").text
    assert visitor.open("/audit/house?after=gestern").status_code == 400


def test_pages_go_on_with_what_was_asked_for(house: House) -> None:
    for name in ("w1", "w2", "w3"):
        for _ in range(20):  # of one person twenty refusals a minute are kept line by line
            house.person(name).get("/api/audit/house")
    visitor = auditor(house)
    first = cells(visitor.open("/audit/house?kind=refused").text)
    onward = re.search(r'href="([^"]+)">下一页', visitor.text)
    assert onward is not None
    second = cells(visitor.open(unescape(onward[1])).text)
    assert (len(first), len(second)) == (50, 10)
    numbers = [int(cells[0]) for cells in first + second]
    assert numbers == sorted(set(numbers), reverse=True)


def test_the_interface_gives_the_same_lines_in_pages(house: House) -> None:
    house.person("w1").get("/api/audit/house")
    asking = house.person("auditor")
    first = asking.get("/api/audit/house?limit=1").json
    assert (first["items"][0]["action"], first["items"][0]["actor"]) == ("signed_in", "auditor")
    rest = asking.get(f"/api/audit/house?after={first['next']}").json["items"]
    assert first["items"] + rest == asking.get("/api/audit/house").json["items"]
    (refused,) = asking.get("/api/audit/house?kind=被拒绝的请求").json["items"]
    assert (refused["action"], refused["element"], refused["actor"]) == ("refused", "/api/audit/house", "w1")
    assert asking.get("/api/audit/house?from=2026-10-08&to=2026-10-01").status_code == 400


def test_what_was_taken_out_is_told_in_words(house: House) -> None:
    visitor = auditor(house)
    visitor.open("/audit/trail")
    hidden = visitor.hidden()
    for asked in ({"rule": "four_eyes", "version": "1"}, {"element": "accept", "which": "late", "grade": "simple"}):
        assert visitor.client.post("/audit/export.csv", data={**asked, **hidden}).status_code == 200
    heat, trail = (row[5] for row in cells(visitor.open("/audit/house?kind=taken_out").text)[:2])
    assert "流程分析“受理”超期的，等级 简单" in heat
    assert "不符的规则 不予受理、转出由另一人复核" in trail and "流程版本 1" in trail
