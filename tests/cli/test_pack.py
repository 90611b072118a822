"""`bancheng audit pack`: the pack at the command line, signed by the key that `public-key` tells."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tests.cli.conftest import Bancheng
from tests.support.house import House


@pytest.fixture
def no(bancheng: Bancheng, house: House, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("BANCHENG_DATABASE_URL", house.settings.database_url)
    return house.register()


def test_a_pack_is_written_and_its_fingerprint_is_the_published_one(
    bancheng: Bancheng, no: str, tmp_path: Path
) -> None:
    made = bancheng("audit", "pack", no, "-o", str(tmp_path / "pack.zip"))
    assert made.exit_code == 0, made.stderr
    told = bancheng("audit", "public-key", "--fingerprint").stdout.split()[1]
    assert f"签名公钥指纹 {told}" in made.stderr
    with zipfile.ZipFile(tmp_path / "pack.zip") as packed:
        assert {"审计单.pdf", "verify.py", "manifest.sig"} <= set(packed.namelist())


def test_what_cannot_be_packed_is_refused_in_a_sentence(
    bancheng: Bancheng, house: House, no: str, tmp_path: Path
) -> None:
    secret = house.register("restricted", acceptance="restricted", reason="涉密")
    for number in ("BCS-1999-0001", secret):
        refused = bancheng("audit", "pack", number, "-o", str(tmp_path / "none.zip"))
        assert (refused.exit_code, (tmp_path / "none.zip").exists()) == (1, False)
    assert bancheng("audit", "pack", no, "-o", str(tmp_path / "x.zip"), "--papers", "curious").exit_code == 2
