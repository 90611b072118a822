"""Publishing: checked first, stored and recorded in one transaction; what runs goes on undisturbed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from engine.audit.house import HOUSE
from engine.cases.commands import CompleteTask, StartProcess
from engine.definitions.examining import examined
from engine.definitions.gate import publish_files, publish_folder
from engine.definitions.shipped import CASE_PROCESS, SHIPPED, read_folder
from engine.errors import DiagramRefused
from engine.queries.case import case
from engine.storage.models import audit, bundles, cases, tasks
from tests.bpmn import drawing as d
from tests.faults.together import at_once
from tests.support.house import House

FAMILY = read_folder(SHIPPED)
FOREIGN = {"leave.bpmn": d.straight(d.user("t", bc_groups="window"))}


def renamed(family: Mapping[str, bytes], before: str, after: str) -> dict[str, bytes]:
    """The family with the first place of a text in the main diagram replaced."""
    name = "five_step_loop.bpmn"
    text = family[name].decode()
    assert before in text
    return {**family, name: text.replace(before, after, 1).encode()}


def number(house: House, key: str) -> int | None:
    newest = select(func.max(bundles.c.version)).where(bundles.c.key == key)
    return house.engine.read(lambda ctx: ctx.conn.execute(newest).scalar())


def published(house: House) -> list[Any]:
    """What the chain of the house says about publishing."""
    lines = select(audit).where(audit.c.case_id == HOUSE, audit.c.action == "published").order_by(audit.c.seq)
    return list(house.engine.read(lambda ctx: ctx.conn.execute(lines).mappings().all()))


def refused(act: Callable[[], object]) -> list[tuple[str, str, str]]:
    """(file, code, element) of what was found."""
    with pytest.raises(DiagramRefused) as error:
        act()
    assert error.value.findings
    return [(finding.file, finding.code, finding.element) for finding in error.value.findings]


def test_a_broken_diagram_is_refused_with_its_element_while_the_running_version_and_case_go_on(
    any_house: House,
) -> None:
    house = any_house
    no = house.register()
    broken = renamed(FAMILY, 'bc:operation="set_clock"', 'bc:operation="set_the_clock"')
    with pytest.raises(DiagramRefused) as error:
        publish_files(house.engine, broken, "supervisor")
    (finding,) = error.value.findings
    assert (finding.file, finding.element) == ("five_step_loop.bpmn", "record_grade")
    assert "set_clock" in finding.message
    assert number(house, CASE_PROCESS) == 1
    house.complete("w1", no, "accept", acceptance="accept")
    house.register()
    assert [task.task for task in house.engine.read(case, no).open_tasks] == ["classify"]


def test_a_new_version_is_for_new_cases_and_a_running_case_keeps_its_own(any_house: House) -> None:
    house = any_house
    old = house.register()
    assert (
        publish_files(
            house.engine,
            renamed(FAMILY, 'id="classify" name="分类定级"', 'id="classify" name="定级（新）"'),
            "supervisor",
        )
        == 2
    )
    new = house.register()
    for no in (old, new):
        house.complete("w1", no, "accept", acceptance="accept")
    names = [house.engine.read(case, no).open_tasks[0].name for no in (old, new)]
    assert names == ["分类定级", "定级（新）"]


def test_publishing_leaves_a_line_on_the_chain_of_the_house(any_house: House) -> None:
    before = len(published(any_house))
    publish_files(any_house.engine, FOREIGN, "supervisor")
    lines = published(any_house)[before:]
    assert [(line["actor"], line["element"]) for line in lines] == [("supervisor", "p")]


def test_the_same_content_again_changes_nothing(house: House) -> None:
    before = len(published(house))
    assert publish_folder(house.engine, SHIPPED, "supervisor", examine=examined) == 1
    assert publish_files(house.engine, FOREIGN, "supervisor") == 1
    assert publish_files(house.engine, FOREIGN, "supervisor") == 1
    assert len(published(house)) == before + 1


def test_old_content_comes_back_as_a_new_version(house: House) -> None:
    changed = renamed(FAMILY, 'id="classify" name="分类定级"', 'id="classify" name="定级（新）"')
    assert publish_files(house.engine, changed, "supervisor") == 2
    assert publish_files(house.engine, FAMILY, "supervisor") == 3


def test_of_many_who_publish_at_once_each_gets_a_number_of_its_own(any_house: House) -> None:
    titles = [f"第{n}版" for n in range(6)]
    bundles_of = [{"leave.bpmn": d.straight(d.user("t", name=title, bc_groups="window"))} for title in titles]
    given = at_once([partial(publish_files, any_house.engine, files, "supervisor") for files in bundles_of])
    assert sorted(given) == [1, 2, 3, 4, 5, 6]


def test_the_same_content_published_many_times_at_once_is_one_version(any_house: House) -> None:
    assert at_once([partial(publish_files, any_house.engine, FOREIGN, "supervisor")] * 6) == [1] * 6


def test_a_refusal_leaves_no_trace(house: House) -> None:
    before = len(published(house))
    refused(lambda: publish_files(house.engine, {"p.bpmn": b"<"}, "supervisor"))
    assert len(published(house)) == before
    assert number(house, "p") is None


def test_a_folder_is_published_with_its_tables_and_forms(house: House, tmp_path: Path) -> None:
    folder = tmp_path / "processes"
    shutil.copytree(SHIPPED, folder)
    (folder / "notes.txt").write_text("not part of it")
    form = folder / "forms" / "accept.json"
    form.write_text(form.read_text().replace('"type": "object"', '"type": "object", "description": "新"', 1))
    assert publish_folder(house.engine, folder, "supervisor", approved_by="bureau", examine=examined) == 2
    form.unlink()
    assert ("five_step_loop.bpmn", "FORM", "accept") in refused(
        lambda: publish_folder(house.engine, folder, "supervisor", approved_by="bureau", examine=examined)
    )


def test_a_foreign_process_runs_under_its_own_key(house: House) -> None:
    publish_files(house.engine, FOREIGN, "supervisor")
    started = house.do("w1", StartProcess("p", {}))
    assert number(house, "p") == 1
    key = select(cases.c.key).where(cases.c.uid == started.uid)
    assert house.engine.read(lambda ctx: ctx.conn.execute(key).scalar()) == "p"


def test_an_empty_folder_is_refused(house: House, tmp_path: Path) -> None:
    found = refused(lambda: publish_folder(house.engine, tmp_path, "supervisor", examine=examined))
    assert [code for _, code, _ in found] == ["NO_PROCESS"]


@pytest.mark.parametrize("name", ["../p.bpmn", "/etc/p.bpmn", "a\nb.bpmn", "x" * 300 + ".bpmn", "a<b>.bpmn"])
def test_a_file_name_that_could_lead_elsewhere_is_refused(house: House, name: str) -> None:
    found = refused(lambda: publish_files(house.engine, {name: FOREIGN["leave.bpmn"]}, "supervisor"))
    assert [code for _, code, _ in found] == ["FILE"]


def test_a_table_alone_cannot_be_published(house: House) -> None:
    table = {"routing.dmn": FAMILY["decisions/routing.dmn"]}
    assert refused(lambda: publish_files(house.engine, table, "supervisor")) == [("routing.dmn", "NO_PROCESS", "-")]


def test_two_processes_that_have_nothing_to_do_with_each_other_come_one_by_one(house: House) -> None:
    other = d.document(d.process(d.start("s"), d.user("u"), d.end("e"), d.flows("s u e"), id="other"))
    assert refused(lambda: publish_files(house.engine, {**FOREIGN, "other.bpmn": other}, "supervisor")) == [
        ("other.bpmn", "ENTRY", "other")
    ]


@pytest.mark.parametrize("part", ["work_order", "escalation"])
def test_a_part_of_the_case_process_cannot_be_taken_over_by_itself(house: House, part: str) -> None:
    drawn = d.document(d.process(d.start(), d.user("t"), d.end(), d.flows("start t end"), id=part))
    assert refused(lambda: publish_files(house.engine, {"x.bpmn": drawn}, "supervisor")) == [("x.bpmn", "ENTRY", part)]


def test_the_case_process_is_held_to_the_law_that_nothing_waits_without_a_clock(house: House) -> None:
    untimed = renamed(FAMILY, ' bc:groups="bureau" bc:due="workdays(3)"', ' bc:groups="bureau"')
    text = untimed["five_step_loop.bpmn"].decode()
    moved = text.replace(
        'name="复核超时" bc:set="tier = 5" attachedToRef="chief_review"', 'attachedToRef="give_feedback"'
    )
    assert moved != text
    found = refused(
        lambda: publish_files(house.engine, {**untimed, "five_step_loop.bpmn": moved.encode()}, "supervisor")
    )
    assert found == [("five_step_loop.bpmn", "NO_CLOCK", "chief_review")]


def test_the_hands_that_reach_for_code_find_a_closed_gate(house: House) -> None:
    hostile = d.straight(d.user("t", bc_due="__import__('os').system('touch /tmp/x')"))
    assert refused(lambda: publish_files(house.engine, {"p.bpmn": hostile}, "supervisor")) == [
        ("p.bpmn", "EXPRESSION", "t")
    ]


def test_a_case_started_before_a_refused_version_can_be_completed_after_it(house: House) -> None:
    publish_files(house.engine, FOREIGN, "supervisor")
    started = house.do("w1", StartProcess("p", {}))
    refused(lambda: publish_files(house.engine, {"p.bpmn": d.straight(d.service("s", "nobody"))}, "supervisor"))
    of_case = select(tasks.c.id).join(cases, cases.c.id == tasks.c.case_id).where(cases.c.uid == started.uid)
    house.do("w1", CompleteTask(house.engine.read(lambda ctx: ctx.conn.execute(of_case).scalar_one()), {}))
    assert house.engine.read(lambda ctx: ctx.conn.execute(of_case).all()) == []


# ------------------------------------------------------------------ the proof and the promises
def limit(days: int) -> dict[str, bytes]:
    """The family with so many days for a general case."""
    name = "decisions/time_limits.dmn"
    before = '<outputEntry id="time_limits_row_3_limit_days"><text>5<'
    assert before in FAMILY[name].decode()
    return {**FAMILY, name: FAMILY[name].decode().replace(before, before.replace("5<", f"{days}<")).encode()}


def test_a_case_process_that_could_end_without_feedback_is_refused_with_the_way_there(house: House) -> None:
    bypassed = renamed(
        FAMILY,
        'id="record_withdrawal__give_feedback" sourceRef="record_withdrawal" targetRef="give_feedback"',
        'id="record_withdrawal__give_feedback" sourceRef="record_withdrawal" targetRef="archive"',
    )
    with pytest.raises(DiagramRefused) as error:
        publish_files(house.engine, bypassed, "supervisor")
    (finding,) = error.value.findings
    assert (finding.code, finding.element) == ("NO_FEEDBACK", "archived")
    assert finding.run[:2] == ("登记", "“撤回”")
    assert number(house, CASE_PROCESS) == 1


def test_a_task_for_a_post_that_nobody_holds_is_refused(house: House) -> None:
    drawn = {"p.bpmn": d.straight(d.user("t", bc_groups="unit_head:NOWHERE"))}
    assert refused(lambda: publish_files(house.engine, drawn, "supervisor")) == [("p.bpmn", "EMPTY_GROUP", "t")]


def test_more_time_than_promised_is_refused_unless_the_publisher_writes_why(house: House) -> None:
    place = ("decisions/time_limits.dmn", "LAXER", "time_limits")
    assert refused(lambda: publish_files(house.engine, limit(7), "supervisor")) == [place]
    assert refused(lambda: publish_files(house.engine, limit(7), "supervisor", because="  ")) == [place]
    assert publish_files(house.engine, limit(7), "supervisor", because="区政府批准试行") == 2
    said = published(house)[-1].after
    assert "区政府批准试行" in str(said)
    assert "limit_days" in str(said)


def test_less_time_than_promised_needs_no_reason(house: House) -> None:
    assert publish_files(house.engine, limit(4), "supervisor") == 2


def test_a_reason_excuses_nothing_but_time(house: House) -> None:
    drawn = {"p.bpmn": d.straight(d.user("t", bc_groups="nobody"))}
    assert refused(lambda: publish_files(house.engine, drawn, "supervisor", because="就要")) == [
        ("p.bpmn", "EMPTY_GROUP", "t")
    ]
