"""The desks of a demo look used: entries confirmed and late, canned answers, views; all done as its people."""

from __future__ import annotations

from collections import Counter

import pytest

from engine.audit.verify import verify_all
from engine.demo_desks import furnish_desks
from engine.directory.liaison import entries
from engine.facade import ReadContext
from engine.queries.canned import canned_for
from tests.support.house import House
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
