"""The first letters of the pinyin of a name: sbzyjx finds 社保转移接续. pypinyin, and nothing else here knows of it."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=4_096)  # a directory is read again after each change, nearly all of its names are the same
def initials(name: str) -> str:
    """The first letter of each character, letters and digits as they are, marks left out; in small letters."""
    from pypinyin import Style, lazy_pinyin  # loading its dictionary is for those who need it

    letters = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER))
    return "".join(mark for mark in letters if mark.isascii() and mark.isalnum()).lower()
