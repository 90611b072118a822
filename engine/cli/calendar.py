"""`bancheng calendar explain`: why a deadline falls on its day."""

from __future__ import annotations

from datetime import datetime

import click

from engine.cli.plain import PlainGroup
from engine.cli.values import INSTANT, NumberType
from engine.clock import local
from engine.worktime import WorkTime

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
    worktime = WorkTime.shipped()
    deadline = worktime.workdays(workdays, since)
    for day in worktime.explain(since, workdays):
        number = "" if day.n is None else f" 第{day.n}个工作日"
        click.echo(f"{day.date} {_KIND[day.kind]} {day.name}{number}")
    if worktime.provisional(local(deadline).date()):
        click.echo("暂定：这一年的放假通知尚未录入")
    click.echo(deadline.isoformat())
