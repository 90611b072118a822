"""`bancheng diff`: a sentence per difference, between a draft and what runs, or between two published versions."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

from engine.definitions.shipped import read_folder
from engine.house import open_house
from engine.settings import read_settings
from tests.cli.conftest import Bancheng
from tests.cli.test_simulate import drafted, published

SENTENCE = "“办理期限”表中等级 一般、第几轮 1：期限 5 个工作日 → 3 个工作日"


def test_a_draft_is_held_against_what_is_shipped_where_there_is_no_house(bancheng: Bancheng, tmp_path: Path) -> None:
    said = bancheng("diff", str(drafted(tmp_path / "draft")))
    assert (said.exit_code, said.stdout) == (0, f"{SENTENCE}。\n")


def test_two_published_versions_and_a_draft_against_the_running_one(bancheng: Bancheng, tmp_path: Path) -> None:
    folder = drafted(tmp_path / "draft")
    engine = open_house(read_settings())
    engine.db.write(partial(published, read_folder(folder)))
    engine.db.close()
    assert bancheng("diff", "--from", "1", "--to", "2").stdout == f"{SENTENCE}。\n"
    assert bancheng("diff", str(folder)).stdout == "没有不同。\n"
    assert "3 个工作日 → 5 个工作日" in bancheng("diff", "--to", "1").stdout
    assert "没有第 7 版" in bancheng("diff", "--to", "7").stderr


def test_json_has_what_it_is_made_of(bancheng: Bancheng, tmp_path: Path) -> None:
    (told,) = json.loads(bancheng("diff", str(drafted(tmp_path / "draft")), "--json").stdout)
    assert (told["kind"], told["element"], told["about"]) == ("row", "time_limits", "limit_days")
    assert (told["before"], told["after"], told["sentence"]) == ("5", "3", SENTENCE)


def test_what_cannot_be_compared_is_told_in_one_sentence(bancheng: Bancheng, tmp_path: Path) -> None:
    folder = drafted(tmp_path / "draft")
    assert bancheng("diff").exit_code == 2
    assert bancheng("diff", str(folder), "--to", "1").exit_code == 2
    (folder / "five_step_loop.bpmn").write_text("<definitions>", "utf-8")
    said = bancheng("diff", str(folder))
    assert (said.exit_code, said.stdout) == (1, "")
    assert "不是完整的 XML" in said.stderr
