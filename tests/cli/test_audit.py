"""`bancheng audit verify` says the chain is whole, or names the first line that is not."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from engine.cases.commands import PreserveCase, StartProcess
from engine.definitions.shipped import CASE_PROCESS
from tests.cli.conftest import Bancheng
from tests.support.house import FURNISHING, House

START_FORM = {
    "channel": "window",
    "title": "社保转移报错",
    "description": "三次提交都报错",
    "appeal_type": "undone",
    "applicant": {"kind": "person", "name": "李女士", "phone": "13600000803", "consent_callback": True},
}


@pytest.fixture
def numbers(bancheng: Bancheng, house: House, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Two registered cases in the house the command looks at."""
    monkeypatch.setenv("BANCHENG_DATABASE_URL", house.settings.database_url)
    return [house.do("w3", StartProcess(CASE_PROCESS, START_FORM)).no for _ in range(2)]


def tamper(house: House, statement: str) -> None:
    """Change a line behind the back of the house, as only somebody with the file in hand can."""
    file = Path(house.settings.database_url.removeprefix("sqlite:///"))
    with sqlite3.connect(file) as raw:
        for (trigger,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            raw.execute(f'DROP TRIGGER "{trigger}"')
        raw.execute(statement)
    raw.close()


def test_a_whole_trail_is_good(bancheng: Bancheng, numbers: list[str]) -> None:
    assert bancheng("audit", "verify").exit_code == 0
    assert bancheng("audit", "verify", "--case", numbers[0]).exit_code == 0


def test_the_first_changed_line_is_named(bancheng: Bancheng, house: House, numbers: list[str]) -> None:
    tamper(house, "UPDATE audit SET actor = 'w4' WHERE case_id = 2 AND seq = 1")
    broken = bancheng("audit", "verify")
    assert broken.exit_code == 1
    assert broken.stdout == f"{numbers[1]} 1\n"


def test_another_case_is_still_good(bancheng: Bancheng, house: House, numbers: list[str]) -> None:
    tamper(house, "UPDATE audit SET actor = 'w4' WHERE case_id = 2 AND seq = 1")
    assert bancheng("audit", "verify", "--case", numbers[0]).exit_code == 0
    assert bancheng("audit", "verify", "--case", numbers[1]).stdout == f"{numbers[1]} 1\n"


def test_the_chain_of_the_house_is_checked_too(bancheng: Bancheng, house: House, numbers: list[str]) -> None:
    tamper(house, "DELETE FROM audit WHERE case_id = 0")
    assert bancheng("audit", "verify").stdout == "house 1\n"


def test_words_taken_away_are_named_and_words_exchanged_when_everything_is_opened(
    bancheng: Bancheng, house: House, numbers: list[str]
) -> None:
    tamper(house, "UPDATE answers SET variables = 'x' WHERE case_id = 2")
    assert bancheng("audit", "verify").exit_code == 0
    opened = bancheng("audit", "verify", "--contents")
    assert (opened.exit_code, opened.stdout, "打不开" in opened.stderr) == (1, f"{numbers[1]} 1\n", True)
    tamper(house, "DELETE FROM answers WHERE case_id = 1")
    gone = bancheng("audit", "verify")
    assert (gone.exit_code, gone.stdout, "已不在" in gone.stderr) == (1, f"{numbers[0]} 1\n", True)


def test_an_unknown_case_is_refused(bancheng: Bancheng, numbers: list[str]) -> None:
    refused = bancheng("audit", "verify", "--case", "BCS-2026-9999")
    assert (refused.exit_code, refused.stderr) == (1, "错误：没有编号为 BCS-2026-9999 的反映件。\n")


def test_a_database_without_tables_is_refused(bancheng: Bancheng) -> None:
    refused = bancheng("audit", "verify")
    assert refused.exit_code == 1
    assert "bancheng run" in refused.stderr


def test_a_state_that_is_not_what_the_last_line_says_is_named(
    bancheng: Bancheng, house: House, numbers: list[str]
) -> None:
    accepted = house.do("w3", StartProcess(CASE_PROCESS, {**START_FORM, "acceptance": "accept"})).no
    tamper(house, "UPDATE cases SET state = (SELECT state FROM cases WHERE id = 1) WHERE id = 3")
    broken = bancheng("audit", "verify")
    assert (broken.exit_code, broken.stdout.split()[0]) == (1, accepted)
    assert bancheng("audit", "verify", "--case", accepted).stdout == broken.stdout


def test_a_cut_state_is_named(bancheng: Bancheng, house: House, numbers: list[str]) -> None:
    tamper(house, "UPDATE cases SET state = substr(state, 1, 100) WHERE id = 1")
    assert bancheng("audit", "verify").stdout == f"{numbers[0]} 1\n"


def test_a_case_is_replayed_line_by_line(bancheng: Bancheng, house: House, numbers: list[str]) -> None:
    replayed = bancheng("audit", "replay", numbers[0])
    said = replayed.stdout.splitlines()
    assert (replayed.exit_code, said[0]) == (0, "1 OK 2026-09-23T09:00:00+08:00 registered start")
    assert said[-1] == "待办 accept 2026-09-24T17:00:00+08:00"


def test_it_stops_at_the_first_line_that_does_not_match(bancheng: Bancheng, house: House, numbers: list[str]) -> None:
    tamper(house, "UPDATE answers SET variables = '{}' WHERE case_id = 1")
    replayed = bancheng("audit", "replay", numbers[0], "--to", "1")
    assert (replayed.exit_code, replayed.stdout) == (
        1,
        "1 不符：当时填写的内容打不开：可能已被改动，或不是用现在的密钥加密的\n",
    )


def test_an_unknown_case_cannot_be_replayed(bancheng: Bancheng, numbers: list[str]) -> None:
    assert bancheng("audit", "replay", "BCS-2026-9999").exit_code == 1


def test_the_trail_outside_cases_is_told_line_by_line(bancheng: Bancheng, house: House, numbers: list[str]) -> None:
    house.do("bureau", PreserveCase(numbers[0], "court", "法院来函"))
    told = bancheng("audit", "house", "--kind", "kept")
    seq, at, actor, act, about, said = told.stdout.removesuffix("\n").split("\t")
    assert (seq, at, actor) == (str(FURNISHING + 1), "2026-09-23T09:00:00+08:00", "bureau")
    assert (act, about, json.loads(said)["after"]["ground"]) == ("保全", numbers[0], "court")
    assert len(bancheng("audit", "house").stdout.splitlines()) == FURNISHING + 1
    assert bancheng("audit", "house", "--person", "w2").stdout == ""
