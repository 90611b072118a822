"""`bancheng bench`: ratios measured side by side in one run."""

from __future__ import annotations

import sys

import click

from engine.cli.plain import PlainGroup
from engine.cli.values import NumberType


@click.group(cls=PlainGroup)
def bench() -> None:
    """测量；数字是同一次运行里的比值，不同机器可以比较。"""


@bench.command()
@click.option("--cases", "case_count", type=NumberType(1, 10_000), default=60, help="测多少件，默认 60。")
def step(case_count: int) -> None:
    """办一步要多久：取出、办理、往下走、保存、留痕、提交，与不可省的部分相比。"""
    from engine.bench.step import measure  # the stock library beside ours: nothing else needs it

    figures = measure(case_count)
    click.echo(f"办一步（中位数，{figures.steps} 步）      {figures.durable * 1000:.3f} 毫秒")
    click.echo(f"原库在内存里走同一步            {figures.stock * 1000:.3f} 毫秒")
    click.echo(f"同样的语句由驱动直接执行并提交  {figures.replay * 1000:.3f} 毫秒")
    click.echo(f"比值                            {figures.ratio:.2f}")


@bench.command()
@click.option("--rounds", type=NumberType(1, 200), default=30, help="重办多少轮，默认 30。")
def rounds(rounds: int) -> None:
    """一件反复退回、重派、重办以后，状态有多大、任务树有多深、办一步要多久，与第一轮相比。"""
    from engine.bench.rounds import measure, ratio

    found = measure(rounds)
    click.echo("轮次      状态（字节）  任务树层数  办一步（毫秒）")
    for each in found:
        if each.number in (0, 1, 2, 5, 10, 20, rounds):
            click.echo(f"{each.number:<10}{each.size:<14}{each.depth:<12}{each.step * 1000:.2f}")
    click.echo(f"比值（最后五轮比最先五轮）      {ratio(found):.2f}")


@bench.command()
@click.option("--times", type=NumberType(1, 1000), default=5, help="查几次，默认 5。")
def check(times: int) -> None:
    """在单独的进程里检查、证明自带流程，用多少处理器时间，连同启动。"""
    from engine.bench.check import TARGET, measure

    found = measure(times)
    click.echo(f"{found.situations} 种情形、{found.steps} 步，不合格 {found.bad} 处")
    click.echo(f"处理器时间最少 {min(found.seconds):.2f} 秒、最多 {max(found.seconds):.2f} 秒（目标 {TARGET} 秒）")


@bench.command()
@click.option("--lines", type=NumberType(1000, 10_000_000), default=1_000_000, help="多少行留痕，默认 1000000。")
@click.option("--database", metavar="地址", default=None, help="用这个空的数据库，不用临时的 SQLite。")
def trail(lines: int, database: str | None) -> None:
    """校验这么多行留痕连同检查点要多久、占多少内存；在临时的库里，按写入的规矩直接写成。"""
    from engine.bench.trail import TARGET, measure

    with click.progressbar(length=lines, label="准备留痕", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        found = measure(lines, bar.update, database)
    seconds = found.of_checkpoints + found.of_lines
    click.echo(f"{found.lines} 行、{found.checkpoints} 个检查点  {seconds:.1f} 秒（一百万行的目标 {TARGET} 秒）")
    click.echo(f"其中检查点 {found.of_checkpoints:.1f} 秒，逐行 {found.of_lines:.1f} 秒")
    click.echo(f"处理器用了 {found.busy:.1f} 秒（机器另有事时只看这个数）")
    click.echo(f"打开填写的内容（--contents）另用 {found.of_contents:.1f} 秒，处理器 {found.busy_contents:.1f} 秒")
    click.echo(f"数据库 {found.size / 1e6:.0f} MB  内存峰值比开始时多 {found.grown / 1e6:.0f} MB  不符 {found.bad} 处")


@bench.command()
@click.option("--cases", "case_count", type=NumberType(100, 1_000_000), default=100_000, help="多少件，默认 100000。")
@click.option("--database", metavar="地址", default=None, help="用这个空的数据库，不用临时的 SQLite。")
def ledger(case_count: int, database: str | None) -> None:
    """导出这么多件的台账要多久、占多少内存；在临时的库里，样例件复制而成。"""
    from engine.bench.ledger import TARGETS, measure

    with click.progressbar(length=case_count, label="准备台账", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        for written in measure(case_count, bar.update, database):
            kept = "定时进程备好的行" if written.kept else "还没有备好，逐件拼成"
            click.echo(
                f"{written.kind:<5}{written.rows} 件（{kept}）  {written.seconds:.1f} 秒"
                f"（十万件的目标 {TARGETS[written.kind]} 秒），处理器 {written.busy:.1f} 秒"
                f"  {written.size / 1e6:.0f} MB  内存峰值比开始时多 {written.grown / 1e6:.0f} MB"
            )


@bench.command()
@click.option(
    "--cases",
    "sizes",
    type=NumberType(100, 1_000_000),
    multiple=True,
    default=(10_000, 50_000, 100_000),
    help="多少件，可写几次，默认 10000、50000、100000。",
)
@click.option("--database", metavar="地址", default=None, help="用这个空的数据库，不用临时的 SQLite。")
def export(sizes: tuple[int, ...], database: str | None) -> None:
    """导出这么多件的留痕（XES、CSV）要多久、占多少内存，导出时照常办件；在临时的库里，样例件复制而成。"""
    from engine.bench.export import measure

    with click.progressbar(length=max(sizes), label="准备件", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        for written in measure(sizes, bar.update, database):
            log = "" if written.log is None else f"  SQLite 的日志最长 {written.log / 1e6:.0f} MB"
            click.echo(
                f"{written.kind:<5}{written.cases} 件、{written.lines} 行  {written.seconds:.1f} 秒，"
                f"处理器 {written.busy:.1f} 秒  {written.size / 1e6:.0f} MB"
                f"  内存峰值比开始时多 {written.grown / 1e6:.0f} MB  其间办了 {written.acts} 步{log}"
            )
