"""`bancheng check` and `bancheng publish`: the gate every diagram goes through."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import click

from engine.cli.plain import PlainCommand
from engine.cli.values import FILE, FOLDER, WordType
from engine.definitions.gate import findings_of, publish_folder
from engine.definitions.gathering import FAMILY, Source, gathered, source
from engine.errors import DiagramRefused, Finding
from engine.house import open_house
from engine.settings import read_settings


@click.command(cls=PlainCommand)
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=FILE)
@click.option("--law", type=WordType("closed-loop"), help="closed-loop：另外检查闭环规矩（主流程一族总要检查）。")
@click.option(
    "--json", "as_json", is_flag=True, help="输出 JSON：{ok, findings:[{file, code, element, message, run}]}。"
)
def check(files: Sequence[Path], law: str | None, as_json: bool) -> None:
    """检查流程图或决策表能否安全执行。

    用到的子流程、表单和决策表依次在参数里、文件旁边、自带文件里找。
    每条问题一行：文件: 代码 元素 说明。没有问题返回 0，有问题返回 1。
    """
    findings = list(dict.fromkeys(_findings([source(path) for path in files], law is not None)))
    if as_json:
        told = [{**asdict(finding), "run": []} for finding in findings]
        click.echo(json.dumps({"ok": not findings, "findings": told}, ensure_ascii=False, indent=1))
    else:
        _tell(findings)
    if findings:
        sys.exit(1)


def _tell(findings: Iterable[Finding]) -> None:
    """One line each, also where an element's name runs over several."""
    for finding in findings:
        click.echo(" ".join(finding.line().split()))


def _findings(targets: Sequence[Source], law: bool) -> Iterator[Finding]:
    """Each target with what it needs; one that was already checked along with another is not checked again."""
    seen: set[str] = set()
    for target in targets:
        if target.place in seen:
            continue
        bundle = gathered(target, targets)
        seen |= {part.place for part in bundle}
        shown = {part.place: part.shown for part in bundle}
        in_family = bool(target.declares & FAMILY)
        for finding in findings_of({part.place: part.content for part in bundle}, law=law or in_family):
            yield replace(finding, file=shown.get(finding.file, finding.file))


@click.command(cls=PlainCommand)
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--author", metavar="NAME", default="admin", help="发布人，默认 admin。")
def publish(folder: Path, author: str) -> None:
    """发布一个文件夹里的流程图、决策表和表单；检查不通过就不发布，正在运行的版本不变。"""
    engine = open_house(read_settings())
    try:
        version = publish_folder(engine, folder, author)
    except DiagramRefused as refused:
        _tell(refused.findings)
        raise
    click.echo(f"已发布第 {version} 版")
