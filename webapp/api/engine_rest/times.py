"""Instants as Camunda clients write and read them: 2026-10-08T17:00:00.000+0800."""

from __future__ import annotations

from datetime import date, datetime

from engine.clock import local
from engine.errors import BadInput

EXAMPLE = "2026-10-08T17:00:00.000+0800"


def time_out(instant: datetime | None) -> str | None:
    """An instant in Asia/Shanghai, to the millisecond."""
    if instant is None:
        return None
    here = local(instant)
    return f"{here:%Y-%m-%dT%H:%M:%S}.{here.microsecond // 1000:03d}{here:%z}"


def time_in(text: object, field: str) -> datetime:
    """That form, or ISO 8601 with offset; raises BadInput for anything else, and for an instant without offset."""
    try:
        instant = datetime.fromisoformat(text) if isinstance(text, str) and "T" in text else None
    except ValueError:
        instant = None
    if instant is None:
        raise BadInput({field: f"应是时间，写成 {EXAMPLE}。"})
    if instant.tzinfo is None:
        raise BadInput({field: f"时间缺少时区，请写成 {EXAMPLE}。"})
    return _representable(instant, field)


def _representable(instant: datetime, field: str) -> datetime:
    try:
        return local(instant)
    except OverflowError:
        raise BadInput({field: f"时间超出范围，请写成 {EXAMPLE}。"}) from None


def is_day(text: object) -> bool:
    """Whether it is a plain date, 2026-10-08."""
    try:
        return isinstance(text, str) and len(text) == 10 and bool(date.fromisoformat(text))
    except ValueError:
        return False
