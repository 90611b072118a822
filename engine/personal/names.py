"""Chinese names of people: the surname, and the name as it is compared."""

from __future__ import annotations

import unicodedata

NATURAL = frozenset({"person", "anonymous"})  # kinds of applicants whose name is that of a human being
TITLES = ("先生", "女士")
_COMPOUND_SURNAMES = (
    *("欧阳", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "夏侯", "端木"),
    *("司徒", "南宫", "长孙", "宇文", "轩辕", "独孤", "澹台", "公羊", "赫连", "钟离", "申屠", "太史"),
    *("闻人", "百里", "呼延", "西门", "东郭", "拓跋", "濮阳", "淳于", "单于", "仲孙", "鲜于", "闾丘"),
)


def folded(name: str) -> str:
    """The name as it is compared: one width, no spaces, no difference between capital and small letters."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def surname(name: str) -> str:
    """Its first character, of a compound surname two: 戴 of 戴建国, 欧阳 of 欧阳建国."""
    return name[:2] if name.startswith(_COMPOUND_SURNAMES) else name[:1]


def without_title(name: str) -> str:
    """戴建国 of 戴建国先生; a bare title stays as it is."""
    return next((name.removesuffix(title) for title in TITLES if name.endswith(title) and name != title), name)
