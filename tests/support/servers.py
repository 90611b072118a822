"""Real web processes on a demo house: a master that puts a new worker in the place of one that died.

`python -m tests.support.servers URL FOLDER WORKERS [MODULE:FUNCTION]` is the master. It prints its address when it
listens, every worker leaves a file named after its process id in FOLDER, and FUNCTION runs before the first worker is
made: so a test can have a house that is built worse than ours.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from os import getpid
from pathlib import Path

from flask import Flask

from engine.facade import Engine
from engine.house import enter_house
from engine.settings import Settings
from engine.storage.database import Database
from webapp.app import create_app
from webapp.server import Listening, Server

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Servers:
    """A running master: where its workers listen, and the folder in which each says its process id."""

    port: int
    folder: Path

    def workers(self) -> list[int]:
        """Process ids of the workers that can serve, those not taken off though they died included."""
        return sorted(int(path.name) for path in self.folder.iterdir() if path.name.isdecimal())

    def take_off(self, worker: int) -> None:
        """Strike a worker from the list."""
        (self.folder / str(worker)).unlink()


@contextmanager
def serving(url: str, folder: Path, workers: int, first: str | None = None) -> Iterator[Servers]:
    """Run web processes on the house at `url` while inside; the simulated clock stands where it stood.

    `folder` must be empty. `first` is `module:function`, called in the master before it makes workers.
    """
    command = [sys.executable, "-m", __name__, url, str(folder), str(workers), *([first] if first else [])]
    with (folder / "log").open("w") as log:
        master = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True)
    assert master.stdout is not None
    with master.stdout as said:
        try:
            yield Servers(_port(said.readline(), folder), folder)
        finally:
            master.terminate()
            master.wait(120)


def _port(announced: str, folder: Path) -> int:
    if not announced:
        raise RuntimeError(f"the web processes did not start:\n{(folder / 'log').read_text()}")
    return int(announced.rpartition(":")[2])


# ------------------------------------------------------------------ the master itself
class WarmServer(Server):
    """Web processes that share what they all read, because they are born every moment, and say when they can serve."""

    def __init__(self, settings: Settings, workers: int, folder: Path) -> None:
        self._folder = folder
        listening = Listening("127.0.0.1", 0, workers)
        enter, announce = partial(_enter, _warmed(settings), settings), partial(print, flush=True)
        super().__init__(settings, listening, enter, ticking=False, announce=announce)

    def load(self) -> Flask:
        app = super().load()
        (self._folder / str(getpid())).touch()
        return app


def _warmed(settings: Settings) -> Engine:
    engine = enter_house(settings, simulated=True)
    engine.read(lambda ctx: ctx.versions.all(ctx.conn))
    create_app(engine, settings)
    engine.db.close()
    return engine


def _enter(warmed: Engine, settings: Settings) -> Engine:
    engine = Engine(Database(settings.database_url), warmed.clock, warmed.keys, warmed.worktime)
    engine.versions = warmed.versions
    return engine


def main(url: str, folder: str, workers: str, first: str | None = None) -> None:
    """Serve until told to stop."""
    if first is not None:
        module, _, function = first.partition(":")
        getattr(import_module(module), function)()
    WarmServer(Settings(database_url=url, demo=True), int(workers), Path(folder)).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
