"""`bancheng audit pack`: an evidence pack at the command line; its cover is drawn by the same pages."""

from __future__ import annotations

from pathlib import Path

import click
from flask import g

from engine.cases.commands import SYSTEM
from engine.cli.plain import PlainCommand
from engine.cli.values import WordType
from engine.evidence.pack import make_pack
from engine.house import enter_house
from engine.settings import read_settings
from engine.vocabulary import PACK_REASON
from webapp.app import create_app
from webapp.pages.audit_sheet import cover


@click.command(cls=PlainCommand)
@click.argument("no", metavar="NO")
@click.option("-o", "path", metavar="FILE", required=True, help="写到这个文件（zip）。")
@click.option("--papers", metavar="REASON", type=WordType(*PACK_REASON), help="连附件原件一起，写明原因。")
def pack(no: str, path: str, papers: str | None) -> None:
    """出具一件的证据包：审计单、流程图、逐行留痕、检查点的证明、签名和独立的核对程序；出具本身留痕。

    个人信息隐去；附件只列摘要，--papers 连原件一起：review 行政复议、court 行政诉讼、discipline 纪检监察调取、
    petition 信访核查、audit 审计机关调取。限密件不出具。
    """
    settings = read_settings()
    engine = enter_house(settings, simulated=True)
    with create_app(engine, settings).test_request_context():
        g.actor = SYSTEM
        content = make_pack(engine, SYSTEM, no, cover, papers)
    Path(path).write_bytes(content)
    keys = engine.keys.trail
    click.echo(f"已出具：{path}", err=True)
    click.echo(f"签名公钥指纹 {keys.fingerprint if keys else ''}", err=True)
