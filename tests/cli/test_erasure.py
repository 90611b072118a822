"""`bancheng erasure`: what is due, what was erased, and erasing it again after an older backup was restored."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engine.cases.commands import AskErasure, EraseCase, PreserveCase
from tests.cli.conftest import Bancheng
from tests.support.play import Play, play

__all__ = ["play"]


@pytest.fixture
def ended(play: Play, monkeypatch: pytest.MonkeyPatch) -> Play:
    """A case through its plain course, in the house the command looks at."""
    play.until("return_visit")
    play.harmed = True
    monkeypatch.setenv("BANCHENG_DATABASE_URL", play.house.settings.database_url)
    return play


def test_what_is_past_its_time_is_listed(bancheng: Bancheng, ended: Play) -> None:
    assert bancheng("erasure", "due").stdout == ""
    ended.at("2036-10-23 10:00")
    assert bancheng("erasure", "due").stdout == f"{ended.no} 2036-10-23T10:00:00+08:00\n"


def test_after_an_older_backup_was_restored_the_list_is_erased_again(
    bancheng: Bancheng, ended: Play, tmp_path: Path
) -> None:
    file = Path(ended.engine.db.pool.url.database or "")
    ended.engine.db.leave_no_trace()
    shutil.copy(file, backup := tmp_path / "backup.db")
    ended.execute(EraseCase(ended.no, ended.execute(AskErasure(ended.no, "request", "要求"), "group")), "bureau")
    (kept := tmp_path / "erased.txt").write_text(bancheng("erasure", "list").stdout)
    assert kept.read_text() == f"{ended.no} 2026-10-23T10:00:00+08:00 request\n"
    ended.engine.db.close()
    for beside in ("-wal", "-shm"):
        file.with_name(file.name + beside).unlink(missing_ok=True)
    shutil.copy(backup, file)
    assert ended.case().applicant.name == "赵女士"
    again = bancheng("erasure", "again", str(kept))
    assert (again.exit_code, again.stdout, ended.case().applicant.name) == (0, f"{ended.no}\n", None)
    assert bancheng("erasure", "again", str(kept)).stdout == ""


def test_what_cannot_be_erased_again_is_named_with_the_reason(bancheng: Bancheng, ended: Play, tmp_path: Path) -> None:
    ended.execute(PreserveCase(ended.no, "court", "诉讼"), "bureau")
    (kept := tmp_path / "erased.txt").write_text(f"{ended.no} x request\nBCS-2026-0999\n")
    again = bancheng("erasure", "again", str(kept))
    assert (again.exit_code, "保全中" in again.stderr, "BCS-2026-0999" in again.stderr) == (1, True, True)
    assert ended.case().applicant.name == "赵女士"
