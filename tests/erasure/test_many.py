"""Erasing many leaves the trail whole and no canary behind; packs from before and after prove themselves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Bancheng, bancheng
from tests.erasure.many import erase_many
from tests.evidence.test_pack import unzipped, verified

__all__ = ["bancheng"]


@pytest.mark.checklist(67)
def test_after_many_erasures_the_trail_verifies_and_the_packs_do(bancheng: Bancheng, tmp_path: Path) -> None:
    found, before, after = erase_many(tmp_path, 3)
    assert {"answers", "attachments", "case_people"} <= found.before.keys()
    assert found.in_file_before.keys() == {"sealed", "salt", "mark", "title"}
    assert (found.after, found.in_file_after) == ({}, {})
    verdict = bancheng("audit", "verify")
    assert (verdict.exit_code, "留痕完整（检查点 2 个）" in verdict.stderr) == (0, True)
    for name, pack in (("before", before), ("after", after)):
        (tmp_path / name).mkdir()
        code, said = verified(unzipped(pack), tmp_path / name)
        assert (code, "全部相符" in said) == (0, True), said
    told = json.loads(unzipped(after)["erased.json"])
    assert [(each["ground"], each["confirmed_by"]) for each in told] == [("request", "system")]
    assert "erased.json" not in unzipped(before) and len(told[0]["lines"]) >= 2
