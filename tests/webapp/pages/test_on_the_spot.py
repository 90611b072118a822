"""当场办结 on the registration page, without scripts."""

from __future__ import annotations

import re
from typing import Any

import pytest

from engine.queries.case import case
from tests.support.house import House
from tests.webapp.pages.browserless import Visitor
from tests.webapp.pages.test_course import REGISTRATION
from tests.webapp.pages.test_pages import NO

SPOT: dict[str, Any] = {
    "on_the_spot.grade": "simple",  # the hidden field of the section
    "on_the_spot.cause": "材料类",
    "on_the_spot.outcome": "done",
    "on_the_spot.feedback_method": "in_person",
    "on_the_spot.satisfaction": "5",
}
TICK = {"on_the_spot": "true"}


@pytest.fixture
def w3(house: House) -> Visitor:
    visitor = Visitor.of(house.app).sign_in("w3")
    visitor.open("/register")
    return visitor


def send(visitor: Visitor, **changes: Any) -> None:
    visitor.send("/register", **{**REGISTRATION, **SPOT, **changes})


def test_a_ticked_section_carries_the_case_to_its_feedback(house: House, w3: Visitor) -> None:
    assert 'name="on_the_spot.grade" value="simple"' in w3.text
    send(w3, **TICK)
    assert "已当场办结并反馈" in w3.text
    assert house.engine.read(case, NO).status == "fed_back"


def test_the_section_begins_with_what_is_usual_at_a_counter_and_without_a_tick(w3: Visitor) -> None:
    assert 'name="on_the_spot.feedback_method" value="in_person" checked' in w3.text
    assert 'id="f-on_the_spot" name="on_the_spot" value="true" checked' not in w3.text


def test_what_was_chosen_instead_of_the_usual_stays(w3: Visitor) -> None:
    send(w3, **TICK, **{"on_the_spot.cause": "", "on_the_spot.feedback_method": "phone"})
    assert 'name="on_the_spot.feedback_method" value="phone" checked' in w3.text
    assert 'value="in_person" checked' not in w3.text


def test_without_scripts_the_fields_of_the_section_say_that_they_are_needed_only_then(w3: Visitor) -> None:
    section = re.sub(r"(?s)<template>.*?</template>", "", w3.text.partition('id="f-on_the_spot"')[2])
    marks = re.findall(r'<span class="must([^"]*)"[^>]*>([^<]+)</span>', section)
    assert marks == [(" must-sometimes", "需要时必填")] * 3  # cause, outcome, how it was told


def test_a_section_that_is_not_ticked_counts_for_nothing(house: House, w3: Visitor) -> None:
    send(w3)
    assert house.engine.read(case, NO).status == "registered"


def test_what_is_missing_is_said_beside_its_field_and_the_tick_stays(house: House, w3: Visitor) -> None:
    send(w3, **TICK, **{"on_the_spot.cause": ""})
    assert w3.status == 400 and 'href="#f-on_the_spot-cause"' in w3.text
    assert 'id="f-on_the_spot" name="on_the_spot" value="true" checked' in w3.text


def test_one_more_service_is_a_row_and_registers_nothing(house: House, w3: Visitor) -> None:
    send(w3, **TICK, **{"on_the_spot.services.0.kind": "bangban", "_add_row": "on_the_spot.services"})
    assert w3.status == 200 and 'name="on_the_spot.services.1.kind"' in w3.text
    assert house.engine.read(lambda ctx: ctx.conn.exec_driver_sql("select count(*) from cases").scalar()) == 0
