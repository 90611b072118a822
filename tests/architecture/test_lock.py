"""The lock: everything the project asks for is pinned with hashes, and nothing in it ties it to one machine."""

from __future__ import annotations

import re
import tomllib

from tests.support.source import ROOT

LOCK = (ROOT / "requirements.lock").read_text("utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def wanted() -> set[str]:
    """Normalised names of what pyproject.toml asks for."""
    lines = [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"]]
    return {re.split(r"[\[<>=]", line)[0].lower().replace("_", "-") for line in lines}


def pins() -> dict[str, str]:
    """Package → the text of its pin, hashes included."""
    entries = re.split(r"\n(?=[a-z0-9])", LOCK)
    return {entry.partition("==")[0]: entry for entry in entries if "==" in entry}


def test_everything_asked_for_is_pinned() -> None:
    assert sorted(wanted() - pins().keys()) == []


def test_every_pin_carries_a_hash() -> None:
    assert [name for name, entry in pins().items() if "--hash=sha256:" not in entry] == []


def test_the_lock_names_no_host_and_no_folder() -> None:
    assert re.findall(r"://|index-url|find-links|file:|@ |^/", LOCK, re.MULTILINE) == []
