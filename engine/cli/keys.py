"""`bancheng key new`."""

from __future__ import annotations

import click

from engine.cli.plain import PlainGroup
from engine.keys import new_secret


@click.group(cls=PlainGroup)
def key() -> None:
    """密钥。"""


@key.command("new")
def new_key() -> None:
    """生成一个密钥并显示；它不保存在任何地方。"""
    click.echo(new_secret())
