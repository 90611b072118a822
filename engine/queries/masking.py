"""Personal data as those see it who may know of a case but are not handling it."""

from __future__ import annotations

import re

_COMPOUND_SURNAMES = ("欧阳", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "夏侯", "端木")
_TITLES = ("先生", "女士")
_PEOPLE = frozenset({"person", "anonymous"})


def masked_name(name: str | None, kind: str) -> str | None:
    """戴先生 and 戴建国先生 are 戴先生, 戴建国 is 戴某; a company or a group keeps its first two characters."""
    if not name:
        return name
    if kind not in _PEOPLE:
        return f"{name[:2]}****"
    surname = name[:2] if name.startswith(_COMPOUND_SURNAMES) else name[:1]
    title = next((title for title in _TITLES if name.endswith(title) and name != title), "某")
    return f"{surname}{title}"


def masked_phone(phone: str | None) -> str | None:
    """138****1234: the first three and last four digits, of short numbers the last two alone."""
    if not phone:
        return phone
    digits = re.sub(r"[^0-9]", "", phone)
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 10 else f"****{digits[-2:]}"
