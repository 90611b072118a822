"""`bancheng erasure`: what is past its time, what was erased, and erasing it again after a backup was restored."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from engine.cases.commands import SYSTEM, AskErasure, EraseCase
from engine.cli.plain import PlainGroup
from engine.clock import local
from engine.errors import EngineError
from engine.facade import Engine
from engine.house import enter_house
from engine.queries.keeping import Due, Erasure, keeping, kept
from engine.settings import read_settings

_NOTE = "恢复备份后，按以前的清除名单重做。"


@click.group(cls=PlainGroup)
def erasure() -> None:
    """个人信息的保存期限和清除。"""


@erasure.command()
def due() -> None:
    """列出保存期已满、还没有清除、不在保全中的件：编号和到期时刻，归档早的在前，最多 200 件。"""
    for each in enter_house(read_settings(), simulated=True).read(keeping).due:
        click.echo(_due(each))


def _due(each: Due) -> str:
    return f"{each.no} {local(each.due).isoformat(timespec='seconds')}"


@erasure.command("list")
def list_erased() -> None:
    """列出已清除的件：编号、时刻、理由的代码，最近的在前。名单里没有个人信息，请和备份分开存放，`again` 用得着。"""
    for each in enter_house(read_settings(), simulated=True).read(keeping, None).done:
        click.echo(_done(each))


def _done(each: Erasure) -> str:
    return f"{each.no} {local(each.decided_at or each.asked_at).isoformat(timespec='seconds')} {each.ground}"


@erasure.command()
@click.argument("file", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def again(file: Path) -> None:
    """恢复旧备份以后，按 `list` 的名单再清除一次；已清除的跳过。有一件清除不了就说明原因，返回 1。"""
    engine = enter_house(read_settings(), simulated=True)
    refused = [said for line in file.read_text("utf-8").splitlines() if line.strip() for said in _again(engine, line)]
    for said in refused:
        click.echo(said, err=True)
    if refused:
        sys.exit(1)


def _again(engine: Engine, line: str) -> list[str]:
    """Erase one case anew; a sentence where that cannot be."""
    no = line.split()[0]
    try:
        found = engine.read(kept, no)
        if found.done is None:
            asked = found.asked.id if found.asked else engine.execute(AskErasure(no, "restored", _NOTE), SYSTEM)
            engine.execute(EraseCase(no, asked), SYSTEM)
            click.echo(no)
    except EngineError as error:
        return [f"{no} {error.message}"]
    return []
