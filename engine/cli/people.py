"""`bancheng user add` and `bancheng token create`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from engine.audit import house as trail
from engine.cli.plain import PlainGroup
from engine.clock import SystemClock
from engine.directory import add_person, issue_token
from engine.house import open_house
from engine.settings import read_settings
from engine.storage.database import WriteTransaction


@click.group(cls=PlainGroup)
def user() -> None:
    """用户。"""


@user.command("add")
@click.argument("name")
@click.argument("more_groups", metavar="", nargs=-1)
@click.option(
    "--group", "groups", metavar="G", multiple=True, required=True, help="所在的组，例如 window、unit:SC-SS；可重复。"
)
@click.option("--display", metavar="名字", help="屏幕上显示的名字；不填就是登录名。")
@click.option("--unit", metavar="代码", help="所属单位的代码；组里只有一个单位时不必填。")
@click.option("--window", metavar="代码", help="所在窗口，例如 W3。")
@click.option("--password-stdin", is_flag=True, help="从标准输入读口令（第一行）；不给就在终端上问。")
def add_user(
    name: str,
    more_groups: Sequence[str],
    groups: Sequence[str],
    display: str | None,
    unit: str | None,
    window: str | None,
    password_stdin: bool,
) -> None:
    """添加一个可以登录的用户。"""
    everything = [*groups, *more_groups]
    password = _password(password_stdin)

    def add(tx: WriteTransaction) -> None:
        tx.begin_writing()
        now = SystemClock().now()
        of_unit = unit or _only_unit(everything)
        person = add_person(tx.conn, name, display or name, password, everything, of_unit, window, now)
        trail.record(tx.conn, now, "system", "user_added", name, {"groups": sorted(person.groups)})

    engine = open_house(read_settings())
    engine.db.write(add)
    click.echo(f"已添加用户 {name}（{'、'.join(everything)}）")


@click.group(cls=PlainGroup)
def token() -> None:
    """接口令牌。"""


@token.command("create")
@click.option("--user", "name", metavar="NAME", required=True, help="令牌属于哪个用户。")
def create_token(name: str) -> None:
    """为用户发一个令牌（Authorization: Bearer …），只显示这一次。"""

    def issue(tx: WriteTransaction) -> str:
        tx.begin_writing()
        now = SystemClock().now()
        issued = issue_token(tx.conn, name, now)
        trail.record(tx.conn, now, "system", "token_issued", name)
        return issued

    click.echo(open_house(read_settings()).db.write(issue))


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("口令", hide_input=True, confirmation_prompt="再输一次", err=True))


def _only_unit(groups: Sequence[str]) -> str | None:
    units = {code for _, colon, code in (group.partition(":") for group in groups) if colon}
    return units.pop() if len(units) == 1 else None
