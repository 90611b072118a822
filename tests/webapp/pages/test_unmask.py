"""Pages that show a person in clear for a reason, and who looked."""

from __future__ import annotations

import pytest

from tests.support.house import House
from tests.webapp.pages.browserless import Visitor


@pytest.mark.checklist(62)
def test_the_person_is_shown_once_after_a_reason(house: House) -> None:
    no = house.register()
    callback = Visitor.of(house.app).sign_in("callback")
    callback.open(f"/cases/{no}")
    assert "戴某" in callback.text and "13812341234" not in callback.text
    callback.open(callback.link("/unmask$"))
    callback.send(f"/cases/{no}/unmask", reason="反映人来电核对")
    assert "戴建国" in callback.text and "13812341234" in callback.text
    callback.open(f"/cases/{no}")
    assert "13812341234" not in callback.text and "反映人来电核对" in callback.text


def test_without_a_reason_the_form_comes_back(house: House) -> None:
    no = house.register()
    callback = Visitor.of(house.app).sign_in("callback")
    callback.open(f"/cases/{no}/unmask")
    callback.send(f"/cases/{no}/unmask", reason=" ")
    assert callback.status == 400 and "13812341234" not in callback.text


@pytest.mark.parametrize("name", ["auditor", "supervisor", "w1"])
def test_whom_it_is_no_use_to_is_not_offered_it(house: House, name: str) -> None:
    no = house.register()
    visitor = Visitor.of(house.app).sign_in(name)
    visitor.open(f"/cases/{no}")
    assert "/unmask" not in visitor.text


@pytest.mark.checklist(65)
def test_the_auditor_sees_who_looked(house: House) -> None:
    no = house.register()
    w1, auditor = (Visitor.of(house.app).sign_in(name) for name in ("w1", "auditor"))
    w1.open(f"/cases/{no}")
    assert "/accesses" not in w1.text
    auditor.open(f"/cases/{no}")
    auditor.open(auditor.link("/accesses$"))
    assert "共 1 次" in auditor.text and "戴某" in auditor.text and "戴建国" not in auditor.text


# ------------------------------------------------------------------ free text
TEXT = "戴建国说打 138-1234-1234，身份证 11010519491231002X"


@pytest.mark.checklist(62)
@pytest.mark.parametrize("name", ["auditor", "supervisor", "callback", "unit-SC-SS"])
def test_free_text_is_masked_for_who_is_not_handling_it(house: House, name: str) -> None:
    no = house.register(title=TEXT, description=TEXT)
    visitor = Visitor.of(house.app).sign_in(name)
    visitor.open(f"/cases/{no}")
    if visitor.status == 200:
        assert "戴某说打 138****1234，身份证 110***********002X" in visitor.text
    assert "138-1234-1234" not in visitor.text and "002X" not in visitor.text.replace("***002X", "")


def test_free_text_is_whole_for_who_is_handling_it(house: House) -> None:
    no = house.register(description=TEXT)
    w1 = Visitor.of(house.app).sign_in("w1")
    w1.open(f"/cases/{no}")
    assert TEXT in w1.text


@pytest.mark.parametrize(
    ("description", "hint"),
    [
        ("请打 138-1234-1234", "文字里有电话号码。"),
        (TEXT, "文字里有电话号码和身份证号。"),
        ("编号 BCS-2026-0001，2026-10-08 来过", None),
    ],
)
def test_whoever_registers_is_told_of_numbers_in_the_text(house: House, description: str, hint: str | None) -> None:
    no = house.register(description=description)
    w3 = Visitor.of(house.app).sign_in("w3")
    w3.open(f"/cases/{no}/registered")
    assert (hint or "已登记") in w3.text and ("文字里有" in w3.text) == (hint is not None)
