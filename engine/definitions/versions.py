"""Published definitions: every version is kept for ever and read once per process."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from engine.bpmn.definition import Definition, content_hash, read_definition
from engine.errors import NotFound
from engine.storage.locks import lock_name
from engine.storage.models import bundle_files, bundles

PUBLISH = "publish"  # the lock under which a process gets a new version


@dataclass(frozen=True)
class Version:
    """One published version; `definition` is parsed and shared by all its cases."""

    id: int
    key: str
    version: int
    author: str
    published_at: datetime
    definition: Definition

    @property
    def external_id(self) -> str:
        """The process definition id of the API: key, version and the first digits of the content hash."""
        return f"{self.key}:{self.version}:{self.definition.hash[:12]}"


def on_trial(key: str, files: Mapping[str, bytes], at: datetime) -> Version:
    """A version that is not published, to look at; raises the reader's own errors (`lint.check` says them in words)."""
    return Version(0, key, 0, "", at, _parsed(key, content_hash(files), files))


class Versions:
    """All published versions of one database, parsed on first use."""

    def __init__(self) -> None:
        self._by_id: dict[int, Version] = {}
        self._lock = threading.Lock()

    def get(self, conn: Connection, bundle_id: int) -> Version:
        """The version a case runs on."""
        found = self._by_id.get(bundle_id)
        return found if found is not None else self._read(conn, bundle_id)

    def latest(self, conn: Connection, key: str) -> Version:
        """The running version of a process; raises NotFound."""
        newest = select(func.max(bundles.c.id)).where(bundles.c.key == key)
        bundle_id = conn.execute(newest).scalar()
        if bundle_id is None:
            raise NotFound(f"没有名为“{key}”的流程。")
        return self.get(conn, bundle_id)

    def numbered(self, conn: Connection, key: str, version: int) -> Version:
        """The version of a process with this number; raises NotFound."""
        wanted = select(bundles.c.id).where(bundles.c.key == key, bundles.c.version == version)
        bundle_id = conn.execute(wanted).scalar()
        if bundle_id is None:
            raise NotFound(f"没有第 {version} 版，请从版本列表里选。")
        return self.get(conn, bundle_id)

    def all(self, conn: Connection) -> list[Version]:
        """Every version, oldest first."""
        return [self.get(conn, bundle_id) for bundle_id in conn.scalars(select(bundles.c.id).order_by(bundles.c.id))]

    def _read(self, conn: Connection, bundle_id: int) -> Version:
        with self._lock:
            found = self._by_id.get(bundle_id)
            if found is None:
                found = self._by_id[bundle_id] = _version(conn, bundle_id)
            return found


_BY_CONTENT: dict[tuple[str, str], Definition] = {}


def _parsed(key: str, digest: str, files: Mapping[str, bytes]) -> Definition:
    """The definition of this content, read once per process, whatever database it came from."""
    found = _BY_CONTENT.get((key, digest))
    if found is None:
        found = _BY_CONTENT[(key, digest)] = read_definition(files, key)
    return found


def _version(conn: Connection, bundle_id: int) -> Version:
    row = conn.execute(select(bundles).where(bundles.c.id == bundle_id)).mappings().one()
    stored = select(bundle_files.c.name, bundle_files.c.content).where(bundle_files.c.bundle_id == bundle_id)
    files = {name: bytes(content) for name, content in conn.execute(stored)}
    definition = _parsed(row["key"], row["hash"], files)
    return Version(bundle_id, row["key"], row["version"], row["author"], row["published_at"], definition)


def last_published(conn: Connection, key: str) -> tuple[int, str] | None:
    """Number and content hash of the running version; None where there is none yet."""
    newest = select(bundles.c.version, bundles.c.hash).where(bundles.c.key == key).order_by(bundles.c.version.desc())
    row = conn.execute(newest.limit(1)).first()
    return None if row is None else (int(row.version), str(row.hash))


@dataclass(frozen=True)
class Published:
    """Number of the version that has this content; `new` when it was stored now."""

    version: int
    new: bool


@dataclass(frozen=True)
class About:
    """What is kept with a version beside its content: who approved it, why it was wanted, and how whoever sent it
    called it and the place it comes from.
    """

    approved_by: str | None = None
    reason: str | None = None
    name: str | None = None
    source: str | None = None


NOTHING = About()


def publish(
    conn: Connection, key: str, files: Mapping[str, bytes], author: str, at: datetime, about: About = NOTHING
) -> Published:
    """Store a new version. The same content again gives the number it has.

    In a write transaction that has begun writing; whoever publishes under the same key meanwhile waits for its end.
    """
    lock_name(conn, PUBLISH, key)
    digest = content_hash(files)
    last = last_published(conn, key)
    if last is not None and last[1] == digest:
        return Published(last[0], new=False)
    number = 1 if last is None else last[0] + 1
    row = {"key": key, "version": number, "hash": digest, "author": author, "published_at": at}
    row |= asdict(about)
    bundle_id = conn.execute(insert(bundles).values(**row).returning(bundles.c.id)).scalar_one()
    conn.execute(insert(bundle_files), [{"bundle_id": bundle_id, "name": n, "content": c} for n, c in files.items()])
    return Published(number, new=True)
