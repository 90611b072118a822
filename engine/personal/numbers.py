"""Mobile and identity numbers in free text, however they are written: in full width, with spaces or hyphens.

Mobile: 11 digits from 1, with or without 86 before them. Identity: 18 characters as of GB 11643, or the 15 digits of
before 2000. A mistyped number names somebody too, so neither check digit nor date of birth must be right. Both stand
free: inside a longer number or a code they are not looked for, so that case numbers and receipt codes are let alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from engine.personal.masking import masked_identity, masked_phone

Kind = Literal["phone", "identity"]

# One character for one, so that a place in the plain text is the place in the text.
_PLAIN = str.maketrans(
    {
        **{chr(0xFF10 + digit): str(digit) for digit in range(10)},
        **dict.fromkeys("xＸｘ", "X"),
        **dict.fromkeys("‐‑‒–—―－−﹣", "-"),
        **dict.fromkeys("\u00a0\u2002\u2003\u2009\u3000\t", " "),
        "＋": "+",
    }
)
_PROVINCE = "(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12])"
_MONTH_DAY = "(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
_MOBILE = re.compile(r"(?:86)?(1[0-9]{10})")
_IDENTITY = re.compile(r"[0-9]{17}[0-9X]")
_OLD_IDENTITY = re.compile(rf"{_PROVINCE}[0-9]{{4}}[0-9]{{2}}{_MONTH_DAY}[0-9]{{3}}")

# Digits with at most one space or hyphen between two of them; no letter or digit stands at either end.
_RUN = re.compile(r"(?<![0-9A-Za-z])\+?[0-9](?:[ -]?[0-9])*(?:[ -]?X)?(?![0-9A-Za-z])")
_LONG = re.compile(r"[0-9](?:[ -]?[0-9]){10}")  # no number is shorter: most texts need no second look
# The same without translating: one character at most between two digits, whichever it is.
_PERHAPS = re.compile("[0-9０-９](?:[^0-9０-９]?[0-9０-９]){10}", re.DOTALL)
_DIGIT = re.compile(r"[0-9X]")
_PARTS = re.compile(r"[0-9X]+")


@dataclass(frozen=True)
class PersonalNumber:
    """A number from `start` to before `end` of the text; `digits` without what stands between them."""

    kind: Kind
    digits: str
    start: int
    end: int

    @property
    def masked(self) -> str:
        """138****5678, 110***********1234."""
        return str(masked_phone(self.digits)) if self.kind == "phone" else masked_identity(self.digits)


def personal_numbers(text: str) -> list[PersonalNumber]:
    """Every mobile and identity number of a text, in its order."""
    if _PERHAPS.search(text) is None:
        return []
    plain = text.translate(_PLAIN)
    if _LONG.search(plain) is None:
        return []
    return [found for run in _RUN.finditer(plain) for found in _in_run(plain, run.start(), run.end())]


def masked_numbers(text: str) -> str:
    """The text with every such number masked."""
    for found in reversed(personal_numbers(text)):
        text = text[: found.start] + found.masked + text[found.end :]
    return text


def _in_run(plain: str, start: int, end: int) -> Iterator[PersonalNumber]:
    """The numbers of a run of digits: two of them side by side have a space between, as its parts have."""
    parts = [(start + part.start(), start + part.end()) for part in _PARTS.finditer(plain[start:end])]
    while parts:
        found = next(filter(None, (_number(plain, parts[:n]) for n in range(len(parts), 0, -1))), None)
        if found is None:
            parts = parts[1:]
            continue
        yield found
        parts = [part for part in parts if part[0] >= found.end]


def _number(plain: str, parts: list[tuple[int, int]]) -> PersonalNumber | None:
    """The number that these parts make up, from the first to the last digit."""
    start, end = parts[0][0], parts[-1][1]
    digits = "".join(plain[first:last] for first, last in parts)
    mobile = _MOBILE.fullmatch(digits)
    if mobile is not None:
        return PersonalNumber("phone", mobile[1], _start_of(plain, end, len(mobile[1])), end)
    if _IDENTITY.fullmatch(digits) or _OLD_IDENTITY.fullmatch(digits):
        return PersonalNumber("identity", digits, start, end)
    return None


def _start_of(plain: str, end: int, count: int) -> int:
    """Where the last `count` digits before `end` begin: a country code before them stays."""
    places = [found.start() for found in _DIGIT.finditer(plain[:end])]
    return places[-count]
