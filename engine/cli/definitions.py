"""`bancheng check` and `bancheng publish`: the gate every diagram goes through."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from itertools import chain
from pathlib import Path
from typing import Any, TypeAlias

import click

from engine.bpmn.lint import waiting_of
from engine.bpmn.lint.endings import Ending
from engine.bpmn.lint.law import NO_CLOCK
from engine.bpmn.lint.waiting import Place
from engine.cli.plain import PlainCommand
from engine.cli.values import FILE, FOLDER, WordType
from engine.cli.waiting_list import waiting_lines
from engine.definitions.gate import findings_of, publish_folder
from engine.definitions.gathering import FAMILY, Source, gathered, source
from engine.errors import DiagramRefused, Finding
from engine.house import open_house
from engine.settings import read_settings

Listed: TypeAlias = tuple[list[Place], list[Ending]]


@click.command(cls=PlainCommand)
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=FILE)
@click.option("--law", type=WordType("closed-loop"), help="closed-loop：另外检查闭环规矩（主流程一族总要检查）。")
@click.option(
    "--json", "as_json", is_flag=True, help="输出 JSON：{ok, findings:[{file, code, element, message, run}]}。"
)
@click.option("--waiting", is_flag=True, help="另外列出每个等待处和它的时限、每个结束处和之前的答复。")
def check(files: Sequence[Path], law: str | None, as_json: bool, waiting: bool) -> None:
    """检查流程图或决策表能否安全执行。

    用到的子流程、表单和决策表依次在参数里、文件旁边、自带文件里找。
    每条问题一行：文件: 代码 元素 说明。没有问题返回 0，有问题返回 1。
    """
    bundles = list(_bundles([source(path) for path in files]))
    found = [_findings(bundle, law is not None) for bundle in bundles]
    findings = list(dict.fromkeys(chain(*found)))
    listed = [_waiting(bundle, own) for bundle, own in zip(bundles, found, strict=True)] if waiting else []
    if as_json:
        _tell_json(findings, listed, waiting)
    else:
        _tell(findings)
        for places, ends in listed:
            click.echo("\n".join(waiting_lines(places, ends)))
    if findings:
        sys.exit(1)


def _tell_json(findings: Sequence[Finding], listed: Iterable[Listed], waiting: bool) -> None:
    told: dict[str, Any] = {"ok": not findings, "findings": [{**asdict(finding), "run": []} for finding in findings]}
    if waiting:
        told["waiting"] = [
            {**asdict(place), "without_clock": place.without_clock} for places, _ in listed for place in places
        ]
        told["endings"] = [asdict(ending) for _, endings in listed for ending in endings]
    click.echo(json.dumps(told, ensure_ascii=False, indent=1))


def _tell(findings: Iterable[Finding]) -> None:
    """One line each, also where an element's name runs over several."""
    for finding in findings:
        click.echo(" ".join(finding.line().split()))


def _bundles(targets: Sequence[Source]) -> Iterator[list[Source]]:
    """Each target, first, with what it needs; one already gathered along with another does not come again."""
    seen: set[str] = set()
    for target in targets:
        if target.place not in seen:
            bundle = gathered(target, targets)
            seen |= {part.place for part in bundle}
            yield bundle


def _findings(bundle: Sequence[Source], law: bool) -> list[Finding]:
    """What is wrong, told with the names of the files as they were given."""
    shown = {part.place: part.shown for part in bundle}
    in_family = bool(bundle[0].declares & FAMILY)
    found = findings_of({part.place: part.content for part in bundle}, law=law or in_family)
    return [replace(finding, file=shown.get(finding.file, finding.file)) for finding in found]


def _waiting(bundle: Sequence[Source], found: Iterable[Finding]) -> Listed:
    """Nothing of what cannot even be read."""
    if any(finding.code != NO_CLOCK for finding in found):
        return [], []
    return waiting_of({part.place: part.content for part in bundle})


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
