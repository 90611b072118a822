"""The desks of a demo look used: entries confirmed and late, canned answers, views; all done as its people."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from engine.audit.keeping import keep_checkpoints
from engine.audit.places import places_of
from engine.audit.verify import verify_all
from engine.demo_desks import furnish_desks, step_in
from engine.demo_places import demo_places
from engine.directory.liaison import entries
from engine.facade import ReadContext
from engine.queries.canned import canned_for
from tests.support.house import START, House
from tests.webapp.pages.browserless import Visitor


@pytest.fixture
def furnished(house: House) -> House:
    furnish_desks(house.engine)
    return house


def told(ctx: ReadContext) -> list[str]:
    """How fresh each entry is."""
    return [entry.state(ctx.now) for entry in entries(ctx.conn).values()]


def test_most_units_have_confirmed_their_entry_and_some_are_late(furnished: House) -> None:
    states = Counter(furnished.engine.read(told))
    assert set(states) == {"fresh", "overdue"}
    assert states["fresh"] > states["overdue"] >= 5


def test_an_entry_was_confirmed_by_the_liaison_of_the_unit_itself(furnished: House) -> None:
    kept = furnished.engine.read(lambda ctx: entries(ctx.conn))
    assert {(code, entry.confirmed_by) for code, entry in kept.items() if entry.confirmed_at} == {
        (code, f"unit-{code}") for code, entry in kept.items() if entry.confirmed_at
    }


def test_there_are_answers_for_a_step_and_others_for_a_matter_alone(furnished: House) -> None:
    at_step, of_matter = (furnished.engine.read(canned_for, "handle_on_site", matter) for matter in (None, "M006"))
    assert at_step and len(of_matter) > len(at_step)


def test_a_view_of_the_lead_is_shown_to_every_window(furnished: House) -> None:
    inbox = Visitor.of(furnished.app).sign_in("w2").open("/inbox?queue=group").get_data(as_text=True)
    assert "超期的先办，紧急的在前" in inbox and "窗口负责人甲" in inbox


def test_it_is_done_once_and_stands_on_the_trail(furnished: House) -> None:
    before = furnished.engine.read(canned_for, "handle", "M021")
    furnish_desks(furnished.engine)
    assert furnished.engine.read(canned_for, "handle", "M021") == before
    with furnished.engine.db.read() as conn:
        assert list(verify_all(conn)) == []


def test_a_demo_has_two_folders_for_checkpoints_the_same_at_every_start(house: House) -> None:
    url = house.settings.database_url
    first = demo_places(house.engine, url)
    assert (len(first), demo_places(house.engine, url)) == (2, first)
    assert demo_places(house.engine, "postgresql://db/house") == ()
    house.settings = replace(house.settings, checkpoint_places=first)
    house.register()
    keep_checkpoints(house.engine.db, house.engine.keys.trail, places_of(first), START)
    assert Visitor.of(house.app).sign_in("auditor").open("/audit/trail").text.count("齐全") == 2


def test_where_a_unit_handles_something_its_head_has_stepped_in(house: House) -> None:
    step_in(house.engine)  # nobody is handling anything yet
    no = house.register(acceptance="accept")
    house.complete("w3", no, "classify", grade="general", cause="系统类")
    house.complete("w3", no, "dispatch", lead_unit="SC-SS", onsite_attempt="窗口已协调")
    house.complete("unit-SC-SS", no, "acknowledge", action="sign")
    house.complete(
        "unit-SC-SS", no, "first_contact", action="contact", contact_at=START.isoformat(), contact_method="phone"
    )
    step_in(house.engine)
    page = Visitor.of(house.app).sign_in("auditor").open(f"/audit/cases/{no}").text
    assert "联络员A外出办件，由B接着办。" in page and "⚑" in page
