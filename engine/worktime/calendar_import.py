"""Reads a year's notice from a file a person hands in: CSV `date,kind,name` or the JSON of the holiday-cn project.

Everything wrong in the file is told at once, by line or by path; nothing is guessed.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine.errors import BadInput
from engine.worktime.notices import SpecialDay, SpecialKind, YearNotice

_KINDS: dict[str, SpecialKind] = {"holiday": "holiday", "workday": "workday", "放假": "holiday", "上班": "workday"}
_SHAPE = "请使用 CSV（每行：日期,holiday 或 workday,名称）或 holiday-cn 的 JSON 文件。"
_BAD_KIND = "请写明放假（holiday，isOffDay 为 true）还是上班（workday，isOffDay 为 false），不要有多余的列。"
_BAD_DATE = "日期看不懂，请写成 2027-01-01 这样的真实日期。"


@dataclass(frozen=True)
class _Row:
    """One day as the file gives it; `place` is where, for the error: `line.3` or `days.2`."""

    place: str
    date: object
    kind: SpecialKind | None
    name: object


def read_notice(content: bytes, source: str) -> YearNotice:
    """The notice in a file; `source` is kept beside it (title or number of the notice, or the file's name).

    CSV in UTF-8 or GB 18030, as spreadsheets save it, with or without a heading; one year per file, to which the
    December before may belong. BadInput names every line (`line.3`) or entry (`days.2`) that cannot be taken.
    """
    text = _decode(content)
    year, rows = _from_json(text) if text.lstrip().startswith(("{", "[")) else (None, _from_csv(text))
    days = _days(rows)
    if year is None:
        year = max(day.date.year for day in days.values())
    notice = YearNotice(year, tuple(_ascending(days)), source)
    _refuse({place: _stray(notice) for place, day in days.items() if not notice.covers(day.date)})
    return notice


def _decode(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _unreadable("文件不是文本，或编码不是 UTF-8、GB 18030。")


def _from_json(text: str) -> tuple[int, list[_Row]]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise _unreadable("文件不是完整的 JSON。") from problem
    if not (isinstance(data, dict) and type(data.get("year")) is int and isinstance(data.get("days"), list)):
        raise _unreadable("JSON 里要有整数 year 和列表 days。")
    return data["year"], [_json_row(f"days.{number}", entry) for number, entry in enumerate(data["days"])]


def _json_row(place: str, entry: Any) -> _Row:
    if not isinstance(entry, dict):
        return _Row(place, None, None, "")
    off = entry.get("isOffDay")
    kind: SpecialKind | None = None
    if isinstance(off, bool):
        kind = "holiday" if off else "workday"
    return _Row(place, entry.get("date"), kind, entry.get("name", ""))


def _from_csv(text: str) -> list[_Row]:
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        rows = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader]
    except csv.Error as problem:
        raise _unreadable("文件不是完整的 CSV。") from problem
    return [_csv_row(f"line.{line}", cells) for line, cells in rows if any(cells) and not _is_heading(cells)]


def _is_heading(cells: Sequence[str]) -> bool:
    return cells[0].lower() in ("date", "日期")


def _csv_row(place: str, cells: Sequence[str]) -> _Row:
    day, kind, name = [*cells, "", ""][:3]
    too_many = any(cells[3:])
    return _Row(place, day, None if too_many else _KINDS.get(kind.lower()), name)


def _days(rows: Sequence[_Row]) -> dict[str, SpecialDay]:
    """The days by place in the file; BadInput unless there is at least one and all are sound and different."""
    if not rows:
        raise _unreadable("文件里没有任何日期。")
    _refuse(dict(_problems(rows)))
    return {row.place: SpecialDay(_date(row.date), row.kind, _name(row)) for row in rows if row.kind is not None}


def _problems(rows: Sequence[_Row]) -> Iterator[tuple[str, str]]:
    seen: dict[date, str] = {}
    for row in rows:
        try:
            first = seen.setdefault(_date(row.date), row.place)
        except ValueError:
            yield row.place, _BAD_DATE
            continue
        if first != row.place:
            yield row.place, f"{row.date} 出现了两次，请只留一行。"
        elif row.kind is None:
            yield row.place, _BAD_KIND
        elif not isinstance(row.name, str):
            yield row.place, "名称要写成文字，如“国庆节”。"


def _date(value: object) -> date:
    """Also `2027/1/1`, which spreadsheets make of the date on saving; ValueError for anything else."""
    if not isinstance(value, str):
        raise ValueError("not a text")
    return datetime.strptime(value.replace("/", "-"), "%Y-%m-%d").date()


def _name(row: _Row) -> str:
    return str(row.name) or ("节假日" if row.kind == "holiday" else "")


def _ascending(days: dict[str, SpecialDay]) -> list[SpecialDay]:
    return sorted(days.values(), key=lambda day: day.date)


def _stray(notice: YearNotice) -> str:
    return f"这一天不属于 {notice.year} 年的安排（可含上一年12月）；请一年一个文件。"


def _refuse(problems: dict[str, str]) -> None:
    if problems:
        place, sentence = next(iter(problems.items()))
        raise BadInput(problems, f"放假安排没有导入，共 {len(problems)} 处有误。{_spoken(place)}：{sentence}")


def _spoken(place: str) -> str:
    kind, number = place.split(".")
    return f"第 {number} 行" if kind == "line" else f"days 第 {int(number) + 1} 项"


def _unreadable(why: str) -> BadInput:
    return BadInput({"file": why + _SHAPE}, f"放假安排没有导入：{why}{_SHAPE}")
