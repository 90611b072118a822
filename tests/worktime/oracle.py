"""Working time once more, the slow way: own tables, a walk day by day, naive local time. Shares no line with engine."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache

OFF = {
    2022: "0101-0103 0131-0206 0403-0405 0430-0504 0603-0605 0910-0912 1001-1007",
    2023: "0101-0102 0121-0127 0405-0405 0429-0503 0622-0624 0929-1006",
    2024: "0101-0101 0210-0217 0404-0406 0501-0505 0610-0610 0915-0917 1001-1007",
    2025: "0101-0101 0128-0204 0404-0406 0501-0505 0531-0602 1001-1008",
    2026: "0101-0103 0215-0223 0404-0406 0501-0505 0619-0621 0925-0927 1001-1007",
    2027: "0101-0101 0205-0208 0405-0405 0501-0502 0609-0609 0915-0915 1001-1003",
}
WORKED = {
    2022: "0129 0130 0402 0424 0507 1008 1009",
    2023: "0128 0129 0423 0506 0625 1007 1008",
    2024: "0204 0218 0407 0428 0511 0914 0929 1012",
    2025: "0126 0208 0427 0928 1011",
    2026: "0104 0214 0228 0509 0920 1010",
    2027: "",
}
OPEN_MINUTES = [*range(9 * 60, 12 * 60), *range(13 * 60 + 30, 17 * 60)]
DAY = timedelta(1)


def here(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(tzinfo=None) + timedelta(hours=8)


@cache
def works(day: date) -> bool:
    written = f"{day:%m%d}"
    if written in WORKED[day.year].split():
        return True
    off = any(span[:4] <= written <= span[5:] for span in OFF[day.year].split())
    return day.isoweekday() < 6 and not off


def step(day: date, n: int, by: timedelta = DAY) -> date:
    while n:
        day += by
        n -= works(day)
    return day


def month_later(day: date) -> date:
    first = (day.replace(day=1) + 31 * DAY).replace(day=1)
    same = first
    while same.day < day.day and (same + DAY).month == first.month:
        same += DAY
    return step(same - DAY, 1)


def office_minutes(n: int, since: datetime) -> datetime:
    day, earliest = since.date(), since.hour * 60 + since.minute
    while True:
        minutes = [each for each in OPEN_MINUTES if each >= earliest] if works(day) else []
        if len(minutes) >= n:
            return datetime.combine(day, time()) + timedelta(minutes=minutes[n - 1] + 1)
        day, earliest, n = day + DAY, 0, n - len(minutes)
