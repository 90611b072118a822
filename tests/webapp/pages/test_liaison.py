"""The pages of the liaison directory and of the network drawn; without scripts."""

from __future__ import annotations

import re

import pytest

from engine.directory.commands import ConfirmLiaison
from tests.support.house import House
from tests.support.source import ROOT
from tests.webapp.pages.browserless import Visitor
from webapp.network_layout import NODE, WIDTH, Box, Network, chart

FILLED = {"a__name": "王一", "a__phone": "010-00002001", "b__name": "李二"}


def visit(house: House, who: str, path: str) -> Visitor:
    visitor = Visitor.of(house.app).sign_in(who)
    visitor.open(path)
    return visitor


def test_a_unit_confirms_its_entry_by_one_click(house: House) -> None:
    unit = visit(house, "unit-SC-SS", "/liaison")
    assert "从未核对" in unit.text and "超期未核对" in unit.text
    unit.send("/liaison/SC-SS/confirm")
    assert unit.page.request.path == "/liaison" and "上次核对" in unit.text


def test_a_unit_mends_its_entry_and_gets_back_what_it_typed(house: House) -> None:
    unit = visit(house, "unit-SC-SS", "/liaison/SC-SS")
    unit.send("/liaison/SC-SS", **{**FILLED, "b__phone": "13800000000"})
    assert unit.status == 400 and "不填个人手机号" in unit.text and 'value="王一"' in unit.text
    unit.send("/liaison/SC-SS", **FILLED)
    assert unit.page.request.path == "/liaison" and "王一" in unit.text


def test_others_read_it_and_have_no_form(house: House) -> None:
    window = visit(house, "w1", "/liaison/SC-SS")
    assert "010-00002001" in window.text and 'name="a.name"' not in window.text
    window.open("/liaison")
    assert "我已核对" not in window.text
    assert window.send("/liaison/SC-SS/confirm").status_code == 403


def test_those_not_confirmed_are_listed_in_words(house: House) -> None:
    house.do("unit-SC-SS", ConfirmLiaison("SC-SS"))
    bureau = visit(house, "bureau", "/liaison?state=fresh")
    assert "社保分中心" in bureau.text and "医保分中心" not in bureau.text
    bureau.open("/liaison?state=overdue")
    assert "社保分中心" not in bureau.text and "医保分中心" in bureau.text


@pytest.mark.parametrize(
    ("words", "units"),
    [
        ("消防", ["区消防支队"]),
        ("xfzd", ["区消防支队"]),
        ("回龙观", ["回龙观街道"]),
        ("不动产 登记", ["不动产登记分中心"]),
        ("没有这样的单位", []),
    ],
)
def test_the_telephone_of_a_unit_is_found_by_a_part_of_its_name_or_its_initials(
    house: House, words: str, units: list[str]
) -> None:
    window = visit(house, "w1", f"/liaison?q={words}")
    assert re.findall('<th scope="row"[^>]*>(?:<a[^>]*>)?([^<]+)', window.text) == units
    assert f'value="{words}"' in window.text
    assert ("没有这样的单位" in window.text.partition("</form>")[2]) == (not units)


def test_a_search_stays_while_one_looks_at_what_is_not_confirmed(house: House) -> None:
    window = visit(house, "w1", "/liaison?q=分中心")
    window.open(window.link("state=overdue"))
    assert "社保分中心" in window.text and "区消防支队" not in window.text


def test_the_chart_has_every_unit_once_with_whom_to_call(house: House) -> None:
    drawn = visit(house, "bureau", "/liaison/network").text
    svg = drawn[drawn.index('<svg class="network"') : drawn.index("net-legend")]
    names = re.findall(r'<text[^>]* class="net-name"[^>]*>([^<]+)<', svg)
    assert len(names) == len(set(names)) == 4 + 5 + 62
    assert {"营商环境办", "工作小组", "1 号窗口", "社保分中心", "公安昌平分局", "延寿镇"} <= set(names)
    assert svg.count("010-0000") == 62 and svg.count("net-vertical") == 5
    assert 'role="img"' in svg and drawn.count("<tr>") == 1 + 63


def test_it_prints_on_either_paper(house: House) -> None:
    lead = visit(house, "lead", "/liaison/network?paper=a3")
    assert "chart-a3.css" in lead.text
    lead.open("/liaison/network?paper=letter")
    assert "chart-a4.css" in lead.text
    assert "size: A3 landscape" in (ROOT / "webapp" / "static" / "chart-a3.css").read_text("utf-8")


# ------------------------------------------------------------------ the layout
CODES = tuple(f"U{n}" for n in range(40))
SUBS = tuple(f"S{n}" for n in range(10))


def overlap(one: Box, other: Box) -> bool:
    across = one.x < other.x + other.width and other.x < one.x + one.width
    return across and one.y < other.bottom and other.y < one.bottom


def test_no_two_nodes_overlap_however_many_there_are() -> None:
    for bureaus, towns, subs in ((0, 0, 0), (1, 1, 1), (32, 22, 8), (40, 40, 10)):
        parents = {code: CODES[place // 2] for place, code in enumerate(SUBS[:subs]) if place // 2 < bureaus}
        towns_of = tuple(f"T{n}" for n in range(towns))
        network = Network(("L", "B", "H", "G"), ("W1", "W2"), SUBS[:subs], parents, CODES[:bureaus], towns_of)
        drawn = chart(network)
        assert sorted(box.code for box in drawn.boxes) == sorted(
            ["L", "B", "H", "G", "W1", "W2", *SUBS[:subs], *CODES[:bureaus], *towns_of]
        )
        assert not [(a, b) for a in drawn.boxes for b in drawn.boxes if a is not b and overlap(a, b)]
        assert all(box.x >= 0 and box.x + box.width <= WIDTH and box.bottom <= drawn.height for box in drawn.boxes)


def test_a_bureau_stands_under_the_sub_centres_that_belong_to_it() -> None:
    network = Network(("L", "B", "H", "G"), (), ("S0", "S2", "S1"), {"S0": "U0", "S1": "U0"}, ("U0", "U1"), ())
    boxes = {box.code: box for box in chart(network).boxes}
    assert boxes["U0"].middle == (boxes["S0"].middle + boxes["S1"].middle) / 2
    assert boxes["U0"].y > boxes["S0"].bottom and boxes["U1"].y > boxes["U0"].y + NODE - 1
