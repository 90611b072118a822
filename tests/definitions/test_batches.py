"""Many cases go over in one order: each by itself, interrupted and resumed, and taken back."""

from __future__ import annotations

from typing import Any

import pytest

from engine.cases.commands import MigrateCase
from engine.definitions import batches
from engine.definitions.batches import Order
from engine.errors import BadInput, NotFound, NotNow, NotYours
from engine.facade import ReadContext
from engine.queries.case import case
from engine.queries.migrations import Batch, batch, cases_of
from engine.storage.models import cases
from tests.support.house import House
from tests.support.redrawn import put_in_force, redrawn, step, strikes, without
from tests.support.replayed import trails_hold

KEY = "five_step_loop"


def uids(ctx: ReadContext) -> list[str]:
    return list(ctx.conn.scalars(cases.select().with_only_columns(cases.c.uid).order_by(cases.c.id)))


def versions(house: House) -> list[str]:
    found = house.engine.read(lambda ctx: list(ctx.conn.scalars(cases.select().with_only_columns(cases.c.no))))
    return [house.engine.read(case, no).definition_version.split(":")[1] for no in sorted(found)]


def order(house: House, to: int, who: str = "supervisor", **changes: Any) -> int:
    wanted = {"key": KEY, "to": to, "uids": house.engine.read(uids), "reason": "新规定", **changes}
    return batches.begin(house.engine, Order(**wanted), house.actor(who))


def progress(house: House, id: int) -> Batch:
    return house.engine.read(batch, id)


@pytest.fixture
def furnished(any_house: House) -> House:
    """Two cases to be accepted, one to be classified, one restricted; version 2 has no classification."""
    for _ in range(3):
        any_house.register()
    any_house.complete("w3", "BCS-2026-0003", "accept", acceptance="accept")
    any_house.register(confidential=True)
    put_in_force(any_house.engine, redrawn(without("classify"), strikes("accept_late", "office_hours(4)")))
    return any_house


def test_each_case_goes_by_itself_and_who_cannot_stays_with_the_reason(furnished: House) -> None:
    id = order(furnished, 2)
    assert (progress(furnished, id).waiting, versions(furnished)) == (3, ["1", "1", "1", "1"])
    assert batches.carry_on(furnished.engine, 50) == 3
    told = progress(furnished, id)
    assert (told.waiting, told.moved, told.refused, told.ended_at is not None) == (0, 2, 1, True)
    refused = furnished.engine.read(cases_of, id, "refused")
    assert [(each.no, "目标版本里没有这一步" in str(each.reason)) for each in refused] == [("BCS-2026-0003", True)]
    assert versions(furnished) == ["2", "2", "1", "1"]
    trails_hold(furnished.engine)


def test_what_is_interrupted_goes_on_where_it_stopped(furnished: House) -> None:
    id = order(furnished, 2)
    assert batches.carry_on(furnished.engine, 1) == 1
    assert (progress(furnished, id).waiting, progress(furnished, id).ended_at) == (2, None)
    furnished.do("supervisor", MigrateCase(furnished.engine.read(uids)[1], 2, "单独一件"))  # told nowhere yet
    batches.carry_on(furnished.engine, 50)
    assert (progress(furnished, id).moved, progress(furnished, id).refused) == (2, 1)
    assert batches.carry_on(furnished.engine, 50) == 0


def test_an_order_is_taken_back_by_another(furnished: House) -> None:
    id = order(furnished, 2)
    batches.carry_on(furnished.engine, 50)
    back = batches.undo(furnished.engine, id, "换早了", furnished.actor("supervisor2"))
    batches.carry_on(furnished.engine, 50)
    told = progress(furnished, back)
    assert (told.moved, told.refused, told.undoes, progress(furnished, id).undone_by) == (2, 0, id, back)
    assert versions(furnished) == ["1", "1", "1", "1"]
    with pytest.raises(NotNow, match="已经撤销过"):
        batches.undo(furnished.engine, id, "再撤", furnished.actor("supervisor"))
    with pytest.raises(NotNow, match="撤销本身"):
        batches.undo(furnished.engine, back, "再撤", furnished.actor("supervisor"))


def test_a_case_that_went_on_to_a_third_version_is_not_taken_back_with_the_others(furnished: House) -> None:
    id = order(furnished, 2)
    batches.carry_on(furnished.engine, 50)
    put_in_force(furnished.engine, redrawn(step("review__review_given")))
    furnished.do("supervisor", MigrateCase(furnished.engine.read(uids)[0], 3, "新规定"))
    batches.undo(furnished.engine, id, "换早了", furnished.actor("supervisor"))
    batches.carry_on(furnished.engine, 50)
    assert versions(furnished) == ["3", "1", "1", "1"]


def test_what_cannot_be_ordered_is_refused(furnished: House) -> None:
    with pytest.raises(NotYours):
        order(furnished, 2, "group")
    with pytest.raises(NotFound):
        order(furnished, 9)
    wrongs: tuple[dict[str, Any], ...] = ({"reason": ""}, {"uids": []}, {"uids": ["no such"]})
    for wrong in wrongs:
        with pytest.raises(BadInput):
            order(furnished, 2, **wrong)
    with pytest.raises(NotNow, match="还没有迁移完"):
        batches.undo(furnished.engine, order(furnished, 2), "换早了", furnished.actor("supervisor"))
