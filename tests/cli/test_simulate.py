"""`bancheng simulate`: a line per rung, by the running version or by a draft."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import pytest

from engine.cases.commands import Actor
from engine.definitions.commands import BeginDraft, PutFiles
from engine.definitions.shipped import CASE_PROCESS, SHIPPED, read_folder
from engine.definitions.versions import publish
from engine.house import open_house
from engine.settings import read_settings
from engine.storage.database import WriteTransaction
from tests.cli.conftest import Bancheng
from tests.support.gate import in_this_process
from tests.support.house import START

ACCEPTED = ("--accepted", "2026-09-30T17:20+08:00")
MAIN = str(SHIPPED / "five_step_loop.bpmn")
LIMIT = '<outputEntry id="time_limits_row_3_limit_days"><text>5</text>'


def drafted(folder: Path) -> Path:
    """The shipped files with three working days for a general case."""
    shutil.copytree(SHIPPED, folder, ignore=shutil.ignore_patterns("scenarios"))
    table = folder / "decisions" / "time_limits.dmn"
    text = table.read_text("utf-8")
    assert LIMIT in text
    table.write_text(text.replace(LIMIT, LIMIT.replace("5", "3")), "utf-8")
    return folder


def published(files: Mapping[str, bytes], tx: WriteTransaction) -> None:
    """Put them in force, unchecked: the proof has its own tests."""
    tx.begin_writing()
    publish(tx.conn, CASE_PROCESS, files, "supervisor", START)


def test_a_line_says_when_which_timer_to_which_tier_and_why(bancheng: Bancheng) -> None:
    said = bancheng("simulate", MAIN, *ACCEPTED, "--grade", "general", "--stuck", "acknowledge")
    rows = [line.split(maxsplit=3) for line in said.stdout.splitlines()]
    assert said.exit_code == 0
    assert [row[:3] for row in rows] == [
        ["2026-10-08T14:30:00+08:00", "unsigned", "0"],
        ["2026-10-08T17:00:00+08:00", "uncontacted", "2"],
        ["2026-10-10T09:00:00+08:00", "remind", "0"],
        ["2026-10-13T17:00:00+08:00", "overdue", "3"],
        ["2026-10-15T17:00:00+08:00", "overdue_2", "4"],
        ["2026-10-20T17:00:00+08:00", "overdue_5", "5"],
    ]
    assert rows[0][3] == (
        "逾时未签收。进入“签收” 2026-09-30（周三）17:20 起满 4 个办公小时（午休和下班后不计），"
        "其间 10-01 至 10-07 国庆节放假不计。“工单未按时签收，已自动签收”发给区发改委科室负责人；"
        "不再等“签收”；“首次联系”交给区发改委。"
    )


def test_without_a_task_every_rung_says_where_one_must_stop_for_it(bancheng: Bancheng) -> None:
    said = bancheng("simulate", *ACCEPTED, "--grade", "一般").stdout.splitlines()
    assert "没有人做“签收”、“首次联系”时：" in next(line for line in said if " uncontacted " in line)
    assert "一直没有办结时：" in next(line for line in said if " overdue " in line)


def test_json_has_the_same_in_codes(bancheng: Bancheng) -> None:
    told = json.loads(bancheng("simulate", MAIN, *ACCEPTED, "--grade", "general", "--json").stdout)
    assert (told["accepted"], told["grade"]) == ("2026-09-30T17:20:00+08:00", "general")
    assert told["deadline"] == "2026-10-13T17:00:00+08:00"
    overdue = next(rung for rung in told["rungs"] if rung["timer"] == "overdue")
    assert (overdue["at"], overdue["tier"]) == ("2026-10-13T17:00:00+08:00", 3)
    assert {"task": "approve_pending", "name": "挂账审批"} in told["steps"]


def test_a_folder_or_a_diagram_beside_its_table_is_simulated_as_it_is(bancheng: Bancheng, tmp_path: Path) -> None:
    folder = drafted(tmp_path / "draft")
    for draft in (folder, folder / "five_step_loop.bpmn"):
        said = bancheng("simulate", str(draft), *ACCEPTED, "--stuck", "dispatch").stdout.splitlines()
        assert any(line.startswith("2026-10-10T17:00:00+08:00  overdue ") for line in said)


def test_without_a_file_the_running_version_is_simulated(bancheng: Bancheng, tmp_path: Path) -> None:
    engine = open_house(read_settings())
    engine.db.write(partial(published, read_folder(drafted(tmp_path / "draft"))))
    engine.db.close()
    said = bancheng("simulate", *ACCEPTED, "--stuck", "dispatch", "--json")
    told = json.loads(said.stdout)
    assert (told["version"], told["deadline"]) == (2, "2026-10-10T17:00:00+08:00")


def test_what_cannot_be_run_is_refused_with_its_findings(bancheng: Bancheng, tmp_path: Path) -> None:
    folder = drafted(tmp_path / "draft")
    diagram = folder / "five_step_loop.bpmn"
    diagram.write_text(diagram.read_text("utf-8").replace("case_due(2)", "case_due("), "utf-8")
    said = bancheng("simulate", str(folder), *ACCEPTED)
    assert said.exit_code == 1
    assert "overdue_2" in said.stdout


def test_what_cannot_be_imagined_is_told_in_one_sentence(bancheng: Bancheng) -> None:
    said = bancheng("simulate", *ACCEPTED, "--stuck", "handle_on_site")
    assert (said.exit_code, said.stdout) == (1, "")
    assert "走不到“现场办理”" in said.stderr
    assert bancheng("simulate", *ACCEPTED, "--grade", "easy").exit_code == 2
    assert bancheng("simulate", "no-such-file", *ACCEPTED).exit_code == 2


def test_a_draft_of_the_house_is_simulated_when_it_can_be_run(
    bancheng: Bancheng, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_this_process(monkeypatch)
    engine = open_house(read_settings())
    table = "decisions/time_limits.dmn"
    content = (drafted(tmp_path / "draft") / table).read_bytes()
    supervisor = Actor("supervisor", "管理员", frozenset({"supervisor"}))
    for id, name, given in ((1, table, content), (2, "p.bpmn", b"<")):
        engine.execute(BeginDraft(1, "期限"), supervisor)
        engine.execute(PutFiles(id, {name: given}, 1), supervisor)
    engine.db.close()
    told = json.loads(bancheng("simulate", *ACCEPTED, "--draft", "1", "--stuck", "dispatch", "--json").stdout)
    assert (told["version"], told["deadline"]) == (None, "2026-10-10T17:00:00+08:00")
    assert [bancheng("simulate", *ACCEPTED, "--draft", n).exit_code for n in ("2", "9")] == [1, 1]
    assert bancheng("simulate", MAIN, *ACCEPTED, "--draft", "1").exit_code == 2
