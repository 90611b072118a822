"""Sheets drawn once: the same page is the same PDF; where only who gets it is asked, one drawing serves everybody."""

from __future__ import annotations

from functools import lru_cache

import pytest

from webapp.pages import audit_sheet, lists, prints
from webapp.pdf import pdf_of

_drawn = lru_cache(32)(pdf_of)


def draw_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """During this test; a page that could not be drawn is tried again."""
    for page in (audit_sheet, lists, prints):
        monkeypatch.setattr(page, "pdf_of", _drawn)
