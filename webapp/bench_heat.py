"""`bancheng bench heat`: how long 流程分析 of very many cases takes, and the lists of the cases behind its figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from urllib.parse import urlencode

import click

from engine.bench.heat import walk_many
from engine.bench.many import size
from engine.cli.plain import PlainCommand
from engine.cli.progress import progress
from engine.cli.values import NumberType
from engine.demo import live_through, past_of
from engine.queries.heat_cases import WHICH
from webapp.bench import empty_house, served, taken_by

TARGETS = {"全部": 1000}  # milliseconds at p95; every narrower selection and every list TARGET
TARGET = 300
_ALL: Mapping[str, str] = {}
_MUCH = {"from": "2026-01-01", "to": "2026-06-30", "grade": "general", "channel": "window"}
_SELECTIONS: Mapping[str, Mapping[str, str]] = {
    "全部": _ALL,
    "按版本": {"version": "1"},
    "按等级": {"grade": "general"},
    "按单位": {"unit": "SC-MI"},
    "按原因": {"cause": "系统类"},
    "按渠道": {"channel": "window"},
    "一个月": {"from": "2026-03-01", "to": "2026-03-31"},
    "半年、等级、渠道": _MUCH,
}
_LISTED: Mapping[str, Mapping[str, str]] = {
    "全部": _ALL,
    "按单位": {"unit": "SC-MI"},
    "一个月": _SELECTIONS["一个月"],
    "半年、等级、渠道": _MUCH,
    "一天、原因": {"from": "2026-03-02", "to": "2026-03-02", "cause": "系统类"},
}
_STEP = "handle"  # of the work orders: the one cases reach most often


@click.command("heat", cls=PlainCommand)
@click.option("--cases", "count", type=NumberType(100, 1_000_000), default=100_000, help="多少件，默认 100000。")
@click.option("--times", type=NumberType(1, 1000), default=20, help="每个页面取多少次，默认 20。")
@click.option("--database", metavar="地址", default=None, help="用这个空的数据库，不用临时的 SQLite。")
def heated(count: int, times: int, database: str | None) -> None:
    """流程分析在这么多件里要多久：全部、按各种条件，和每个数字背后的件；服务器处理的时间，含页面全部内容。"""
    with empty_house(database) as (engine, settings):
        live_through(engine, past_of(engine), lambda: None)
        there, _ = engine.read(size)
        with progress(count, "准备件") as made:
            walk_many(engine, there + count, lambda some: [made() for _ in range(some)])
        client = served(engine, settings, "auditor")["auditor"]
        for name, address in _pages():
            target = TARGETS.get(name, TARGET)
            click.echo(taken_by("auditor", name, times, partial(client.get, address), target).line())


def _pages() -> Iterator[tuple[str, str]]:
    """What each is called, and its address."""
    for name, asked in _SELECTIONS.items():
        yield name, f"/audit/processes?{urlencode(asked)}"
    for name, asked in _LISTED.items():
        for which in ("", *WHICH):
            where = {**asked, "element": _STEP, "which": which}
            yield f"清单，{name}，{which or '每一次'}", f"/audit/processes/steps?{urlencode(where)}"
    for page in ("20", "2000"):
        where = {"element": _STEP, "page": page}
        yield f"清单，全部，第 {page} 页", f"/audit/processes/steps?{urlencode(where)}"
