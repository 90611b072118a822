"""`bancheng bench inbox` and `bench search`: how long the server takes for a whole page of a very busy house."""

from __future__ import annotations

import re
import statistics
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter, process_time

import click
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.bench.busy import fill
from engine.cli.plain import PlainCommand
from engine.cli.progress import progress
from engine.cli.values import NumberType
from engine.demo import has_cases
from engine.facade import Engine
from engine.house import open_house
from engine.queries.inbox_choice import SORT_WORDS
from engine.queries.queues import QUEUES
from engine.settings import DEMO_PASSWORD, Settings
from webapp.app import create_app
from webapp.loaded import keep_loaded

TARGET = 50  # milliseconds at p95
_FEW = 3  # askings
_READERS = ("w1", "lead", "group", "unit-SC-SS")
_WORDS = ("材料", "系统报错", "社会保险", "状态异常", "BCS-2020-000123", "材料 社会", "不存在的词")
_CHOICES: Mapping[str, dict[str, str]] = {
    **{f"排序“{word}”": {"sort1": sort} for sort, word in SORT_WORDS.items()},
    "排序三重": {"sort1": "-tier", "sort2": "grade", "sort3": "-opened"},
    "筛选步骤": {"step": "accept"},
    "筛选单位": {"unit": "SC-SS"},
    "筛选等级": {"grade": "complex"},
    "筛选层级": {"tier": "3"},
    "筛选紧急": {"urgent": "yes"},
    "筛选灯色": {"light": "green"},
    "筛选已领取": {"holder": "held"},
    "筛选由谁办理": {"by": "w2"},
    "筛选没有一件": {"by": "nobody"},
}
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass(frozen=True)
class Taken:
    """The milliseconds that the askings of one page took, by the clock and of the processor of this process."""

    who: str
    page: str
    times: tuple[float, ...]
    busy: tuple[float, ...]
    target: int = TARGET

    @property
    def median(self) -> float:
        """In milliseconds."""
        return statistics.median(self.times)

    @property
    def p95(self) -> float:
        """In milliseconds; of few askings the slowest."""
        return _p95(self.times)

    def line(self) -> str:
        """As it is printed."""
        late = "" if self.p95 <= self.target else f"  超过目标 {self.target} 毫秒"
        busy = f"（处理器 p95 {_p95(self.busy):.1f}）"
        return f"{self.who:<12}p50 {self.median:7.1f}  p95 {self.p95:7.1f} 毫秒  {self.page}{busy}{late}"


def _p95(times: Sequence[float]) -> float:
    return sorted(times)[-1 - len(times) // 20]


_tasks = click.option("--tasks", type=NumberType(100, 1_000_000), default=100_000, help="多少件待办，默认 100000。")
_times = click.option("--times", type=NumberType(1, 1000), default=40, help="每个页面取多少次，默认 40。")
_database = click.option("--database", metavar="地址", default=None, help="用这个空的数据库，不用临时的 SQLite。")


@click.command(cls=PlainCommand)
@_tasks
@_times
@_database
@click.option("--plain", is_flag=True, help="只测每一类，不测每种筛选和排序。")
def inbox(tasks: int, times: int, database: str | None, plain: bool) -> None:
    """待办页面每一类、每种筛选和排序、登录各种岗位要多久；服务器处理的时间，含页面全部内容。"""
    with _signed_in(tasks, database) as clients:
        for who, client in clients.items():
            for queue in ("", *QUEUES):
                address = f"/inbox?queue={queue}" if queue else "/inbox"
                click.echo(taken_by(who, address, times, partial(client.get, address)).line())
            token = _token(client.get("/cases"))
            for said, choice in () if plain else _CHOICES.items():
                click.echo(_slowest(who, client, said, {**choice, "csrf_token": token}, times).line())


def _slowest(who: str, client: FlaskClient, said: str, choice: dict[str, str], times: int) -> Taken:
    """The queue that takes longest with this filter or in this order: a few askings tell which it is."""
    client.post("/inbox/choose", data=choice)
    asking = {queue: partial(client.get, f"/inbox?queue={queue}") for queue in QUEUES}
    few = {queue: taken_by(who, queue, _FEW, ask) for queue, ask in asking.items()}
    queue = max(few, key=lambda each: few[each].median)
    slowest = taken_by(who, f"{said}，最慢的一类 {queue}", times, asking[queue])
    client.post("/inbox/choose", data={"clear": "yes", "csrf_token": choice["csrf_token"]})
    return slowest


@click.command(cls=PlainCommand)
@_tasks
@_times
@_database
def search(tasks: int, times: int, database: str | None) -> None:
    """查反映件、在待办里查要多久；服务器处理的时间，含页面全部内容。"""
    with _signed_in(tasks, database) as clients:
        for who, client in clients.items():
            token = _token(client.get("/cases"))
            for words in _WORDS:
                form = {"q": words, "queue": "group", "csrf_token": token}
                for address in ("/cases/search", "/inbox/search"):
                    asking = partial(client.post, address, data=form)
                    click.echo(taken_by(who, f"{address} {words}", times, asking).line())


def taken_by(who: str, page: str, times: int, ask: Callable[[], TestResponse], target: int = TARGET) -> Taken:
    """Asked once before, so that nothing is read for the first time."""
    _good(ask())
    taken, busy = [], []
    for _ in range(times):
        at, begun = perf_counter(), process_time()
        answer = ask()
        taken.append((perf_counter() - at) * 1000)
        busy.append((process_time() - begun) * 1000)
        _good(answer)
    return Taken(who, page, tuple(taken), tuple(busy), target)


def _good(answer: TestResponse) -> None:
    if answer.status_code != 200:
        raise click.ClickException(f"页面没有打开：{answer.status}")


# ------------------------------------------------------------------ the house and who asks
@contextmanager
def _signed_in(count: int, database: str | None) -> Iterator[dict[str, FlaskClient]]:
    """A busy house and a browser of everybody who asks; pages are asked for as often as one likes."""
    with empty_house(database) as (engine, settings):
        with progress(count, "准备待办") as step:
            fill(engine, count, step)
        yield served(engine, settings, *_READERS)


@contextmanager
def empty_house(database: str | None) -> Iterator[tuple[Engine, Settings]]:
    """A demo house without cases to measure in, in a temporary SQLite file unless a database is named."""
    with tempfile.TemporaryDirectory() as folder:
        url = database or f"sqlite:///{Path(folder) / 'house.db'}"
        settings = Settings(database_url=url, demo=True, rate_factor=1_000_000)
        engine = open_house(settings)
        try:
            if has_cases(engine):
                raise click.ClickException("这个数据库里已经有反映件，请换一个空的。")
            yield engine, settings
        finally:
            engine.db.close()


def served(engine: Engine, settings: Settings, *readers: str) -> dict[str, FlaskClient]:
    """A browser of each reader, signed in, at an application that has been loaded as whoever serves loads it."""
    app = create_app(engine, settings)
    keep_loaded()
    return {who: enter(app.test_client(), who) for who in readers}


def enter(client: FlaskClient, who: str) -> FlaskClient:
    token = _token(client.get("/sign-in"))
    answer = client.post("/sign-in", data={"name": who, "password": DEMO_PASSWORD, "csrf_token": token})
    if answer.status_code != 303:
        raise click.ClickException(f"{who} 没有登录成：{answer.status}")
    return client


def _token(answer: TestResponse) -> str:
    found = _TOKEN.search(answer.text)
    if found is None:
        raise click.ClickException("页面里没有表单的令牌。")
    return found[1]
