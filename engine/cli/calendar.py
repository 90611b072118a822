"""`bancheng calendar`: why a deadline falls on its day, and a year's official notice put in force."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from engine.cases.commands import SYSTEM
from engine.cli.plain import PlainGroup
from engine.cli.present import house_if_any
from engine.cli.values import FILE, INSTANT, NumberType
from engine.clock import local
from engine.house import enter_house
from engine.settings import read_settings
from engine.worktime import WorkTime
from engine.worktime.calendar_import import read_notice

_KIND = {
    "start": "起算日",
    "counted": "计入",
    "makeup": "调休计入",
    "weekend": "周末",
    "holiday": "放假",
    "paused": "挂起",
}


@click.group(cls=PlainGroup)
def calendar() -> None:
    """工作日历。"""


@calendar.command()
@click.option("--from", "since", type=INSTANT, required=True, help="起算时刻；当天不计。不写时区就是北京时间。")
@click.option("--workdays", type=NumberType(1, 250), required=True, help="工作日数。")
def explain(since: datetime, workdays: int) -> None:
    """逐日说明期限怎么算出来；最后一行是期限。"""
    worktime = _worktime()
    deadline = worktime.workdays(workdays, since)
    for day in worktime.explain(since, workdays):
        number = "" if day.n is None else f" 第{day.n}个工作日"
        click.echo(f"{day.date} {_KIND[day.kind]} {day.name}{number}")
    if worktime.provisional(local(deadline).date()):
        click.echo("暂定：这一年的放假通知尚未录入")
    click.echo(deadline.isoformat())


def _worktime() -> WorkTime:
    """By the calendar of the house, where there is one; else by the shipped calendar."""
    with house_if_any() as engine:
        return WorkTime.shipped() if engine is None else engine.worktime


@calendar.command("import")
@click.argument("file", type=FILE)
@click.option("--source", help="通知的名称或文号；不填就是文件名。")
def import_notice(file: Path, source: str | None) -> None:
    """录入一年的放假通知；在办件的期限随之重算，已承诺的期限不提前。"""
    notice = read_notice(file.read_bytes(), source or file.name)
    engine = enter_house(read_settings(), simulated=True)
    version = engine.import_notice(notice, SYSTEM)
    followed = list(engine.follow_calendar())
    moved = [each for each in followed if each.before != each.after]
    for each in moved:
        click.echo(f"{each.no}  {_shown(each.before)} → {_shown(each.after)}")
    engine.db.close()
    click.echo(
        f"已录入 {notice.year} 年的放假安排（日历第 {version} 版）：在办 {len(followed)} 件，{len(moved)} 件期限有变"
    )


def _shown(instant: datetime | None) -> str:
    return "—" if instant is None else local(instant).isoformat(timespec="minutes")
