"""`bancheng bench audit`: how long the auditors' page of one case takes in a house with very many cases and lines."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from time import perf_counter, process_time

import click
from flask.testing import FlaskClient

from engine.bench.many import LED_BY, multiply, number_of, samples_of, size
from engine.bench.rounds import START, prolonged
from engine.cases.commands import ActOnCase
from engine.cases.resting import keep_waypoints
from engine.cli.plain import PlainCommand
from engine.cli.progress import progress
from engine.cli.values import NumberType
from engine.clock import SimulatedClock
from engine.demo import live_through, past_of
from engine.directory import actor_of, find_person, issue_token
from engine.facade import Engine, ReadContext
from engine.queries.seen_case import seen_case
from engine.storage.database import WriteTransaction
from webapp.bench import empty_house, served

TARGET = 100  # milliseconds at p95
_AT: tuple[tuple[str, Callable[[int], int]], ...] = (
    ("最后一行", lambda lines: lines),
    ("中间一行", lambda lines: (lines + 1) // 2),
    ("第一行", lambda lines: 1),
)


@dataclass(frozen=True)
class _Kind:
    """Cases that are measured together."""

    name: str
    numbers: Sequence[str]


@click.command("audit", cls=PlainCommand)
@click.option("--cases", "count", type=NumberType(100, 1_000_000), default=100_000, help="多少件，默认 100000。")
@click.option("--longest", type=NumberType(30, 1000), default=300, help="最长的件多少行，默认 300；另有三分之一长的。")
@click.option("--times", type=NumberType(1, 1000), default=40, help="每种取多少次，默认 40。")
@click.option("--database", metavar="地址", default=None, help="用这个空的数据库，不用临时的 SQLite。")
def audited(count: int, longest: int, times: int, database: str | None) -> None:
    """审计一件的页面要多久：样例件和很长的件，在哪一行；服务器处理的时间，含回放和页面全部内容。

    冷：进程没有见过这一件；热：刚看过。接口：同一内容的 as-of。
    """
    with empty_house(database) as (engine, settings):
        kinds = _house(engine, count, longest, times)
        click.echo("{} 件，{} 行留痕".format(*engine.read(size)))
        client = served(engine, settings, "auditor")["auditor"]
        for line in _measured(engine, client, kinds, times):
            click.echo(line)


# ------------------------------------------------------------------ what is measured
def _house(engine: Engine, count: int, longest: int, times: int) -> list[_Kind]:
    played = live_through(engine, past_of(engine), lambda: None)
    numbered = [one.no for one in played if one.no is not None]
    there, _ = engine.read(size)
    with progress(count, "准备件") as made:
        multiply(engine, samples_of(engine, LED_BY), there + count, lambda some: [made() for _ in range(some)])
    chosen = random.Random(1).sample(range(count), min(times + 1, count))
    clock, engine.clock = engine.clock, SimulatedClock(START)
    long = [_Kind(f"转了很多轮 {lines} 行", [prolonged(engine, lines)]) for lines in (longest // 3, longest)]
    engine.clock = clock
    corrected = _Kind(f"改过很多次 {longest // 3} 行", [_corrected(engine, numbered[0], longest // 3)])
    grounds = (engine.versions, engine.calendars, engine.directory, engine.keys)
    while keep_waypoints(engine.db, *grounds):
        pass
    return [_Kind("样例件", [number_of(each) for each in chosen]), *long, corrected]


def _corrected(engine: Engine, no: str, lines: int) -> str:
    """A case, corrected until its history is long."""
    window = engine.read(lambda ctx: find_person(ctx.conn, "w3"))
    assert window is not None
    for n in range(lines - engine.read(_lines, no)):
        value = f"标题第 {n} 次更正"
        engine.execute(ActOnCase("amend", no, {"field": "title", "value": value, "reason": "测量"}), actor_of(window))
    return no


def _lines(ctx: ReadContext, no: str) -> int:
    found: int = seen_case(ctx, no).row["audit_seq"]
    return found


# ------------------------------------------------------------------ measuring
def _measured(engine: Engine, client: FlaskClient, kinds: Sequence[_Kind], times: int) -> Iterator[str]:
    def token(tx: WriteTransaction) -> str:
        tx.begin_writing()
        return issue_token(tx.conn, "auditor", engine.clock.now())

    bearer = {"Authorization": f"Bearer {engine.db.write(token)}"}
    page = partial(_asked, engine, client, "/audit/cases/{no}?at={seq}", None)
    api = partial(_asked, engine, client, "/api/cases/{no}/as-of?seq={seq}", bearer)
    for kind in kinds:
        for place, line in _AT:
            for name, ask in (("页面", page), ("接口", api)):
                for warm in (False, True):
                    yield _told(f"{kind.name}  {place}  {name}  {'热' if warm else '冷'}", ask(kind, line, times, warm))


def _asked(
    engine: Engine,
    client: FlaskClient,
    address: str,
    headers: dict[str, str] | None,
    kind: _Kind,
    line: Callable[[int], int],
    times: int,
    warm: bool,
) -> list[tuple[float, float]]:
    """Milliseconds by the clock and of the processor, in turn of the cases; the first asking is not counted."""
    taken = []
    for n in range(times + 1):
        no = kind.numbers[n % len(kind.numbers)]
        href = address.format(no=no, seq=line(engine.read(_lines, no)))
        if warm:
            client.get(href, headers=headers)
        else:
            engine.waypoints.forget()
        at, begun = perf_counter(), process_time()
        answer = client.get(href, headers=headers)
        taken.append(((perf_counter() - at) * 1000, (process_time() - begun) * 1000))
        if answer.status_code != 200:
            raise click.ClickException(f"页面没有打开：{answer.status}")
    return taken[1:]


def _told(what: str, taken: Sequence[tuple[float, float]]) -> str:
    (p50, p95), (busy50, busy95) = (_ranks(times) for times in zip(*taken, strict=True))
    late = "" if p95 <= TARGET else f"  超过目标 {TARGET} 毫秒"
    return f"p50 {p50:6.1f}  p95 {p95:6.1f} 毫秒，处理器 p50 {busy50:6.1f}  p95 {busy95:6.1f} 毫秒  {what}{late}"


def _ranks(times: Sequence[float]) -> tuple[float, float]:
    """Median and p95; of few the slowest."""
    ranked = sorted(times)
    return ranked[len(ranked) // 2], ranked[-1 - len(ranked) // 20]
