"""The web processes: gunicorn with threads, told everything from here and reading no configuration of its own."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from engine.audit.places import places_of
from engine.directory.rules import rules_of
from engine.facade import Engine
from engine.scheduler.beat import beat
from engine.scheduler.ticker import Ticker
from engine.settings import Settings
from webapp.app import create_app
from webapp.loaded import keep_loaded

_THREADS = 8


class PortTaken(OSError):
    """Somebody else listens there already, or may not be listened to by us."""


@dataclass(frozen=True)
class Listening:
    """Where the web processes listen, and how many there are."""

    host: str
    port: int
    workers: int = 1


class Server(BaseApplication):
    """Web processes on engines of their own, opened after the fork; with `ticking` each also sweeps the timers."""

    def __init__(
        self,
        settings: Settings,
        listening: Listening,
        enter: Callable[[], Engine],
        *,
        ticking: bool,
        announce: Callable[[str], object],
    ) -> None:
        self._settings = settings
        self._listening = listening
        self._enter = enter
        self._ticking = ticking
        self._announce = announce
        self._engine: Engine | None = None
        self._ticker: Ticker | None = None
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options().items():
            if name in self.cfg.settings:  # older releases have no control socket to switch off
                self.cfg.set(name, value)

    def _options(self) -> dict[str, Any]:
        host = f"[{self._listening.host}]" if ":" in self._listening.host else self._listening.host
        return {
            "bind": f"{host}:{self._listening.port}",
            "workers": self._listening.workers,
            "worker_class": "gthread",
            "threads": _THREADS,
            "graceful_timeout": 15,
            "loglevel": "warning",
            "control_socket_disable": True,
            "forwarded_allow_ips": "",  # what proxies say is for webapp/addresses.py to judge
            "when_ready": self._ready,
            "post_worker_init": self._start_ticking,
            "worker_exit": self._close,
        }

    def load(self) -> Flask:
        self._engine = self._enter()
        app = create_app(self._engine, self._settings)
        keep_loaded()
        return app

    def _ready(self, arbiter: Any) -> None:
        host, port = arbiter.LISTENERS[0].sock.getsockname()[:2]
        self._announce(f"http://{f'[{host}]' if ':' in host else host}:{port}")

    def _start_ticking(self, worker: Any) -> None:
        if self._ticking and self._engine is not None:
            share = self._engine.db.dialect == "postgresql"
            places = places_of(self._settings.checkpoint_places)
            work = partial(beat, self._engine, share, rules_of(self._settings), places)
            self._ticker = Ticker(work, self._settings.sweep_seconds)
            self._ticker.start()

    def _close(self, arbiter: Any, worker: Any) -> None:
        if self._ticker is not None:
            self._ticker.stop()
        if self._engine is not None:
            self._engine.db.close()


def refuse_taken_port(listening: Listening) -> None:
    """Raise PortTaken now rather than after the house has been opened."""
    family = socket.AF_INET6 if ":" in listening.host else socket.AF_INET
    with socket.socket(family) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((listening.host, listening.port))
        except OSError as error:
            said = f"不能在 {listening.host}:{listening.port} 上监听：{error.strerror}。请用 --port 换一个端口。"
            raise PortTaken(said) from error
