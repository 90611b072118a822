"""`bancheng user …`: who may sign in."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

import click

from engine.audit import house as trail
from engine.cli.plain import PlainGroup
from engine.clock import SystemClock
from engine.directory import add_person
from engine.directory.accounts import set_initial_password, the_account
from engine.directory.second_factor import reset_second_factor
from engine.directory.sessions import end_sessions
from engine.directory.signing_in import unlock
from engine.facade import Engine
from engine.house import open_house
from engine.settings import read_settings
from engine.storage.database import WriteTransaction

OPERATOR = "system"  # whoever sits at the machine is known to the machine, not to the house
_FIRST_DAY = "口令 24 小时内有效，首次登录须修改。"

T = TypeVar("T")


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
@click.option("--password-stdin", is_flag=True, help="从标准输入读初始口令（第一行）；不给就在终端上问。")
def add_user(
    name: str,
    more_groups: Sequence[str],
    groups: Sequence[str],
    display: str | None,
    unit: str | None,
    window: str | None,
    password_stdin: bool,
) -> None:
    """添加一个可以登录的用户；口令由本人首次登录时修改。"""
    everything = [*groups, *more_groups]
    password = _password(password_stdin)

    def add(engine: Engine, tx: WriteTransaction, now: datetime) -> None:
        of_unit = unit or _only_unit(everything)
        person = add_person(tx.conn, name, display or name, password, everything, of_unit, window, now)
        trail.record(tx.conn, now, OPERATOR, "user_added", name, {"groups": sorted(person.groups)})

    written(add)
    click.echo(f"已添加用户 {name}（{'、'.join(everything)}）。{_FIRST_DAY}")


@user.command("password")
@click.argument("name")
@click.option("--password-stdin", is_flag=True, help="从标准输入读初始口令（第一行）；不给就在终端上问。")
def reset_password(name: str, password_stdin: bool) -> None:
    """给忘了口令的用户一个新的初始口令；原来的登录全部结束。"""
    password = _password(password_stdin)

    def reset(engine: Engine, tx: WriteTransaction, now: datetime) -> None:
        set_initial_password(tx.conn, name, password, OPERATOR, now)
        end_sessions(tx.conn, name, OPERATOR, now)

    written(reset)
    click.echo(f"已为 {name} 设置初始口令。{_FIRST_DAY}")


@user.command("unlock")
@click.argument("name")
def unlock_user(name: str) -> None:
    """解除登录失败次数过多造成的锁定。"""
    forgotten = written(lambda engine, tx, now: unlock(tx.conn, engine.keys, name, OPERATOR, now))
    click.echo(f"已解除 {name} 的锁定（清除 {forgotten} 次失败记录）。")


@user.group("second-factor", cls=PlainGroup)
def second_factor() -> None:
    """第二重验证。"""


@second_factor.command("reset")
@click.argument("name")
def reset_factor(name: str) -> None:
    """手机丢了：解除绑定，原来的登录全部结束；下次登录重新绑定。"""

    def reset(engine: Engine, tx: WriteTransaction, now: datetime) -> bool:
        the_account(tx.conn, name)
        had = reset_second_factor(tx.conn, name)
        trail.record(tx.conn, now, OPERATOR, "second_factor_reset", name)
        end_sessions(tx.conn, name, OPERATOR, now)
        return had

    click.echo(f"已解除 {name} 的第二重验证。" if written(reset) else f"{name} 没有绑定第二重验证。")


def written(work: Callable[[Engine, WriteTransaction, datetime], T]) -> T:
    """What `work` does in one write transaction of the house, at the machine's instant."""
    engine = open_house(read_settings())
    now = SystemClock().now()

    def begun(tx: WriteTransaction) -> T:
        tx.begin_writing()
        return work(engine, tx, now)

    try:
        return engine.db.write(begun)
    finally:
        engine.db.close()


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("口令", hide_input=True, confirmation_prompt="再输一次", err=True))


def _only_unit(groups: Sequence[str]) -> str | None:
    units = {code for _, colon, code in (group.partition(":") for group in groups) if colon}
    return units.pop() if len(units) == 1 else None
