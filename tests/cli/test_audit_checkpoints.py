"""`bancheng audit checkpoint`, and what `verify` says with and without checkpoints."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from engine.heat.keeping import keep_walked
from tests.cli.conftest import Bancheng
from tests.cli.test_audit import tamper
from tests.support.house import House
from tests.webapp.pages.browserless import Visitor


@pytest.fixture
def places(bancheng: Bancheng, house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """A house with a case, and two folders it writes its checkpoints to."""
    folders = [tmp_path / "disk", tmp_path / "machine"]
    monkeypatch.setenv("BANCHENG_DATABASE_URL", house.settings.database_url)
    monkeypatch.setenv("BANCHENG_CHECKPOINT_PLACES", ", ".join(map(str, folders)))
    house.register()
    return folders


def test_a_checkpoint_is_taken_and_written_to_every_place(bancheng: Bancheng, places: list[Path]) -> None:
    assert bancheng("audit", "checkpoint").stderr == "检查点 1\n"
    assert len({(place / "checkpoints.jsonl").read_text() for place in places}) == 1
    assert bancheng("audit", "checkpoint").stderr == "没有新的留痕\n"
    assert bancheng("audit", "verify").stderr == "留痕完整（检查点 1 个）\n"


def test_a_line_that_is_gone_with_its_head_is_named(bancheng: Bancheng, house: House, places: list[Path]) -> None:
    no = house.register()
    bancheng("audit", "checkpoint")
    tamper(house, "DELETE FROM audit WHERE case_id = 2")
    tamper(house, "UPDATE cases SET audit_seq = 0, checked_seq = 0 WHERE id = 2")
    broken = bancheng("audit", "verify")
    assert (broken.exit_code, broken.stdout) == (1, f"{no} 1\n")


def test_a_checkpoint_that_is_gone_here_is_named(bancheng: Bancheng, house: House, places: list[Path]) -> None:
    bancheng("audit", "checkpoint")
    tamper(house, "DELETE FROM checkpoints")
    broken = bancheng("audit", "verify")
    assert (broken.exit_code, broken.stdout) == (1, "checkpoint 1\n")


def test_a_place_that_cannot_be_written_is_told(bancheng: Bancheng, places: list[Path]) -> None:
    places[0].write_text("in the way")
    failed = bancheng("audit", "checkpoint")
    assert (failed.exit_code, str(places[0]) in failed.stderr, "还缺 1 个检查点" in failed.stderr) == (1, True, True)
    assert (places[1] / "checkpoints.jsonl").exists()


def test_too_few_places_and_no_checkpoint_are_remarked_on(
    bancheng: Bancheng, places: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = bancheng("audit", "verify")
    assert (whole.exit_code, "还没有检查点" in whole.stderr) == (0, True)
    monkeypatch.setenv("BANCHENG_CHECKPOINT_PLACES", str(places[0]))
    bancheng("audit", "checkpoint")
    assert "应至少 2 处" in bancheng("audit", "verify").stderr


def test_the_public_key_is_told(bancheng: Bancheng, house: House, places: list[Path]) -> None:
    assert house.engine.keys.trail is not None
    id, public = bancheng("audit", "public-key").stdout.split()
    assert house.engine.keys.trail.public == {id: public}


@pytest.mark.parametrize("places", ["ftp://a/b", "x" * 201])
def test_a_place_of_another_kind_is_refused(bancheng: Bancheng, monkeypatch: pytest.MonkeyPatch, places: str) -> None:
    monkeypatch.setenv("BANCHENG_CHECKPOINT_PLACES", places)
    refused = bancheng("audit", "verify")
    assert (refused.exit_code, "BANCHENG_CHECKPOINT_PLACES" in refused.stderr) == (1, True)


def test_the_trails_of_a_selection_are_exported(bancheng: Bancheng, house: House, places: list[Path]) -> None:
    file = places[0].parent / "log.xes"
    other = house.register(channel="phone")
    done = bancheng("audit", "export", "--format", "xes", "-o", str(file), "--channel", "phone", "--from", "2026-09-01")
    assert (done.exit_code, done.stderr) == (0, f"已导出 1 件：{file}\n")
    assert other in file.read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "form", "found"),
    [
        (["--version", "1"], {"version": "1"}, ["window", "phone"]),
        (["--rule", "punctual"], {"rule": "punctual"}, []),
        (["--step", "accept", "--which", "unclaimed"], {"element": "accept", "which": "unclaimed"}, ["window"]),
        (["--step", "accept", "--channel", "phone"], {"element": "accept", "channel": "phone"}, ["phone"]),
        (["--light", "red"], {"light": "red"}, []),
        (["--in-time"], {"in_time": "yes"}, []),
        (["--channel", "phone", "--version", "1"], {"channel": "phone", "version": "1"}, ["phone"]),
    ],
)
def test_the_command_line_exports_what_the_page_does_by_the_same_choice(
    bancheng: Bancheng, house: House, places: list[Path], words: list[str], form: dict[str, str], found: list[str]
) -> None:
    house.complete("w3", house.register(channel="phone"), "accept", acceptance="accept")
    keep_walked(house.engine.db, house.engine.versions, house.engine.calendars, house.engine.clock.now())
    file = places[0].parent / "log.csv"
    done = bancheng("audit", "export", "--format", "csv", "-o", str(file), *words)
    assert (done.exit_code, done.stderr) == (0, f"已导出 {len(found)} 件：{file}\n")
    visitor = Visitor.of(house.app).sign_in("auditor")
    visitor.open("/audit/trail")
    assert file.read_bytes() == visitor.send("/audit/export.csv", **form).data
    with file.open(encoding="utf-8-sig", newline="") as log:
        channels = [row["case:channel"] for row in csv.DictReader(log)]
    assert list(dict.fromkeys(channels)) == found


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--version", "9"], "没有这一版流程"),
        (["--step", "nichts"], "没有这样的步骤"),
        (["--which", "late"], "哪一步"),
        (["--step", "handle", "--rule", "punctual"], "按步骤选件时"),
        (["--step", "handle", "--outcome", "done"], "按步骤选件时"),
    ],
)
def test_a_choice_that_cannot_be_exports_nothing(
    bancheng: Bancheng, places: list[Path], words: list[str], said: str
) -> None:
    file = places[0].parent / "log.csv"
    refused = bancheng("audit", "export", "--format", "csv", "-o", str(file), *words)
    assert (refused.exit_code, said in refused.stderr, file.exists()) == (1, True, False)


@pytest.mark.parametrize("words", [["--format", "pdf"], ["--format", "csv", "--from", "昨天"]])
def test_what_cannot_be_exported_is_told(bancheng: Bancheng, places: list[Path], words: list[str]) -> None:
    assert bancheng("audit", "export", "-o", "x", *words).exit_code == 2
