"""`bancheng export-ledger`."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from engine.house import open_house
from engine.settings import Settings
from tests.cli.conftest import Bancheng


@pytest.fixture
def opened(sqlite_url: str) -> None:
    open_house(Settings(database_url=sqlite_url, demo=True)).db.close()


@pytest.mark.parametrize("name", ["ledger.csv", "ledger.xlsx", "台账.XLSX"])
def test_the_ending_says_which_file_is_written(bancheng: Bancheng, opened: None, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    done = bancheng("export-ledger", "-o", str(path))
    assert (done.exit_code, "已导出 0 件" in done.stderr) == (0, True)
    if name.endswith("csv"):
        assert path.read_text("utf-8-sig").startswith("序号,编号,受理日期")
    else:
        assert openpyxl.load_workbook(path)["工作台账"]["B1"].value == "编号"


def test_another_ending_is_refused_in_a_sentence(bancheng: Bancheng, opened: None, tmp_path: Path) -> None:
    refused = bancheng("export-ledger", "-o", str(tmp_path / "ledger.txt"))
    assert (refused.exit_code, ".csv 或 .xlsx" in refused.stderr) == (1, True)


def test_a_folder_that_is_not_there_is_told(bancheng: Bancheng, opened: None, tmp_path: Path) -> None:
    refused = bancheng("export-ledger", "-o", str(tmp_path / "nowhere" / "ledger.csv"))
    assert (refused.exit_code, "Traceback" in refused.stderr) == (1, False)
