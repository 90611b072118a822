"""`bancheng replay` in memory: a line per case, exit 0 when all came out as recorded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.definitions.shipped import SHIPPED
from tests.cli.conftest import Bancheng
from tests.support.source import ROOT

SAMPLES = str(ROOT / "engine" / "replay" / "sample_cases.json")


def test_every_case_has_its_line(bancheng: Bancheng) -> None:
    played = bancheng("replay", SAMPLES, "--only", "BCS-2026-0809", "--only", "BCS-2026-0816")
    assert (played.exit_code, played.stdout) == (0, "BCS-2026-0809 ok\nBCS-2026-0816 ok\n")


def test_a_case_is_played_with_the_one_it_needs(bancheng: Bancheng) -> None:
    assert bancheng("replay", SAMPLES, "--only", "BCS-2026-0807").stdout == "BCS-2026-0806 ok\nBCS-2026-0807 ok\n"


def test_what_comes_out_otherwise_is_named_and_the_exit_code_says_so(bancheng: Bancheng, tmp_path: Path) -> None:
    recorded = json.loads(Path(SAMPLES).read_text("utf-8"))
    recorded["cases"] = [case for case in recorded["cases"] if case["no"] == "BCS-2026-0809"]
    recorded["cases"][0]["expected"]["outcome"] = "done"
    (tmp_path / "wrong.json").write_text(json.dumps(recorded), "utf-8")
    played = bancheng("replay", str(tmp_path / "wrong.json"))
    assert played.exit_code == 1
    assert played.stdout == 'BCS-2026-0809 FAILED outcome expected "done" got "declined"\n'


def test_a_diagram_on_trial_is_played_though_the_gate_would_refuse_it(bancheng: Bancheng, tmp_path: Path) -> None:
    trial = tmp_path / "five_step_loop.bpmn"
    text = (SHIPPED / "five_step_loop.bpmn").read_text("utf-8")
    assert 'operation="archive"' in text
    trial.write_text(text.replace('operation="archive"', 'operation="no_such_thing"'), "utf-8")
    assert bancheng("check", str(trial)).exit_code == 1
    played = bancheng("replay", SAMPLES, "--diagram", str(trial), "--only", "BCS-2026-0809")
    assert played.exit_code == 1
    assert played.stdout.startswith("BCS-2026-0809 FAILED give_feedback@2026-10-13T10:25")


def test_no_database_of_ours_is_touched(bancheng: Bancheng, sqlite_url: str) -> None:
    bancheng("replay", SAMPLES, "--only", "BCS-2026-0816")
    assert not Path(sqlite_url.removeprefix("sqlite:///")).exists()


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["--only", "BCS-2026-9999"], 1, "录制文件里没有：BCS-2026-9999"),
        (["--url", "http://127.0.0.1:1", "--diagram", SAMPLES], 2, "--url 和 --diagram 只能用一个。"),
        (["--url", "http://127.0.0.1:1"], 1, "连不上演示 http://127.0.0.1:1，请确认它已启动"),
        (["--url", "file:///etc/passwd"], 1, "地址应以 http:// 或 https:// 开头"),
    ],
)
def test_what_cannot_be_played_is_refused(bancheng: Bancheng, words: list[str], code: int, sentence: str) -> None:
    refused = bancheng("replay", SAMPLES, *words)
    assert refused.exit_code == code
    assert sentence in refused.stderr
    assert refused.stdout == ""


def test_a_file_of_something_else_is_refused(bancheng: Bancheng) -> None:
    refused = bancheng("replay", str(SHIPPED / "forms" / "accept.json"))
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "录制文件" in refused.stderr
