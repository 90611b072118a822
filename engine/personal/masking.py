"""Personal data as those see it who may know of a case but are not handling it."""

from __future__ import annotations

import re

from engine.personal.names import NATURAL, TITLES, surname

_DIGITS_OF_A_NUMBER = 10  # with area code; shorter numbers show less
_ENDS = (3, 4)  # digits that stay at either end


def masked_name(name: str | None, kind: str) -> str | None:
    """戴先生 and 戴建国先生 are 戴先生, 戴建国 is 戴某; a company or a group keeps its first two characters."""
    if not name:
        return name
    if kind not in NATURAL:
        return f"{name[:2]}****"
    title = next((title for title in TITLES if name.endswith(title) and name != title), "某")
    return f"{surname(name)}{title}"


def masked_phone(phone: str | None) -> str | None:
    """138****1234: the first three and last four digits, of short numbers the last two alone."""
    if not phone:
        return phone
    digits = re.sub(r"[^0-9]", "", phone)
    first, last = _ENDS
    return f"{digits[:first]}****{digits[-last:]}" if len(digits) >= _DIGITS_OF_A_NUMBER else f"****{digits[-2:]}"


def masked_identity(number: str) -> str:
    """110***********1234: the first three and last four of 18 (of 15 in old ones), a star for each between."""
    first, last = _ENDS
    return f"{number[:first]}{'*' * (len(number) - first - last)}{number[-last:]}"
