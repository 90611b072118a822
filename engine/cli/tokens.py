"""`bancheng token …`: what programs sign in with."""

from __future__ import annotations

from datetime import datetime, timedelta

import click

from engine.cli.people import OPERATOR, written
from engine.cli.plain import PlainGroup
from engine.cli.table import aligned
from engine.cli.values import NumberType
from engine.clock import local
from engine.directory.tokens import LASTS, issue_token, revoke_token, tokens_of


@click.group(cls=PlainGroup)
def token() -> None:
    """接口令牌。"""


@token.command("create")
@click.option("--user", "name", metavar="NAME", required=True, help="令牌属于哪个用户。")
@click.option("--label", metavar="用途", default="", help="写明给谁、做什么用。")
@click.option("--days", type=NumberType(1, 3650), default=LASTS.days, help="有效多少天，默认 365。")
def create_token(name: str, label: str, days: int) -> None:
    """为用户发一个令牌（Authorization: Bearer …），只显示这一次。"""
    lasts = timedelta(days=days)
    click.echo(written(lambda engine, tx, now: issue_token(tx.conn, name, now, label, lasts, OPERATOR)))


@token.command("list")
@click.option("--user", "name", metavar="NAME", help="只列这个用户的。")
def list_tokens(name: str | None) -> None:
    """列出令牌：编号、用户、发放、最近使用、到期、用途。"""
    found = written(lambda engine, tx, now: tokens_of(tx.conn, name))
    if not found:
        click.echo("没有令牌。")
        return
    rows = [("编号", "用户", "发放", "最近使用", "到期", "用途")]
    rows += [(t.id, t.person, _day(t.created_at), _day(t.used_at), _day(t.expires_at), t.label) for t in found]
    for line in aligned(rows):
        click.echo(line)


@token.command("revoke")
@click.argument("id")
def revoke(id: str) -> None:
    """收回一个令牌，编号见 token list；用它的程序立即不能再用。"""
    revoked = written(lambda engine, tx, now: revoke_token(tx.conn, id, now, OPERATOR))
    click.echo(f"已收回 {revoked.person} 的令牌 {revoked.id}。")


def _day(at: datetime | None) -> str:
    return "—" if at is None else local(at).date().isoformat()
