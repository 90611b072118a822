"""What is left of personal data for those who only look on."""

from __future__ import annotations

import pytest

from engine.personal.masking import masked_name, masked_phone


@pytest.mark.parametrize(
    ("name", "kind", "told"),
    [
        ("戴先生", "person", "戴先生"),
        ("戴建国先生", "person", "戴先生"),
        ("李女士", "person", "李女士"),
        ("戴建国", "person", "戴某"),
        ("欧阳建国", "person", "欧阳某"),
        ("先生", "person", "先某"),
        ("昌平区某某餐饮有限公司", "company", "昌平****"),
        (None, "anonymous", None),
        ("", "anonymous", ""),
    ],
)
def test_a_name_keeps_its_surname(name: str | None, kind: str, told: str | None) -> None:
    assert masked_name(name, kind) == told


@pytest.mark.parametrize(
    ("phone", "told"),
    [
        ("13812341234", "138****1234"),
        ("+86 138-1234-1234", "861****1234"),
        ("010-12345678", "010****5678"),
        ("8978001", "****01"),
        (None, None),
        ("", ""),
    ],
)
def test_a_phone_number_keeps_its_ends(phone: str | None, told: str | None) -> None:
    assert masked_phone(phone) == told
