"""A PostgreSQL of our own: started from the installed binaries, reachable through a socket in its own folder alone."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from pathlib import Path

import psycopg

from tests.support.room import room

MISSING = "没有找到 PostgreSQL 服务端程序（initdb、pg_ctl）：请先安装，Debian/Ubuntu 上是 apt-get install postgresql"

# A system crash is not what these tests are about: what a killed server process had
# committed is safe in the kernel's hands, and a new database costs half as much.
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "timezone": "UTC",
    "max_connections": "200",
    "shared_buffers": "64MB",
}


@dataclass(frozen=True)
class Cluster:
    """A running server: its programs, its folder (data and socket) and names for new databases."""

    programs: Path
    folder: Path
    names: Iterator[int]

    def url(self, database: str) -> str:
        """SQLAlchemy's address of `database`."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def create(self, template: str = "template1") -> str:
        """Make a new database as a copy of `template`; the answer is its name."""
        name = f"test_{next(self.names)}"
        # Copied as files: written through the log, as is usual, it costs the server half as much again.
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return name

    def drop(self, name: str) -> None:
        """Remove a database together with whoever is still connected to it."""
        self._run(f'DROP DATABASE "{name}" WITH (FORCE)')

    def control(self, *arguments: str) -> None:
        """Run pg_ctl on this cluster, for tests that stop or restart it: `control("restart", "-m", "immediate")`."""
        log = self.folder / "log"
        _run_as_owner(
            [self.programs / "pg_ctl", "-D", self.folder / "data", "-w", "-t", "300", "-l", log, *arguments],
            self.folder,
        )

    def close(self) -> None:
        """Let go of the connection that databases are made through."""
        self._connection.close()

    def _run(self, statement: str) -> None:
        self._connection.execute(statement.encode())

    @cached_property
    def _connection(self) -> psycopg.Connection:
        """One for the whole run: a new one for each database cost as much as half of making it."""
        return psycopg.connect(host=str(self.folder), user="postgres", dbname="postgres", autocommit=True)


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Create and start a server; stop and remove it at the end. Raises FileNotFoundError with what to install."""
    programs = find_programs()
    # Not pytest's folder: user postgres may not enter it, and a socket's path is at most 107 bytes long.
    folder = Path(tempfile.mkdtemp(prefix="bancheng-pg-", dir=room()))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        _initialise(programs, folder)
        server = Cluster(programs, folder, count(1))
        server.control("start")
        try:
            yield server
        finally:
            server.close()
            server.control("stop", "-m", "immediate")
    finally:
        shutil.rmtree(folder)


def find_programs() -> Path:
    """The folder of the newest installed server programs; raises FileNotFoundError with what to install."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = debian[-1] if debian else shutil.which("initdb")
    if found is None:
        raise FileNotFoundError(MISSING)
    return Path(found).parent


def _initialise(programs: Path, folder: Path) -> None:
    data = folder / "data"
    options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
    _run_as_owner([programs / "initdb", "-D", data, *options], folder)
    settings = {**_SETTINGS, "unix_socket_directories": str(folder)}
    with (data / "postgresql.conf").open("a") as config:
        config.writelines(f"{name} = '{value}'\n" for name, value in settings.items())


def _run_as_owner(command: Sequence[str | Path], folder: Path) -> None:
    """Run as user postgres when we are root, because the server refuses to run as root."""
    prefix = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] if os.geteuid() == 0 else []
    with (folder / "output").open("a+") as output:  # a pipe would be held open by the server that pg_ctl leaves behind
        done = subprocess.run(
            [*prefix, *map(str, command)], cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
        output.seek(0)
        if done.returncode:
            raise RuntimeError(f"{command[0]} 以 {done.returncode} 结束：\n{output.read()}")
