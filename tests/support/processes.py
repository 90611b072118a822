"""Real processes of the command `bancheng`, started on a database of their own and stopped at the end of the test."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.settings import CHECK_SECONDS
from tests.support.source import ROOT

STARTED = re.compile(r"已启动")


class Process:
    """A running `bancheng …`; `said` is what it wrote until it had started."""

    def __init__(self, database_url: str, *words: str, **environment: str) -> None:
        kept = {name for name in os.environ if name == CHECK_SECONDS or not name.startswith("BANCHENG_")}
        surroundings = {name: os.environ[name] for name in kept}
        surroundings |= {"PYTHONPATH": str(ROOT), "BANCHENG_DATABASE_URL": database_url, **environment}
        command = [sys.executable, "-m", "webapp.command", *words]
        self._process = subprocess.Popen(
            command, env=surroundings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
        )
        self.said = "".join(self._until_started())

    @property
    def url(self) -> str:
        """Where its web process listens."""
        found = re.search(r"http://\S+", self.said)
        assert found is not None, self.said
        return found[0]

    @property
    def pid(self) -> int:
        return self._process.pid

    def children(self) -> list[int]:
        """Process ids of its workers."""
        return [int(pid) for pid in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()]

    def stop(self) -> int:
        """Ask it to stop; returns the exit code."""
        self._process.send_signal(signal.SIGTERM)
        self.said += self._process.communicate(timeout=120)[0]
        return self._process.returncode

    def kill(self) -> None:
        """End it without asking, if it is still there."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.communicate()

    def _until_started(self) -> Iterator[str]:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            yield line
            if STARTED.search(line):
                return


@contextmanager
def running(database_url: str, *words: str, **environment: str) -> Iterator[Process]:
    """A process for the length of a `with`; web processes listen on a free port."""
    port = ("--port", "0") if words[0] in ("run", "serve") else ()
    process = Process(database_url, *words, *port, **environment)
    try:
        yield process
    finally:
        process.kill()
