"""The shipped directory: who can handle a case, who is led from above, which unit does which matter."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, delete, update

from engine.directory import Directory, load_directory, seed_directory
from engine.errors import NotFound
from engine.storage.models import matters, units


def test_all_units_windows_and_matters_arrive(directory: Directory) -> None:
    assert (len(directory.units), len(directory.windows), len(directory.matters)) == (77, 5, 40)


def test_a_unit_carries_its_people(directory: Directory) -> None:
    unit = directory.unit("SC-SS")
    assert (unit.name, unit.short, unit.kind, unit.parent) == ("昌平区社保分中心", "社保分中心", "subcenter", "RS")
    assert (unit.liaison, unit.backup, unit.dept_head) == ("社保分中心联络员A", "社保分中心联络员B", "社保分中心负责人")
    assert unit.phone == "010-00002001"


def test_units_keep_the_order_of_the_directory(directory: Directory) -> None:
    assert list(directory.units)[:5] == ["CP", "YSHJ", "ZWJ", "ZX", "XZ"]


def test_bureaus_sub_centres_towns_and_the_hall_have_a_desk(directory: Directory) -> None:
    assert len(directory.desks()) == 32 + 8 + 22 + 1
    assert directory.has_desk("ZX")


@pytest.mark.parametrize("code", ["CP", "YSHJ", "ZWJ", "XZ", "EX-FY", "W1", "nowhere", "", None])
def test_nobody_else_has_a_desk(directory: Directory, code: str | None) -> None:
    assert not directory.has_desk(code)


def test_five_units_are_led_from_above_the_district(directory: Directory) -> None:
    vertical = {unit.code for unit in directory.units.values() if unit.vertical}
    assert vertical == {"SW_TAX", "SC-TAX", "SC-HPF", "SC-EE", "SC-VEH"}


def test_a_matter_names_its_papers(directory: Directory) -> None:
    matter = directory.matter("M002")
    assert (matter.unit, matter.window, matter.online) == ("SCJG", "W2", True)
    assert next(paper.name for paper in matter.materials if not paper.required) == "修改后的公司章程或章程修正案"
    assert matter.plain_list[0].startswith("1. ")


def test_every_matter_is_done_by_a_unit_with_a_desk(directory: Directory) -> None:
    assert {matter.code for matter in directory.matters.values() if not directory.has_desk(matter.unit)} == set()


def test_an_unknown_code_is_named_in_the_answer(directory: Directory) -> None:
    with pytest.raises(NotFound, match="XX-1"):
        directory.unit("XX-1")
    with pytest.raises(NotFound, match="M999"):
        directory.matter("M999")


def test_seeding_again_keeps_what_was_changed_and_adds_what_is_missing(conn: Connection, directory: Directory) -> None:
    conn.execute(update(units).where(units.c.code == "RS").values(short="人社"))
    conn.execute(delete(matters).where(matters.c.code == "M001"))
    seed_directory(conn)
    again = load_directory(conn)
    assert again.unit("RS").short == "人社"
    assert again.matter("M001") == directory.matter("M001")
