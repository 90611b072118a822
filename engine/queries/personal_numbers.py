"""Numbers in free text that may name somebody: phones of 11 digits, identity numbers of 18 (DOMAIN.md "Privacy")."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"(?<!\d)(?:\d{17}[\dXx]|\d{11})(?!\d)")


def without_personal_numbers(text: str) -> str:
    """The text with such numbers masked: 138****1234."""
    return _NUMBER.sub(lambda found: f"{found[0][:3]}****{found[0][-4:]}", text)
