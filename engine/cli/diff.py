"""`bancheng diff`: what a version or a draft does otherwise, in sentences."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import click

from engine.cli.plain import PlainCommand
from engine.cli.present import house_if_any
from engine.cli.values import FOLDER, NumberType
from engine.definitions.difference import differences
from engine.definitions.shipped import SHIPPED, read_folder
from engine.queries.versions import version_files

_VERSION = NumberType(1, 1_000_000)


@click.command(cls=PlainCommand)
@click.argument("folder", metavar="[DIR]", required=False, type=FOLDER)
@click.option("--from", "before", type=_VERSION, help="和哪一版比，默认正在运行的版本。")
@click.option("--to", "after", type=_VERSION, help="看哪一版；不能和 DIR 一起用。")
@click.option(
    "--json", "as_json", is_flag=True, help="输出 JSON：[{kind, element, name, before, after, sentence, …}]。"
)
def diff(folder: Path | None, before: int | None, after: int | None, as_json: bool) -> None:
    """两版流程有什么不同：每处一句话。只是画法不同不算。

    DIR 是草稿文件夹，和正在运行的版本比（还没有数据库时和自带的比）；不给 DIR 就用 --from、--to 比两个已发布的版本。
    """
    if (folder is None) == (after is None):
        raise click.UsageError("请给出草稿文件夹，或用 --to 给出版本，两者只要一个。")
    try:
        found = differences(_published(before), read_folder(folder) if folder else _published(after))
    except ValueError as unreadable:
        raise click.ClickException(f"读不出来：{unreadable}") from unreadable
    if as_json:
        told = [{**asdict(each.change), "sentence": each.sentence} for each in found]
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    click.echo("\n".join(f"{each.sentence}。" for each in found) if found else "没有不同。")


def _published(version: int | None) -> Mapping[str, bytes]:
    with house_if_any() as engine:
        if engine is not None:
            return engine.read(version_files, version)
    if version is not None:
        raise click.ClickException("还没有数据库，没有已发布的版本可比。")
    return read_folder(SHIPPED)
