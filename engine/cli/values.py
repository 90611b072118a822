"""Kinds of values a command takes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from engine.clock import ZONE


class InstantType(click.ParamType[datetime]):
    """An ISO 8601 instant; without an offset it is Beijing time."""

    name = "ISO"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            instant = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"“{value}”不是时刻，请写成 2026-10-08T17:00+08:00 这样。", param, ctx)
        return instant if instant.tzinfo else instant.replace(tzinfo=ZONE)


class NumberType(click.ParamType[int]):
    """A whole number between two bounds."""

    name = "N"

    def __init__(self, least: int, most: int) -> None:
        self._least, self._most = least, most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        try:
            number = int(value)
        except ValueError:
            number = self._least - 1
        if not self._least <= number <= self._most:
            self.fail(f"“{value}”不行，请填 {self._least} 到 {self._most} 之间的整数。", param, ctx)
        return number


class WordType(click.ParamType[str]):
    """One of a few words."""

    name = "WORD"

    def __init__(self, *words: str) -> None:
        self._words = words

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value not in self._words:
            self.fail(f"“{value}”不行，请填 {'、'.join(self._words)}。", param, ctx)
        return str(value)


class PathType(click.ParamType[Path]):
    """What is there: a file, a folder, or either."""

    _NAMES: Mapping[str, str] = {"FILE": "文件", "DIR": "文件夹", "PATH": "文件或文件夹"}

    def __init__(self, name: str = "FILE") -> None:
        self.name = name

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        path = Path(value)
        if not {"FILE": path.is_file, "DIR": path.is_dir, "PATH": path.exists}[self.name]():
            self.fail(f"没有这个{self._NAMES[self.name]}：{value}", param, ctx)
        return path


class DayType(click.ParamType[date]):
    """A day."""

    name = "DATE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"“{value}”不是日期，请写成 2026-10-08 这样。", param, ctx)


INSTANT = InstantType()
DAY = DayType()
FILE = PathType()
FOLDER = PathType("DIR")
PATH = PathType("PATH")
