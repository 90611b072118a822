"""The words: codes and labels as PROCESS.md lists them, and Chinese words understood as input."""

from __future__ import annotations

import pytest

from engine import vocabulary
from engine.vocabulary import VOCABULARIES, code, label


@pytest.mark.parametrize(
    ("name", "codes", "labels"),
    [
        (
            "channel",
            "window outreach hotline phone online box town park counter",
            "窗口 窗口主动发现 12345转办 电话 网上 意见箱 镇街窗口 园区企业服务站 否定报备",
        ),
        ("appeal_type", "undone consult help complaint report", "办不成事 咨询 求助 投诉 举报"),
        ("applicant_kind", "person company sole_trader group anonymous", "个人 企业 个体 群体 匿名"),
        (
            "outcome",
            "done partly explained pending declined transferred consulted merged restricted withdrawn",
            "办成 部分办成 解释说明 挂账 不予受理 转出 咨询 并单 限密移送 撤回",
        ),
        ("service_kind", "bangban daiban jiaoban extended large_print courier", "帮办 代办 教办 延时 大字清单 寄递"),
        ("grade", "simple general complex", "简单 一般 复杂"),
        ("phase", "acceptance classification dispatch completion feedback", "受理 分类 转办 办结 反馈"),
    ],
)
def test_codes_and_labels_are_those_of_the_contract(name: str, codes: str, labels: str) -> None:
    assert list(VOCABULARIES[name].items()) == list(zip(codes.split(), labels.split(), strict=True))


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("acceptance", "accept decline transfer consult duplicate restricted"),
        (
            "status",
            "registered accepted classified awaiting_signature in_progress paused returned in_review completed "
            "fed_back redo pending merged archived",
        ),
        ("work_order_status", "awaiting_signature signed contacted paused replied returned withdrawn"),
        ("feedback_method", "in_person phone sms courier letter public_posting"),
        ("contact_method", "phone in_person sms visit"),
        ("dissatisfied_reason", "result attitude time not_contacted policy other"),
        ("port", "web app machine counter phone other"),
        ("onsite_result", "solved regrade waiting_citizen"),
        ("review_result", "pass send_back pending"),
        ("confirmed_by", "citizen_code signed_slip phone_record"),
        ("handle_action", "reply return request_extension request_pause request_regrade"),
        ("supervise_action", "instruct escalate reassign consultation_letter note"),
        ("light", "green yellow red grey blue"),
        ("tier", "0 1 2 3 4 5"),
        ("satisfaction", "1 2 3 4 5"),
    ],
)
def test_codes_are_those_of_the_contract(name: str, codes: str) -> None:
    assert set(VOCABULARIES[name]) == set(codes.split())


def test_causes_are_their_own_codes() -> None:
    assert all(word == meaning for word, meaning in VOCABULARIES["cause"].items())
    assert len(VOCABULARIES["cause"]) == 12


@pytest.mark.parametrize("name", sorted(set(VOCABULARIES) - {"task", "timer"}))  # two steps may be called the same
def test_every_label_of_a_vocabulary_is_one_thing_and_understood_as_input(name: str) -> None:
    words = VOCABULARIES[name]
    assert {code(name, word) for word in words.values()} == set(words)


@pytest.mark.parametrize(
    ("name", "text", "meant"),
    [
        ("channel", "hotline", "hotline"),
        ("channel", "12345转办", "hotline"),
        ("channel", "镇街窗口", "town"),
        ("channel", "窗口(周六延时)", "window"),
        ("channel", "窗口（周六延时）", "window"),
        ("channel", " 窗口 ", "window"),
        ("CHANNEL", "否定报备", "counter"),
        ("satisfaction", "非常满意", "5"),
        ("cause", "系统类", "系统类"),
    ],
)
def test_a_code_a_label_or_a_synonym_is_understood(name: str, text: str, meant: str) -> None:
    assert code(name, text) == meant


@pytest.mark.parametrize("text", ["", "传真", "(周六延时)", "窗口周六", "WINDOW"])
def test_what_means_nothing_gives_none(text: str) -> None:
    assert code("channel", text) is None


def test_a_label_is_given_for_a_code_and_an_unknown_code_stays_visible() -> None:
    assert label("tier", 3) == "工作小组和承办单位分管领导"
    assert label("channel", "fax") == "fax"
    assert label("channel", None) == ""


def test_a_word_list_cannot_be_changed_by_accident() -> None:
    with pytest.raises(TypeError):
        vocabulary.CHANNEL["fax"] = "传真"  # type: ignore[index]
