"""Registration: what is taken, what is refused, and where a case goes when the officer decides at once."""

import pytest

from engine.errors import NotFound, NotYours
from tests.support.play import APPLICANT, Play, refused

ANONYMOUS = {"kind": "anonymous"}


@pytest.fixture
def counter(play: Play) -> Play:
    play.at("10-19 14:00")
    return play


def test_a_registered_case_waits_to_be_accepted_by_window_or_work_group(counter: Play) -> None:
    counter.register()
    assert counter.open() == ["accept"]
    assert counter.groups("accept") == {"window", "work_group"}
    assert (counter.case().status, counter.case().phase) == ("registered", "acceptance")


def test_before_classification_a_case_has_no_deadline_and_no_light(counter: Play) -> None:
    counter.register()
    case = counter.case()
    assert (case.deadline, case.original_deadline, case.remaining, case.light) == (None, None, None, None)


def test_numbers_follow_one_another_within_the_year_of_registration(play: Play) -> None:
    play.at("2026-12-31 23:58")
    assert play.register() == "BCS-2026-0001"
    play.at("2026-12-31 23:59")
    assert play.register() == "BCS-2026-0002"
    play.at("2027-01-01 00:00")
    assert play.register() == "BCS-2027-0001"


def test_a_refused_registration_stores_nothing_and_leaves_no_gap(counter: Play) -> None:
    counter.register()
    with refused("title"):
        counter.register(title=None)
    assert counter.count() == 1
    assert counter.register() == "BCS-2026-0002"


@pytest.mark.parametrize("field", ["channel", "title", "description", "appeal_type"])
def test_what_the_form_requires_must_be_given(counter: Play, field: str) -> None:
    with refused(field):
        counter.register("w3", **{field: None})


def test_the_kind_of_applicant_must_be_given(counter: Play) -> None:
    with refused("applicant.kind"):
        counter.register(applicant={"name": "赵女士", "phone": "13300000806"})


def test_whoever_is_not_anonymous_gives_name_and_phone(counter: Play) -> None:
    with refused("applicant.name", "applicant.phone"):
        counter.register(applicant={"kind": "company"})


def test_an_anonymous_person_gives_neither_name_nor_phone(counter: Play) -> None:
    counter.register(applicant=ANONYMOUS)
    assert counter.open() == ["accept"]


def test_an_unknown_variable_is_refused(counter: Play) -> None:
    with refused("telephone"):
        counter.register(telephone="13300000806")


def test_chinese_words_are_taken_for_codes(counter: Play) -> None:
    counter.register(channel="12345转办", appeal_type="求助", applicant={**APPLICANT, "kind": "个体"})
    assert (counter.case().channel, counter.case().applicant.kind) == ("hotline", "sole_trader")


def test_the_extended_saturday_counter_is_a_window(counter: Play) -> None:
    counter.register(channel="窗口(周六延时)")
    assert counter.case().channel == "window"


def test_a_receipt_in_the_future_is_refused(counter: Play) -> None:
    with refused("received_at"):
        counter.register(received_at="2026-10-19T14:01:00+08:00")


def test_a_receipt_without_zone_is_refused(counter: Play) -> None:
    with refused("received_at"):
        counter.register(received_at="2026-10-19T13:00:00")


def test_an_earlier_receipt_does_not_move_the_clock(counter: Play) -> None:
    counter.register(received_at="2026-10-16T09:00:00+08:00", acceptance="accept")
    counter.do("classify", "w3", grade="general", cause="系统类")
    assert counter.deadline == "10-26 17:00"


@pytest.mark.parametrize("field", ["received_at", "external_due"])
@pytest.mark.parametrize(
    "instant", ["0001-01-01T00:00:00+14:00", "1800-10-20T10:00:00+08:00", "9999-12-31T23:59:59-12:00"]
)
def test_an_instant_far_from_our_days_is_a_slip_of_the_pen(counter: Play, field: str, instant: str) -> None:
    with refused(field) as refusal:
        counter.register(channel="hotline", **{field: instant})
    assert "年份" in refusal.value.fields[field]


@pytest.mark.parametrize("instant", ["2021-12-31T10:00:00+08:00", "2036-01-01T10:00:00+08:00"])
def test_a_foreign_deadline_the_calendar_does_not_reach_is_refused_at_once(counter: Play, instant: str) -> None:
    with refused("external_due"):
        counter.register(channel="hotline", external_due=instant)


def test_an_unknown_matter_is_refused(counter: Play) -> None:
    with refused("matter_code"):
        counter.register(matter_code="M999")


def test_an_auditor_registers_nothing(counter: Play) -> None:
    with pytest.raises(NotYours):
        counter.register(by="auditor")


# ------------------------------------------------------------------ decided at once
def test_accepted_at_registration_the_case_waits_for_classification(counter: Play) -> None:
    counter.register(acceptance="accept")
    assert counter.open() == ["classify"]
    assert counter.case().status == "accepted"
    assert counter.case().accepted_at == counter.house.clock.now()


def test_a_question_answered_at_once_is_archived_in_the_same_act(counter: Play) -> None:
    counter.register(appeal_type="consult", acceptance="consult", reply_text="带身份证即可。")
    case = counter.case()
    assert (case.status, case.outcome, case.light) == ("archived", "consulted", None)
    assert case.ended_at == counter.house.clock.now()


def test_a_question_not_answered_yet_waits_for_its_feedback(counter: Play) -> None:
    counter.register(acceptance="consult")
    assert counter.open() == ["give_feedback"]


@pytest.mark.parametrize("acceptance", ["decline", "transfer"])
def test_declined_or_transferred_at_registration_needs_a_second_pair_of_eyes(counter: Play, acceptance: str) -> None:
    counter.register(acceptance=acceptance, reason="不属于受理范围", refer_to="EX-FY")
    assert counter.open() == ["confirm_exit"]


def test_whoever_declined_at_registration_does_not_confirm_it(counter: Play) -> None:
    counter.register(by="lead", acceptance="decline", reason="不属于受理范围")
    with pytest.raises(NotYours):
        counter.do("confirm_exit", "lead", confirmed=True)
    counter.do("confirm_exit", "lead2", confirmed=True)
    assert counter.open() == ["give_feedback"]


def test_declining_without_a_reason_is_refused(counter: Play) -> None:
    with refused("reason"):
        counter.register(acceptance="decline")


# ------------------------------------------------------------------ confidential
def test_a_confidential_case_exists_for_the_restricted_channel_alone(counter: Play) -> None:
    counter.register(confidential=True)
    assert counter.groups("accept") == {"restricted"}
    with pytest.raises(NotFound):
        counter.do("accept", "w3", acceptance="accept")
    counter.do("accept", "restricted", acceptance="restricted")
    assert counter.open() == ["handle_restricted"]
