"""转办派单 and the work orders it opens."""

from typing import Any

import pytest

from engine.errors import NotFound, NotYours
from tests.support.play import Play, refused


@pytest.fixture
def classified(play: Play) -> Play:
    play.until("classify")
    return play


def dispatch(play: Play, by: str = "w3", **values: Any) -> None:
    play.do("dispatch", by, **{"lead_unit": "SC-MI", "onsite_attempt": "窗口已协调", **values})


def test_dispatch_is_due_within_two_office_hours(classified: Play) -> None:
    assert classified.due("dispatch") == "10-19 16:06"


def test_dispatched_each_unit_finds_its_order_in_its_inbox(classified: Play) -> None:
    dispatch(classified, co_units=["T05", "SC-SS"])
    assert classified.open() == ["acknowledge SC-MI", "acknowledge SC-SS", "acknowledge T05"]
    assert classified.groups("acknowledge", "T05") == {"unit:T05"}
    assert classified.notices("order_dispatched") == [["unit:SC-MI"], ["unit:T05"], ["unit:SC-SS"]]


def test_the_lead_unit_is_the_first_of_its_orders(classified: Play) -> None:
    dispatch(classified, co_units=["T05"])
    assert [(order.unit, order.is_lead) for order in classified.case().work_orders] == [("SC-MI", True), ("T05", False)]
    assert classified.case().status == "awaiting_signature"


def test_before_dispatch_the_unit_does_not_know_the_case(classified: Play) -> None:
    with pytest.raises(NotFound):
        dispatch(classified, by="unit-SC-MI")


def test_a_unit_does_not_see_the_order_of_a_case_that_is_not_its_own(classified: Play) -> None:
    dispatch(classified)
    with pytest.raises(NotFound):
        classified.do("acknowledge", "unit-SC-SS", "SC-MI", action="sign")


def test_a_co_unit_may_not_sign_for_the_lead(classified: Play) -> None:
    dispatch(classified, co_units=["T05"])
    with pytest.raises(NotYours):
        classified.do("acknowledge", "unit-T05", "SC-MI", action="sign")


def test_what_was_tried_on_site_must_be_said(classified: Play) -> None:
    with refused("lead_unit", "onsite_attempt"):
        classified.do("dispatch", "w3")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"lead_unit": "XZ"}, "lead_unit"),
        ({"lead_unit": "nowhere"}, "lead_unit"),
        ({"co_units": ["SC-MI"]}, "co_units"),
        ({"co_units": ["EX-FY"]}, "co_units"),
        ({"co_units": ["T05", "T05"]}, "co_units"),
    ],
)
def test_only_units_with_a_desk_and_each_once(classified: Play, values: dict[str, Any], field: str) -> None:
    with refused(field):
        dispatch(classified, **values)


def test_the_service_centre_itself_has_a_desk(classified: Play) -> None:
    dispatch(classified, lead_unit="ZX")
    assert classified.open() == ["acknowledge ZX"]


def test_dispatch_does_not_move_the_deadline(classified: Play) -> None:
    before = classified.deadline
    classified.at("10-22 10:00")
    dispatch(classified)
    assert classified.deadline == before == "10-26 17:00"


def test_a_late_dispatch_of_a_general_case_is_tier_one(classified: Play) -> None:
    assert classified.at("10-19 16:06") == ["dispatch_late"]
    assert (classified.case().tier, classified.groups("supervise")) == (1, {"window_lead"})


def test_a_late_dispatch_of_a_complex_case_is_tier_four(play: Play) -> None:
    play.until("classify", classify={"grade": "complex"})
    assert play.at("10-19 16:06") == ["dispatch_late"]
    assert (play.case().tier, play.groups("supervise")) == (4, {"bureau"})
