"""What a test of a number says in the words of an office: `>= 2` is 2 以上, and back.

以上 and 以下 hold the number itself (Civil Code, article 1259).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from unicodedata import normalize

ANY = "不限"
_NUMBER = r"-?\d+(?:\.\d+)?"
_ALL = (  # as written, in words, as people may say it, to be written so
    (rf">=\s*({_NUMBER})", "{} 以上", rf"({_NUMBER})\s*(?:及|及其)?以上|不小于\s*({_NUMBER})", ">= {}"),
    (rf"<=\s*({_NUMBER})", "{} 以下", rf"({_NUMBER})\s*(?:及|及其)?以下|不大于\s*({_NUMBER})", "<= {}"),
    (rf">\s*({_NUMBER})", "大于 {}", rf"(?:大于|超过|多于)\s*({_NUMBER})", "> {}"),
    (rf"<\s*({_NUMBER})", "小于 {}", rf"(?:小于|不满|少于|不到)\s*({_NUMBER})", "< {}"),
    (rf"!=\s*({_NUMBER})", "不是 {}", rf"不是\s*({_NUMBER})", "!= {}"),
    (
        rf"\[\s*({_NUMBER})\s*\.\.\s*({_NUMBER})\s*\]",
        "{} 到 {}",
        rf"({_NUMBER})\s*(?:到|至|~)\s*({_NUMBER})",
        "[{}..{}]",
    ),
)
_AS_WRITTEN, _WORDS, _AS_SAID, _FORMS = zip(*_ALL, strict=True)


def said(test: str) -> str:
    """A test as people say it; what there are no words for as it is written."""
    if test.strip() in ("", "-"):
        return ANY
    return " 或 ".join(_part(part, _AS_WRITTEN, _WORDS) for part in _apart(test))


def written(text: str) -> str:
    """What people said as a test; what is not understood stays as it was typed, for the reader of cells to refuse."""
    plain = normalize("NFKC", text).strip()
    if plain in ("", "-", ANY):
        return "-"
    parts = re.split(r"\s*或者?\s*", plain) if "或" in plain else [plain]
    return ",".join(_part(part, _AS_SAID, _FORMS) for part in parts)


def _apart(test: str) -> list[str]:
    """The alternatives of a test without lists in brackets."""
    return re.split(r"\s*,\s*", test) if "(" not in test else [test]


def _part(text: str, patterns: Iterable[str], forms: Sequence[str]) -> str:
    for pattern, form in zip(patterns, forms, strict=True):
        found = re.fullmatch(pattern, text.strip())
        if found is not None:
            return form.format(*(group for group in found.groups() if group is not None))
    return text.strip()


def digits(text: str) -> str:
    """A number as it is typed by hand, full width perhaps, as digits."""
    return normalize("NFKC", text).strip()
