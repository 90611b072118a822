"""`bancheng bench audit`: how long the auditors' page of one case takes in a house with very many lines."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from time import process_time

import click
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.audit.checkpoints import MOST_LINES
from engine.bench.trail import fill_lines
from engine.cases.commands import ActOnCase
from engine.cli.plain import PlainCommand
from engine.cli.progress import progress
from engine.cli.values import NumberType
from engine.demo import live_through, past_of
from engine.directory import actor_of, find_person
from engine.facade import Engine, ReadContext
from engine.house import open_house
from engine.queries.seen_case import seen_case
from engine.settings import Settings
from webapp.app import create_app
from webapp.bench import enter, taken_by

TARGET = 100  # milliseconds at p95
_LONG = 100  # lines of the longest history


@click.command("audit", cls=PlainCommand)
@click.option("--lines", type=NumberType(1000, 10_000_000), default=1_000_000, help="库里多少行留痕，默认 1000000。")
@click.option("--times", type=NumberType(1, 1000), default=20, help="每个页面取多少次，默认 20。")
def audited(lines: int, times: int) -> None:
    """审计一件的页面要多久：样例件和一件改过很多次的；服务器处理的时间，含回放和页面全部内容。"""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(database_url=f"sqlite:///{Path(folder) / 'busy.db'}", demo=True, rate_factor=1_000_000)
        engine = open_house(settings)
        try:
            played = live_through(engine, past_of(engine), lambda: None)
            numbers = [one.no for one in played if one.no is not None]
            _lengthen(engine, numbers[0])
            with progress(lines // MOST_LINES, "准备留痕") as step:
                fill_lines(engine, lines, lambda made: step())
            client = enter(create_app(engine, settings).test_client(), "auditor")
            for no in numbers:
                href = f"/audit/cases/{no}"
                busy: list[float] = []
                taken = taken_by("auditor", href, times, partial(_asked, client, href, busy))
                late = "" if taken.p95 <= TARGET else f"  超过目标 {TARGET} 毫秒"
                told = f"p50 {taken.median:6.1f}  p95 {taken.p95:6.1f} 毫秒，处理器 p95 {_p95(busy):6.1f} 毫秒"
                click.echo(f"{no}  {engine.read(_lines, no):4} 行  {told}{late}")
        finally:
            engine.db.close()


def _asked(client: FlaskClient, href: str, busy: list[float]) -> TestResponse:
    """The page; `busy` gets the milliseconds of the processor alone, for a machine that has other things to do."""
    began = process_time()
    answer = client.get(href)
    busy.append((process_time() - began) * 1000)
    return answer


def _p95(times: Sequence[float]) -> float:
    """Without the first, which reads for the first time; of few the slowest."""
    return sorted(times[1:])[-1 - len(times[1:]) // 20]


def _lengthen(engine: Engine, no: str) -> None:
    """Correct a case again and again, until its history is long."""
    window = engine.read(lambda ctx: find_person(ctx.conn, "w3"))
    assert window is not None
    for n in range(_LONG - engine.read(_lines, no)):
        value = f"标题第 {n} 次更正"
        engine.execute(ActOnCase("amend", no, {"field": "title", "value": value, "reason": "测量"}), actor_of(window))


def _lines(ctx: ReadContext, no: str) -> int:
    found: int = seen_case(ctx, no).row["audit_seq"]
    return found
