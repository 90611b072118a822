"""`bancheng replay`: recorded cases, against a running demo or in memory on given diagrams."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from engine.cli.plain import PlainCommand
from engine.cli.progress import progress
from engine.cli.values import FILE
from engine.replay.http import HttpStage
from engine.replay.memory import EngineStage, files_with, throw_away_engine
from engine.replay.player import Played, Stage, StepRefused, cues, play
from engine.replay.recording import Recording, chosen, read_recordings
from engine.settings import read_settings


@click.command(cls=PlainCommand)
@click.argument("file", type=FILE)
@click.option("--url", metavar="URL", help="正在运行的演示的地址；它要用 --demo --clock 启动，时钟不晚于第一步。")
@click.option(
    "--diagram", "diagrams", type=FILE, multiple=True, help="在内存里重放，用这个文件代替自带的同名文件；可重复。"
)
@click.option("--only", "numbers", metavar="NO", multiple=True, help="只放这一件（连同它需要的件）；可重复。")
def replay(file: Path, url: str | None, diagrams: Sequence[Path], numbers: Sequence[str]) -> None:
    """重放录下来的件，比较日期、状态和结果。

    每件一行：编号 ok，或 编号 FAILED 字段 expected 应为 got 实为。全部相符返回 0，否则返回 1。
    不给 --url 就在内存里、用自带的流程重放，不碰任何数据库。
    """
    if url and diagrams:
        raise click.UsageError("--url 和 --diagram 只能用一个。")
    recordings = chosen(read_recordings(file.read_bytes()), numbers)
    if not recordings:
        raise click.UsageError("文件里没有录下来的件。")
    played = _over_http(url, recordings) if url else _in_memory(diagrams, recordings)
    for one in played:
        click.echo(one.line())
    if any(one.differences for one in played):
        sys.exit(1)


def _over_http(url: str, recordings: Sequence[Recording]) -> list[Played]:
    stage = HttpStage(url, read_settings().demo_password)
    begins = min(recording.steps[0].at for recording in recordings)
    if stage.now() > begins:
        raise click.ClickException(
            f"演示的时钟已走到 {stage.now():%Y-%m-%d %H:%M %z}，晚于第一步，请用更早的 --clock 重新启动。"
        )
    return _play(recordings, stage)


def _in_memory(diagrams: Sequence[Path], recordings: Sequence[Recording]) -> list[Played]:
    files = files_with({path.name: path.read_bytes() for path in diagrams})
    with throw_away_engine(files, min(recording.steps[0].at for recording in recordings)) as engine:
        return _play(recordings, EngineStage(engine))


def _play(recordings: Sequence[Recording], stage: Stage) -> list[Played]:
    with progress(len(cues(recordings)), "重放") as step:
        try:
            return play(recordings, stage, step)
        except StepRefused as refused:
            raise click.ClickException(f"时钟拨不动：{refused}") from refused
