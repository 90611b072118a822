"""`bancheng export-ledger`: the whole ledger as a file."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from engine.cases.commands import SYSTEM
from engine.cli.plain import PlainCommand
from engine.errors import BadInput
from engine.exports.ledger import FORMATS, export_ledger
from engine.house import enter_house
from engine.queries.ledger import LedgerFilter
from engine.settings import read_settings

_STEP = 500  # rows between two moves of the bar


@click.command("export-ledger", cls=PlainCommand)
@click.option("-o", "path", metavar="FILE", required=True, help="写到这个文件，以 .xlsx 或 .csv 结尾。")
def export(path: str) -> None:
    """导出工作台账：每件一行，姓名和电话已脱敏，不含限密件。"""
    target = Path(path)
    if target.suffix.removeprefix(".").lower() not in FORMATS:
        raise BadInput({"file": "文件名请以 .csv 或 .xlsx 结尾。"})
    engine = enter_house(read_settings(), simulated=True)
    with click.progressbar(length=1, label="导出台账", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:

        def on_row(done: int, of: int) -> None:
            bar.length = of
            if done % _STEP == 0 or done == of:
                bar.update(done - bar.pos)

        written = export_ledger(engine, SYSTEM, LedgerFilter(), target, on_row)
    click.echo(f"已导出 {written} 件：{path}", err=True)
