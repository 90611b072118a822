"""`bancheng simulate`: what the clock does to a case that nobody acts on, instant by instant."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from engine.cli.definitions import tell_findings
from engine.cli.plain import PlainCommand
from engine.cli.present import house_if_any
from engine.cli.table import aligned
from engine.cli.values import INSTANT, PATH, WordType
from engine.clock import local
from engine.definitions.checked import checked
from engine.definitions.gate import refuse_unfit
from engine.definitions.gathering import gathered, source
from engine.definitions.shipped import CASE_PROCESS, SHIPPED, read_folder
from engine.definitions.simulate import Asked, Ground
from engine.definitions.versions import on_trial
from engine.directory import shipped_directory
from engine.errors import DiagramRefused, NotFound
from engine.facade import Engine
from engine.queries.definition_drafts import opened_draft
from engine.queries.ladder import LadderLine, LadderTold, draft_ladder, house_ladder, told
from engine.replay.memory import files_with
from engine.vocabulary import GRADE
from engine.worktime import WorkTime


@click.command(cls=PlainCommand)
@click.argument("file", metavar="[FILE]", required=False, type=PATH)
@click.option("--accepted", type=INSTANT, required=True, help="受理时刻。不写时区就是北京时间。")
@click.option("--grade", type=WordType(*GRADE, *GRADE.values()), default="general", help="等级，默认一般。")
@click.option("--matter", metavar="CODE", help="事项代码；由它查主办单位。")
@click.option("--lead", metavar="CODE", help="主办单位代码；不填就按事项，没有事项就用联络网里的第一个单位。")
@click.option("--urgent", is_flag=True, help="标为紧急。")
@click.option("--stuck", metavar="TASK", help="只看停在这个环节的情形，例如 acknowledge；不填就看每个环节。")
@click.option("--draft", metavar="N", type=click.IntRange(1), help="按网页上的草稿演算：它的编号，在草稿的网址末尾。")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON：{accepted, grade, deadline, steps, rungs}。")
def simulate(file: Path | None, accepted: datetime, grade: str, draft: int | None, as_json: bool, **more: Any) -> None:
    """演算：这时受理的件，前面的环节当场办完，停下来没人办会怎样。

    FILE 是流程图文件或放着流程图、决策表和表单的文件夹，缺的用自带的；不填就按正在运行的版本，还没有数据库时按自带的。
    用 --draft 就按那份草稿，不能再给 FILE。
    每行：时刻  计时器  提到几级  为什么是这一刻、到时会怎样。
    """
    code = next(key for key, word in GRADE.items() if grade in (key, word))
    stuck = more.pop("stuck")
    if file is not None and draft is not None:
        raise click.UsageError("FILE 和 --draft 只能用一个。")
    found = _found(file, draft, Asked(accepted, code, **more), stuck)
    if as_json:
        click.echo(json.dumps(_as_json(found), ensure_ascii=False, indent=1))
        return
    rows = [(line.at.isoformat(), line.timer, str(line.tier), f"{line.name}。{line.sentence}") for line in found.lines]
    for row in aligned(rows) if rows else ():
        click.echo(row)


def _found(file: Path | None, draft: int | None, asked: Asked, stuck: str | None) -> LadderTold:
    with house_if_any() as engine:
        if draft is not None:
            return _of_draft(engine, draft, asked, stuck)
        if file is None and engine is not None:
            return engine.read(house_ladder, asked, stuck)
        version = on_trial(CASE_PROCESS, _checked(file), asked.accepted)
        directory = shipped_directory() if engine is None else engine.directory
        worktime = WorkTime.shipped() if engine is None else engine.worktime
        return told(Ground(version, directory, worktime), asked, stuck)


def _of_draft(engine: Engine | None, draft: int, asked: Asked, stuck: str | None) -> LadderTold:
    """By a draft of this house, once it is known that it can be run. Raises DiagramRefused, NotFound."""
    if engine is None:
        raise NotFound(f"没有编号为 {draft} 的草稿：数据库还没有建立。")
    found = checked(engine, engine.read(opened_draft, draft).files)
    if not found.verdicts:  # the lint has found something
        tell_findings(found.findings)
        raise DiagramRefused(found.findings)
    return engine.read(draft_ladder, asked, stuck, draft)


def _checked(file: Path | None) -> Mapping[str, bytes]:
    """What is to be simulated, once it is known that it can be run."""
    if file is None:
        return read_folder(SHIPPED)
    files = _files(file)
    try:
        refuse_unfit(files)
    except DiagramRefused as refused:
        tell_findings(refused.findings)
        raise
    return files


def _files(file: Path) -> dict[str, bytes]:
    """A folder takes the place of what is shipped file by file; a file brings what it needs from beside itself."""
    if file.is_dir():
        return {**read_folder(SHIPPED), **read_folder(file)}
    parts = gathered(source(file), [])
    return files_with({Path(part.shown).name: part.content for part in parts})


def _as_json(found: LadderTold) -> dict[str, Any]:
    return {
        "accepted": local(found.asked.accepted).isoformat(),
        "grade": found.asked.grade,
        "version": found.version or None,
        "deadline": None if found.deadline is None else local(found.deadline).isoformat(),
        "steps": [{"task": task, "name": name} for task, name in found.steps],
        "rungs": [_rung(line) for line in found.lines],
        "more": found.more,
    }


def _rung(line: LadderLine) -> dict[str, Any]:
    return {
        "at": line.at.isoformat(),
        "timer": line.timer,
        "name": line.name,
        "tier": line.tier,
        "stuck": list(line.stuck),
        "why": line.why,
        "then": line.then,
    }
