"""Asks the engine and the oracle the same random questions. As a program it prints what one zone of the machine gives.

`python -m worktime.comparison SEED CASES` ends with exit code 1 and the first question on which the two differ.
"""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from random import Random
from zoneinfo import ZoneInfo

from engine.worktime import WorkTime

from . import oracle

FIRST, LAST = datetime(2022, 2, 20, tzinfo=UTC), datetime(2027, 11, 1, tzinfo=UTC)
EDGES = [(0, 0), (9, 0), (11, 59), (12, 0), (13, 0), (13, 30), (16, 59), (17, 0), (17, 1), (23, 59)]
ZONES = [ZoneInfo(name) for name in ("Asia/Shanghai", "UTC", "America/New_York", "Pacific/Apia", "Asia/Kathmandu")]


def instants(random: Random, count: int) -> Iterator[datetime]:
    """Instants of 2022 to 2027, every third at an edge of the office's day, written in this or that zone."""
    for number in range(count):
        at = FIRST + timedelta(minutes=random.randrange(int((LAST - FIRST).total_seconds()) // 60))
        if number % 3 == 0:
            hour, minute = random.choice(EDGES)
            at = at.astimezone(ZONES[0]).replace(hour=hour, minute=minute)
        yield at.astimezone(random.choice(ZONES))


def by_engine(worktime: WorkTime, at: datetime, n: int, due: datetime) -> dict[str, object]:
    day, due_day = at.astimezone(ZONES[0]).date(), due.astimezone(ZONES[0]).date()
    return {
        "workdays": _written(worktime.workdays(n, at)),
        "explained": worktime.explain(at, n)[-1].date,
        "office_hours": _written(worktime.office_hours(n / 2, at)),
        "closing_time": _written(worktime.closing_time(at)),
        "next_opening": _written(worktime.next_opening(at)),
        "month_later": _written(worktime.month_later(at)),
        "shift": _written(worktime.shift(at, n - 1)),
        "opening_before": _written(worktime.opening_before(at, n)),
        "count": worktime.count(day, due_day),
        "remaining": worktime.remaining(at, due),
        "is_workday": worktime.is_workday(day),
        "provisional": worktime.provisional(day),
    }


def by_oracle(at: datetime, n: int, due: datetime) -> dict[str, object]:
    now, deadline = oracle.here(at), oracle.here(due)
    day, due_day = now.date(), deadline.date()
    return {
        "workdays": _close(oracle.step(day, n)),
        "explained": oracle.step(day, n),
        "office_hours": oracle.office_minutes(30 * n, now),
        "closing_time": _close(day) if oracle.works(day) else now,
        "next_opening": _open(oracle.step(day, 1)),
        "month_later": _open(oracle.month_later(day)),
        "shift": _close(oracle.step(day, n - 1)) if n > 1 else now,
        "opening_before": _open(oracle.step(day, n, -oracle.DAY)),
        "count": _walked(day, due_day),
        "remaining": _walked(day, due_day) if now <= deadline else -_walked(due_day, day),
        "is_workday": oracle.works(day),
        "provisional": day.year > 2026,
    }


def compare(seed: int, count: int, worktime: WorkTime) -> str:
    """A digest of all answers; ValueError with the question on the first difference."""
    random, digest = Random(seed), hashlib.sha256()
    for at in instants(random, count):
        n, due = random.randint(1, 16), at + timedelta(hours=random.randint(-300, 300))
        given, expected = by_engine(worktime, at, n, due), by_oracle(at, n, due)
        for name in expected:
            if given[name] != expected[name]:
                raise ValueError(f"{name} at {at} n {n} due {due}: {given[name]}, the oracle says {expected[name]}")
        digest.update(repr(given).encode())
    return digest.hexdigest()


def _written(result: datetime) -> datetime:
    """The date and time a person reads in the result; its offset must be Shanghai's."""
    if result.utcoffset() != timedelta(hours=8):
        raise ValueError(f"{result.isoformat()} is not written in Shanghai's offset")
    return result.replace(tzinfo=None)


def _close(day: date) -> datetime:
    return datetime.combine(day, clock_time(17))


def _open(day: date) -> datetime:
    return datetime.combine(day, clock_time(9))


def _walked(after: date, upto: date) -> int:
    return sum(oracle.works(after + timedelta(each)) for each in range(1, (upto - after).days + 1))


if __name__ == "__main__":
    print(time.strftime("%z", time.localtime(0)), compare(int(sys.argv[1]), int(sys.argv[2]), WorkTime.shipped()))
