"""The trails as XES and CSV: the log an outside reader finds is the trail, and nobody's data are in it."""

from __future__ import annotations

import csv
import json
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from lxml import etree
from sqlalchemy import select

from engine.cases.commands import SYSTEM
from engine.errors import BadInput
from engine.exports.event_log import export_events
from engine.queries.event_log import BATCH, Selection
from engine.spreadsheet import read_csv
from engine.storage.models import audit, cases
from tests.support.house import House
from tests.support.play import APPLICANT, Play, any_play, play, postgres_play

__all__ = ["any_play", "play", "postgres_play"]  # fixtures handed on

SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).with_name("xes.xsd")))
XES = "{http://www.xes-standard.org/}"
LIFECYCLE = frozenset(  # the standard model of the lifecycle extension
    {"schedule", "assign", "withdraw", "reassign", "start", "suspend", "resume", "pi_abort", "ate_abort", "complete"}
    | {"autoskip", "manualskip", "unknown"}
)
Log = dict[str, list[dict[str, Any]]]


def exported(house: Play | House, folder: Path, kind: str, who: str | None = None, **wanted: Any) -> Path:
    path = folder / f"log.{kind}"
    actor = SYSTEM if who is None else (house.house if isinstance(house, Play) else house).actor(who)
    export_events(house.engine, actor, Selection(**wanted), path, kind)
    return path


def log_of(path: Path) -> Log:
    """A log as a reader that knows XES alone takes it: number of a case → its events, their attributes by key."""
    root = ElementTree.parse(path).getroot()
    return {
        _values(trace)["concept:name"]: [_values(event) for event in trace.findall(f"{XES}event")]
        for trace in root.findall(f"{XES}trace")
    }


def _values(element: Any) -> dict[str, Any]:
    read: dict[str, Any] = {"int": int, "date": datetime.fromisoformat}
    kinds = {child: child.tag.removeprefix(XES) for child in element if child.tag not in (f"{XES}event",)}
    return {child.get("key"): read.get(kind, str)(child.get("value")) for child, kind in kinds.items()}


def trail(house: Play | House) -> dict[str, list[tuple[Any, ...]]]:
    """What stands in the table, read apart from the export."""
    with house.engine.db.read() as conn:
        rows = conn.execute(select(cases.c.no, audit).join(audit, audit.c.case_id == cases.c.id)).mappings().all()
    found: dict[str, list[tuple[Any, ...]]] = {}
    for row in sorted(rows, key=lambda row: row["seq"]):
        at = row["at"].replace(microsecond=row["at"].microsecond // 1000 * 1000)
        found.setdefault(row["no"], []).append((row["seq"], row["action"], row["actor"], at, row["hash"]))
    return found


def events(log: Log) -> dict[str, list[tuple[Any, ...]]]:
    names = ("seq", "action", "org:resource", "time:timestamp", "hash")
    return {no: [tuple(event[name] for name in names) for event in of_case] for no, of_case in log.items()}


def test_a_log_has_the_cases_and_events_of_the_trail_in_their_order(any_play: Play, tmp_path: Path) -> None:
    any_play.until("return_visit")
    first = any_play.no
    any_play.register()
    log = log_of(exported(any_play, tmp_path, "xes"))
    assert events(log) == trail(any_play)
    steps = [event["concept:name"] for event in log[first] if event["action"] in ("registered", "completed")]
    assert steps == ["登记", "受理", "分类定级", "转办派单", "签收", "首次联系", "办理", "审核办结", "反馈", "回访"]


def test_both_files_tell_the_same(play: Play, tmp_path: Path) -> None:
    play.until("handle")
    log = log_of(exported(play, tmp_path, "xes"))
    with exported(play, tmp_path, "csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    same = ("concept:name", "lifecycle:transition", "org:resource", "action", "hash")
    told = [(no, *(event[name] for name in same)) for no, of_case in log.items() for event in of_case]
    assert [(row["case:concept:name"], *(row[name] for name in same)) for row in rows] == told
    assert rows[0]["time:timestamp"] == "2026-10-19T14:00:00.000+08:00"
    assert {row["case:grade"] for row in rows} == {"general"}
    assert all(json.loads(row["after"]) for row in rows if row["after"])


def test_a_log_keeps_to_the_standard(play: Play, tmp_path: Path) -> None:
    play.until("return_visit")
    path = exported(play, tmp_path, "xes")
    SCHEMA.assertValid(etree.parse(path))
    root = ElementTree.parse(path).getroot()
    prefixes = {each.get("prefix") for each in root.findall(f"{XES}extension")}
    keys = {each.get("key") or "" for each in root.iter() if each.get("key")}
    assert {key.partition(":")[0] for key in keys if ":" in key} == prefixes == {"concept", "lifecycle", "org", "time"}
    for event in root.iter(f"{XES}event"):
        named = [attribute.get("key") for attribute in event]
        assert len(named) == len(set(named))
        assert {"concept:name", "time:timestamp", "lifecycle:transition", "org:resource"} <= set(named)
        assert _values(event)["lifecycle:transition"] in LIFECYCLE


def test_the_schema_finds_what_is_no_log() -> None:
    for wrong in (
        '<log xes.version="1.0" xes.features="" xmlns="http://www.xes-standard.org/"><event/></log>',
        '<log xes.version="x" xes.features="" xmlns="http://www.xes-standard.org/"/>',
        '<log xes.version="1.0" xes.features="" xmlns="http://www.xes-standard.org/"><date key="a" value="1"/></log>',
    ):
        assert not SCHEMA.validate(etree.fromstring(wrong))


# Any four digits may stand in an id of a task and in a digest: they say nothing of anybody.
_RANDOM = re.compile(r"\b([0-9a-f]{64}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})\b")


def test_no_name_number_or_word_of_a_citizen_is_in_either(play: Play, tmp_path: Path) -> None:
    play.at("10-19 14:00")
    secret = {"name": "独孤九剑", "phone": "13987654321"}
    play.register(title="独门标题", description="请回电 13912345678", applicant={**APPLICANT, **secret})
    play.act("amend", "w3", field="applicant.name", value="令狐冲", reason="听错了姓名")
    play.act("supplement", "w3", text="又来问过一次")
    for kind in ("xes", "csv"):
        text = exported(play, tmp_path, kind).read_text("utf-8-sig")
        found = [
            word
            for word in ("独孤九剑", "13987654321", "4321", "令狐冲", "独门标题", "13912345678", "听错了", "又来问过")
            if word in _RANDOM.sub("", text)
        ]
        assert found == []


def test_restricted_cases_are_in_for_nobody_and_units_take_their_own(play: Play, tmp_path: Path) -> None:
    play.until("dispatch")
    own = play.no
    play.register()
    play.register(confidential=True)
    hidden = play.no
    for who in ("restricted", "auditor", None):
        assert hidden not in log_of(exported(play, tmp_path, "xes", who))
    assert list(log_of(exported(play, tmp_path, "xes", "unit-SC-MI"))) == [own]


def test_a_selection_narrows_it(play: Play, tmp_path: Path) -> None:
    play.until("dispatch")
    one = play.no
    other = play.register(channel="phone")
    assert list(log_of(exported(play, tmp_path, "xes", channel="phone"))) == [other]
    assert list(log_of(exported(play, tmp_path, "xes", numbers=(one,)))) == [one]
    assert log_of(exported(play, tmp_path, "xes", until=date(2026, 10, 18))) == {}


def test_more_cases_than_a_batch_are_all_in_once(
    any_house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert BATCH > 2
    monkeypatch.setattr("engine.queries.event_log.BATCH", 2)
    numbers = [any_house.register() for _ in range(5)]
    assert list(log_of(exported(any_house, tmp_path, "xes"))) == numbers


@pytest.mark.parametrize("kind", ["xes", "csv"])
def test_a_file_tells_one_instant_whatever_happens_while_it_is_written(
    any_house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr("engine.queries.event_log.BATCH", 1)
    first, last = any_house.register(), any_house.register(acceptance="accept")
    before, new = trail(any_house), list[str]()

    def meanwhile(done: int, of: int) -> None:
        if done == 1:
            any_house.complete("w3", last, "classify", grade="general", cause="系统类")
            new.append(any_house.register())

    path = tmp_path / f"log.{kind}"
    assert export_events(any_house.engine, SYSTEM, Selection(), path, kind, meanwhile) == 2
    assert new and set(trail(any_house)) == {first, last, *new}
    told = events(log_of(path)) if kind == "xes" else _of_rows(path)
    assert {no: [event[-1] for event in of_case] for no, of_case in told.items()} == {
        no: [line[-1] for line in lines] for no, lines in before.items()
    }


def _of_rows(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    heads, *found = read_csv(path.read_bytes())
    told: dict[str, list[tuple[Any, ...]]] = {}
    for row in found:
        told.setdefault(row[heads.index("case:concept:name")], []).append((row[heads.index("hash")],))
    return told


def test_no_formula_runs_in_a_csv(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    house.register()
    monkeypatch.setattr("engine.queries.event_log.label", lambda vocabulary, code: "=1+1")
    path = exported(house, tmp_path, "csv")
    assert ",'=1+1," in path.read_text("utf-8-sig")
    assert "=1+1" in next(row for n, row in enumerate(read_csv(path.read_bytes())) if n == 1)


def test_what_xml_has_no_place_for_is_replaced(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    no = house.register()
    monkeypatch.setattr("engine.queries.event_log.label", lambda vocabulary, code: "a\x00\x1b\"<&>'\ufffe")
    (event, *_) = log_of(exported(house, tmp_path, "xes"))[no]
    assert event["concept:name"] == "a\ufffd\ufffd\"<&>'\ufffd"


def test_who_took_how_much_stands_on_the_trail(any_house: House, tmp_path: Path) -> None:
    any_house.register()
    exported(any_house, tmp_path, "xes", "auditor", channel="window", since=date(2026, 9, 1))
    wanted = select(audit.c.actor, audit.c.after).where(audit.c.action == "events_exported")
    with any_house.engine.db.read() as conn:
        ((who, after),) = conn.execute(wanted).all()
    narrowed = {"channel": "window", "since": "2026-09-01"}
    assert (who, json.loads(after)) == ("auditor", {"cases": 1, "filter": narrowed, "format": "xes"})


def test_another_format_is_refused(house: House, tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        exported(house, tmp_path, "pdf")
    assert list(tmp_path.glob("log.*")) == []
