"""The command `bancheng`: what the engine offers at the command line, and the processes that serve."""

from __future__ import annotations

import logging
import signal
import threading
from dataclasses import replace
from datetime import datetime
from functools import partial

import click

from engine.audit.keeping import keep_checkpoints
from engine.audit.places import places_of
from engine.cli import COMMANDS
from engine.cli.audit import audit
from engine.cli.bench import bench as measuring
from engine.cli.plain import PlainGroup
from engine.cli.progress import progress
from engine.cli.values import INSTANT, NumberType
from engine.clock import local
from engine.demo import has_cases, live_through, past_of, taken_in_hand
from engine.demo_desks import furnish_desks, step_in
from engine.demo_places import demo_places
from engine.directory.rules import rules_of
from engine.facade import Engine
from engine.house import enter_house, open_house
from engine.replay.player import cues
from engine.scheduler.beat import beat
from engine.scheduler.ticker import Ticker
from engine.settings import read_settings
from webapp.bench import inbox, search
from webapp.bench_audit import audited
from webapp.bench_heat import heated
from webapp.packing import pack
from webapp.server import Listening, Server, refuse_taken_port

_PORT = NumberType(0, 65535)


@click.group(cls=PlainGroup)
@click.version_option(package_name="bancheng", message="%(prog)s %(version)s", help="显示版本号。")
def main() -> None:
    """办成：反映“办不成事”窗口的受理、转办、提级与回访。"""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")


@main.command()
@click.option("--demo", is_flag=True, help="演示：装入单位、事项、用户和样例件。")
@click.option("--no-cases", is_flag=True, help="演示里不装样例件。")
@click.option("--busy", is_flag=True, help="演示里再装一批办着的件：超期、提级、挂账、暂停、申请延期。")
@click.option("--clock", type=INSTANT, help="用从这一刻开始的模拟时钟（仅限演示）；重新启动时接着上次的时刻。")
@click.option("--host", metavar="地址", default="127.0.0.1", help="监听的地址，默认 127.0.0.1。")
@click.option("--port", type=_PORT, default=8000, help="监听的端口，默认 8000。")
def run(demo: bool, no_cases: bool, busy: bool, clock: datetime | None, host: str, port: int) -> None:
    """一个进程包办：建库或升级、发布自带流程、页面与接口、定时器。"""
    if clock and not demo:
        raise click.UsageError("--clock 只能和 --demo 一起用。")
    if busy and (no_cases or not demo):
        raise click.UsageError("--busy 只能和 --demo 一起用，不和 --no-cases 一起用。")
    settings, listening = read_settings(demo=demo), Listening(host, port)
    refuse_taken_port(listening)
    engine = open_house(settings, clock)
    if demo and not settings.checkpoint_places:
        settings = replace(settings, checkpoint_places=demo_places(engine, settings.database_url))
    if demo and not no_cases and not has_cases(engine):
        _load_past(engine, busy)
        keep_checkpoints(engine.db, engine.keys.trail, places_of(settings.checkpoint_places), engine.clock.now())
    simulated = engine.clock.simulated
    greeting = _demo_greeting(engine, settings.demo_password) if demo else ""
    engine.db.close()
    Server(
        settings,
        listening,
        partial(enter_house, settings, simulated),
        ticking=not simulated,
        announce=lambda address: click.echo(f"{greeting}办成已启动：{address}"),
    ).run()


def _load_past(engine: Engine, busy: bool) -> None:
    past = taken_in_hand(past_of(engine, busy))
    with progress(len(cues(past)), "装入样例件") as step:
        played = live_through(engine, past, step)
    for one in played:
        if one.differences:
            click.echo(f"样例件没有走完：{one.line()}", err=True)
    furnish_desks(engine)
    if busy:
        step_in(engine)


def _demo_greeting(engine: Engine, password: str) -> str:
    said = f"演示用户 w1、group、unit-SC-SS 等，口令 {password}\n"
    if engine.clock.simulated:
        said += f"模拟时钟 {local(engine.clock.now()).isoformat(timespec='seconds')}，用 POST /api/clock 往前拨\n"
    return said


@main.command()
@click.option("--host", metavar="地址", default="127.0.0.1", help="监听的地址，默认 127.0.0.1。")
@click.option("--port", type=_PORT, default=8000, help="监听的端口，默认 8000。")
@click.option("--workers", type=NumberType(1, 64), default=2, help="进程数，默认 2。")
def serve(host: str, port: int, workers: int) -> None:
    """只做页面与接口；定时器由 bancheng worker 负责。"""
    settings, listening = read_settings(), Listening(host, port, workers)
    refuse_taken_port(listening)
    open_house(settings).db.close()
    enter = partial(enter_house, settings, False)
    Server(
        settings, listening, enter, ticking=False, announce=lambda address: click.echo(f"办成已启动：{address}")
    ).run()


@main.command()
def worker() -> None:
    """只做定时器和待发消息；可以起多个。"""
    settings, stop = read_settings(), threading.Event()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signal_number, lambda *_: stop.set())
    engine = open_house(settings)
    places = places_of(settings.checkpoint_places)
    ticker = Ticker(partial(beat, engine, True, rules_of(settings), places), settings.sweep_seconds)
    ticker.start()
    click.echo("办成的定时进程已启动")
    stop.wait()
    ticker.stop()
    engine.db.close()


for _command in COMMANDS:
    main.add_command(_command)
audit.add_command(pack)
for _measured in (inbox, search, audited, heated):
    measuring.add_command(_measured)

if __name__ == "__main__":
    main(prog_name="bancheng")
