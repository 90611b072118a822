"""Mobile and identity numbers are found however they are written, and nothing else is taken for one."""

from __future__ import annotations

import pytest

from engine.personal.numbers import masked_numbers, personal_numbers

IDENTITY = "11010519491231002X"  # the example of GB 11643
MASKED = "110***********002X"


@pytest.mark.checklist(62)
@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("电话13812341234，请联系", "电话138****1234，请联系"),
        ("电话：138 1234 1234。", "电话：138****1234。"),
        ("138-1234-1234", "138****1234"),
        ("１３８１２３４１２３４", "138****1234"),
        ("138　1234　1234", "138****1234"),
        ("+86 138-1234-1234", "+86 138****1234"),
        ("8613812341234", "86138****1234"),
        ("13812341234 13987654321", "138****1234 139****4321"),
        ("13812341234、13987654321", "138****1234、139****4321"),
        ("2 13812341234", "2 138****1234"),
        (f"身份证{IDENTITY}。", f"身份证{MASKED}。"),
        ("11010519491231002x", MASKED),
        ("１１０１０５１９４９１２３１００２Ｘ", MASKED),
        ("110105 19491231 002X", MASKED),
        ("110105-19491231-002X", MASKED),
        ("110105194912310021", "110***********0021"),  # a wrong check digit names somebody all the same
        ("110105194913310025", "110***********0025"),
        ("号码 12812341234", "号码 128****1234"),
        ("老证 130503670401001", "老证 130********1001"),
        (f"13812341234 {IDENTITY}", f"138****1234 {MASKED}"),
    ],
)
def test_a_number_is_masked(written: str, shown: str) -> None:
    assert masked_numbers(written) == shown


@pytest.mark.parametrize(
    "harmless",
    [
        "BCS-2026-0001",
        "BCS-2026-13812",
        "回执码 A13812341234F00000D2",
        "2026-10-08 17:00 至 2026-10-26 09:00",
        "192.168.10.100",
        "订单 1381234123456",
        "138123412345",
        "0771-5551234",
        "SF1381234123456",
        "金额 13812341234567.00 元",
        "",
        "没有数字",
    ],
)
def test_what_is_no_such_number_stays(harmless: str) -> None:
    assert masked_numbers(harmless) == harmless


def test_a_number_says_what_it_is_and_where() -> None:
    text = f"请打138-1234-1234，证件{IDENTITY}"
    phone, identity = personal_numbers(text)
    assert (phone.kind, phone.digits, text[phone.start : phone.end]) == ("phone", "13812341234", "138-1234-1234")
    assert (identity.kind, text[identity.start : identity.end]) == ("identity", IDENTITY)


@pytest.mark.parametrize("between", ["", " ", "-", "\u3000", "\t", "－", "―", "\u00a0"])
@pytest.mark.parametrize("digits", ["13812345678", "１３８１２３４５６７８"])
def test_a_number_is_found_whatever_stands_between_its_digits(digits: str, between: str) -> None:
    (found,) = personal_numbers(f"请回电{between.join(digits)}。")
    assert (found.digits, found.kind) == ("13812345678", "phone")
