"""The condition for lists gives the same verdict as the policy, for everybody, on every kind of case."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from engine.cases import policy
from engine.cases.record_form import read_record
from engine.directory.demo import demo_people
from engine.facade import ReadContext
from engine.queries.visibility import visible
from engine.storage.models import cases
from tests.queries.desk import Desk


def listed(ctx: ReadContext) -> set[str]:
    return set(ctx.conn.scalars(select(cases.c.no).where(visible(ctx.actor))))


def allowed(ctx: ReadContext) -> set[str]:
    rows = ctx.conn.execute(select(cases)).mappings().all()
    return {row["no"] for row in rows if policy.sees(ctx.actor, _facts(dict(row)))}


def _facts(row: dict[str, Any]) -> policy.CaseFacts:
    record = read_record(row)
    units = {order.unit for order in record.orders} | {row["registered_unit"]} - {None}
    return policy.CaseFacts(record.restricted, frozenset(units))


def test_lists_show_everybody_exactly_the_cases_they_may_see(either_desk: Desk) -> None:
    desk = either_desk
    desk.register()
    desk.register(confidential=True)
    desk.register("unit-T06")
    desk.dispatched("SC-SS", ("SC-MI",))
    for person in demo_people(desk.engine.directory):
        assert desk.ask(person.name, listed) == desk.ask(person.name, allowed), person.name


def test_a_window_sees_all_but_the_restricted_case(desk: Desk) -> None:
    plain, secret = desk.register(), desk.register(confidential=True)
    assert desk.ask("w1", listed) == {plain}
    assert desk.ask("restricted", listed) == {secret}


def test_a_unit_sees_what_it_has_and_what_it_registered(desk: Desk) -> None:
    desk.register()
    ordered, own = desk.dispatched("SC-SS"), desk.register("unit-SC-SS")
    assert desk.ask("unit-SC-SS-b", listed) == {ordered, own}
    assert desk.ask("unit-SC-MI", listed) == set()


def test_the_administrator_sees_no_case(desk: Desk) -> None:
    desk.dispatched()
    assert desk.ask("admin", listed) == set()
