"""What a password must be like, by either profile."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.directory.password_policy import DENGBAO, NIST, PasswordPolicy, common_passwords, initial_problem, problem
from engine.settings import DEMO_PASSWORD, Settings, read_settings

BOTH = pytest.mark.parametrize("policy", [DENGBAO, NIST], ids=lambda policy: policy.name)
NAMES = ("zhangsan", "张三丰", "昌平区社保分中心", "社保分中心", "SC-SS")


@pytest.mark.checklist(39)
@BOTH
def test_length_is_counted_in_characters_and_not_cut(policy: PasswordPolicy) -> None:
    assert problem(policy, "Aa1-" + "xyzw" * 16, NAMES) is None  # 68 characters
    assert problem(policy, "Kiwi-Moss-77", NAMES) is None
    assert problem(policy, "Kiwi-Moss-7", NAMES) is not None
    assert problem(policy, "e\u0301" * 6 + "Kiwi1", NAMES) is not None  # 11 characters once they are composed


@pytest.mark.checklist(40)
@BOTH
@pytest.mark.parametrize(
    "password",
    [
        "Password1234!",
        "P@ssw0rd20262026",
        "Qwertyuiop123!",
        "1QAZ2wsx3edc",
        "Woaini5201314!!",
        "Aa1!Aa1!Aa1!",
        DEMO_PASSWORD,
    ],
)
def test_what_everybody_tries_first_is_refused(policy: PasswordPolicy, password: str) -> None:
    assert problem(policy, password, NAMES) is not None


@pytest.mark.checklist(40)
@BOTH
@pytest.mark.parametrize("name", ["ZhangSan", "张三丰", "社保分中心", "SC-SS", "bancheng", "政务服务"])
def test_the_names_around_a_person_are_refused(policy: PasswordPolicy, name: str) -> None:
    assert problem(policy, f"Kiwi-{name}-Moss-77", NAMES) is not None


@pytest.mark.checklist(40)
def test_three_thousand_common_ones_are_known() -> None:
    known = common_passwords()
    assert len(known) == 3_000
    assert {"123456", "password", "qwerty", "woaini1314", "admin@123", "1qaz2wsx", "letmein"} <= known


@pytest.mark.checklist(41)
def test_the_profiles_contradict_each_other_where_their_sources_do() -> None:
    words = "four quiet geese at noon"
    assert problem(DENGBAO, words, NAMES) is not None and problem(NIST, words, NAMES) is None
    assert (DENGBAO.days, DENGBAO.kept, NIST.days, NIST.kept) == (90, 5, 0, 0)


@pytest.mark.checklist(41)
def test_a_house_chooses_its_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().password_policy == read_settings({}).password_policy == "dengbao"
    assert read_settings({"BANCHENG_PASSWORD_POLICY": "nist"}).password_policy == "nist"
    with pytest.raises(ValueError, match="BANCHENG_PASSWORD_POLICY"):
        read_settings({"BANCHENG_PASSWORD_POLICY": "none"})


@pytest.mark.checklist(43)
def test_an_operator_gives_at_least_twelve_characters_for_the_first_day() -> None:
    assert initial_problem("twelve signs") is None
    assert initial_problem("eleven sign") is not None
    assert initial_problem(DEMO_PASSWORD) is not None


@given(st.text(max_size=80))
def test_no_text_breaks_the_rules(password: str) -> None:
    for policy in (DENGBAO, NIST):
        said = problem(policy, password, NAMES)
        assert said is None or said.endswith("。")
