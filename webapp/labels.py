"""How values look on a page: dates, lights, codes and people in the words of the house. Jinja filters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache

from jinja2 import Environment
from markupsafe import Markup, escape

from engine import vocabulary
from engine.clock import local

NOTHING = "—"
_WEEKDAYS = "一二三四五六日"
_COMPOUND_SURNAMES = ("欧阳", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "夏侯", "端木")
_TITLES = ("先生", "女士", "小姐", "同志", "老师", "大爷", "大妈", "阿姨", "师傅", "经理")

# One shape per light, so that nobody needs to tell colours apart; drawn on 20 × 20.
_SHAPES: Mapping[str, str] = {
    "green": '<circle cx="10" cy="10" r="8"/><path class="ink" d="M6 10.5l2.8 2.8L14.2 7.5"/>',
    "yellow": '<path d="M10 1.5 19 18H1z"/><path class="ink" d="M10 7.5v5M10 15v.6"/>',
    "red": '<path d="M6.3 1h7.4L19 6.3v7.4L13.7 19H6.3L1 13.7V6.3z"/><path class="ink" d="M10 5v6M10 14v.8"/>',
    "grey": '<path d="M4 2h4v16H4zM12 2h4v16h-4z"/>',
    "blue": '<path class="stroke" d="M2.5 11l5 5L17.5 4.5"/>',
}


def day(value: date | datetime | None) -> str:
    """`2026-10-08（周四）`; an instant is taken in Asia/Shanghai."""
    if value is None:
        return NOTHING
    if isinstance(value, datetime):
        value = local(value)
    return f"{value:%Y-%m-%d}（周{_WEEKDAYS[value.weekday()]}）"


@lru_cache(maxsize=8192)  # a long page names the same instants many times
def date_time(value: datetime | None) -> str:
    """`2026-10-08（周四）17:00` in Asia/Shanghai; a dash for nothing."""
    return NOTHING if value is None else f"{day(value)}{local(value):%H:%M}"


def instant_words(text: str) -> str:
    """A text that is an instant with its offset as `date_time`; any other as it is."""
    try:
        at = datetime.fromisoformat(text) if "T" in text else None
    except ValueError:
        return text
    return text if at is None or at.tzinfo is None else date_time(at)


@lru_cache(maxsize=8192)
def machine_time(value: datetime | None) -> str:
    """For the `datetime` attribute of <time>: ISO 8601 with the offset of Asia/Shanghai, to the second."""
    return "" if value is None else local(value).isoformat(timespec="seconds")


@lru_cache(maxsize=8192)
def time_tag(value: datetime | None, after: str = "") -> Markup:
    """An instant as <time>, `after` in it; a dash for nothing."""
    if not value:
        return Markup(NOTHING)
    return Markup('<time class="number" datetime="{}">{}{}</time>').format(machine_time(value), date_time(value), after)


def word(code: str | int | None, name: str) -> str:
    """The Chinese word for `code` in the vocabulary `name` (`status`, `task`, …); a dash for nothing."""
    return vocabulary.label(name, code) or NOTHING


def light_words(light: str | None, remaining: int | None = None) -> str:
    """What a light says: 正常·剩 3 个工作日. `remaining` counts working days, negative once overdue."""
    days = remaining or 0
    if light == "green":
        return f"正常·剩 {days} 个工作日" if days > 0 else "正常·今日到期"
    if light == "yellow":
        return f"临期·剩 {days} 个工作日" if days > 0 else "临期·今日到期"
    if light == "red":
        return f"超期·超 {-days} 个工作日" if days < 0 else "超期·不足 1 个工作日"
    return {"grey": "已暂停", "blue": "按期办结"}.get(light or "", "未定期限")


def light_badge(light: str | None, remaining: int | None = None, text: str | None = None) -> Markup:
    """The badge of a deadline: shape, border and words; `text` replaces the words (挂账, 超期办结)."""
    words = escape(text or light_words(light, remaining))
    if light is None or light not in _SHAPES:
        return Markup('<span class="light light-none">{}</span>').format(words)
    icon = Markup(f'<svg viewBox="0 0 20 20" aria-hidden="true" focusable="false">{_SHAPES[light]}</svg>')
    return Markup('<span class="light light-{}">{}<span>{}</span></span>').format(light, icon, words)


def shape(light: str) -> Markup:
    """The shape of a light, drawn on 20 × 20, for other drawings."""
    return Markup(_SHAPES[light])


def masked_name(name: str | None) -> str:
    """戴先生 stays, 戴建国 becomes 戴**, a company keeps its first two characters."""
    if not name:
        return NOTHING
    if len(name) > 6:
        return f"{name[:2]}****"
    surname = name[:2] if name.startswith(_COMPOUND_SURNAMES) else name[:1]
    return name if name[len(surname) :] in _TITLES else f"{surname}**"


def masked_phone(phone: str | None) -> str:
    """138****1234: the first three and last four digits, of short numbers the last two alone."""
    digits = re.sub(r"\D", "", phone or "")
    if not digits:
        return NOTHING
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 10 else f"****{digits[-2:]}"


def install(environment: Environment) -> None:
    """Give the templates these filters."""
    environment.filters.update(
        day=day,
        date_time=date_time,
        machine_time=machine_time,
        time_tag=time_tag,
        word=word,
        masked_name=masked_name,
        masked_phone=masked_phone,
    )
    environment.globals.update(light_badge=light_badge, light_words=light_words)
