"""`bancheng check` and `bancheng publish`: what is wrong is told line by line, what is right goes through."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from engine.definitions.shipped import CASE_PROCESS, SHIPPED
from engine.house import enter_house, open_house
from engine.settings import Settings
from tests.bpmn import drawing as d
from tests.cli.conftest import Bancheng

FOREIGN = """<?xml version="1.0"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:bc="http://bancheng.org/schema/bpmn" targetNamespace="x">
  <process id="leave" isExecutable="true">
    <startEvent id="start"/><sequenceFlow id="a" sourceRef="start" targetRef="ask"/>
    <userTask id="ask" name="请假" bc:groups="window"{attributes}/>
    <sequenceFlow id="b" sourceRef="ask" targetRef="{next}"/>
    {more}
    <endEvent id="end"/>
  </process>
</definitions>
"""
CALL = '<callActivity id="call" calledElement="{}"/><sequenceFlow id="c" sourceRef="call" targetRef="end"/>'


def foreign(next: str = "end", more: str = "", attributes: str = "") -> str:
    return FOREIGN.format(next=next, more=more, attributes=attributes)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped processes."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "processes"))


def broken(folder: Path) -> Path:
    """The main diagram, its `review` leading nowhere."""
    path = folder / "five_step_loop.bpmn"
    text = path.read_text("utf-8")
    assert 'calledElement="work_order"' in text
    path.write_text(text.replace('calledElement="work_order"', 'calledElement="nothing_there"'), "utf-8")
    return path


# ------------------------------------------------------------------ check
def test_the_shipped_diagrams_and_tables_are_clean(bancheng: Bancheng) -> None:
    files = [str(path) for pattern in ("*.bpmn", "decisions/*.dmn") for path in sorted(SHIPPED.glob(pattern))]
    checked = bancheng("check", *files)
    assert (checked.exit_code, checked.stdout) == (0, "")


def test_one_diagram_of_the_family_finds_the_others_by_itself(bancheng: Bancheng, tmp_path: Path) -> None:
    alone = shutil.copy(SHIPPED / "five_step_loop.bpmn", tmp_path / "mine.bpmn")
    assert bancheng("check", str(alone)).exit_code == 0


def test_a_finding_is_a_line_of_file_code_element_and_sentence(bancheng: Bancheng, folder: Path) -> None:
    path = broken(folder)
    checked = bancheng("check", str(path))
    assert checked.exit_code == 1
    (line,) = checked.stdout.splitlines()
    assert line.startswith(f"{path}: ")
    assert "nothing_there" in line


def test_findings_are_told_as_json(bancheng: Bancheng, folder: Path) -> None:
    path = broken(folder)
    checked = bancheng("check", "--json", str(path))
    told = json.loads(checked.stdout)
    assert (checked.exit_code, told["ok"]) == (1, False)
    assert {"file", "code", "element", "message", "run"} == told["findings"][0].keys()
    assert told["findings"][0]["file"] == str(path)


def test_clean_is_ok_in_json(bancheng: Bancheng, tmp_path: Path) -> None:
    (tmp_path / "leave.bpmn").write_text(foreign(), "utf-8")
    checked = bancheng("check", "--json", str(tmp_path / "leave.bpmn"))
    told = json.loads(checked.stdout)
    assert (checked.exit_code, told["ok"], told["findings"]) == (0, True, [])


@pytest.mark.parametrize("place", ["argument", "beside"])
def test_a_called_process_is_looked_for_among_the_arguments_and_beside(
    bancheng: Bancheng, tmp_path: Path, place: str
) -> None:
    caller = tmp_path / "leave.bpmn"
    caller.write_text(foreign("call", CALL.format("other")), "utf-8")
    assert bancheng("check", str(caller)).exit_code == 1
    other = tmp_path / ("elsewhere" if place == "argument" else "") / "other.bpmn"
    other.parent.mkdir(exist_ok=True)
    other.write_text(foreign().replace("leave", "other"), "utf-8")
    words = [str(caller), str(other)] if place == "argument" else [str(caller)]
    checked = bancheng("check", *words)
    assert (checked.exit_code, checked.stdout) == (0, "")


def test_the_file_itself_comes_before_its_namesake_beside_it(bancheng: Bancheng, folder: Path, tmp_path: Path) -> None:
    broken(folder)
    mine = shutil.copy(SHIPPED / "five_step_loop.bpmn", folder / "mine.bpmn")
    assert bancheng("check", str(mine)).exit_code == 0


def test_a_form_is_found_beside_the_diagram(bancheng: Bancheng, tmp_path: Path) -> None:
    diagram = tmp_path / "leave.bpmn"
    diagram.write_text(foreign(attributes=' bc:form="wishes"'), "utf-8")
    assert "wishes" in bancheng("check", str(diagram)).stdout
    (tmp_path / "forms").mkdir()
    form = {"type": "object", "additionalProperties": False, "properties": {}, "title": "愿望"}
    (tmp_path / "forms" / "wishes.json").write_text(json.dumps(form), "utf-8")
    assert bancheng("check", str(diagram)).exit_code == 0


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no xml",
        b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
        b"<x>" * 1000,
        b"\xff\xfe\x00",
        b"<a>" + b" " * 3_000_000,
    ],
    ids=["empty", "text", "doctype", "unclosed", "bytes", "big"],
)
def test_what_cannot_be_read_is_a_finding(bancheng: Bancheng, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "strange.bpmn"
    path.write_bytes(content)
    checked = bancheng("check", str(path))
    assert checked.exit_code == 1
    assert checked.stdout.startswith(f"{path}: ")
    assert checked.stderr == ""


def test_a_name_that_runs_over_two_lines_is_still_one_line(bancheng: Bancheng, tmp_path: Path) -> None:
    text = foreign(
        "choose",
        '<exclusiveGateway id="choose" name="好&#10;吗"/>'
        + "".join(f'<sequenceFlow id="f{n}" sourceRef="choose" targetRef="end"/>' for n in range(2)),
    )
    (tmp_path / "leave.bpmn").write_text(text, "utf-8")
    lines = bancheng("check", str(tmp_path / "leave.bpmn")).stdout.splitlines()
    assert lines
    assert all(line.startswith(str(tmp_path)) for line in lines)


def test_one_missing_file_is_wrong_usage_whatever_the_others_are(bancheng: Bancheng, tmp_path: Path) -> None:
    assert bancheng("check", str(SHIPPED / "escalation.bpmn"), str(tmp_path / "none.bpmn")).exit_code == 2


# ------------------------------------------------------------------ publish
def version(url: str) -> int:
    engine = enter_house(Settings(url), simulated=False)
    number = engine.read(lambda ctx: ctx.versions.latest(ctx.conn, CASE_PROCESS).version)
    engine.db.close()
    return number


def test_a_changed_folder_becomes_the_next_version(bancheng: Bancheng, folder: Path, sqlite_url: str) -> None:
    open_house(Settings(sqlite_url, demo=True)).db.close()
    assert bancheng("publish", str(folder)).stdout == "已发布第 1 版\n"
    form = folder / "forms" / "accept.json"
    form.write_text(form.read_text("utf-8").replace("}", "}\n", 1), "utf-8")
    alone = bancheng("publish", str(folder))
    assert (alone.exit_code, "--approved-by" in alone.stderr, version(sqlite_url)) == (1, True, 1)
    assert bancheng("publish", str(folder), "--approved-by", "supervisor").stdout == "已发布第 2 版\n"
    assert version(sqlite_url) == 2


def test_a_broken_folder_is_refused_and_the_running_version_stays(
    bancheng: Bancheng, folder: Path, sqlite_url: str
) -> None:
    bancheng("publish", str(folder))
    broken(folder)
    refused = bancheng("publish", str(folder))
    assert refused.exit_code == 1
    assert refused.stdout.startswith("five_step_loop.bpmn: ")
    assert refused.stderr == "错误：流程文件有问题，未发布；正在运行的版本不变。\n"
    assert version(sqlite_url) == 1


def test_an_empty_folder_is_refused(bancheng: Bancheng, tmp_path: Path) -> None:
    refused = bancheng("publish", str(tmp_path))
    assert refused.exit_code == 1


# ------------------------------------------------------------------ the waiting places
def without_its_timer(folder: Path) -> Path:
    """The main diagram, the clock of a duplicate that waits for its lead case moved elsewhere."""
    path = folder / "five_step_loop.bpmn"
    text = path.read_text("utf-8")
    assert 'attachedToRef="await_lead"' in text
    path.write_text(text.replace('attachedToRef="await_lead"', 'attachedToRef="accept"'), "utf-8")
    return path


def test_waiting_lists_every_place_with_its_clocks_and_every_end(bancheng: Bancheng) -> None:
    checked = bancheng("check", "--waiting", str(SHIPPED / "five_step_loop.bpmn"))
    lines = [line.split() for line in checked.stdout.splitlines()]
    assert checked.exit_code == 0
    assert [
        "five_step_loop",
        "intake",
        "await_lead",
        "等待主件办结",
        "等消息",
        "await_lead_late",
        "lead_case_due()",
    ] in lines
    assert [line[3] for line in lines if line[:2] == ["five_step_loop", "archived"]] == ["办完"]


def test_its_columns_stand_under_each_other_also_behind_chinese_words(bancheng: Bancheng) -> None:
    checked = bancheng("check", "--waiting", str(SHIPPED / "escalation.bpmn"))
    places = checked.stdout.encode("gbk").split(b"\n\n")[0].splitlines()  # two bytes where a screen needs two columns
    column = places[0].index("种类".encode("gbk"))
    assert {line[column - 2 : column] for line in places} == {b"  "}


def test_a_place_without_a_clock_is_refused_and_listed_as_such(bancheng: Bancheng, folder: Path) -> None:
    checked = bancheng("check", "--waiting", str(without_its_timer(folder)))
    assert checked.exit_code == 1
    assert "NO_CLOCK await_lead" in checked.stdout
    assert [line.split()[2] for line in checked.stdout.splitlines() if line.endswith("没有时限")] == ["await_lead"]


def test_waiting_is_told_to_programs_too(bancheng: Bancheng, folder: Path) -> None:
    told = json.loads(bancheng("check", "--json", "--waiting", str(without_its_timer(folder))).stdout)
    assert [place["element"] for place in told["waiting"] if place["without_clock"]] == ["await_lead"]
    assert [end["element"] for end in told["endings"] if end["answers"]] == ["archived"]


def test_what_cannot_run_has_no_list_of_waiting_places(bancheng: Bancheng, folder: Path) -> None:
    checked = bancheng("check", "--json", "--waiting", str(broken(folder)))
    assert (checked.exit_code, json.loads(checked.stdout)["waiting"]) == (1, [])


# ------------------------------------------------------------------ the proof
def without_feedback(folder: Path) -> Path:
    """The main diagram, a withdrawal led past the feedback."""
    path = folder / "five_step_loop.bpmn"
    text = path.read_text("utf-8")
    before = 'sourceRef="record_withdrawal" targetRef="give_feedback"'
    assert before in text
    path.write_text(text.replace(before, before.replace("give_feedback", "archive")), "utf-8")
    return path


def test_the_verdict_is_told_beside_the_findings(bancheng: Bancheng) -> None:
    checked = bancheng("check", str(SHIPPED / "five_step_loop.bpmn"))
    assert (checked.exit_code, checked.stdout) == (0, "")
    assert "没有一种违反规矩" in checked.stderr
    assert "不包括" in checked.stderr
    told = json.loads(bancheng("check", "--json", str(SHIPPED / "five_step_loop.bpmn")).stdout)
    assert told["ok"] is True
    assert told["verdicts"][0]["situations"] > 1_000


def test_what_would_be_ignored_is_told_and_blocks_nothing(bancheng: Bancheng, tmp_path: Path) -> None:
    path = tmp_path / "p.bpmn"
    path.write_bytes(d.straight(d.user("t", bc_groups="window", camunda_followUpDate="x")))
    checked = bancheng("check", str(path))
    assert (checked.exit_code, checked.stdout) == (0, "")
    assert f"提醒 {path}: IGNORED t camunda:followUpDate 不起作用" in checked.stderr
    assert [note["code"] for note in json.loads(bancheng("check", "--json", str(path)).stdout)["notes"]] == ["IGNORED"]


def test_a_violation_comes_with_its_run_and_can_be_replayed_on_the_diagram(
    bancheng: Bancheng, folder: Path, tmp_path: Path
) -> None:
    path, recorded = without_feedback(folder), tmp_path / "run.json"
    checked = bancheng("check", "--json", "--counterexample", str(recorded), str(path))
    (finding,) = json.loads(checked.stdout)["findings"]
    assert (checked.exit_code, finding["code"], finding["element"]) == (1, "NO_FEEDBACK", "archived")
    assert finding["run"][:2] == ["登记", "“撤回”"]
    (case,) = json.loads(recorded.read_bytes())["cases"]
    assert [step["do"] for step in case["steps"]] == ["register", "withdraw"]
    assert case["expected"]["status"] == "archived"
    replayed = bancheng("replay", str(recorded), "--diagram", str(path))
    assert (replayed.exit_code, replayed.stdout) == (0, f"{case['no']} ok\n")
    shipped = bancheng("replay", str(recorded))
    assert shipped.exit_code == 1
    assert 'status expected "archived" got "completed"' in shipped.stdout
