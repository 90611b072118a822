"""`bancheng whatif`: the cases of a period replayed over another version or a draft, before and after."""

from __future__ import annotations

import json
import sys
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import click

from engine.cases.commands import SYSTEM
from engine.cli.definitions import tell_findings
from engine.cli.plain import PlainCommand
from engine.cli.table import aligned
from engine.cli.values import DAY, FOLDER, NumberType
from engine.definitions.shipped import SHIPPED, read_folder
from engine.errors import DiagramRefused
from engine.house import enter_house
from engine.queries.people import group_name
from engine.queries.statistics import Period
from engine.queries.what_if import MOST_CASES, MOST_SECONDS, Question, WhatIf, what_if
from engine.queries.what_if_told import told
from engine.queries.what_if_words import agreement, assumptions, counted, lines, loads
from engine.settings import read_settings


@click.command(cls=PlainCommand)
@click.argument("folder", metavar="[DIR]", required=False, type=FOLDER)
@click.option("--from", "since", type=DAY, required=True, help="从哪一天收到的件起。")
@click.option("--to", "until", type=DAY, required=True, help="到哪一天收到的件止。")
@click.option("--version", type=NumberType(1, 1_000_000), help="在哪一版上试算；不能和 DIR 一起用。")
@click.option("--most", type=NumberType(1, 20_000), default=MOST_CASES, help="最多多少件，多出的随机抽取，默认 1000。")
@click.option("--seed", type=NumberType(0, 1_000_000), default=1, help="随机抽取的种子，默认 1；相同就抽到相同的件。")
@click.option("--seconds", type=NumberType(1, 86_400), default=int(MOST_SECONDS), help="最多用处理器多少秒，默认 300。")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON：{cases, before, after, differing, left, …}。")
def whatif(
    folder: Path | None, since: date, until: date, version: int | None, as_json: bool, seconds: int, **sample: int
) -> None:
    """试算：一段时间收到的件，如果按另一版流程或草稿来办，会怎样。

    到来的时刻和每一步的用时和当时一样；看超期、各级提级和各岗位工作量前后怎样。DIR 是草稿文件夹，缺的文件用自带的。
    有一件按原来那一版重放和实际不一致就返回 1。不改动任何件。
    """
    if (folder is None) == (version is None):
        raise click.UsageError("请给出草稿文件夹，或用 --version 给出版本，两者只要一个。")
    files = None if folder is None else {**read_folder(SHIPPED), **read_folder(folder)}
    question = Question(Period(since, until), version, files, seconds=float(seconds), **sample)
    engine = enter_house(read_settings(), simulated=True)
    try:
        found = _watched(partial(what_if, engine, question, SYSTEM))
    except DiagramRefused as refused:
        tell_findings(refused.findings)
        raise
    directory = engine.directory
    engine.db.close()
    if as_json:
        click.echo(json.dumps(told(found), ensure_ascii=False, indent=1))
    else:
        _tell(told(found), partial(group_name, directory))
    if found.deviating:
        sys.exit(1)


def _watched(work: Any) -> WhatIf:
    """With a bar where somebody watches."""
    with click.progressbar(length=1, label="重放", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:

        def on_case(done: int, of: int) -> None:
            bar.length = of
            bar.update(done - bar.pos)

        found: WhatIf = work(on_case)
    return found


def _tell(answer: dict[str, Any], named: Any) -> None:
    click.echo(counted(answer))
    click.echo(f"{agreement(answer)}。")
    rows = [(line.name, *line.texts) for line in lines(answer)]
    rows += [(f"{load.name} 工作量", *load.hours.texts) for load in loads(answer, named)]
    for row in aligned([("", "当时", "试算", "相差"), *rows]):
        click.echo(row)
    for each in answer["differing"]:
        click.echo(f"{each['no']} {_moved(each)}")
    for left in answer["left"]:
        click.echo(f"{left['no']} 没有比较：{left['why']}")
    for deviating in answer["deviating"]:
        click.echo(f"{deviating['no']} 重放与实际不一致：{'、'.join(deviating['fields'])}")
    for sentence in assumptions(answer, named):
        click.echo(f"说明：{sentence}。")


def _moved(each: dict[str, Any]) -> str:
    before, after = each["before"], each["after"]
    moved = [f"{name} {_shown(before[name])} → {_shown(after[name])}" for name in before if before[name] != after[name]]
    return "  ".join(moved)


def _shown(value: Any) -> str:
    return "—" if value is None else str(value)
