"""Trails handed out as files while they are read, of exactly the cases a list shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from sqlalchemy import func, select, update

from engine.exports.event_log import export_events, stream_events
from engine.heat.keeping import keep_walked
from engine.queries.event_log import Selection
from engine.storage.models import audit
from tests.support.harm import harm
from tests.support.play import Play, any_play, play, postgres_play
from tests.webapp.pages.browserless import Visitor
from webapp.app import create_app

__all__ = ["any_play", "play", "postgres_play"]


def reader(play: Play, name: str = "auditor") -> Visitor:
    while keep_walked(play.engine.db, play.engine.versions, play.engine.calendars, play.engine.clock.now()):
        pass
    return Visitor.of(create_app(play.engine, play.house.settings)).sign_in(name)


def exports_noted(play: Play) -> int:
    with play.engine.db.read() as conn:
        query = select(func.count()).select_from(audit).where(audit.c.action == "events_exported")
        return int(conn.execute(query).scalar_one())


def handed_out(visitor: Visitor, kind: str = "csv") -> set[str]:
    """The numbers in the file that the form on the present page leads to."""
    form = re.search(r'<form[^>]* action="/audit/export.xes".*?</form>', visitor.text, re.S)
    assert form is not None
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[0]))
    given = {name: unescape(value) for name, value in fields.items()}
    answer = visitor.client.post(f"/audit/export.{kind}", data=given)
    assert answer.status_code == 200
    return {line.split(",")[0] for line in answer.text.splitlines()[1:]}


@pytest.mark.parametrize("kind", ["xes", "csv"])
def test_what_is_sent_piece_by_piece_is_the_file_to_the_byte(any_play: Play, tmp_path: Path, kind: str) -> None:
    any_play.until("handle")
    for _ in range(40):
        any_play.register(acceptance="accept")
    path, auditor = tmp_path / f"log.{kind}", any_play.house.actor("auditor")
    assert export_events(any_play.engine, auditor, Selection(), path, kind) == 41
    pieces = list(stream_events(any_play.engine, auditor, Selection(), kind))
    assert b"".join(pieces) == path.read_bytes()
    assert len(pieces) > 2 and max(map(len, pieces)) < 200_000


def test_the_head_leaves_the_house_before_any_case_is_read_and_that_it_was_taken_is_noted_first(play: Play) -> None:
    play.until("handle")
    pieces = stream_events(play.engine, play.house.actor("auditor"), Selection(), "xes")
    assert exports_noted(play) == 0
    first = next(pieces)
    assert first.startswith(b"<?xml") and b"<trace>" not in first
    assert exports_noted(play) == 1
    assert b"<trace>" in b"".join(pieces)


@pytest.fixture
def broken(play: Play) -> Iterator[Play]:
    """A house in which one line of the trail cannot be read."""
    play.until("handle")
    harm(play, update(audit).where(audit.c.case_id == 1, audit.c.seq == 3).values(after="{"))
    yield play


@pytest.mark.parametrize("kind", ["xes", "csv"])
def test_a_file_that_breaks_off_in_the_middle_does_not_look_whole(broken: Play, kind: str) -> None:
    visitor = Visitor.of(create_app(broken.engine, broken.house.settings)).sign_in("auditor")
    visitor.open("/audit/trail")
    answer = visitor.client.post(f"/audit/export.{kind}", data=visitor.filled({}))
    sent: list[bytes] = []
    with pytest.raises(ValueError, match=r"JSON|character|unexpected"):  # so that the server cuts the connection
        sent.extend(take(answer.response, sent))
    text = b"".join(sent).decode()
    assert text.rstrip().endswith("导出没有写完，上面的不全，请重新导出。")
    if kind == "xes":
        with pytest.raises(ElementTree.ParseError):
            ElementTree.fromstring(text)


def take(pieces: Any, sent: list[bytes]) -> list[bytes]:
    for piece in pieces:
        sent.append(piece)
    return []


def test_what_cannot_be_read_at_all_is_answered_with_a_page_and_not_with_a_file(play: Play) -> None:
    visitor = reader(play)
    for wrong in ({"version": "9"}, {"rule": "none"}, {"element": "handle", "which": "none"}):
        visitor.open("/audit/trail")
        answer = visitor.send("/audit/export.xes", **wrong)
        assert answer.status_code == 400 and "attachment" not in answer.headers.get("Content-Disposition", "")
    assert exports_noted(play) == 0


# ------------------------------------------------------------------ the way on from a list
def test_from_a_figure_of_the_heat_exactly_its_cases_are_handed_out(any_play: Play) -> None:
    any_play.until("first_contact")
    slow = any_play.no
    any_play.at("10-28 10:00")
    any_play.do("handle", "unit-SC-MI", action="reply", reply_text="已参保")
    any_play.register(acceptance="accept")
    any_play.do("classify", "w3", grade="general", cause="系统类")
    quick = any_play.no
    visitor = reader(any_play)
    visitor.open("/audit/processes/steps?process=five_step_loop&element=handle&which=person")
    assert handed_out(visitor) == {slow}
    visitor.open("/audit/processes/steps?process=five_step_loop&element=classify")
    assert handed_out(visitor) == {slow, quick}


def test_from_what_was_found_against_a_rule_exactly_those_cases_are_handed_out(play: Play) -> None:
    play.until("dispatch")
    play.after_downtime("10-21 09:00")  # the signature fell due on 10-20 10:10
    unpunctual = play.no
    play.register()
    visitor = reader(play)
    visitor.open("/audit/rules?rule=punctual")
    assert handed_out(visitor) == {unpunctual}
    visitor.open("/audit/rules?rule=punctual&from=2026-10-19&to=2026-10-19")
    assert handed_out(visitor) == {unpunctual}


def test_a_version_is_chosen_on_the_page_of_the_trail(play: Play) -> None:
    play.register()
    visitor = reader(play)
    assert 'name="version"' in visitor.open("/audit/trail").text and "第 1 版" in visitor.text
    answer = visitor.send("/audit/export.csv", version="1")
    assert {line.split(",")[0] for line in answer.text.splitlines()[1:]} == {play.no}


def test_a_supervisor_sees_the_list_and_no_way_to_take_it(play: Play) -> None:
    play.until("handle")
    visitor = reader(play, "supervisor")
    text = visitor.open("/audit/processes/steps?process=five_step_loop&element=handle").text
    assert play.no in text and "/audit/export" not in text
