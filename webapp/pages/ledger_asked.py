"""What the address or a form asks of the ledger: filter, order, columns, page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine import vocabulary
from engine.queries.ledger import SORTS, LedgerFilter
from engine.queries.ledger_columns import COLUMNS
from engine.queries.paging import Page, Sort
from webapp.form_values import date_text

ROWS = (50, 100, 200, 500)  # lines of a page, the first unless asked otherwise
LONGEST_WORDS = 100
_MOST_SORTS = 3
_LAST_PAGE = 100_000
_ALWAYS = ("position", "no")
_AT_FIRST = frozenset(
    {"accepted", "channel", "person", "problem", "cause", "grade", "lead", "deadline", "light", "result", "completed"}
    | {"in_time", "satisfaction"}
)
TITLES: Mapping[str, str] = {
    "from": "收到日期从",
    "to": "到",
    "unit": "单位",
    "grade": "等级",
    "cause": "原因",
    "channel": "渠道",
    "light": "期限",
    "outcome": "结果",
    "in_time": "是否按期",
}
IN_TIME = {"yes": "按期", "no": "未按期"}


@dataclass(frozen=True)
class Asked:
    """`given`: the filter as it was given, by name; `wrong`: what in it cannot be, in sentences."""

    filter: LedgerFilter
    given: Mapping[str, str]
    wrong: tuple[str, ...]
    columns: tuple[str, ...]
    sorts: tuple[Sort, ...]
    number: int
    rows: int

    @property
    def page(self) -> Page:
        """The part of the list that is shown."""
        return Page((self.number - 1) * self.rows, self.rows, self.sorts)


def asked(given: Mapping[str, str], columns: Iterable[str], words: str = "") -> Asked:
    """Read what was given; what cannot be is left out and told."""
    known = {name: given[name].strip() for name in TITLES if given.get(name, "").strip()}
    taken: dict[str, Any] = {}
    wrong: list[str] = []
    for name, text in known.items():
        value = _READ[name](text)
        if value is None:
            wrong.append(f"“{TITLES[name]}”没有按“{text}”筛选，请改一下再筛。")
        else:
            taken[_FIELD.get(name, name)] = value
    return Asked(
        LedgerFilter(**taken, words=_words(words)),
        known,
        tuple(wrong),
        _columns(columns),
        _sorts(given.get("sort", "")),
        _number(given.get("page", ""), _LAST_PAGE),
        next((rows for rows in ROWS if str(rows) == given.get("rows")), ROWS[0]),
    )


def _words(text: str) -> str | None:
    return text.strip()[:LONGEST_WORDS].replace("\0", "") or None


def _columns(chosen: Iterable[str]) -> tuple[str, ...]:
    """Those chosen in the order of the ledger; number and position always."""
    wanted = set(chosen) or _AT_FIRST
    return tuple(column.key for column in COLUMNS if column.key in wanted or column.key in _ALWAYS)


def _sorts(text: str) -> tuple[Sort, ...]:
    """`received,-grade`: by receipt, then the highest grade first."""
    named = [(part.removeprefix("-"), part.startswith("-")) for part in text.split(",")]
    return tuple(Sort(by, descending) for by, descending in named if by in SORTS)[:_MOST_SORTS]


def _number(text: str, most: int) -> int:
    plain = text.isascii() and text.isdecimal() and len(text) < 9
    return min(max(int(text), 1), most) if plain else 1


# ------------------------------------------------------------------ filters
def _code(name: str) -> Callable[[str], str | None]:
    return lambda text: text if text in vocabulary.VOCABULARIES[name] else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(date_text(text))
    except ValueError:
        return None


def _in_time(text: str) -> bool | None:
    return text == "yes" if text in IN_TIME else None


_FIELD = {"from": "since", "to": "until"}
_READ: Mapping[str, Callable[[str], Any]] = {
    "from": _day,
    "to": _day,
    "unit": lambda text: text[:20].replace("\0", ""),
    "in_time": _in_time,
    **{name: _code(name) for name in ("grade", "cause", "channel", "light", "outcome")},
}


# ------------------------------------------------------------------ order
def sorted_first(sorts: tuple[Sort, ...], key: str) -> str:
    """The order in which this column comes first, turned round when it was first already; the others follow."""
    descending = bool(sorts) and sorts[0].by == key and not sorts[0].descending
    others = tuple(each for each in sorts if each.by != key)
    return told((Sort(key, descending), *others)[:_MOST_SORTS])


def told(sorts: tuple[Sort, ...]) -> str:
    """The order as the address says it."""
    return ",".join(f"{'-' * each.descending}{each.by}" for each in sorts)
