"""保存与清除 on pages: two people, the number written out, and every other page says plainly what is gone."""

from __future__ import annotations

import re

import pytest

from engine.cases.commands import AskErasure, EraseCase, PreserveCase
from tests.support.play import Play, play
from tests.webapp.pages.browserless import Visitor

__all__ = ["play"]


def at(house: Play, name: str) -> Visitor:
    return Visitor.of(house.house.app).sign_in(name)


@pytest.fixture
def ended(play: Play) -> Play:
    """A case that has gone through its plain course."""
    play.until("return_visit")
    play.harmed = True  # what holds after an erasure is looked at in tests/erasure
    return play


def request_on(visitor: Visitor) -> str:
    """Of the page: which request it is about."""
    found = re.search(r'name="request" value="(\d+)"', visitor.text)
    assert found is not None
    return found[1]


def text(visitor: Visitor, path: str) -> str:
    return str(visitor.open(path).get_data(as_text=True))


@pytest.mark.checklist(67)
def test_one_asks_another_writes_the_number_and_it_is_gone(ended: Play) -> None:
    here = f"/cases/{ended.no}/keeping"
    asking = at(ended, "group")
    asking.open(here)
    asking.send(f"{here}/ask", ground="request", note="本人来信要求删除")
    assert "等另一人确认" in asking.page.get_data(as_text=True)
    assert f"{here}/erase" not in asking.page.get_data(as_text=True)
    confirming = at(ended, "bureau")
    shown = text(confirming, here)
    assert "谁也不能恢复" in shown and "本人来信要求删除" in shown and ended.no in text(confirming, "/keeping")
    confirming.open(here)
    confirming.send(f"{here}/erase", no="BCS-2026-0009")
    assert (confirming.status, ended.case().applicant.name) == (400, "赵女士")
    confirming.send(f"{here}/erase", no=ended.no, request=request_on(confirming))
    assert (confirming.status, ended.case().applicant.name) == (200, None)
    assert "个人信息已于" in confirming.page.get_data(as_text=True)


def test_a_request_without_a_reason_is_given_back_with_what_to_mend(ended: Play) -> None:
    here = f"/cases/{ended.no}/keeping"
    asking = at(ended, "lead")
    asking.open(here)
    asking.send(f"{here}/ask", ground="request", note="")
    assert asking.status == 400 and "请写明依据" in asking.page.get_data(as_text=True)


def test_a_case_under_preservation_says_so_and_offers_no_erasure(ended: Play) -> None:
    here = f"/cases/{ended.no}/keeping"
    putting = at(ended, "supervisor")
    putting.open(here)
    putting.send(f"{here}/preserve", ground="court", note="（2026）民初 17 号")
    assert "要由另一人解除" in putting.page.get_data(as_text=True)
    for name in ("bureau", "auditor"):
        assert "保全中：诉讼" in text(at(ended, name), f"/cases/{ended.no}")
    assert "保全中：诉讼" in text(at(ended, "auditor"), f"/audit/cases/{ended.no}")
    assert f"{here}/ask" not in text(at(ended, "group"), here)
    lifting = at(ended, "bureau")
    lifting.open(here)
    lifting.send(f"{here}/release", note="已结案")
    assert "保全中" not in lifting.page.get_data(as_text=True)


PAGES = {
    "bureau": ("/cases/NO", "/cases/NO/deadline", "/cases", "/ledger", "/reception-book", "/statistics", "/keeping"),
    "auditor": ("/audit/cases/NO", "/cases/NO/accesses", "/audit/cases", "/audit/cases/NO/sheet", "/audit/processes"),
    "w3": ("/cases/NO", "/cases/NO/screen", "/cases/NO/prints/receipt", "/cases/NO/prints/visit", "/cases?q=新生儿"),
    "unit-SC-MI": ("/cases/NO", "/unit", "/cases/NO/lists/large"),
}


def test_every_page_of_an_erased_case_opens_and_none_names_anybody(ended: Play) -> None:
    ended.execute(EraseCase(ended.no, ended.execute(AskErasure(ended.no, "request", "要求"), "group")), "bureau")
    for name, paths in PAGES.items():
        visitor = at(ended, name)
        for path in paths:
            shown = visitor.open(path.replace("NO", ended.no))
            assert shown.status_code == 200, path
            assert not {"赵女士", "13300000806", "出生医学证明"} & set(_words(shown.get_data(as_text=True))), path


def _words(shown: str) -> list[str]:
    return [word for word in ("赵女士", "13300000806", "出生医学证明") if word in shown]


def test_the_case_its_audit_and_its_citizen_are_told_that_it_was_erased(ended: Play) -> None:
    code = ended.engine.read(lambda ctx: ctx.conn.exec_driver_sql("SELECT receipt_code FROM cases").scalar())
    ended.execute(EraseCase(ended.no, ended.execute(AskErasure(ended.no, "request", "要求"), "group")), "bureau")
    for name, path in (("w3", "/cases/NO"), ("auditor", "/audit/cases/NO"), ("auditor", "/cases/NO/keeping")):
        assert "个人信息已于" in text(at(ended, name), path.replace("NO", ended.no)), path
    stranger = ended.house.person(None)
    assert "已于 2026-10-23 清除" in stranger.post("/api/progress", {"receipt_code": code}).json["next"]
    by_number = stranger.post("/api/progress", {"no": ended.no, "phone4": "0806"})
    assert by_number.status_code == 404


def test_an_auditor_sees_the_lists_and_is_offered_nothing_to_do(ended: Play) -> None:
    ended.execute(PreserveCase(ended.no, "audit", "审计"), "bureau")
    auditor = at(ended, "auditor")
    assert ended.no in text(auditor, "/keeping")
    assert "/keeping/" not in text(auditor, f"/cases/{ended.no}/keeping")
