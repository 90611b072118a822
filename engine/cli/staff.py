"""`bancheng user groups`, `disable`, `enable`, `list`: people changed by the operator of the server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from engine.cases.commands import SYSTEM
from engine.cli.people import user as user
from engine.cli.table import aligned
from engine.directory.commands import ChangeGroups, SetActive
from engine.directory.staff import Staffed
from engine.house import open_house
from engine.queries.staff import StaffFilter, StaffRow, list_staff
from engine.settings import read_settings
from engine.vocabulary import ACTIVE


@user.command("groups")
@click.argument("name")
@click.option("--add", metavar="G", multiple=True, help="加入这个组；可重复。")
@click.option("--remove", metavar="G", multiple=True, help="退出这个组；可重复。")
def change_groups(name: str, add: Sequence[str], remove: Sequence[str]) -> None:
    """改一个用户的组，从下一次请求起生效；不给 --add、--remove 就只显示。"""
    engine = open_house(read_settings())
    done: Staffed = engine.execute(ChangeGroups(name, tuple(add), tuple(remove)), SYSTEM)
    click.echo(f"{name}：{'、'.join(sorted(done.person.groups)) or '没有组'}")


@user.command()
@click.argument("name")
def disable(name: str) -> None:
    """停用一个用户：马上不能再用，已登录的也退出。"""
    open_house(read_settings()).execute(SetActive(name, False), SYSTEM)
    click.echo(f"已停用 {name}。")


@user.command()
@click.argument("name")
def enable(name: str) -> None:
    """重新启用一个用户，例如 90 天没有登录而停用的。"""
    open_house(read_settings()).execute(SetActive(name, True), SYSTEM)
    click.echo(f"已启用 {name}。")


@user.command("list")
@click.option("--group", metavar="G", help="只列这个组的。")
@click.option("--unit", metavar="代码", help="只列这个单位的。")
@click.option("--inactive", is_flag=True, help="只列已停用的。")
def listed(group: str | None, unit: str | None, inactive: bool) -> None:
    """列出用户：登录名、姓名、组、是否在用。"""
    wanted = StaffFilter(group=group, unit=unit, active=False if inactive else None)
    found = open_house(read_settings()).read(list_staff, wanted, None, None)
    for line in _lines(found.items):
        click.echo(line)


def _lines(rows: Sequence[StaffRow]) -> Iterator[str]:
    if rows:
        cells = ((row.name, row.display, " ".join(row.groups), ACTIVE["yes" if row.active else "no"]) for row in rows)
        yield from aligned(cells)
