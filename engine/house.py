"""Opening a house: the database with today's tables, the shipped directory and diagrams, in a demo its people too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, exists, select

from engine import drafts
from engine.audit import house as trail
from engine.audit.lines import CARRIED
from engine.cases.sealing import Batch, seal_all
from engine.cases.words_index import index_cases
from engine.clock import Clock, SimulatedClock, SystemClock
from engine.definitions.shipped import CASE_PROCESS, RECTIFICATION, SHIPPED, read_folder
from engine.definitions.versions import publish
from engine.directory import load_directory, seed_directory
from engine.directory.demo import seed_demo_people
from engine.errors import SealBroken
from engine.facade import Engine
from engine.house_keys import (
    all_indexed,
    all_sealed,
    keys_for,
    mark_all_indexed,
    mark_all_sealed,
    resealed,
    sealed_by,
)
from engine.keys import Keys
from engine.settings import Settings
from engine.storage import idempotency
from engine.storage.database import Database, WriteTransaction
from engine.storage.kept import keep_clock, kept, kept_clock
from engine.storage.models import bundles
from engine.storage.models import settings as kept_settings
from engine.storage.rows import insert_new

KEYS_LIVE = timedelta(days=30)  # API.md: an idempotency key is remembered that long at least
_SHIPPED = {CASE_PROCESS: SHIPPED, RECTIFICATION: SHIPPED / RECTIFICATION}
# What nobody here has drawn anew comes with each release, running ones finish by the version they began with. How cases
# go on is decided by two people of the house alone.
_WITH_THE_RELEASE = frozenset({RECTIFICATION})
_HOUSE = "system"
_KIND = "house.kind"  # "demo" or "real", settled when the house is first opened


class NotADemo(ValueError):
    """The database belongs to a real installation: demo people with a public password must not get in."""

    def __init__(self) -> None:
        super().__init__("这个数据库不是演示库，不能用 --demo 打开。请用 BANCHENG_DATABASE_URL 换一个数据库。")


class NotOpened(ValueError):
    """The database has no tables, or those of an older version."""

    def __init__(self) -> None:
        super().__init__("数据库还没有建立或需要升级，请先运行 bancheng run、serve 或 worker。")


def open_house(settings: Settings, start: datetime | None = None) -> Engine:
    """Create or upgrade the database, furnish it, and stand an engine in it; several processes may do so at once.

    `start` is where a simulated clock begins; one that was further stays where it stood, one that was behind is moved
    and fires what falls due on the way. None: the machine's clock. Raises NotADemo, SecretUnfit.
    """
    with _kept_open(settings) as db:
        db.upgrade()
        keys = db.write(partial(_furnish, settings, start or SystemClock().now()))
        _seal_what_is_plain(db, keys)
        _index_what_is_not(db, keys)
        if start is None:
            return Engine(db, SystemClock(), keys, retention=settings.retention)
        clock = db.write(partial(_simulated_clock, start))
        engine = Engine(db, clock, keys, retention=settings.retention)
        if engine.clock.now() < start:
            engine.move_clock(start)
        return engine


def enter_house(settings: Settings, simulated: bool) -> Engine:
    """An engine in a house that this or another process has opened; a simulated clock stands where it stood.

    Raises NotOpened, SecretUnfit.
    """
    with _kept_open(settings) as db:
        if not db.is_current():
            raise NotOpened
        with db.read() as conn:
            if not (all_sealed(conn) and all_indexed(conn)):
                raise NotOpened
            stood = kept_clock(conn) if simulated else None
            keys = keys_for(conn, settings, kept(conn, _KIND) or "real")
        clock = SystemClock() if stood is None else SimulatedClock(stood)
        return Engine(db, clock, keys, retention=settings.retention)


def reseal(engine: Engine) -> Iterator[Batch]:
    """Seal everything with the secret in force, batch by batch; when nothing was broken, older ones may be removed.

    How it ended stands on the trail of the house.
    """
    renewed = broken = 0
    for batch in seal_all(engine.db, engine.keys, plain=False):
        renewed, broken = renewed + batch.renewed, broken + len(batch.broken)
        yield batch
    if not broken:
        for _ in index_cases(engine.db, engine.keys, anew=True):
            pass

    def ended(conn: Connection) -> None:
        if not broken:
            resealed(conn, engine.keys)
        said = {"key": engine.keys.id, "renewed": renewed, "broken": broken}
        trail.record(conn, engine.clock.now(), _HOUSE, "resealed", "personal", said)

    engine.db.write(partial(_write, ended))


def _seal_what_is_plain(db: Database, keys: Keys) -> None:
    """Once for a database of an earlier version; a process that comes meanwhile does the same, row by row."""
    with db.read() as conn:
        if all_sealed(conn):
            return
    for batch in seal_all(db, keys, plain=True):
        if batch.broken:
            raise SealBroken(batch.broken[0])
    db.write(partial(_write, mark_all_sealed))


def _index_what_is_not(db: Database, keys: Keys) -> None:
    """Once for a database of an earlier version, after it was sealed: titles lose names and numbers then."""
    with db.read() as conn:
        if all_indexed(conn):
            return
    for _ in index_cases(db, keys, anew=False):
        pass
    db.write(partial(_write, mark_all_indexed))


def _write(change: Callable[[Connection], None], tx: WriteTransaction) -> None:
    tx.begin_writing()
    change(tx.conn)


@contextmanager
def _kept_open(settings: Settings) -> Iterator[Database]:
    """The database, open for whoever takes it over; closed when that fails."""
    with ExitStack() as stack:
        db = Database(settings.database_url)
        stack.callback(db.close)
        yield db
        stack.pop_all()


def _simulated_clock(start: datetime, tx: WriteTransaction) -> Clock:
    stood = kept_clock(tx.conn)
    if stood is None:
        tx.begin_writing()
        keep_clock(tx.conn, start)
    return SimulatedClock(stood or start)


def _furnish(settings: Settings, now: datetime, tx: WriteTransaction) -> Keys:
    tx.begin_writing()
    idempotency.forget_older_than(tx.conn, now - KEYS_LIVE)
    drafts.forget_older_than(tx.conn, now - drafts.DRAFTS_LIVE)
    kind = _kind(tx.conn, settings.demo)
    if kind == "real" and settings.demo:
        raise NotADemo
    keys = keys_for(tx.conn, settings, kind)
    changed = sealed_by(tx.conn, keys)
    tx.conn.execution_options(**{CARRIED: keys.trail})
    for each in changed:
        trail.record(tx.conn, now, _HOUSE, "key_changed", each.what, {"key": each.after}, {"key": each.before})
    if not _published(tx.conn, CASE_PROCESS):
        seed_directory(tx.conn)
    for key, folder in _SHIPPED.items():
        if not _published(tx.conn, key) or (key in _WITH_THE_RELEASE and _last_author(tx.conn, key) == _HOUSE):
            _publish(tx.conn, key, folder, now)
    if settings.demo:
        seed_demo_people(tx.conn, load_directory(tx.conn), settings.demo_password, now)
    return keys


def _publish(conn: Connection, key: str, folder: Path, now: datetime) -> None:
    """The shipped files as a new version, with its line; nothing where they are the running one."""
    published = publish(conn, key, read_folder(folder), _HOUSE, now)
    if published.new:
        trail.record(conn, now, _HOUSE, "published", key, {"version": published.version})


def _last_author(conn: Connection, key: str) -> str | None:
    newest = select(bundles.c.author).where(bundles.c.key == key).order_by(bundles.c.version.desc()).limit(1)
    return conn.execute(newest).scalar()


def _published(conn: Connection, key: str) -> bool:
    return bool(conn.execute(select(exists().where(bundles.c.key == key))).scalar())


def _kind(conn: Connection, demo: bool) -> str:
    """What kind of house this is. Its row is locked, so that two who open the house furnish it one after the other."""
    insert_new(conn, kept_settings, {"name": _KIND, "value": "demo" if demo else "real"})
    row = select(kept_settings.c.value).where(kept_settings.c.name == _KIND).with_for_update()
    return str(conn.execute(row).scalar_one())
