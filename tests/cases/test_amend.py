"""更正: what may be put right, by whom, until when, and what follows."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from engine.errors import NotFound, NotNow, NotYours
from tests.support.play import APPLICANT, Play, refused, shown

REASON = "登记时点错了"


@pytest.fixture
def accepted(any_play: Play) -> Play:
    any_play.until("classify")
    return any_play


def amend(play: Play, field: str, value: Any, by: str = "w3") -> None:
    play.act("amend", by, field=field, value=value, reason=REASON)


def told(play: Play) -> tuple[Any, Any]:
    """Before and after of the line of the last correction."""
    line = [each for each in play.timeline() if each.action == "amended"][-1]
    after = {name: value for name, value in (line.after or {}).items() if name not in ("commitment", "path")}
    return line.before, after


def lines(play: Play) -> str:
    """Everything the trail says, as text."""
    return json.dumps([(each.before, each.after) for each in play.timeline()], ensure_ascii=False, default=str)


def entered(play: Play) -> list[dict[str, Any]]:
    """What was kept beside the lines of corrections."""
    return [json.loads(row["variables"]) for row in play.entered("amend")]


def due(said: Any) -> str | None:
    """The instant a line of a moved timer names."""
    return shown(datetime.fromisoformat(said["due"]))


# ------------------------------------------------------------------ what it does
def test_a_wrong_channel_is_put_right_and_the_line_says_from_what_to_what(accepted: Play) -> None:
    amend(accepted, "channel", "phone")
    assert accepted.case().channel == "phone"
    assert told(accepted) == ({"value": "window"}, {"field": "channel", "value": "phone"})


def test_chinese_words_are_taken_for_field_and_value(play: Play) -> None:
    play.until("classify")
    amend(play, "来源渠道", "12345转办")
    assert play.case().channel == "hotline"


def test_free_text_stands_beside_the_trail_alone(accepted: Play) -> None:
    amend(accepted, "title", "新生儿医保无法参保")
    assert accepted.case().title == "新生儿医保无法参保"
    assert told(accepted) == (None, {"field": "title"})
    assert "新生儿" not in lines(accepted)
    assert entered(accepted) == [
        {"field": "title", "before": "新生儿医保参保", "value": "新生儿医保无法参保", "reason": REASON}
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("applicant.name", "赵丽华"),
        ("applicant.phone", "13300000999"),
        ("applicant.age_band", "60-79"),
        ("applicant.contact_pref", "sms"),
        ("applicant.special_needs", ["大字清单"]),
    ],
)
def test_personal_data_is_corrected_and_never_on_the_line(play: Play, field: str, value: Any) -> None:
    play.until("classify")
    amend(play, field, value)
    found = getattr(play.case().applicant, field.partition(".")[2])
    assert (list(found) if isinstance(value, list) else found) == value
    assert told(play) == (None, {"field": field})


def test_what_was_cleared_is_gone(play: Play) -> None:
    play.until("classify", register={"matter_code": "M001"})
    amend(play, "matter_code", None)
    assert (play.case().matter_code, told(play)[0]) == (None, {"value": "M001"})


def test_a_second_correction_starts_from_the_first(play: Play) -> None:
    play.until("classify")
    amend(play, "port", "web")
    amend(play, "port", "app")
    assert told(play) == ({"value": "web"}, {"field": "port", "value": "app"})


def test_a_wrong_cause_is_put_right_after_classification(accepted: Play) -> None:
    amend(accepted, "cause", "材料类", by="group")
    amend(accepted, "cause_detail", "缺证明", by="group")
    assert (accepted.case().cause, told(accepted)) == ("材料类", (None, {"field": "cause_detail"}))


# ------------------------------------------------------------------ the clock and the flow
def test_another_foreign_deadline_moves_the_warning_visibly(any_play: Play) -> None:
    any_play.until("classify", register={"channel": "hotline", "external_due": "2026-11-06T17:00:00+08:00"})
    before = any_play.timers()["external_warn"]
    amend(any_play, "external_due", "2026-10-30T17:00:00+08:00")
    after = any_play.timers()["external_warn"]
    moved = [each for each in any_play.timeline() if each.action == "moved" and each.element == "external_warn"]
    assert before > after
    assert [due(moved[-1].before), due(moved[-1].after)] == [before, after]


def test_a_foreign_deadline_noted_later_warns_too(play: Play) -> None:
    play.until("classify")
    assert "external_warn" not in play.timers()
    amend(play, "external_due", "2026-10-30T17:00:00+08:00")
    assert "external_warn" in play.timers()


def test_the_instant_of_receipt_moves_no_deadline(play: Play) -> None:
    play.until("classify")
    deadline = play.deadline
    amend(play, "received_at", "2026-10-19T11:00:00+08:00")
    assert (shown(play.case().received_at), play.deadline) == ("10-19 11:00", deadline)


def test_who_no_longer_wants_a_call_is_not_called(any_play: Play) -> None:
    any_play.until("review")
    amend(any_play, "applicant.consent_callback", False)
    assert told(any_play) == (None, {"field": "applicant.consent_callback", "variables": {"consent_callback": False}})
    any_play.do("give_feedback", "w3", feedback_method="phone", feedback_text="已告知")
    assert any_play.case().status == "archived"


def test_who_now_wants_a_call_is_called_whatever_branch_the_case_was_in(play: Play) -> None:
    play.until("acknowledge", register={"applicant": {**APPLICANT, "consent_callback": False}})
    amend(play, "applicant.consent_callback", True)
    play.at("10-19 15:00")
    play.do("first_contact", "unit-SC-MI", "SC-MI", contact_method="phone")
    play.do("handle", "unit-SC-MI", "SC-MI", action="reply", reply_text="已参保")
    play.do("review", "group2", review_result="pass", outcome="done")
    play.do("give_feedback", "w3", feedback_method="phone", feedback_text="已告知")
    assert play.case().status == "fed_back"


# ------------------------------------------------------------------ what is refused
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", " "),
        ("title", None),
        ("title", "长" * 201),
        ("channel", "fax"),
        ("channel", True),
        ("matter_code", "M999"),
        ("applicant.phone", "abc"),
        ("applicant.phone", None),
        ("applicant.age_band", "old"),
        ("applicant.consent_callback", "perhaps"),
        ("received_at", None),
        ("received_at", "2026-10-19T23:00:00+08:00"),
        ("received_at", "2026-10-19T14:05:30+08:00"),
        ("external_due", "2026-10-30"),
        ("cause", "天气"),
        ("channel", "window"),
    ],
)
def test_a_value_its_own_form_would_not_take_is_refused(play: Play, field: str, value: Any) -> None:
    play.until("classify")
    before = play.case()
    with refused("value"):
        amend(play, field, value)
    assert play.case() == before


@pytest.mark.parametrize(
    ("field", "way"),
    [
        ("grade", "调级"),
        ("lead_unit", "改派"),
        ("co_units", "改派"),
        ("urgent", "督办"),
        ("acceptance", "撤回"),
        ("confidential", "限密移送"),
        ("applicant.kind", "重新登记"),
        ("deadline", "申请延期"),
        ("outcome", "重办"),
    ],
)
def test_what_decides_the_flow_is_refused_with_the_proper_way(play: Play, field: str, way: str) -> None:
    play.until("classify")
    with refused("field") as refusal:
        amend(play, field, "x")
    assert way in refusal.value.fields["field"]


@pytest.mark.parametrize("field", ["colour", "applicant", "", "reply_text", "applicant.name.first"])
def test_a_field_that_is_none_is_refused(play: Play, field: str) -> None:
    play.until("classify")
    with refused("field"):
        amend(play, field, "x")


def test_a_correction_without_a_reason_is_refused(play: Play) -> None:
    play.until("classify")
    with refused("reason"):
        play.act("amend", "w3", field="channel", value="phone", reason=" ")


def test_what_has_not_been_classified_has_no_cause_to_correct(play: Play) -> None:
    play.until("accept")
    with refused("field"):
        amend(play, "cause", "材料类")


@pytest.mark.parametrize("who", ["callback", "bureau", "leading", "auditor", "supervisor", "unit-SC-MI"])
def test_who_did_not_write_it_down_does_not_correct_it(play: Play, who: str) -> None:
    play.until("acknowledge")
    with pytest.raises(NotYours):
        amend(play, "channel", "phone", by=who)


def test_a_restricted_case_is_corrected_by_its_own_people_alone(play: Play) -> None:
    play.at("10-19 14:00")
    play.register("restricted", confidential=True)
    amend(play, "channel", "phone", by="restricted")
    with pytest.raises(NotFound):
        amend(play, "channel", "online")


# ------------------------------------------------------------------ archived
def test_an_archived_case_is_still_put_right(any_play: Play) -> None:
    any_play.until("return_visit")
    amend(any_play, "applicant.phone", "13300000999")
    assert (any_play.case().applicant.phone, any_play.case().status) == ("13300000999", "archived")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("received_at", "2026-10-19T11:00:00+08:00"),
        ("external_due", "2026-10-30T17:00:00+08:00"),
        ("applicant.consent_callback", False),
    ],
)
def test_the_clock_and_the_way_of_an_archived_case_are_settled(play: Play, field: str, value: Any) -> None:
    play.until("return_visit")
    with pytest.raises(NotNow, match="已归档"):
        amend(play, field, value)
