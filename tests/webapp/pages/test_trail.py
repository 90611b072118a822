"""留痕校验 and the export of trails as auditors see them."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from sqlalchemy import select

from engine.audit.keeping import keep_checkpoints
from engine.audit.places import Folder
from engine.storage.models import audit
from tests.cli.test_audit import tamper
from tests.support.house import START, House
from tests.webapp.pages.browserless import Visitor

XES = "{http://www.xes-standard.org/}"


def auditor(house: House) -> Visitor:
    return Visitor.of(house.app).sign_in("auditor")


@pytest.fixture
def outside(house: House, tmp_path: Path) -> list[Folder]:
    """Two places outside, each with a checkpoint over one case."""
    places = [Folder(str(tmp_path / "disk")), Folder(str(tmp_path / "machine"))]
    house.settings = replace(house.settings, checkpoint_places=tuple(place.name for place in places))
    house.register()
    keep_checkpoints(house.engine.db, house.engine.keys.trail, places, START)
    return places


def test_auditors_find_it_in_the_navigation(house: House) -> None:
    visitor = auditor(house)
    assert 'href="/audit/cases"' in visitor.text
    assert 'href="/audit/trail"' in visitor.open("/audit/cases").text
    assert "还没有检查点" in visitor.open("/audit/trail").text


def test_how_the_checkpoints_stand_is_told(house: House, outside: list[Folder]) -> None:
    text = auditor(house).open("/audit/trail").text
    assert ("第 1 个" in text, text.count("齐全")) == (True, 2)


def test_a_whole_trail_is_told_so(house: House, outside: list[Folder]) -> None:
    visitor = auditor(house)
    visitor.open("/audit/trail")
    text = visitor.send("/audit/trail/verify").text
    assert ("留痕完整" in text, "对照了 1 个检查点" in text) == (True, True)


def test_the_first_line_that_does_not_match_is_named(house: House, outside: list[Folder]) -> None:
    no = house.register()
    tamper(house, "UPDATE audit SET actor = 'w4' WHERE case_id = 2 AND seq = 1")
    visitor = auditor(house)
    visitor.open("/audit/trail")
    text = visitor.send("/audit/trail/verify").text
    assert ("有留痕对不上" in text, no in text, "内容与哈希不符" in text) == (True, True, True)


def test_a_restricted_case_is_not_named(house: House, outside: list[Folder]) -> None:
    no = house.register("restricted", confidential=True)
    tamper(house, "UPDATE audit SET actor = 'w4' WHERE case_id = 2 AND seq = 1")
    visitor = auditor(house)
    visitor.open("/audit/trail")
    text = visitor.send("/audit/trail/verify").text
    assert ("限密件</th>" in text, no in text) == (True, False)


def test_the_trails_asked_for_are_handed_out_and_that_stands_on_the_trail(house: House) -> None:
    one = house.register(channel="phone")
    house.register()
    visitor = auditor(house)
    visitor.open("/audit/trail")
    answer = visitor.send("/audit/export.xes", channel="phone")
    root = ElementTree.parse(io.BytesIO(answer.data)).getroot()
    answer.close()
    names = [trace.find(f"{XES}string[@key='concept:name']") for trace in root.findall(f"{XES}trace")]
    assert [name.get("value") for name in names if name is not None] == [one]
    with house.engine.db.read() as conn:
        said = conn.execute(select(audit.c.actor, audit.c.after).where(audit.c.action == "events_exported")).one()
    assert (said.actor, json.loads(said.after)["filter"]) == ("auditor", {"channel": "phone"})


def test_single_cases_are_asked_for_by_number_and_a_wrong_filter_hands_out_nothing(house: House) -> None:
    one, _ = house.register(), house.register()
    visitor = auditor(house)
    visitor.open("/audit/trail")
    answer = visitor.send("/audit/export.csv", numbers=f"{one}，BCS-2026-9999")
    assert {line.split(",")[0] for line in answer.text.splitlines()[1:]} == {one}
    answer.close()
    visitor.open("/audit/trail")
    assert visitor.send("/audit/export.csv", grade="所有").status_code == 400
    visitor.open("/audit/trail")
    assert visitor.send("/audit/export.pdf").status_code == 404
