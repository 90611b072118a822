"""`bancheng key new|reseal`."""

from __future__ import annotations

import sys

import click

from engine.cases.sealing import rows_sealed
from engine.cli.plain import PlainGroup
from engine.cli.progress import progress
from engine.house import enter_house, reseal
from engine.keys import new_secret
from engine.settings import read_settings


@click.group(cls=PlainGroup)
def key() -> None:
    """密钥。"""


@key.command("new")
def new_key() -> None:
    """生成一个密钥并显示；它不保存在任何地方。"""
    click.echo(new_secret())


@key.command("reseal")
def reseal_all() -> None:
    """用第一行的密钥把个人信息全部重新加密，之后旧的密钥可以去掉。

    先让每个进程都换上新密钥（新的在第一行，旧的留在下面）并重启。中断了再运行一次即可。
    有打不开的逐处列出，返回 1，旧的密钥仍要留着。做完留痕。
    """
    engine = enter_house(read_settings(), simulated=True)
    renewed, broken = 0, list[str]()
    with engine.db.read() as conn:
        total = rows_sealed(conn)
    with progress(total, "重新加密") as step:
        for batch in reseal(engine):
            renewed, broken = renewed + batch.renewed, [*broken, *batch.broken]
            for _ in range(batch.rows):
                step()
    for place in broken:
        click.echo(place)
    said = "有的打不开，旧的密钥请留着。" if broken else "旧的密钥可以去掉了。"
    click.echo(f"重新加密 {renewed} 处。{said}", err=True)
    if broken:
        sys.exit(1)
