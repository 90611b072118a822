"""What the product reads besides Python travels with the installed package."""

from __future__ import annotations

import tomllib
from fnmatch import fnmatch

from tests.support.source import PACKAGES, ROOT

PATTERNS: list[str] = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]["*"]
NOT_SHIPPED = {"ui", "__pycache__"}  # the sources of the viewer bundle; what Python makes of ours


def test_every_data_file_is_packed() -> None:
    files = [path for package in (*PACKAGES, "processes") for path in (ROOT / package).rglob("*") if path.is_file()]
    data = [path for path in files if path.suffix != ".py" and not NOT_SHIPPED & set(path.parts)]
    assert data
    assert [str(path) for path in data if not any(fnmatch(path.name, pattern) for pattern in PATTERNS)] == []
