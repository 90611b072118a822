"""Which keys belong to a house: given by the surroundings, held against what the house was sealed with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.engine import make_url

from engine.keys import Keys, SecretUnfit, create_key_file, demo_keys, keys_of, trail_keys_of
from engine.settings import Settings
from engine.storage.kept import keep, kept
from engine.trail_keys import TrailKeys

_SEALED_BY = "keys.id"  # the ids of all keys that something may be sealed with, with spaces between
_MARKED_BY = "audit.keys"  # the same of the keys of the trail
_ALL_SEALED = "personal.sealed"  # kept once nothing stands in plain that an earlier version left so
_ALL_INDEXED = "words.indexed"  # kept once every case that an earlier version left is found by words

_WHAT = {_SEALED_BY: "personal", _MARKED_BY: "trail"}


@dataclass(frozen=True)
class Changed:
    """The key in force of personal data or of the trail was another one before; None: there was none."""

    what: str
    before: str | None
    after: str


def keys_for(conn: Connection, settings: Settings, kind: str) -> Keys:
    """The keys of this house. Raises SecretUnfit, saying what to do.

    A real house on SQLite that has never been sealed gets a key file beside its database, new and its own; everywhere
    else the secret is somebody's to give. A demo has the public one. The same goes for the secret of the trail, but
    that a house elsewhere stands without it as well: then its lines are not marked.
    """
    if kind == "demo":
        return demo_keys()
    sealed_by = kept(conn, _SEALED_BY)
    found = keys_of(_secrets(settings, fresh=sealed_by is None), _trail_keys(conn, settings))
    if not found.ids.issuperset((sealed_by or "").split()):
        raise SecretUnfit(
            "密钥不是这个数据库原来用的那一个，打开它会使个人信息读不出来。请找回原来的密钥；换新密钥时把旧的写在它下面一行，"
            "用 bancheng key reseal 全部重新加密之后才能去掉。"
        )
    return found


def sealed_by(conn: Connection, keys: Keys) -> tuple[Changed, ...]:
    """Keep that from now on something may be sealed and marked with these keys, in a transaction that writes; returns
    which of them took the place of others. The first keys of a house change nothing."""
    fresh = kept(conn, _SEALED_BY) is None
    ids = {_SEALED_BY: keys.id, _MARKED_BY: None if keys.trail is None else keys.trail.id}
    found = [_in_force(conn, name, id) for name, id in ids.items() if id is not None]
    return () if fresh else tuple(each for each in found if each.before != each.after)


def _in_force(conn: Connection, name: str, id: str) -> Changed:
    known = (kept(conn, name) or "").split()
    if known[:1] != [id]:
        keep(conn, name, " ".join([id, *(each for each in known if each != id)]))
    return Changed(_WHAT[name], known[0] if known else None, id)


def resealed(conn: Connection, keys: Keys) -> None:
    """Keep that everything is sealed with the secret in force alone: older ones are needed no more."""
    keep(conn, _SEALED_BY, keys.id)


def all_sealed(conn: Connection) -> bool:
    """Whether nothing stands in plain any more that an earlier version left so."""
    return kept(conn, _ALL_SEALED) is not None


def mark_all_sealed(conn: Connection) -> None:
    """Keep that it is so."""
    keep(conn, _ALL_SEALED, "1")


def all_indexed(conn: Connection) -> bool:
    """Whether every case is found by its words, those an earlier version left too."""
    return kept(conn, _ALL_INDEXED) is not None


def mark_all_indexed(conn: Connection) -> None:
    """Keep that it is so."""
    keep(conn, _ALL_INDEXED, "1")


def _secrets(settings: Settings, fresh: bool) -> str:
    if settings.secret_key:
        return settings.secret_key
    named = settings.secret_key_file or _beside(settings.database_url, "key")
    if named is None:
        raise SecretUnfit(
            "没有密钥。请用 bancheng key new 生成一个，放在 BANCHENG_SECRET_KEY 里，或放进文件并用 "
            "BANCHENG_SECRET_KEY_FILE 指定；每个进程用同一个，并与数据库分开备份。"
        )
    lacking = (
        f"读不到密钥文件 {named}，没有它个人信息打不开。请把备份的密钥放回原处，或用 BANCHENG_SECRET_KEY_FILE 指定。"
    )
    return _text_in(Path(named), fresh and settings.secret_key_file is None, lacking)


def _trail_keys(conn: Connection, settings: Settings) -> TrailKeys | None:
    marked_by = kept(conn, _MARKED_BY)
    text = settings.audit_key or _text_of_trail(settings, fresh=marked_by is None)
    found = None if text is None else trail_keys_of(text)
    if marked_by is not None and (found is None or not found.ids.issuperset(marked_by.split())):
        raise SecretUnfit(
            "留痕的密钥不是这个数据库原来用的：请用 BANCHENG_AUDIT_KEY 或 BANCHENG_AUDIT_KEY_FILE 给出原来的。"
            "换新密钥时写在第一行，旧的留在下面，一直不能去掉。"
        )
    return found


def _text_of_trail(settings: Settings, fresh: bool) -> str | None:
    named = settings.audit_key_file or _beside(settings.database_url, "audit-key")
    if named is None:
        return None
    path = Path(named)
    lacking = (
        f"读不到留痕的密钥文件 {path}，没有它查不出伪造的留痕。请把备份的放回原处，或用 BANCHENG_AUDIT_KEY_FILE 指定。"
    )
    return _text_in(path, fresh and settings.audit_key_file is None, lacking)


def _text_in(path: Path, make: bool, lacking: str) -> str:
    """What the key file says; `make` writes a new one first, `lacking` is said where it cannot be read."""
    if make:
        create_key_file(path)
    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, PermissionError) as error:
        raise SecretUnfit(lacking) from error


def _beside(database_url: str, ending: str) -> str | None:
    """`bancheng.db.key` beside an SQLite file."""
    url = make_url(database_url)
    return f"{url.database}.{ending}" if url.get_backend_name() == "sqlite" and url.database else None
